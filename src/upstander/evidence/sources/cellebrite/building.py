"""Collects models from a parser's events; what is not wanted is counted only. Nothing grows beyond the limits here."""

import base64
import binascii
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from upstander.errors import Unreadable
from upstander.evidence.sources.loose import TEXT_LIMIT

__all__ = ["Builder", "Found", "Model", "Seen"]

#: Types of models of the top that are read.
WANTED = frozenset({"Chat", "SMS", "MMS", "InstantMessage", "Call", "UserAccount"})
#: Characters of one message with all that it carries.
LARGEST_MODEL = 16 * 1024 * 1024
#: Models of one field: attachments of a message, recipients of one, participants of a group.
CHILDREN = 100_000
#: What a model and a field count for, beside their texts.
MODEL_SIZE, FIELD_SIZE = 400, 60
#: Elements within elements, and models within models: a party of an embedded message is the fifth.
DEPTH, NESTED = 200, 24

#: Sections that only point at models that stand elsewhere, or at nothing of interest.
_SKIPPED = frozenset(
    {"entityBookmarks", "images", "carvedFiles", "infectedFiles", "extraInfos", "accessInfo", "jumptargets"}
)
#: What is known of a file, by the `item` of its metadata.
_ITEMS = {"Local Path": "path", "SHA256": "sha256", "MD5": "md5"}

Model = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that stands in a report."""

    #: `model` (at the top), `message` or `activity` (of a chat), `chat` (its end), `file`.
    what: str
    path: str
    model: Model
    #: Number of the chat that it stands in or is.
    chat: int = -1


@dataclass
class Seen:
    """What reading counted on the way."""

    #: Models of the top by type, those that were not read.
    unread: Counter[str] = field(default_factory=Counter)
    #: Texts and models that were cut at a limit, by place.
    cut: list[str] = field(default_factory=list)
    read: float = 0.0


class Builder:
    """Collects models from the parser's events."""

    def __init__(self, parser: expat.XMLParserType, seen: Seen) -> None:
        self.done: list[Found] = []
        self._parser, self._seen = parser, seen
        #: Names of the elements that are open, from the root; those of a skipped section are only counted.
        self._open: list[str] = []
        self._skip = 0
        self._counts: Counter[str] = Counter()
        #: Models given of each field of the open chat.
        self._within: Counter[str] = Counter()
        self._chats = -1
        self._path = ""
        self._models: list[Model] = []
        #: Names of the fields that are open; None where a model begins, so that those of two models stay apart.
        self._fields: list[str | None] = []
        self._file: Model | None = None
        self._into: str | None = None
        self._text: list[str] = []
        self._length = self._size = 0
        self._attributes: dict[str, str] = {}
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _doctype

    def flush(self) -> None:
        """Give what is known of a chat that the document does not end."""
        if self._models and self._models[0]["t"] == "Chat":
            chat = self._models[0]
            self._models.clear()
            self.done.append(Found("chat", self._path, chat, self._chats))

    def _skipping(self) -> None:
        """Count elements only, up to the end of the one that begins: most of a report is of no interest here."""
        self._skip = 1
        self._parser.StartElementHandler = self._start_skipped
        self._parser.EndElementHandler = self._end_skipped

    def _start_skipped(self, _: str, __: dict[str, str]) -> None:
        self._skip += 1

    def _end_skipped(self, _: str) -> None:
        self._skip -= 1
        if not self._skip:
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if len(self._open) >= DEPTH or name in _SKIPPED:
            self._skipping()
            return
        if name == "model":
            self._start_model(attributes)
            if self._skip:
                return
        elif self._models:
            self._start_within(name, attributes)
        elif name == "file" and self._open and self._open[-1] == "taggedFiles":
            self._file = {"id": attributes.get("id", ""), "size": attributes.get("size", "")}
        elif name == "item" and self._file is not None:
            self._collect(_ITEMS.get(attributes.get("name", "")), attributes)
        self._open.append(name)

    def _start_model(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "")
        if not self._models:
            if kind not in WANTED:
                self._seen.unread[kind[:100]] += 1
                self._skipping()
                return
            number = self._counts[kind]
            self._counts[kind] += 1
            self._path, self._size = f"{kind}[{number}]", 0
            if kind == "Chat":
                self._chats = number
                self._within.clear()
        elif self._fields[-1] is None or len(self._models) >= NESTED or self._full():
            # A model that stands in no field only points at another.
            if self._fields[-1] is not None:
                self._cut()
            self._skipping()
            return
        made: Model = {"t": kind, "f": {}, "m": {}}
        for short, long in (("id", "id"), ("d", "deleted_state"), ("c", "decoding_confidence"),
                            ("x", "extractionId"), ("file", "file_id")):  # fmt: skip
            if value := attributes.get(long):
                made[short] = value[:200]
        self._size = MODEL_SIZE + (0 if self._streamed() else self._size)
        self._models.append(made)
        self._fields.append(None)

    def _full(self) -> bool:
        return self._size > LARGEST_MODEL and not self._streamed()

    def _streamed(self) -> bool:
        """Whether what is open is the field of a chat whose models are given one by one."""
        chat = len(self._models) == 1 and self._models[0]["t"] == "Chat" and len(self._fields) == 2
        return chat and self._fields[-1] in ("Messages", "ActivityLog")

    def _start_within(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("field", "multiField", "modelField", "multiModelField", "dataField"):
            self._fields.append(attributes.get("name", "")[:100])
            self._size += FIELD_SIZE
        elif name == "value" and self._fields[-1]:
            self._collect(self._fields[-1], attributes)
        elif name == "source" and "length" in attributes:
            self._models[-1]["bytes"] = attributes["length"][:20]

    def _collect(self, into: str | None, attributes: dict[str, str]) -> None:
        if into is not None:
            self._into, self._attributes = into, attributes
            self._text, self._length = [], 0
            self._parser.CharacterDataHandler = self._data

    def _data(self, data: str) -> None:
        # A message's own fields come after its recipients, and matter more: they may use as much again.
        limit = 2 * LARGEST_MODEL if len(self._models) <= 2 else LARGEST_MODEL
        room = min(TEXT_LIMIT - self._length, limit - self._size)
        if room < len(data):
            if self._length <= TEXT_LIMIT:
                self._cut()
            data, self._length = data[: max(room, 0)], TEXT_LIMIT + 1
        if data:
            self._text.append(data)
        self._length += len(data)
        self._size += len(data)

    def _cut(self) -> None:
        if len(self._seen.cut) < 1000 and (not self._seen.cut or self._seen.cut[-1] != self._path):
            self._seen.cut.append(self._path)

    def _end(self, _: str) -> None:
        name = self._open.pop()
        if self._into is not None and name in ("value", "item"):
            self._end_text()
        elif self._models and name == "model":
            self._end_model()
        elif self._models and name in ("field", "multiField", "modelField", "multiModelField", "dataField"):
            if self._fields and self._fields[-1] is not None:
                self._fields.pop()
        elif name == "file" and self._file is not None:
            self.done.append(Found("file", "", self._file))
            self._file = None

    def _end_text(self) -> None:
        self._parser.CharacterDataHandler = None
        text, into, attributes = "".join(self._text), self._into or "", self._attributes
        self._into, self._text = None, []
        if self._file is not None:
            self._file[into] = text[:4096].strip()
            return
        values = self._models[-1]["f"]
        if attributes.get("format") == "Base64String":
            text = _decoded(text)
        if into not in values:
            values[into] = text
        elif values[into] != text and isinstance(values[into], str) and len(values[into]) < TEXT_LIMIT:
            # A field of several values; what is read of those needs no list.
            values[into] += f"\n{text}"
        formatted = attributes.get("formattedTimestamp")
        if formatted:
            values[f"{into}@"] = formatted[:100]

    def _end_model(self) -> None:
        model = self._models.pop()
        if self._fields:
            self._fields.pop()
        if not self._models:
            what = "chat" if model["t"] == "Chat" else "model"
            self.done.append(Found(what, self._path, model, self._chats if what == "chat" else -1))
            return
        into = self._fields[-1] or ""
        if self._streamed():
            number = self._within[into]
            self._within[into] += 1
            what = "message" if into == "Messages" else "activity"
            self.done.append(Found(what, f"{self._path}.{into}[{number}]", model, self._chats))
            return
        children = self._models[-1]["m"].setdefault(into, [])
        if len(children) < CHILDREN:
            children.append(model)
        else:
            self._cut()


def _doctype(*_: object) -> None:
    raise Unreadable("the report declares a document type, which none does; nothing after it was read")


def _decoded(text: str) -> str:
    """Text that the report writes in base64, as it does where it holds what XML has no place for."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return text
