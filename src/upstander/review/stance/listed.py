"""Stances as commands show them: read from the table, nothing weighed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from upstander.errors import UsageError
from upstander.review.stance.kinds import ORDER, Stance
from upstander.review.stance.responding import said
from upstander.review.stance.standing import standing
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Shown", "beside", "found", "listed"]


@dataclass(frozen=True, slots=True)
class Shown:
    """The stance of one response: what a person decided, or else a guess and how likely it is."""

    stance: str
    confirmed: bool
    #: How likely the guess is; of an undecided one, how likely its likeliest stance is.
    probability: float
    basis: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Shown":
        """The stance of one row of the table."""
        confirmed, guess = row["confirmed"], row["stance"]
        likely = max(row[stance] for stance in ORDER) if guess == Stance.UNDECIDED else row[guess]
        return cls(confirmed or guess, confirmed is not None, likely, row["basis"])

    def plain(self) -> dict[str, Any]:
        """For a program."""
        told: dict[str, Any] = {"stance": self.stance, "confirmed": self.confirmed}
        return told if self.confirmed else told | {"probability": round(self.probability, 3), "basis": self.basis}

    def words(self) -> str:
        """For people: that a guess is one is said every time."""
        said = self.stance.replace("_", " ")
        if self.confirmed:
            return f"{said}, confirmed"
        if self.stance == Stance.UNDECIDED:
            return "stance undecided"
        if self.stance == Stance.LAUGH_ALONG:
            # Laughter is never guessed from words: it was there.
            return f"seen: {said}"
        return f"guess: {said}, {self.probability:.2f}"


def beside(case: Case, message: str) -> dict[tuple[str, str, str | None], Shown]:
    """The stances of the responses to one message, by person, act, and the response's id or the emoji."""
    return {
        (row["person"], row["act"], row["response"] or row["emoji"]): Shown.of(row)
        for row in standing(case).filter(pl.col("message") == message).collect().iter_rows(named=True)
    }


def listed(case: Case, message: str | None = None) -> list[dict[str, Any]]:
    """Every response (to one message, or to any) with its stance, who made it and its text, in the table's order."""
    rows = standing(case)
    if message is not None:
        rows = rows.filter(pl.col("message") == message)
    made = collect(rows)
    texts = said(case, made["response"].drop_nulls().unique()).rename({"message": "response"})
    labels = collect(scan(case, "persons").select("person", "label").unique("person", keep="first"))
    whole = made.join(texts, on="response", how="left", maintain_order="left")
    return whole.join(labels, on="person", how="left", maintain_order="left").to_dicts()


def found(
    case: Case, message: str, *, response: str | None, reaction: str | None, person: str | None
) -> dict[str, Any]:
    """The one response to `message` that is meant: a message by the beginning of its id, or a reaction and its maker.

    Raises `UsageError` unless it is exactly one.
    """
    rows = listed(case, message)
    if response is not None:
        fits = [row for row in rows if row["response"] is not None and row["response"].startswith(response)]
        what = f"no response {response!r}"
    else:
        fits = [row for row in rows if row["act"] == "reaction" and row["emoji"] == reaction]
        what = f"no reaction {reaction!r}"
    if person is not None:
        fits = [row for row in fits if person in (row["person"], row["label"])]
        what += f" by {person!r}"
    if not fits:
        raise UsageError(
            f"message {message} of case {case.path.name} has {what}; `upstander stances` lists those there are"
        )
    if len(fits) > 1:
        raise UsageError(f"message {message} has {len(fits)} responses that fit; say --person too, or more of the id")
    return fits[0]
