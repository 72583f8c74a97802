"""Notices of the app: what an update message of a chat reports."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from upstander.evidence.sources.loose import instant, items, record, shown
from upstander.evidence.sources.signal_backup.groups import changed, seconds
from upstander.evidence.sources.signal_backup.people import People
from upstander.evidence.sources.signal_backup.values import number, telephone
from upstander.evidence.sources.signal_backup.wire import UNKNOWN

__all__ = ["Notice", "notices"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its event, the membership events (their columns) that it gives, and what is odd about it."""

    event: str
    memberships: list[dict[str, Any]] = field(default_factory=list)
    #: Below the item's own place.
    suffix: str = ""
    #: Author's number and time of the message that it is about.
    about: tuple[Any, Any] | None = None
    #: Whether it was sent as a message, so that every phone has it under the same key.
    sent: bool = False
    #: The disappearing timer from then on, in milliseconds.
    timer: int | None = None
    #: What of it is not known, or names nobody.
    odd: str | None = None


#: What each simple update reports: the event, the kind of membership event, whether its author did it (else it happened
#: to the author), and what is said.
_SIMPLE: dict[str, tuple[str, str, bool, str]] = {
    "JOINED_SIGNAL": ("other", "changed", False, "joined Signal"),
    "IDENTITY_UPDATE": ("security_code_changed", "changed", False, "safety number changed"),
    "IDENTITY_VERIFIED": ("security_code_changed", "changed", False, "safety number marked as verified"),
    "IDENTITY_DEFAULT": ("security_code_changed", "changed", False, "safety number no longer marked as verified"),
    "CHANGE_NUMBER": ("number_changed", "number_changed", False, "number changed; the backup has the new one only"),
    "RELEASE_CHANNEL_DONATION_REQUEST": ("other", "changed", True, "request for a donation"),
    "END_SESSION": ("other", "changed", True, "secure session reset"),
    "CHAT_SESSION_REFRESH": ("other", "changed", False, "secure session refreshed"),
    "BAD_DECRYPT": ("other", "changed", False, "a message of this account could not be decrypted and is lost"),
    "PAYMENTS_ACTIVATED": ("other", "changed", True, "payments activated"),
    "PAYMENT_ACTIVATION_REQUEST": ("other", "changed", True, "request to activate payments"),
    "UNSUPPORTED_PROTOCOL_MESSAGE": ("other", "changed", True, "a message that this version of Signal could not show"),
    "REPORTED_SPAM": ("other", "changed", True, "chat reported as spam"),
    "BLOCKED": ("blocked", "changed", True, "chat blocked"),
    "UNBLOCKED": ("blocked", "changed", True, "chat no longer blocked"),
    "MESSAGE_REQUEST_ACCEPTED": ("other", "changed", True, "message request accepted"),
}


def notices(update: dict[str, Any], author: str | None, people: People) -> list[Notice]:
    """What an update message reports: one notice, or one for each change of the group that it bundles."""
    for name, make in _KINDS.items():
        if isinstance(update.get(name), dict):
            return make(record(update[name]), author, people)
    unknown = ", ".join(str(one) for one in (items(update.get(UNKNOWN)) or sorted(update)))[:100]
    return [Notice("other", odd=f"an update of a kind that is not known ({unknown or 'it is empty'})")]


def _about(author: str | None, detail: str, kind: str = "changed") -> list[dict[str, Any]]:
    return [{"kind": kind, "participant": author, "actor": None, "detail": detail}]


def _did(author: str | None, detail: str) -> list[dict[str, Any]]:
    return [{"kind": "changed", "participant": None, "actor": author, "detail": detail}]


def _simple(body: dict[str, Any], author: str | None, _people: People) -> list[Notice]:
    kind = body.get("type")
    known = _SIMPLE.get(kind) if isinstance(kind, str) else None
    if known is None:
        return [Notice("other", odd=f"a simple update of type {shown(kind)[:40] or 'UNKNOWN'}, which is not known")]
    event, membership, acted, detail = known
    return [Notice(event, _did(author, detail) if acted else _about(author, detail, membership))]


def _group(body: dict[str, Any], _author: str | None, people: People) -> list[Notice]:
    made = []
    for index, written in enumerate(items(body.get("updates"))):
        update, suffix = record(written), f".updateMessage.groupChange.updates[{index}]"
        kind = next((kind for kind in update if kind != UNKNOWN), None)
        found = changed(kind or "genericGroupUpdate", update.get(kind) if kind else {}, people.owner)
        unknown = kind if kind and found is None else ", ".join(str(one) for one in items(update.get(UNKNOWN))) or None
        if found is None or unknown:
            made.append(Notice("other", suffix=suffix, odd=f"a change of the group that is not known ({unknown})"))
            continue
        odd = f"a change of the group whose {found.broken[0]} is no account id" if found.broken else None
        timer = number(record(update.get(kind or "")).get("expiresInMs")) if found.event == "timer_changed" else None
        made.append(Notice(found.event, found.memberships, suffix, odd=odd, timer=timer))
    return made or [Notice("other", odd="a change of the group without any content")]


def _timer(body: dict[str, Any], author: str | None, _people: People) -> list[Notice]:
    timer = body.get("expiresInMs")
    return [Notice("timer_changed", _did(author, seconds(timer)), sent=True, timer=number(timer))]


def _profile(body: dict[str, Any], author: str | None, _people: People) -> list[Notice]:
    detail = f"profile name: {shown(body.get('previousName'))} → {shown(body.get('newName'))}"
    return [Notice("other", _about(author, detail))]


def _learned(body: dict[str, Any], _author: str | None, _people: People) -> list[Notice]:
    before = telephone(body.get("e164")) or shown(body.get("username")) or "nothing"
    return [Notice("other", _did(None, f"profile of the other party learned; shown as {before} before"))]


def _merge(body: dict[str, Any], author: str | None, _people: People) -> list[Notice]:
    before = telephone(body.get("previousE164")) or "another account"
    return [Notice("other", _about(author, f"chat merged with that of {before}"))]


def _switch(body: dict[str, Any], author: str | None, _people: People) -> list[Notice]:
    reached = telephone(body.get("e164")) or "unknown"
    return [Notice("other", _about(author, f"session switched over; number {reached}"))]


def _words(*parts: Any) -> str:
    known = (shown(part).lower().replace("_", " ") for part in parts if part not in (None, 0))
    return ", ".join(word for word in known if word and not word.startswith("unknown"))


def _when(before: str, value: Any) -> str | None:
    at = instant(value)
    return f"{before} {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%dT%H:%M:%S}Z" if at is not None else None


def _call(body: dict[str, Any], author: str | None, _people: People) -> list[Notice]:
    started = _when("started", body.get("startedCallTimestamp"))
    said = _words(body.get("type"), body.get("direction"), body.get("state"))
    return [Notice("call", _did(author, "; ".join(part for part in (said or "call", started) if part)))]


def _group_call(body: dict[str, Any], author: str | None, people: People) -> list[Notice]:
    starter, ringer = people.handle(body.get("startedCallRecipientId")), people.handle(body.get("ringerRecipientId"))
    parts = (
        _words("group call", body.get("state")),
        _when("started", body.get("startedCallTimestamp")),
        _when("ended", body.get("endedCallTimestamp")),
        f"rung by {ringer}" if ringer else None,
    )
    return [Notice("call", _did(starter or author, "; ".join(part for part in parts if part)))]


def _poll_end(body: dict[str, Any], author: str | None, _people: People) -> list[Notice]:
    said = _did(author, f"poll ended: {shown(body.get('question'))}")
    return [Notice("poll", said, about=(None, body.get("targetSentTimestamp")), sent=True)]


def _pin(body: dict[str, Any], author: str | None, _people: People) -> list[Notice]:
    about = (body.get("authorId"), body.get("targetSentTimestamp"))
    return [Notice("pinned", _did(author, "message pinned"), about=about, sent=True)]


_KINDS: dict[str, Callable[[dict[str, Any], str | None, People], list[Notice]]] = {
    "simpleUpdate": _simple,
    "groupChange": _group,
    "expirationTimerChange": _timer,
    "profileChange": _profile,
    "threadMerge": _merge,
    "sessionSwitchover": _switch,
    "individualCall": _call,
    "groupCall": _group_call,
    "learnedProfileChange": _learned,
    "pollTerminate": _poll_end,
    "pinMessage": _pin,
}
