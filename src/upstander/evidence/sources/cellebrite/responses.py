"""Receipts and reactions: what others did with a message, as far as the report says."""

from dataclasses import dataclass
from typing import Any

from upstander.evidence.sources.cellebrite.clock import Clock
from upstander.evidence.sources.cellebrite.parties import models, parties, word
from upstander.evidence.sources.cellebrite.stream import Model
from upstander.evidence.sources.cellebrite.talk import Sides, Talk, describe
from upstander.evidence.sources.loose import Loose

__all__ = ["Responses"]


@dataclass(frozen=True, slots=True)
class Responses:
    """Makes rows of the receipts and reactions tables."""

    loose: Loose
    clock: Clock

    def receipts(self, model: Model, message: str, columns: dict[str, Any], sides: Sides, talk: Talk) -> None:
        """Times of delivery, reading and playing: each recipient's, else the message's own where it is clear whose."""
        row = columns["row"]
        given = False
        for index, party in enumerate(sides.to):
            times = self._times(party.model, f"{row} To[{index}]")
            if times:
                given = True
                self._receipt(talk, message, columns, party.handle, f"{row} To[{index}]", times)
        times = self._times(model, row)
        if not times or given:
            return
        if sides.outgoing is False:
            reader: str | None = talk.owner
        else:
            others = {party.handle for party in sides.to} or talk.others
            reader = next(iter(others)) if len(others) == 1 and talk.kind != "group" else None
        if reader is None:
            talk.undirected += 1
            talk.note("undirected", row)
            return
        self._receipt(talk, message, columns, reader, row, times)

    def _receipt(
        self, talk: Talk, message: str, columns: dict[str, Any], reader: str, row: str, times: dict[str, int]
    ) -> None:
        talk.conversation.participant(reader, owner=True if reader == talk.owner else None)
        target = columns["platform_key"] or columns["row"]
        talk.conversation.receipt(row, message=message, target_key=target, participant=reader, **times)

    def _times(self, model: Model, row: str) -> dict[str, int]:
        found = {
            column: self.clock.instant(model["f"], name, row)
            for column, name in (
                ("delivered_at", "DateDelivered"),
                ("read_at", "DateRead"),
                ("played_at", "DatePlayed"),
            )
        }
        return {column: at for column, at in found.items() if at is not None}

    def reactions(self, model: Model, message: str, columns: dict[str, Any], sides: Sides, talk: Talk) -> None:
        """Reactions by their actors, or by the recipient that they stand in."""
        of_party: list[tuple[Model, str | None]] = [
            (child, party.handle) for party in sides.to for child in models(party.model, "Reactions")
        ]
        own: list[tuple[Model, str | None]] = [(child, None) for child in models(model, "Reactions")]
        for index, (child, handle) in enumerate(own + of_party):
            actor = next(iter(parties(child, "Actor", "Participant", "From", "Party")), None)
            who = actor.handle if actor is not None else handle
            said = next((value for name in ("ReactionType", "Reaction", "Emoji", "Value", "Body")
                         if (value := word(child["f"], name))), "")  # fmt: skip
            row = f"{columns['row']} Reactions[{index}]"
            if actor is not None:
                describe(talk.conversation, actor)
            talk.conversation.reaction(
                row,
                message=message,
                target_key=columns["platform_key"] or columns["row"],
                participant=who,
                emoji=self.loose.text(said, row) or "",
                at=self.clock.instant(child["f"], "TimeStamp", row),
            )
