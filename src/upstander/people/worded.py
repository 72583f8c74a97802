"""Who knew, in words."""

from collections.abc import Mapping
from typing import Protocol

from upstander.people.presence import OUT, lagged
from upstander.people.who import Knower

__all__ = ["Said", "did", "words"]


class Said(Protocol):
    """What is known of a response's stance."""

    def words(self) -> str:
        """For people: that a guess is one is said every time."""


def words(rung: str) -> str:
    """A rung in words."""
    return rung.replace("_", " ")


def did(knower: Knower, stances: Mapping[tuple[str, str, str | None], Said]) -> str:
    """What somebody did about a message and after it, in one sentence.

    `stances` are by person, act, and the response's id or the emoji.
    """
    person = knower.standing.person
    if knower.standing.strongest == "wrote":
        return "wrote it"
    done = [
        f"{'replied' if act == 'reply' else 'reacted ' + (what or '') if act == 'reaction' else 'took a reaction back'}"
        + (f" after {lagged(lag)}" if lag is not None else "")
        + (f" ({stances[person, act, what].words()})" if (person, act, what) in stances else "")
        for act, what, lag in knower.acts
    ]
    if knower.left and knower.standing.strongest not in OUT:
        done.append("left within the window")
    if knower.standing.strongest not in OUT:
        done.append(f"next post after {lagged(knower.next_post)}" if knower.next_post is not None else "no later post")
        after = next((told for act, told in stances.items() if act[:2] == (person, "next_post")), None)
        done[-1] += f" ({after.words()})" if after is not None else ""
        if knower.own_posts is not None:
            done.append(f"{knower.own_posts:,} own {'post' if knower.own_posts == 1 else 'posts'} in the window")
    return "; ".join(done) or "–"
