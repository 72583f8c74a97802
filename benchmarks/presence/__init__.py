"""Presence measured: `who` for one message and the silence counts, on made conversations of up to ten million messages."""
