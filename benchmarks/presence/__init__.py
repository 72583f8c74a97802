"""Presence measured: `who` for one message and the silence counts, on made conversations of up to 10,000,000."""
