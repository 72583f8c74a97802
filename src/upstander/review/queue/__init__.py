"""Ranked reading: which message to read next, learnt from every decision."""
