"""What it amounts to: search, a first ranking, ranked reading, coding, and how much was missed.

A model may put messages into an order; people decide what they are. Nothing is hidden and nothing is coded by itself.
"""
