"""A case made row by row, for tests of what is written out of one."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.tally import Tally
from upstander.model import batch
from upstander.storage import Case, PartWriter

NOW = dt.datetime(2018, 3, 1, 9, 30, tzinfo=dt.UTC)
DAY = 86_400_000
#: 1 March 2018, 09:00 UTC.
START = 1_519_894_800_000


@dataclass
class Made:
    """One exhibit of a made case while its rows are given."""

    case: Case
    capture: Capture
    exhibit: str

    def conversation(self, key: str = "group", **columns: Any) -> Conversation:
        """A group of the exhibit."""
        columns = {"kind": "group", "title": "Nights ", "account": None, **columns}
        return self.capture.conversation(key, **columns)

    def close(self, *, reference: str = "AB/1") -> None:
        """Write the part, as the pipeline does, and the exhibits' table."""
        tally = Tally()
        with self.case.writing():
            writer = PartWriter(self.case, self.exhibit)
            for rows in self.capture.close():
                for table, made in tally.watch(rows):
                    writer.write(table, made)
            for table, made in tally.close():
                writer.write(table, made)
            writer.finish(made_from="", about={})
            described = PartWriter(self.case, "case")
            columns = {
                "exhibit": [self.exhibit],
                "reference": [reference],
                "custodian": ["Sgt Ann Example"],
                "received_at": [NOW],
                "source_name": ["export"],
                "bytes": [1],
                "role": ["document"],
                "intake": ["1"],
            }
            described.write("exhibits", batch("exhibits", columns, rows=1))
            described.finish(made_from="", about={})


def make(case: Case, content: bytes = b"an export") -> Made:
    """An exhibit with those bytes, in the case."""
    digest = keep(case, content)
    file = ExhibitFile("export", case.exhibit(digest), digest)
    return Made(case, Capture(Document(file=file), source="whatsapp_text", platform="whatsapp"), digest)


def keep(case: Case, content: bytes) -> str:
    """Store bytes as an exhibit."""
    digest = hashlib.sha256(content).hexdigest()
    path = case.exhibit(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


def say(conversation: Conversation, place: int, text: str | None, **columns: Any) -> str:
    """Add a message, an hour after the one at the place before."""
    given = {
        "author": "Ann",
        "sent_at": START + place * 3_600_000,
        "sent_at_written": "01/03/2018, 09:00:00",
        "sent_at_precision": "second",
        "time_zone": "Europe/London",
        "time_zone_basis": "stated",
        "kind": "text",
        "text": text,
        **columns,
    }
    return conversation.message(place, **given)


def system(conversation: Conversation, place: int, event: str, text: str, **columns: Any) -> str:
    """Add a system event."""
    return say(conversation, place, text, author=None, kind="system", event=event, **columns)
