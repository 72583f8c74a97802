"""Who knew, in words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from upstander.people.presence import OUT, lagged
from upstander.people.who import Knower

__all__ = ["BOUNDS", "JOINS", "Said", "did", "spoken", "words"]

#: What joins two handles (`alias_suggestions.reasons`), as a noun.
JOINS: Mapping[str, str] = MappingProxyType(
    {
        "same_account": "the same account",
        "same_number": "the same number",
        "linked_id": "two ids of one account",
        "same_messages": "named as the author of the same messages",
        "number_changed": "a change of number that the platform noted",
        "own_phone": "the phone's own account",
        "same_name": "the same name",
        "similar_name": "names that are alike",
        "co_occurrence": "some messages in common",
        "confirmed": "somebody's decision",
    }
)

#: What shows the beginning and the end of a membership (`memberships.began`, `.ended`).
BOUNDS: Mapping[str, str] = MappingProxyType(
    {
        "created": "they made the group",
        "added": "they were added",
        "joined": "they joined",
        "direct": "a one-to-one conversation",
        "recorded": "the phone's own record",
        "first_post": "their first message",
        "member_table": "the list of members",
        "left": "they left",
        "removed": "they were removed",
        "not_in_member_table": "no longer in the list of members",
        "open": "still in it, or nothing shows an end",
        "unknown": "nothing shows it",
    }
)

#: Rungs of the ladder for whoever does not know it.
_RUNGS: Mapping[str, str] = MappingProxyType(
    {
        "wrote": "wrote it",
        "read": "read it",
        "played": "played it",
        "reacted": "reacted to it",
        "replied": "replied to it",
        "posted_later": "posted later",
        "own_phone_past": "their own phone was read past it",
        "own_phone_holds": "their own phone holds it",
        "delivered": "it was delivered to them",
        "verified_roster": "among the recipients, by the platform's own count",
        "by_events": "a member then, as notices show",
        "by_inference": "a member then, as far as can be told",
        "unknown": "not known",
        "not_yet_joined": "had not joined yet",
        "left": "had left",
        "removed": "had been removed",
        "unreachable": "no receipt of delivery",
    }
)


class Said(Protocol):
    """What is known of a response's stance."""

    def words(self) -> str:
        """For people: that a guess is one is said every time."""


def words(rung: str) -> str:
    """A rung in words."""
    return rung.replace("_", " ")


def spoken(rung: str) -> str:
    """A rung as a page says it: "a member then, as notices show"."""
    return _RUNGS.get(rung, words(rung))


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
