"""What an app put into a message: a link's preview, a payment, a place, a poll, a move in a game.

`payload_data` is a keyed archive. Apps write a layout with captions, a summary (`ldtext`) and a URL of their own
making; previews write what the page said of itself.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from upstander.evidence.document import legible
from upstander.evidence.sources.imessage.archive import unarchived

__all__ = ["Payload", "read_payload"]

#: Lines of an app's bubble, from the top down.
_LINES = ("image-title", "image-subtitle", "caption", "subcaption", "secondary-subcaption", "tertiary-subcaption")
_POLL = "data:,"


@dataclass(frozen=True, slots=True)
class Payload:
    """One payload as far as it was understood."""

    #: What the bubble shows in words.
    text: str | None = None
    #: The page or file that it leads to.
    url: str | None = None
    #: Title of a link's preview, or the app's name.
    title: str | None = None
    #: What a preview says of the page.
    summary: str | None = None
    #: Whether it is a place on a map.
    place: bool = False
    #: Options of a poll: (identifier, text).
    options: tuple[tuple[str, str], ...] = ()
    #: Votes in a poll: (identifier of the option, handle of the voter where it is given).
    votes: tuple[tuple[str, str | None], ...] = ()
    #: Whether this is a vote, also one that takes every vote back.
    voted: bool = False
    #: Whether the payload could be read at all.
    whole: bool = True


def read_payload(data: bytes | None) -> Payload:
    """Read `payload_data`."""
    if data is None:
        return Payload()
    root = unarchived(data)
    if not isinstance(root, dict):
        return Payload(whole=False)
    link = root.get("richLinkMetadata") or root.get("metadata")
    if isinstance(link, dict):
        return _preview(link)
    url = _string(root.get("URL"))
    poll = _poll(url)
    if poll is not None:
        return poll
    info = root.get("userInfo")
    lines = [_string(root.get("ldtext"))]
    lines += [_string(info.get(name)) for name in _LINES] if isinstance(info, dict) else []
    shown = list(dict.fromkeys(line for line in lines if line and line.strip()))
    first = shown[0] if shown else ""
    # The summary mostly repeats the captions.
    shown = [line for number, line in enumerate(shown) if not number or line not in first]
    return Payload(
        text="\n".join(shown) or None,
        url=url if url and url.startswith(("https://", "http://")) else None,
        title=_string(root.get("an")),
    )


def _preview(link: dict[str, Any]) -> Payload:
    special = link.get("specialization2") or link.get("specialization")
    place = isinstance(special, dict) and "address" in special
    return Payload(
        url=_string(link.get("originalURL")) or _string(link.get("URL")),
        title=_string(link.get("title")),
        summary=_string(link.get("summary")),
        place=place,
    )


def _poll(url: str | None) -> Payload | None:
    """A poll or a vote, written as JSON in a data URL."""
    if url is None or not url.startswith(_POLL):
        return None
    written = url[len(_POLL) :].partition("?")[0]
    try:
        found = json.loads(base64.b64decode(written + "=" * (-len(written) % 4), validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    item = found.get("item") if isinstance(found, dict) else None
    if not isinstance(item, dict):
        return None
    options = tuple(
        (str(option.get("optionIdentifier")), _string(option.get("text")) or "")
        for option in _dicts(item.get("orderedPollOptions"))
    )
    votes = tuple(
        (str(vote.get("voteOptionIdentifier")), _string(vote.get("participantHandle")))
        for vote in _dicts(item.get("votes"))
    )
    lines = [_string(item.get("title")), *(text for _, text in options)]
    return Payload(
        text="\n".join(line for line in lines if line) or None,
        options=options,
        votes=votes,
        voted=isinstance(item.get("votes"), list),
    )


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _string(value: Any) -> str | None:
    # JSON may escape half a surrogate pair, which no table can hold.
    return legible(value) if isinstance(value, str) and value else None
