"""What a message carried: files, contact cards and places; and the message that it quotes or passes on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from upstander.errors import SourceError
from upstander.evidence.document import Document, File
from upstander.evidence.sources.beside import find
from upstander.evidence.sources.cellebrite.parties import models, named, word
from upstander.evidence.sources.cellebrite.spool import Spool
from upstander.evidence.sources.cellebrite.stream import Model
from upstander.evidence.sources.cellebrite.words import attachment_kind
from upstander.evidence.sources.loose import Loose

__all__ = ["Carried", "Quoted", "quoted"]

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
#: Digests of files that several messages carry.
_REMEMBERED = 20_000


@dataclass(slots=True)
class Quoted:
    """The message that another answers or passes on."""

    #: Columns of the messages table.
    columns: dict[str, Any] = field(default_factory=dict)
    forwarded: bool = False
    #: The message passed on, whose text and files are this one's where it has none of its own.
    content: Model | None = None


def quoted(model: Model) -> Quoted:
    """What a message answers or passes on, by its extra data and the messages embedded in it."""
    out = Quoted()
    embedded = {child.get("id"): child for child in models(model, "EmbeddedInstantMessage", "EmbeddedMessage")}
    for extra in models(model, "MessageExtraData"):
        label = (word(extra["f"], "Label") or "").lower()
        inside = next(models(extra, "InstantMessage"), None) or embedded.get(word(extra["f"], "ReferenceId"))
        if extra["t"] == "ForwardedMessageData" or (extra["t"] == "QuotedMessageData" and label == "forwarded"):
            out.forwarded = True
            out.content = out.content or inside
        elif extra["t"] in ("ReplyMessageData", "QuotedMessageData"):
            _reply(out, extra, inside)
    if out.content is None and embedded and "reply_to" not in out.columns and "reply_to_text" not in out.columns:
        out.content = next(iter(embedded.values()))
    return out


def _reply(out: Quoted, extra: Model, inside: Model | None) -> None:
    fields = inside["f"] if inside is not None else {}
    key = word(extra["f"], "OriginalMessageID") or word(fields, "Identifier")
    if key is not None:
        out.columns.setdefault("reply_to", key)
    if fields.get("Body"):
        out.columns.setdefault("reply_to_text", fields["Body"])
    author = next((found for child in models(inside, "From") if (found := named(child))), None) if inside else None
    if author is not None:
        out.columns.setdefault("reply_to_author", author.handle)


@dataclass
class Carried:
    """Makes rows of the attachments table."""

    document: Document
    spool: Spool
    loose: Loose
    #: Files that are named and did not come, of the conversation that is being read; the first one's place.
    missing: int = 0
    first_missing: str = ""
    _digests: dict[str, str | None] = field(default_factory=dict)
    _turned: Mapping[str, File] | None = None

    def rows(self, model: Model, row: str) -> Iterator[dict[str, Any]]:
        """Rows for one message, without its id and ordinals."""
        for child in models(model, "Attachments", "Attachment"):
            yield self._file(child, row)
        for child in models(model, "SharedContacts"):
            values = [value for entry in models(child, "Entries") if (value := word(entry["f"], "Value"))]
            name = word(child["f"], "Name") or (values[0] if values else None)
            yield {"kind": "contact", "held": "held", "name": name, "caption": "\n".join(values) or None}
        for child in models(model, "Position"):
            latitude, longitude = word(child["f"], "Latitude"), word(child["f"], "Longitude")
            named_so = word(model["f"], "PositionAddress") or word(child["f"], "Name")
            where = f"{latitude},{longitude}" if latitude and longitude else named_so
            if where is not None:
                yield {"kind": "location", "held": "held", "name": where[:200], "caption": named_so}

    def _file(self, child: Model, row: str) -> dict[str, Any]:
        fields = child["f"]
        known = self.spool.file(child["file"]) if child.get("file") else None
        path = word(fields, "attachment_extracted_path") or (known or {}).get("path") or None
        name, media_type = word(fields, "Filename"), word(fields, "ContentType")
        stated = (known or {}).get("sha256", "")
        stated = stated.lower() if _SHA256.fullmatch(stated) else None
        file = self._find(path) if path else None
        out: dict[str, Any] = {
            "kind": attachment_kind(media_type, name, path),
            "held": "absent" if file is None else "held",
            "name": path or name or word(fields, "URL"),
            "media_type": media_type[:128] if media_type else None,
            "bytes": _size(child.get("bytes")) or _size((known or {}).get("size")),
            "sha256": stated,
            "caption": word(fields, "Caption"),
        }
        if file is None:
            self.missing += 1
            self.first_missing = self.first_missing or row
            return out
        out["bytes"] = file.size
        computed = self._digest(file, row)
        if computed and stated and computed != stated:
            detail = (
                f"the file {path!r} that {row} carries is not the one that the report gives the SHA-256 of;"
                f" the report states {stated}"
            )
            self.loose.warn("hash_mismatch", detail, row)
        out["sha256"] = computed or stated
        return out

    def _find(self, path: str) -> File | None:
        file = find(self.document.siblings, self.document.folder, path)
        if file is None:
            if self._turned is None:
                # Archives made on Windows may hold paths with backslashes.
                siblings = self.document.siblings
                self._turned = {name.replace("\\", "/"): siblings[name] for name in siblings if "\\" in name}
            file = find(self._turned, self.document.folder, path) if self._turned else None
        return file

    def _digest(self, file: File, row: str) -> str | None:
        if file.name in self._digests:
            return self._digests[file.name]
        try:
            found: str | None = file.digest()
        except SourceError as problem:
            found = None
            self.loose.warn("unreadable", f"the file {file.name!r} that {row} carries cannot be hashed: {problem}", row)
        if len(self._digests) < _REMEMBERED:
            self._digests[file.name] = found
        return found


def _size(value: Any) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 18 else None
