"""The sample operation's truth beside the rows that its case holds: which sighting is which message of the truth."""

import re
from dataclasses import dataclass

import polars as pl

from meridian.truth import Exhibit, Message, Truth
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["Beside", "beside", "table"]


@dataclass(frozen=True)
class Beside:
    """The case's rows by the names of the truth."""

    case: Case
    truth: Truth
    #: By the truth's reference and conversation: id of the capture.
    captures: dict[tuple[str, str], str]
    #: By id of the capture: the truth's reference and conversation.
    names: dict[str, tuple[str, str]]
    #: By id of a sighting: id of the message of the truth; and of the event, for system events.
    messages: dict[str, str]
    events: dict[str, str]
    #: By id of a message of the truth: the message.
    said: dict[str, Message]

    def exhibit(self, reference: str) -> Exhibit:
        """The exhibit of the truth with that reference."""
        (found,) = [made for made in self.truth.exhibits if made.reference == reference]
        return found

    def digest(self, reference: str) -> str:
        """SHA-256 of the exhibit that holds the messages of that reference."""
        rows = [row for row in table(self.case, "exhibits") if row["role"] != "companion"]
        (found,) = [row["exhibit"] for row in rows if str(row["reference"]).split(".")[0] == reference]
        return str(found)

    @property
    def held(self) -> dict[str, int]:
        """By id of a message of the truth: exhibits that hold it."""
        found: dict[str, int] = {}
        for made in self.truth.exhibits:
            for sighting in made.sightings:
                found[sighting.message] = found.get(sighting.message, 0) + 1
        return found


def table(case: Case, name: str) -> list[dict[str, object]]:
    """Rows of a table, categories as words."""
    return scan(case, name).with_columns(pl.col(pl.Categorical).cast(pl.String)).collect().to_dicts()


def beside(case: Case, truth: Truth) -> Beside:
    """Lay the truth beside the case."""
    references = {str(row["exhibit"]): str(row["reference"]).split(".")[0] for row in table(case, "exhibits")}
    captures: dict[tuple[str, str], str] = {}
    for row in table(case, "conversations"):
        reference = references[str(row["exhibit"])]
        (made,) = [made for made in truth.exhibits if made.reference == reference]
        for conversation, key in made.conversations.items():
            if key == row["platform_key"] or (row["platform_key"] is None and key == row["title"]):
                captures[reference, conversation] = str(row["conversation"])
    place = pl.coalesce(pl.col("row"), pl.col("byte_start").cast(pl.String))
    rows = scan(case, "messages").select(pl.col("conversation").cast(pl.String), place.alias("place"), "message")
    ids = {(capture, at): message for capture, at, message in rows.collect().iter_rows()}
    said = {message.id: message for message in truth.messages}
    happened = {event.id: event for event in truth.events}
    messages, events = {}, {}
    for made in truth.exhibits:
        for sighting in made.sightings:
            capture = captures[made.reference, said[sighting.message].conversation]
            messages[ids[capture, _place(sighting.place)]] = sighting.message
        for event, where in made.events:
            capture = captures[made.reference, happened[event].conversation]
            events[ids[capture, _place(where)]] = event
    names = {capture: name for name, capture in captures.items()}
    return Beside(case, truth, captures, names, messages, events, said)


def _place(place: str) -> str:
    """A place of the truth as the messages table writes it."""
    if match := re.fullmatch(r"bytes:(\d+)-\d+", place):
        return match[1]
    if match := re.fullmatch(r"message_(\d+)\.json#/messages/(\d+)", place):
        return f"{match[1]}/messages[{match[2]}]"
    return place
