"""Every source, in the order that they look at a document: the most particular first, plain text last.

A source is declared here by its module and by how its documents begin, and is loaded when a document comes that may be
its: what reads SQLite, XML or an encrypted backup takes longer to load than a small text export takes to read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from upstander.errors import WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Card, Format, Reading, Rows, Source

__all__ = ["SOURCES", "Declared"]


@dataclass(frozen=True, slots=True)
class Declared:
    """A source that is loaded when it is first needed."""

    #: As it stands in the tables.
    name: str
    #: Below `upstander.evidence.sources`; its `SOURCE` is what is declared.
    module: str
    #: Matches the first bytes of every document that the source may recognise, and of some others.
    begins: re.Pattern[bytes]

    @property
    def source(self) -> Source:
        """The source itself."""
        source: Source = import_module(f"upstander.evidence.sources.{self.module}").SOURCE
        return source

    @property
    def card(self) -> Card:
        """What the source was tried on."""
        return self.source.card

    def recognise(self, document: Document) -> tuple[str, ...]:
        """As the source does it; a document that cannot be its is refused unloaded."""
        if self.begins.match(document.head) is None:
            raise WrongSource(f"{document.file.name} does not begin as a document of {self.name} does")
        return self.source.recognise(document)

    def read(self, document: Document, reading: Reading) -> Iterator[Rows]:
        """As the source does it."""
        return self.source.read(document, reading)


_SQLITE = re.compile(rb"SQLite format 3\x00")
#: The length of an initialisation vector, 16, is a byte that no text has; longer ways to write it hold a zero.
_ENCRYPTED = re.compile(rb".{0,300}?[\x00-\x08\x0e-\x1f]", re.DOTALL)
_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_ARRAY = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[")
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<")
_OBJECT_OR_MAIL = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*\{|[\r\n]*[A-Za-z][A-Za-z0-9-]*:)")
#: JSON that dates a backup; else protobuf or encrypted bytes, which hold a byte that no text has.
_SIGNAL = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{[^{}]*"backupTimeMs"|.{0,4096}?[\x00-\x08\x0e-\x1f]', re.DOTALL)
_ANY = re.compile(rb"")

SOURCES: tuple[Format, ...] = (
    Declared("whatsapp_android", "whatsapp_android", _SQLITE),
    Declared("whatsapp_ios", "whatsapp_ios", _SQLITE),
    Declared("teams", "teams", _SQLITE),
    Declared("imessage", "imessage", _SQLITE),
    Declared("whatsapp_crypt", "whatsapp_crypt", _ENCRYPTED),
    Declared("signal_backup", "signal_backup", _SIGNAL),
    Declared("telegram", "telegram", _OBJECT),
    Declared("teams_export", "teams.export", _OBJECT),
    Declared("discord", "discord", _OBJECT),
    Declared("slack", "slack", _ARRAY),
    Declared("messenger", "messenger", _OBJECT),
    Declared("messenger_e2ee", "messenger_e2ee", _OBJECT),
    Declared("messenger_html", "messenger_html", _MARKUP),
    Declared("cellebrite", "cellebrite", _MARKUP),
    Declared("sms_backup", "sms_xml", _MARKUP),
    Declared("rsmf", "rsmf", _OBJECT_OR_MAIL),
    Declared("whatsapp_text", "whatsapp_text", _ANY),
)
