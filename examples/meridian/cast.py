"""The roster and the plot, read from YAML: who there is, what happens, what was received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from meridian.truth import ClockStep, Person

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Happening:
    """A change to a conversation, as the plot has it."""

    at_ms: int
    kind: str
    who: str
    whom: tuple[str, ...]
    title: str | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation of the plot."""

    id: str
    platform: str
    kind: str
    messages: int
    since_ms: int
    until_ms: int
    between: tuple[str, ...]
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """An exhibit to be made."""

    reference: str
    format: str
    owner: str
    taken_ms: int
    zone: str
    folder: str
    conversations: tuple[str, ...]
    clock: tuple[ClockStep, ...]
    last_rows: int | None
    filtered: tuple[int, int] | None

    def offset_at(self, ms: int) -> int:
        """How wrong the device's clock was at a true instant."""
        for step in self.clock:
            if step.since_ms <= ms and (step.until_ms is None or ms < step.until_ms):
                return step.offset_ms
        return 0


@dataclass(frozen=True, slots=True)
class Plot:
    """All of it."""

    people: Mapping[str, Person]
    conversations: Mapping[str, Conversation]
    sources: tuple[Source, ...]


def load(name: str) -> Any:
    """A YAML file of this package."""
    return yaml.safe_load(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def instant(value: datetime | date) -> int:
    """Local time in the plot, as milliseconds since 1970 UTC."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return int(moment.replace(tzinfo=LONDON).timestamp()) * 1000


def read() -> Plot:
    """The roster and the plot."""
    plot = load("plot.yaml")
    until = instant(plot["until"])
    people = {key: _person(key, row) for key, row in load("cast.yaml")["people"].items()}
    conversations = {k: _conversation(k, row, until) for k, row in plot["conversations"].items()}
    sources = tuple(_source(key, row) for key, row in plot["exhibits"].items())
    return Plot(people, conversations, sources)


def _person(key: str, row: dict[str, Any]) -> Person:
    return Person(
        id=key,
        name=row["name"],
        rank=row["rank"],
        supervisor=row.get("supervisor"),
        number=row["number"],
        number_after=row.get("number_after"),
        push=row["push"],
        facebook=row["facebook"],
        client=row["client"],
        writes=row["writes"],
        talk=row["talk"],
        lid=tuple(row.get("lid", ())),
        saved=row["saved"],
    )


def _conversation(key: str, row: dict[str, Any], until: int) -> Conversation:
    happenings = tuple(
        Happening(
            at_ms=instant(e["at"]),
            kind=e["kind"],
            who=e["who"],
            whom=tuple(e.get("whom", ())),
            title=e.get("title"),
            seconds=e.get("seconds"),
        )
        for e in row.get("events", ())
    )
    return Conversation(
        id=key,
        platform=row["platform"],
        kind=row["kind"],
        messages=row["messages"],
        since_ms=happenings[0].at_ms if happenings else instant(row["from"]),
        until_ms=until if happenings else instant(row["until"]),
        between=tuple(row.get("between", ())),
        happenings=happenings,
    )


def _source(key: str, row: dict[str, Any]) -> Source:
    steps = [ClockStep(instant(s["from"]), instant(s["until"]), s["offset_ms"]) for s in row.get("steps", ())]
    if "offset_ms" in row:
        steps.append(ClockStep(0, None, row["offset_ms"]))
    window = row.get("filtered")
    return Source(
        reference=key,
        format=row["format"],
        owner=row["owner"],
        taken_ms=instant(row["taken"]),
        zone=row["zone"],
        folder=row["folder"],
        conversations=tuple(row["conversations"]),
        clock=tuple(steps),
        last_rows=row.get("last_rows"),
        filtered=(instant(window["from"]), instant(window["until"])) if window else None,
    )
