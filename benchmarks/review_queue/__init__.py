"""Ranked reading, measured: how much is found by when, beside ASReview, and what it costs."""
