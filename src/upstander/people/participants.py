"""Participants as the case has them: one entry a handle of a capture, and what each is known by."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from upstander.people.rows import Capture, strings
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["Participant", "Participants", "account", "participants"]

#: How a platform writes an account's own id; a handle that is not of this shape is a name, which two people may share.
_ACCOUNTS = {
    "whatsapp": re.compile(r"[^@\s]+@(?:s\.whatsapp\.net|c\.us|lid)"),
    "telegram": re.compile(r"(?:user|channel)?[0-9]{4,}"),
    "signal": re.compile(r"(?:ACI:|PNI:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE),
    "imessage": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "slack": re.compile(r"[UWB][A-Z0-9]{7,}"),
    "teams": re.compile(r"8:\S+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
    "discord": re.compile(r"[0-9]{15,20}"),
    # A number as two phones of one country dial it: national forms are one number, though of which country is not said.
    "sms": re.compile(r"\+?[0-9]{7,15}"),
    "mms": re.compile(r"\+?[0-9]{7,15}"),
}
_DIGITS = re.compile(r"\+?[0-9][0-9 ().\-\u00a0\u202f]{6,}")
_PHONE = re.compile(r"([0-9]{5,15})(?:[.:][0-9:.]*)?@(?:s\.whatsapp\.net|c\.us)")

#: What exports call the person who made them, in a system line.
_YOU = frozenset(["you", "du", "dir", "vous", "tu", "tú", "te", "usted", "você", "vc", "je", "jij", "u"])


@dataclass(frozen=True, slots=True)
class Participant:
    """One handle of one capture."""

    capture: Capture
    handle: str
    name: str | None
    number: str | None
    linked_id: str | None
    owner: bool
    standing: str | None

    @property
    def id(self) -> str:
        """How alias suggestions and decisions call it."""
        return f"{self.capture.capture}/{self.handle}"

    @property
    def called(self) -> str | None:
        """The name that this capture has for it: the handle itself, where that is a name and no id."""
        if self.name:
            return self.name
        known = self.number or account(self.capture.platform, self.handle) or self.handle == "me"
        return None if known else self.handle


@dataclass(frozen=True)
class Participants:
    """All of them, by capture and handle."""

    rows: Sequence[Participant]

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """Place in `rows` by capture and handle."""
        return {(row.capture.capture, row.handle): place for place, row in enumerate(self.rows)}

    @cached_property
    def ids(self) -> dict[str, int]:
        """Place in `rows` by participant id."""
        return {row.id: place for place, row in enumerate(self.rows)}

    @cached_property
    def owners(self) -> dict[str, int]:
        """The exporting account's own handle, by capture, where exactly one is known."""
        found: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            if row.owner:
                found.setdefault(row.capture.capture, []).append(place)
        return {capture: places[0] for capture, places in found.items() if len(places) == 1}

    def place(self, capture: str, handle: str | None) -> int | None:
        """Place of a handle as an event writes it; `You` is whoever made the export."""
        if handle is None:
            return None
        found = self.places.get((capture, handle))
        if found is None and handle.casefold() in _YOU:
            return self.owners.get(capture)
        return found


def account(platform: str, handle: str) -> str | None:
    """The key by which a platform knows an account wherever it is named; None where the handle is only a name."""
    shape = _ACCOUNTS.get(platform)
    if shape is None or not shape.fullmatch(handle):
        return None
    phone = _PHONE.fullmatch(handle)
    return f"{platform} {phone[1]}@" if phone else f"{platform} {handle.casefold()}"


def number(written: str) -> str | None:
    """A telephone number in E.164, where `written` is one or is a phone's address."""
    phone = _PHONE.fullmatch(written)
    if phone:
        return f"+{phone[1]}"
    if written.startswith("+") and _DIGITS.fullmatch(written):
        return "+" + "".join(sign for sign in written if sign.isdigit())
    return None


def participants(case: Case, captures: Sequence[Capture]) -> Participants:
    """Every participant of `captures`, and every handle that only their membership events name."""
    by_id = {capture.capture: capture for capture in captures}
    found: dict[tuple[str, str], Participant] = {}
    for row in strings(scan(case, "participants")).collect().iter_rows(named=True):
        capture = by_id.get(row["conversation"])
        if capture is not None:
            found[row["conversation"], row["handle"]] = Participant(
                capture=capture,
                handle=row["handle"],
                name=row["name"],
                number=row["number"] or number(row["handle"]),
                linked_id=row["linked_id"],
                owner=row["owner"],
                standing=row["standing"],
            )
    owned = {capture for (capture, _), row in found.items() if row.owner}
    for conversation, handle in _named(case):
        capture = by_id.get(conversation)
        if capture is None or (conversation, handle) in found:
            continue
        if handle.casefold() in _YOU and conversation in owned:
            continue
        found[conversation, handle] = Participant(
            capture=capture,
            handle=handle,
            name=None,
            number=number(handle),
            linked_id=None,
            owner=handle.casefold() in _YOU,
            standing=None,
        )
    return Participants([found[key] for key in sorted(found)])


def _named(case: Case) -> Iterator[tuple[str, str]]:
    """Captures and handles that membership events and reactions name."""
    events = strings(scan(case, "membership_events"))
    frames = [
        events.select("conversation", pl.col("participant").alias("handle")),
        events.select("conversation", pl.col("actor").alias("handle")),
        strings(scan(case, "reactions")).select("conversation", pl.col("participant").alias("handle")),
        strings(scan(case, "receipts")).select("conversation", pl.col("participant").alias("handle")),
    ]
    yield from pl.concat(frames).drop_nulls().unique().sort("conversation", "handle").collect().iter_rows()
