"""What a message carried: media, places, contact cards and links, and the reactions and edits it met with."""

import base64
import binascii
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Rows
from upstander.evidence.sources.whatsapp_android.arrays import instants
from upstander.evidence.sources.whatsapp_android.details import Beside, beside
from upstander.evidence.sources.whatsapp_android.messages import Converted, Converter
from upstander.evidence.sqlite import Database
from upstander.model import batch

__all__ = ["Carried", "digest"]

_Ints = npt.NDArray[np.int64]

#: `message_type` to what its file is.
_MEDIA = {
    1: "image", 2: "audio", 3: "video", 9: "document", 13: "gif", 20: "sticker", 26: "document", 27: "image",
    28: "video", 37: "image", 42: "image", 43: "video", 62: "video", 63: "document", 81: "video", 82: "voice",
}  # fmt: skip
#: `message_add_on_type` of a reaction.
_REACTION = 56


class Carried:
    """Attachments, reactions and edits of the messages of one database."""

    def __init__(self, database: Database, document: Document, converter: Converter) -> None:
        """Load the tables that hold them."""
        self._document, self._converter = document, converter
        self._exhibit = document.file.exhibit
        self._folder = f"{document.folder}/" if document.folder else ""
        self._media = beside(
            database,
            "message_media",
            {
                "file_path": "text",
                "media_name": "text",
                "mime_type": "text",
                "file_size": "integer",
                "file_length": "integer",
                "file_hash": "text",
                "media_caption": "text",
            },
        )
        self._places = beside(
            database,
            "message_location",
            {"latitude": "text", "longitude": "text", "place_name": "text", "place_address": "text", "url": "text"},
        )
        self._cards = beside(database, "message_vcard", {"vcard": "text"})
        self._links = beside(database, "message_text", {"url": "text", "page_title": "text"})
        emoji = beside(database, "message_add_on_reaction", {"reaction": "text"}, key="message_add_on_row_id")
        self._emoji = emoji
        self._added = beside(
            database,
            "message_add_on",
            {
                "chat_row_id": "integer",
                "from_me": "integer",
                "sender_jid_row_id": "integer",
                "timestamp": "integer",
                "message_add_on_type": "integer",
            },
            key="parent_message_row_id",
        )

    def rows(self, got: Converted, done: float) -> Iterator[Rows]:
        """Their rows for one batch of messages."""
        for name, columns in (
            ("attachments", self._attachments(got)),
            ("reactions", self._reactions(got)),
            ("edits", self._edits(got)),
        ):
            count = len(columns["exhibit"])
            if count:
                yield Rows(table=name, batch=batch(name, columns, rows=count), done=done)

    def _attachments(self, got: Converted) -> dict[str, list[Any]]:
        found: list[tuple[int, dict[str, Any]]] = []
        which, at = self._media.one(got.ids)
        if len(which):
            types = got.types[which].tolist()
            kinds = got.messages.column("kind").take(which).to_pylist()
            columns = {name: self._media.values(name, at).to_pylist() for name in self._media.table.schema.names}
            for i, place in enumerate(which.tolist()):
                found.append((place, self._medium(types[i], kinds[i], {name: v[i] for name, v in columns.items()})))
        for table, kind in ((self._places, "location"), (self._cards, "contact"), (self._links, "link")):
            found += self._plain(table, kind, got)
        found.sort(key=lambda item: item[0])
        ordinals: Counter[int] = Counter()
        names: dict[str, list[Any]] = {column: [] for column in _ATTACHMENT}
        places = [place for place, _ in found]
        for place, columns in found:
            columns["ordinal"] = ordinals[place]
            ordinals[place] += 1
            for name, values in names.items():
                values.append(columns.get(name))
        names["exhibit"] = [self._exhibit] * len(places)
        names["message"] = got.names.take(places).to_pylist() if places else []
        names["conversation"] = got.conversations.take(places).to_pylist() if places else []
        return names

    def _medium(self, code: int, kind: str, row: dict[str, Any]) -> dict[str, Any]:
        name = row["file_path"] or row["media_name"]
        size = row["file_size"] or row["file_length"]
        what = "voice" if kind == "voice" else _MEDIA.get(code) or _by_media_type(row["mime_type"])
        return {
            "kind": what,
            "name": name,
            "media_type": row["mime_type"],
            "bytes": size if size and size > 0 else None,
            "sha256": digest(row["file_hash"]),
            "held": "held" if name and self._folder + name in self._document.siblings else "absent",
            "caption": row["media_caption"] or None,
        }

    def _plain(self, table: Beside, kind: str, got: Converted) -> Iterator[tuple[int, dict[str, Any]]]:
        which, at = table.many(got.ids)
        names = [name for name in table.table.schema.names if name not in ("rowid", "message_row_id")]
        columns = [table.values(name, at).to_pylist() for name in names]
        for place, *values in zip(which.tolist(), *columns, strict=True):
            row = dict(zip(names, values, strict=True))
            if kind == "link" and not row["url"]:
                continue
            name: str | None
            if kind == "location":
                name = f"{row['latitude']},{row['longitude']}"
                about = [row[part] for part in ("place_name", "place_address", "url") if row[part]]
                caption = "\n".join(about) or None
            else:
                name = row.get("url")
                caption = (row.get("page_title") or row.get("vcard")) or None
            # A place, a card or a link is whole in the row: there is no file that could be missing.
            yield place, {"kind": kind, "name": name, "held": "held", "caption": caption}

    def _reactions(self, got: Converted) -> dict[str, list[Any]]:
        which, at = self._added.many(got.ids)
        return self._reaction_rows(at, which, got)

    def lost(self, ids: _Ints) -> tuple[dict[str, list[Any]], _Ints]:
        """Reactions to messages that are not among `ids` (ascending), and the chats they stand in."""
        at = np.flatnonzero(~np.isin(self._added.keys, ids))
        at = at[self._added.numbers("message_add_on_type", at) == _REACTION]
        rows = self._reaction_rows(at, None, None)
        return rows, self._added.numbers("chat_row_id", at[self._emoji_of(at)[0]])

    def _emoji_of(self, at: _Ints) -> tuple[_Ints, _Ints]:
        return self._emoji.one(self._added.numbers("rowid", at))

    def _reaction_rows(self, at: _Ints, which: _Ints | None, got: Converted | None) -> dict[str, list[Any]]:
        kept, emoji = self._emoji_of(at)
        at = at[kept]
        mine = self._added.numbers("from_me", at) == 1
        chats = self._added.numbers("chat_row_id", at)
        codes = self._converter.codes(mine, self._added.numbers("sender_jid_row_id", at), chats)
        authors = self._converter.authors
        count = len(at)
        rows: dict[str, list[Any]] = {
            "exhibit": [self._exhibit] * count,
            "participant": [authors[code] if code != 1 else None for code in codes.tolist()],
            "emoji": [text or "" for text in self._emoji.values("reaction", emoji).to_pylist()],
            "count": [1] * count,
            "at": instants(self._added.numbers("timestamp", at)),
            "row": [f"message_add_on:{identity}" for identity in self._added.numbers("rowid", at).tolist()],
        }
        if which is not None and got is not None:
            places = which[kept]
            rows["message"] = got.names.take(places)
            rows["target_key"] = got.keys.take(places)
            rows["conversation"] = got.conversations.take(places)
        else:
            rows["target_key"] = [f"message:{identity}" for identity in self._added.keys[at].tolist()]
        return rows

    def _edits(self, got: Converted) -> dict[str, list[Any]]:
        """Two versions of each edited message: the first, whose text the phone no longer has, and the last."""
        edited = self._converter.edited
        which, at = edited.one(got.ids)
        # A second edit record of the same message says nothing that the first did not: only the last is kept there.
        texts = got.messages.column("text").take(which).to_pylist()
        names, conversations = got.names.take(which).to_pylist(), got.conversations.take(which).to_pylist()
        keys, originals = got.keys.take(which).to_pylist(), edited.values("original_key_id", at).to_pylist()
        sent = got.sent.cast("int64").take(which).to_pylist()
        when = instants(edited.numbers("edited_timestamp", at)).cast("int64").to_pylist()
        rows: dict[str, list[Any]] = {
            name: [] for name in ("conversation", "message", "target_key", "version", "text", "at", "row")
        }
        for i, identity in enumerate(got.ids[which].tolist()):
            for version, text, instant in ((1, None, sent[i]), (2, texts[i], when[i])):
                rows["conversation"].append(conversations[i])
                rows["message"].append(names[i])
                rows["target_key"].append(originals[i] or keys[i])
                rows["version"].append(version)
                rows["text"].append(text)
                rows["at"].append(instant)
                rows["row"].append(f"message_edit_info:{identity}")
        rows["exhibit"] = [self._exhibit] * len(rows["row"])
        return rows


_ATTACHMENT = ("ordinal", "kind", "name", "media_type", "bytes", "sha256", "held", "caption")


def _by_media_type(media_type: str | None) -> str:
    family = (media_type or "").split("/")[0]
    return family if family in ("image", "video", "audio") else "document" if family == "application" else "unknown"


def digest(written: str | None) -> str | None:
    """SHA-256 in base64, as the platform keeps it, in hexadecimal digits; None where it is something else."""
    if not written:
        return None
    try:
        digest = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest.hex() if len(digest) == 32 else None
