"""How well the first ranking ranks, where it errs and how fast it is."""
