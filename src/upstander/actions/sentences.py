"""The ledger read aloud: every entry as a sentence."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from upstander.actions.action import ACTIONS
from upstander.actions.added import added_in_words
from upstander.actions.deeds import deed
from upstander.actions.powers import Power
from upstander.evidence.worded import moment_in_words
from upstander.register.models import Entry, File
from upstander.review.certificate.told import RULES

__all__ = ["OF_THE_SITE", "outline", "plain", "sentence"]

#: Powers whose entries are about accounts and roles, in a case too.
OF_THE_SITE = frozenset({Power.RUN, Power.OPEN, Power.GRANT, Power.OWN})


class _Known(dict[str, Any]):
    """What an entry says; what an older one did not say yet is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(entry: Entry) -> str:
    """What was done, without who did it and when: "gave reader the role reviewer"."""
    known = ACTIONS.get(entry.verb)
    if known is None:
        return f"{entry.verb.replace('_', ' ')} {entry.about}".strip()
    detail: dict[str, Any] = json.loads(entry.detail)
    said = {name: "–" if value is None else value for name, value in detail.items()}
    if entry.verb == "admit_decision":
        said["said"] = _decided(said.get("file"), said.get("said"))
        said["at"] = _moment(said.get("at"))
    about = _searched(said) if entry.verb == "read_content" and "query" in said else entry.about
    if entry.verb == "admit_exhibits":
        said["at"] = _moment(said.get("at"))
    if entry.verb in ("admit_exhibits", "finish_hand_in"):
        said["added"] = added_in_words(said.get("count"), said.get("new"), detail.get("new_key"))
    if entry.verb == "choose_plan":
        said |= {name: _per_cent(said.get(name)) for name in ("recall", "confidence")}
        said["rule"] = next(
            (words for rule, words in RULES.items() if rule.value == said.get("rule")), said.get("rule")
        )
        said["population"] = "all messages" if said.get("population") == "all" else said.get("population")
    if entry.verb == "settle_disagreement":
        # The word of one of its readers settles nothing before the others say the same.
        said["done"] = "said, to settle it," if said.get("waits_for") else "settled"
    if entry.verb == "draw_second":
        said["share"] = _per_cent(said.get("share"))
    return known.says.format_map(_Known(said, about=about))


def plain(entry: Entry) -> bool:
    """Whether whoever runs the site may read all of an entry: what is no case's, and who may do what in one.

    What else was done in a case may say whom it is about, what was searched for and what was said of a message.
    """
    known = ACTIONS.get(entry.verb)
    return not entry.case or (known is not None and known.power in OF_THE_SITE)


def outline(entry: Entry) -> str:
    """An entry for whoever runs the site: the deed alone where the rest is a case's."""
    if plain(entry):
        return sentence(entry)
    named = deed(entry.verb) if entry.verb in ACTIONS else entry.verb.replace("_", " ")
    return f"{named[:1].lower()}{named[1:]}"


def _decided(file: Any, told: Any) -> str:
    """A line of a decision file in words; what an entry has of it where it is none that is known."""
    if not isinstance(told, dict) or not told:
        return "a line that is no decision"
    try:
        return _FILES[file](_Known(told))
    except (TypeError, KeyError, AttributeError):
        return ", ".join(f"{name} {value}" for name, value in told.items())


def _searched(said: Mapping[str, Any]) -> str:
    """A search with all of its words, and whether anything came of it."""
    without = f" (not answered: {str(said['unanswered']).rstrip('.')})" if "unanswered" in said else ""
    return f"search {said['query']}{without}"


def _moment(written: Any) -> str:
    """A time as an entry has it, for people."""
    try:
        return moment_in_words(datetime.fromisoformat(written).astimezone(UTC))
    except (ValueError, TypeError, OverflowError):
        return str(written)


def _per_cent(written: Any) -> str:
    """A share as an entry has it: "80 %"."""
    try:
        return f"{100 * float(written):g} %"
    except (ValueError, TypeError):
        return str(written)


def _alias(row: _Known) -> str:
    word = {"confirmed": "confirmed", "refused": "refused"}.get(row["decision"], "took back what was decided:")
    return f"{word} that {row['a']} and {row['b']} are one person"


def _coding(row: _Known) -> str:
    if row.get("nothing"):
        return f"nothing of {row['codebook']} applies to message {row['message']}"
    return f"{row['code']} {'applies' if row.get('applies') else 'does not apply'} to message {row['message']}"


def _stance(row: _Known) -> str:
    what = row.get("response") or row.get("emoji") or "–"
    return f"the {row['act'].replace('_', ' ')} {what} to message {row['message']}: {row['stance'].replace('_', ' ')}"


def _search(row: _Known) -> str:
    if row.get("removed"):
        return f"the search {row['name']} is kept no longer"
    return f"kept the search {row['query']} as {row['name']}"


def _queue(row: _Known) -> str:
    return f"began to read for {row['code']}"


def _certificate(row: _Known) -> str:
    if "rule" in row:
        return f"chose how the certificate of {row['code']} is made"
    return f"drew a final sample for the certificate of {row['code']}"


def _draw(row: _Known) -> str:
    return f"drew messages to be read a second time for {row.get('code') or 'all codes'}"


_FILES: Mapping[str, Callable[[_Known], str]] = MappingProxyType(
    {
        File.ALIASES.value: _alias,
        File.CODINGS.value: _coding,
        File.STANCES.value: _stance,
        File.SEARCHES.value: _search,
        File.QUEUES.value: _queue,
        File.CERTIFICATES.value: _certificate,
        File.DRAWS.value: _draw,
    }
)
