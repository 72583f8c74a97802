"""The conversations of a report, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from upstander.evidence.capture import Capture
from upstander.evidence.sources.cellebrite.laying import Exchange, Laid
from upstander.evidence.sources.cellebrite.messages import Rows as Maker
from upstander.evidence.sources.cellebrite.order import Repeats, merged, repeats
from upstander.evidence.sources.cellebrite.parties import OWN, Party, parties, word
from upstander.evidence.sources.cellebrite.spool import Spool, digest
from upstander.evidence.sources.cellebrite.stream import Model
from upstander.evidence.sources.cellebrite.talk import Talk, describe
from upstander.evidence.sources.cellebrite.words import chat_kind, platform
from upstander.evidence.sources.interface import Rows
from upstander.evidence.sources.loose import Loose

__all__ = ["Exchanges"]

_LEFT = frozenset({"left", "removed", "inactive", "former"})


@dataclass
class Exchanges:
    """Gives the rows of every conversation that was laid aside."""

    capture: Capture
    loose: Loose
    maker: Maker
    spool: Spool
    laid: Laid
    _done: int = 0
    _times: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    _models: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))

    def rows(self) -> Iterator[Rows]:
        """Every row."""
        order, lanes = self.spool.by_lane()
        self._times, self._models, keys = self.spool.times(), self.spool.models(), self.spool.keys()
        of_exchange: dict[int, list[int]] = {}
        for lane, owner in enumerate(self.laid.lanes):
            of_exchange.setdefault(owner, []).append(lane)
        for number, exchange in enumerate(self.laid.exchanges):
            own = of_exchange.get(number, [])
            pieces = [order[slice(*np.searchsorted(lanes, [lane, lane + 1]))] for lane in own]
            together = np.concatenate(pieces) if pieces else np.empty(0, np.int64)
            found = repeats(together, keys, self.spool.record)
            told, logged = self._logged(together)
            talk = self._talk(exchange)
            self.loose.where["conversation"] = talk.conversation.id
            for record in merged(pieces, self._times):
                self._done += 1
                if record not in found.dropped and record not in told:
                    self.maker.add(self.spool.record(record), talk, logged.get(int(self._models[record]), []))
                yield from self.capture.drain(0.5 + 0.5 * self._done / self.spool.count)
            self._notes(talk, found)
            self.loose.where.pop("conversation")

    def _logged(self, together: npt.NDArray[np.int64]) -> tuple[set[int], dict[int, list[Model]]]:
        """Activities of a chat's own log that are told by a message there, and they by that message's id."""
        activities = np.array(self.spool.activities, np.int64)
        here = {int(self._models[number]) for number in together} if len(activities) else set()
        told: set[int] = set()
        by_message: dict[int, list[Model]] = {}
        for number in together[np.isin(together, activities)].tolist() if here else ():
            model = self.spool.record(number)["m"]
            identity = word(model["f"], "SystemMessageId")
            if identity is not None and digest(identity) in here:
                told.add(number)
                by_message.setdefault(digest(identity), []).append(model)
        return told, by_message

    def _talk(self, exchange: Exchange) -> Talk:
        chats: list[tuple[str, Model]] = [(path, self.spool.get(start)) for path, start in exchange.chats]
        members: dict[str, Party] = {}
        for _, chat in chats:
            for party in parties(chat, "Participants", telephone=exchange.telephone):
                members.setdefault(party.handle, party)
        app = platform(exchange.source) if exchange.source else _native(exchange.types)
        listed = self.laid.accounts.get((exchange.source, exchange.extraction))
        owner = next((party.handle for party in members.values() if party.owner), None)
        owner = owner or exchange.owner or listed or OWN
        others = {handle for handle, party in members.items() if not party.owner and not party.system}
        others.discard(owner)
        stated = next(
            (said for _, chat in chats for name in ("ChatType", "Type") if (said := word(chat["f"], name))), ""
        )
        many = len(others) or len((exchange.platform_key or "").split("~"))
        kind = chat_kind(app, exchange.platform_key or "", stated, many)
        if not chats and not exchange.platform_key:
            kind = "unknown"
        conversation = self.capture.conversation(
            exchange.key,
            kind=kind,
            platform=app,
            platform_key=exchange.platform_key,
            title=next((name for _, chat in chats if (name := word(chat["f"], "Name"))), None),
            account=owner,
        )
        talk = Talk(conversation, kind, owner, others, exchange.telephone)
        for path, chat in chats:
            self._members(path, chat, talk)
            if str(chat.get("d", "")).lower() in ("deleted", "trash"):
                talk.reasons[f"the chat {path} itself is marked {chat['d']}"] += 1
                talk.note("recovered", path)
        return talk

    def _members(self, path: str, chat: Model, talk: Talk) -> None:
        conversation = talk.conversation
        for index, party in enumerate(parties(chat, "Participants", telephone=talk.telephone)):
            if party.system:
                continue
            left = (word(party.model["f"], "Status") or "").lower() in _LEFT
            standing = "past_member" if left else "administrator" if party.administrator else "member"
            describe(conversation, party, standing=standing)
            if talk.kind == "group":
                conversation.membership(
                    "past_member" if left else "current_member",
                    participant=party.handle,
                    detail="administrator" if party.administrator else None,
                    evidence="header",
                    row=f"{path}.Participants[{index}]",
                )

    def _notes(self, talk: Talk, found: Repeats) -> None:
        warn, first = self.loose.warn, talk.first
        for dropped, kept in sorted(found.dropped.items()):
            other, place = self.spool.record(dropped), self.spool.record(kept)["p"]
            state = other["m"].get("d") or "no state"
            detail = f"{other['p']} ({state}) is the same message as {place}; it was read once, from there"
            warn("duplicate_record", detail, f"{other['p']} {other['m'].get('id', '')}".strip())
        for several in found.differing:
            places = ", ".join(self.spool.record(number)["p"] for number in several[:10])
            detail = f"{places} have one identifier and say different things; all were read"
            warn("duplicate_record", detail, self.spool.record(several[0])["p"])
        if "recovered" in first:
            said = "; ".join(f"{reason} ({count})" for reason, count in talk.reasons.most_common(5))
            what = f"{talk.recovered:,} messages here are" if talk.recovered else "the chat is"
            detail = (
                f"{what} marked as deleted on the device and recovered by the tool; the report does not say who deleted"
                f" them{': ' if said else ''}{said}"
            )
            warn("recovered_record", detail, first["recovered"])
        if talk.unsure:
            detail = f"{talk.unsure:,} records here were decoded by the tool with less than high confidence"
            warn("low_confidence", detail, first["unsure"])
        if talk.backwards:
            detail = f"{talk.backwards:,} records here are stamped over a minute before one above; the order was kept"
            warn("times_run_backwards", detail, first["backwards"])
        if talk.undirected:
            detail = f"{talk.undirected:,} messages here have a time of delivery or reading and do not say whose"
            warn("missing_reference", detail, first["undirected"])
        carried = self.maker.carried
        if carried.missing:
            detail = f"{carried.missing:,} files that messages here carried did not come with the report"
            warn("attachment_missing", detail, carried.first_missing)
            carried.missing, carried.first_missing = 0, ""


def _native(types: set[str]) -> str:
    if "SMS" in types:
        return "sms"
    return "mms" if "MMS" in types else "unknown"
