"""The recipe that trains the first ranking: sets, heads, fit, card."""
