"""Stance measured: the shipped model on sets that it never saw, and beside it what their own data would give."""
