"""Entries of the ledger with names for what they have ids of, for whoever may read the case.

An entry itself is sealed and says ids, which stay what they are; what they are called may change with a decision.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse

from upstander.actions import Power
from upstander.register.models import Entry
from upstander.stages.codes import code_of
from upstander.stages.handles import Handle, handles
from upstander.web.at import At

__all__ = ["spoken_names"]

#: Verbs whose entries are about a code.
_OF_A_CODE = ("begin_queue", "choose_plan", "draw_sample")


def spoken_names(here: At | None, entries: Sequence[Entry]) -> Mapping[int, dict[str, tuple[str, str]]]:
    """By number of the entry, what each id in it is called, and where it leads."""
    if here is None or Power.READ not in here.powers:
        return {entry.sequence: {} for entry in entries}
    told = {entry.sequence: (entry, dict(_said(entry))) for entry in entries}
    pairs = {number: [said[side] for side in ("a", "b") if side in said] for number, (_, said) in told.items()}
    keys = {key for both in pairs.values() for key in both}
    known = handles(here.folder, keys) if keys else {}
    found: dict[int, dict[str, tuple[str, str]]] = {}
    for number, (entry, said) in told.items():
        made = {key: _handle(here, known[key]) for key in pairs[number] if key in known}
        code = entry.about if entry.verb in _OF_A_CODE else said.get("code") or said.get("of")
        about = code_of(here.folder, code) if code else None
        if about is not None:
            where = {"reference": here.case.reference, "code": about.id}
            made[about.id] = (about.title, reverse("review_certificate", kwargs=where))
        found[number] = made
    return found


def _said(entry: Entry) -> Iterator[tuple[str, str]]:
    """What it says in words, and what a line says that was decided on the command line."""
    try:
        detail: Any = json.loads(entry.detail)
        if entry.verb == "admit_decision":
            detail = detail["said"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return
    if isinstance(detail, dict):
        yield from ((name, value) for name, value in detail.items() if isinstance(value, str))


def _handle(here: At, of: Handle) -> tuple[str, str]:
    what = f"{of.name} ({of.address}, on {of.reference})" if of.address else f"{of.name} (on {of.reference})"
    return what, reverse("person", kwargs={"reference": here.case.reference, "person": of.person})
