"""Reads a report once and lays it aside, conversation by conversation.

A conversation is what one app on one extraction calls by one id. Two extractions in a report (a phone and its backup,
or two phones) are two captures: each holds what it holds. A chat that the tool gives twice, once intact and once
recovered, is one.
"""

import errno
from dataclasses import dataclass, field

from upstander.errors import LimitReached, SourceError
from upstander.evidence.document import Document
from upstander.evidence.sources.cellebrite.clock import offset_instant
from upstander.evidence.sources.cellebrite.mending import Mender
from upstander.evidence.sources.cellebrite.parties import Party, address, parties, word
from upstander.evidence.sources.cellebrite.spool import Spool, digest
from upstander.evidence.sources.cellebrite.stream import Found, Model, Seen, found
from upstander.evidence.sources.cellebrite.words import platform

__all__ = ["Exchange", "Laid", "lay"]

#: What the conversations of SMS, MMS and native calls are keyed by in place of an app.
NATIVE = ""


@dataclass(slots=True)
class Exchange:
    """One conversation of the report."""

    key: str
    #: The app as the report names it.
    source: str
    extraction: str
    #: The platform's key: the chat's id, or the addresses of the others.
    platform_key: str | None
    #: Where its chats stand in the spool, each with its path.
    chats: list[tuple[str, int]] = field(default_factory=list)
    #: Types of its records that stand in no chat.
    types: set[str] = field(default_factory=set)
    #: Handle of the phone's own account, where one of its records names it.
    owner: str | None = None

    @property
    def telephone(self) -> bool:
        """Whether its parties are telephone numbers, which one phone writes in several dresses."""
        return not self.source or platform(self.source) in ("sms", "mms", "imessage")


@dataclass(slots=True)
class Laid:
    """The report as it was laid aside."""

    exchanges: list[Exchange] = field(default_factory=list)
    #: Number of the exchange of each lane; a lane is one list of the report: the messages of a chat, its activities,
    #: the records of one type of an exchange.
    lanes: list[int] = field(default_factory=list)
    #: The account's own identifier by app and extraction, from the accounts that the report lists.
    accounts: dict[tuple[str, str], str] = field(default_factory=dict)
    problem: SourceError | None = None
    #: Owner named by the messages of the chat that is being read.
    speaking: Party | None = None
    _known: dict[str, int] = field(default_factory=dict)
    _typed: dict[tuple[int, str], int] = field(default_factory=dict)
    _open: dict[str, int] = field(default_factory=dict)

    def lane_of_chat(self, what: str) -> int:
        """The lane of the messages or activities of the open chat, whose exchange is known at its end only."""
        lane = self._open.get(what)
        if lane is None:
            lane = self._open[what] = len(self.lanes)
            self.lanes.append(-1)
        return lane

    def end_chat(self, exchange: int) -> None:
        """Give the lanes of the open chat to their exchange; chats do not overlap."""
        for lane in self._open.values():
            self.lanes[lane] = exchange
        self._open.clear()

    def exchange(self, key: str, source: str, extraction: str, platform_key: str | None) -> int:
        """The number of an exchange, made on first mention."""
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.exchanges)
            self.exchanges.append(Exchange(key, source, extraction, platform_key))
        return number

    def typed(self, exchange: int, kind: str) -> int:
        """The lane of an exchange's records of one type."""
        lane = self._typed.get((exchange, kind))
        if lane is None:
            lane = self._typed[exchange, kind] = len(self.lanes)
            self.lanes.append(exchange)
            self.exchanges[exchange].types.add(kind)
        return lane


def lay(document: Document, mender: Mender, seen: Seen, spool: Spool) -> Laid:
    """Lay the report aside as far as it can be read."""
    laid = Laid()
    try:
        for item in found(document, mender, seen):
            if item.what == "file":
                if item.model.get("id"):
                    spool.add_file(item.model["id"], item.model)
            elif item.what == "chat":
                _chat(laid, spool, item)
            elif item.chat >= 0:
                _add(spool, item, laid.lane_of_chat(item.what))
                if laid.speaking is None:
                    laid.speaking = next((party for party in parties(item.model, "From") if party.owner), None)
            elif item.model["t"] == "UserAccount":
                _account(laid, item.model)
            else:
                _standalone(laid, spool, item)
    except SourceError as problem:
        laid.problem = problem
    except OSError as full:
        if full.errno in (errno.ENOSPC, errno.EDQUOT):
            # No limit of the report's: the run ends, and the next one reads it.
            raise
        laid.problem = LimitReached(f"the scratch folder took no more of the report ({full.strerror}); try again")
    return laid


def _chat(laid: Laid, spool: Spool, item: Found) -> None:
    fields = item.model["f"]
    source, identity = word(fields, "Source") or "", word(fields, "Id")
    extraction = item.model.get("x", "")
    account = word(fields, "Account") or ""
    platform_key = identity
    if platform_key is None and platform(source) == "whatsapp":
        # A one-to-one exchange on WhatsApp is known by the other's address, there too where the tool leaves it out.
        others = {party.handle for party in parties(item.model, "Participants") if party.owner is False}
        only = next(iter(others)) if len(others) == 1 else ""
        platform_key = only if only.endswith("@s.whatsapp.net") else None
    key = _key(source, extraction, account, platform_key or f"{item.path} {item.model.get('id', '')}")
    number = laid.exchange(key, source, extraction, platform_key)
    exchange = laid.exchanges[number]
    exchange.chats.append((item.path, spool.put(item.model)))
    if exchange.owner is None and laid.speaking is not None:
        exchange.owner = address(laid.speaking.handle) if exchange.telephone else laid.speaking.handle
    laid.speaking = None
    laid.end_chat(number)


def _standalone(laid: Laid, spool: Spool, item: Found) -> None:
    model = item.model
    fields, extraction = model["f"], model.get("x", "")
    source = word(fields, "Source") or word(fields, "SourceApplication") or ""
    native = _native(model["t"], source)
    identity = word(fields, "ChatId")
    own, others = _sides(parties(model, "Parties", "From", "To", telephone=native))
    if identity is None:
        identity = "~".join(sorted({party.handle for party in others or own})) or None
    key = _key(NATIVE if native else source, extraction, "", identity or "")
    number = laid.exchange(key, NATIVE if native else source, extraction, identity)
    if laid.exchanges[number].owner is None and own:
        laid.exchanges[number].owner = own[0].handle
    _add(spool, item, laid.typed(number, model["t"]))


def _sides(found: list[Party]) -> tuple[list[Party], list[Party]]:
    own = [party for party in found if party.owner]
    return own, [party for party in found if not party.owner and not party.system]


def _native(kind: str, source: str) -> bool:
    """Whether a record is of the phone's own messages or calls, and not of an app's."""
    return kind in ("SMS", "MMS") or (kind == "Call" and (not source or platform(source) == "sms"))


def _account(laid: Laid, model: Model) -> None:
    source, extraction = word(model["f"], "Source") or "", model.get("x", "")
    for entry in model["m"].get("Entries", ()):
        category = (word(entry["f"], "Category") or "").lower()
        value = word(entry["f"], "Value")
        if entry["t"] == "UserID" and value and category.endswith(" id"):
            laid.accounts.setdefault((source, extraction), value)


def _add(spool: Spool, item: Found, lane: int) -> None:
    fields = item.model["f"]
    time = offset_instant(fields, "TimeStamp")
    if item.what == "activity":
        spool.activities.append(spool.count)
        time = offset_instant(fields, "SystemMessageTimeStamp")
    identity = word(fields, "Identifier")
    key = 0
    if identity is not None:
        key = digest(f"id {identity}")
    elif fields.get("Body") and time is not None:
        # Recovered records of what has no id are recognised by who, when and what.
        who = sorted(party.handle for party in parties(item.model, "From", "Parties"))
        key = digest(f"text {time} {who} {fields['Body']}")
    record = {"p": item.path, "w": item.what, "m": item.model}
    spool.add(record, lane=lane, time=time, key=key, model=digest(item.model.get("id") or item.path))


def _key(*parts: str) -> str:
    return "\x1f".join(f"{len(part)}:{part}" for part in parts)
