"""Sentences with ids in them, as a page shows them: each id is a link that says what it stands for."""

import re
from collections.abc import Iterable, Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from upstander.actions import Power
from upstander.stages.naming import Spot, spot
from upstander.web.addresses import address
from upstander.web.at import At
from upstander.web.evidence import cut, drawn, name
from upstander.web.moments import moment

__all__ = ["linked", "spoken"]

#: A message or conversation, and the word before it that a name makes needless. Ids have 16 digits, and are no part
#: of a longer word or of a participant's key.
_ID = re.compile(r"(?P<word>\b(?:message|conversation) )?(?<![\w/-])(?P<id>[0-9a-f]{16}(?:-\d+)?)(?![\w/-])")

#: The row of a phone's database: "ZWAMESSAGE:218/ZWAMESSAGEINFO:32:2.0".
_ROW = re.compile(r"(?<![\w/:])[A-Za-z_]{3,}:\d[\w:/.]*")

#: Ids of one sentence that are looked up.
_MOST = 20


def linked(
    said: str,
    at: At | None,
    exact: Mapping[str, tuple[str, str]] | None = None,
    beside: str = "",
    *,
    titles: bool = True,
) -> SafeString:
    """What was said with a name and a link for each id: for whoever may read the case, and as it was for others.

    `exact` are further words and the name and address that each stands for; `beside` is the conversation that the
    reader is in, whose name need not be said. Without `titles` no conversation is named: where text is hidden.
    """
    parts: list[SafeString] = []
    left = _MOST
    for piece, known in _parted(said, exact or {}):
        if known is not None:
            parts.append(
                _link(known[1], name(known[0]), piece)
                if known[1]
                else format_html('<span title="{}">{}</span>', piece, name(known[0]))
            )
            continue
        done = 0
        for found in _ID.finditer(piece):
            place = spot(at.folder, found["id"]) if at is not None and left and Power.READ in at.powers else None
            if at is None or place is None:
                continue
            left -= 1
            parts.append(_quiet(piece[done : found.start()]))
            parts.append(_called(at, place, found["id"], found["word"] or "", beside, titles=titles))
            done = found.end()
        parts.append(_quiet(piece[done:]))
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


def spoken(message: str, at: At) -> SafeString:
    """A message by its author, time and conversation, without a link; its id where the case does not have it."""
    place = spot(at.folder, message)
    return drawn(message) if place is None or place.message is None else _words(place, "", titles=True)


def _parted(said: str, exact: Mapping[str, tuple[str, str]]) -> Iterable[tuple[str, tuple[str, str] | None]]:
    if not exact:
        return [(said, None)]
    either = "|".join(re.escape(each) for each in sorted(exact, key=len, reverse=True))
    pieces = re.split(rf"(?<![\w/-])({either})(?![\w/-])", said)
    return [(piece, exact[piece] if number % 2 else None) for number, piece in enumerate(pieces)]


def _called(at: At, place: Spot, asked: str, word: str, beside: str, *, titles: bool) -> SafeString:
    if place.message is None:
        where = address("conversation", reference=at.case.reference, conversation=place.conversation)
        if not titles:
            says = drawn("this conversation" if place.conversation == beside else "a conversation")
            return _link(where, says, asked)
        return format_html("{}{}", word or "conversation ", _link(where, name(cut(place.title, 60)[0]), asked))
    where = address("message", reference=at.case.reference, message=place.message)
    what = "notice" if place.notice else "message"
    return format_html("the {} of {}", what, _link(where, _words(place, beside, titles=titles), asked))


def _words(place: Spot, beside: str, *, titles: bool) -> SafeString:
    by = format_html("{}, ", name(cut(place.by, 60)[0])) if place.by and not place.notice else ""
    title = name(cut(place.title, 60)[0]) if titles else "another conversation"
    within = "" if place.conversation == beside else format_html(", in {}", title)
    return format_html("{}{}{}", by, moment(place.at), within)


def _link(where: str, says: str, asked: str) -> SafeString:
    return format_html('<a class="govuk-link" href="{}" title="{}">{}</a>', where, asked, says)


def _quiet(said: str) -> SafeString:
    """Words with what only a database understands in small letters."""
    parts: list[SafeString] = []
    done = 0
    for found in _ROW.finditer(said):
        parts += [
            drawn(said[done : found.start()]),
            format_html('<span class="desk-id desk-row-id">{}</span>', drawn(found[0])),
        ]
        done = found.end()
    return mark_safe("".join([*parts, drawn(said[done:])]))  # noqa: S308 - every part is escaped
