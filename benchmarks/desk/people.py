"""Who codes, and what."""

__all__ = ["CODES", "PASSWORD"]

#: Reviewers by the code of each: most on one, so that they want the same messages.
CODES = ("threat_violence",) * 12 + ("misogyny_sexism",) * 4 + ("race_nationality",) * 4
#: Everybody's.
PASSWORD = "9417 quiddity knot"  # noqa: S105 - of nobody
