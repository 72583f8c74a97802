"""What a message of Discord carries: files, stickers, and the cards (embeds) of links and bots."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from upstander.evidence.document import Document, File
from upstander.evidence.sources.beside import find
from upstander.evidence.sources.loose import TEXT_LIMIT, items, record

__all__ = ["Carried", "carried"]

_REMOTE = ("http://", "https://")
_FAMILIES = frozenset({"image", "video", "audio"})
_PATH_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Carried:
    """One attachment: its columns without message and ordinal, and where its file is."""

    columns: dict[str, Any]
    #: The file where it came.
    file: File | None
    #: Path that the export names, or None where it has only an address on the network.
    path: str | None


def carried(entry: dict[str, Any], document: Document, file: File) -> Iterator[Carried]:
    """Everything that `entry` carries: a message, or the message that it forwards."""
    for one in map(record, items(entry.get("attachments"))):
        name = _word(one.get("fileName"))
        size = one.get("fileSizeBytes")
        columns: dict[str, Any] = {"kind": _kind(name), "media_type": _media_type(name)}
        if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**62:
            columns["bytes"] = size
        yield _placed(columns, name, one.get("url"), document, file)
    for one in map(record, items(entry.get("stickers"))):
        yield _placed({"kind": "sticker"}, _word(one.get("name")), one.get("sourceUrl"), document, file)
    for one in map(record, items(entry.get("embeds"))):
        said = _said(one)
        columns = {"kind": "link", "name": _word(one.get("url")), "caption": said, "held": "omitted"}
        if columns["name"] or said:
            yield Carried(columns, None, None)


def _placed(columns: dict[str, Any], name: str | None, url: object, document: Document, file: File) -> Carried:
    """With the file that came beside the export (`x.json_Files/1.png`), or the name alone."""
    path = _word(url)
    columns |= {"name": name or path, "held": "absent"}
    if path is None or path.startswith(_REMOTE):
        return Carried(columns, None, None)
    folder = file.name.rpartition("/")[0]
    # The exporter's own paths are relative; those of some versions are written as in an address.
    found = find(document.siblings, folder, path) or find(document.siblings, folder, unquote(path))
    if found is not None:
        columns["held"] = "held"
    return Carried(columns, found, path)


def _said(embed: dict[str, Any]) -> str | None:
    """The words of a card, a line each, in the order in which it shows them."""
    words = [record(embed.get("author")).get("name"), embed.get("title"), embed.get("description")]
    for field in map(record, items(embed.get("fields"))):
        words += [field.get("name"), field.get("value")]
    words.append(record(embed.get("footer")).get("text"))
    return "\n".join(word for word in words if isinstance(word, str) and word)[:TEXT_LIMIT] or None


def _kind(name: str | None) -> str:
    if name is None:
        return "unknown"
    if name == "voice-message.ogg":  # the name that Discord gives to every voice message
        return "voice"
    if name.casefold().endswith(".gif"):
        return "gif"
    family = (_media_type(name) or "").partition("/")[0]
    return family if family in _FAMILIES else "document"


def _media_type(name: str | None) -> str | None:
    return None if name is None else mimetypes.types_map.get("." + name.rpartition(".")[2].casefold())


def _word(value: object) -> str | None:
    return value[:_PATH_LIMIT] if isinstance(value, str) and value else None
