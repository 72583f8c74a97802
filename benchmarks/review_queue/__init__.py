"""Ranked reading, measured."""
