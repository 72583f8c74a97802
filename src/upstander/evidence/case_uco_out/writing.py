"""Writing a case out as one JSON-LD document, object by object: a batch of messages is held, never the graph."""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson
import polars as pl
import pyarrow.parquet as pq

from upstander.errors import OutputError
from upstander.evidence.case_uco_out.conversation import Accounts, application, membership, opening, thread_iri
from upstander.evidence.case_uco_out.custody import custody, exhibit_iri, reading_action
from upstander.evidence.case_uco_out.message import loose_facets, message, message_iri, warned
from upstander.evidence.case_uco_out.nodes import Node, iri, ref
from upstander.evidence.case_uco_out.summary import Account, CaseUcoSummary
from upstander.evidence.case_uco_out.words import CONTEXT, vocabulary
from upstander.evidence.rsmf_out.details import Details, details, homeless
from upstander.storage import Case, Part, parts
from upstander.storage.scan import scan

__all__ = ["write_case_uco"]

#: Told what is at work, and how many messages of how many are done.
_Progress = Callable[[str, int, int], None]
#: Messages that are held with all their details at once.
BATCH = 5_000
_REPORT = 5_000

Rows = dict[str | None, list[dict[str, Any]]]


def write_case_uco(case: Case, out: Path, *, progress: _Progress) -> CaseUcoSummary:
    """Write every conversation of `case` to `out`; the same tables give the same bytes.

    `out` ends in `.jsonld` or `.json`. Raises `OutputError` where it cannot be written or there is nothing to write.
    """
    if out.suffix.lower() not in (".jsonld", ".json"):
        raise OutputError(f"{out} ends in neither .jsonld nor .json; name the file so that its kind is known")
    partial = out.with_name(f".{out.name}.new")
    try:
        with partial.open("wb") as target:
            account = _write(case, target, progress)
        size = partial.stat().st_size
        partial.replace(out)
    except OSError as problem:
        raise OutputError(f"{out} cannot be written: {problem.strerror or problem}") from problem
    finally:
        partial.unlink(missing_ok=True)
    return account.close(size=size)


def _write(case: Case, target: IO[bytes], progress: _Progress) -> Account:
    exhibits = scan(case, "exhibits").collect().to_dicts()
    total = sum(part.tables.get("messages", {}).get("rows", 0) for part in parts(case))
    if not total:
        raise OutputError(f"case {case.path.name} holds no message; ingest exhibits before writing CASE")
    graph = _Graph(target)
    graph.open()
    for made in vocabulary():
        graph.add(made)
    for made in custody(case, exhibits):
        graph.add(made)
    platforms = scan(case, "conversations").select(pl.col("platform").cast(pl.String)).unique().collect()
    for platform in sorted(platforms.get_column("platform").to_list()):
        graph.add(application(platform))
    graph.account.exhibits = len(exhibits)
    by_digest = {row["exhibit"]: row for row in exhibits}
    done = 0
    for part in parts(case):
        writer = _Part(part, by_digest, graph)
        for count in writer.write():
            done += count
            progress("Writing CASE", done, total)
    graph.close()
    return graph.account


class _Graph:
    """The document while it is being written, an object a line."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.account = Account()

    def open(self) -> None:
        self._target.write(b'{"@context":' + orjson.dumps(dict(CONTEXT)) + b',\n"@graph":[')

    def add(self, made: Node) -> None:
        self._begin()
        self._target.write(orjson.dumps(made))

    def add_list(self, head: Node, name: str, entries: "_Spool") -> None:
        """Add an object whose property `name` is a list that is not held whole."""
        self._begin()
        self._target.write(orjson.dumps(head)[:-1] + b"," + orjson.dumps(name) + b":[")
        entries.pour(self._target)
        self._target.write(b"]}")

    def close(self) -> None:
        self._target.write(b"\n]}\n")

    def _begin(self) -> None:
        self._target.write(b",\n" if self.account.nodes else b"\n")
        self.account.nodes += 1


class _Spool:
    """References that are written once their number is known: in memory while few, then in a scratch file."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # noqa: SIM115 - closed by pour
        self.count = 0

    def add(self, entry: Node) -> None:
        self._file.write((b"," if self.count else b"") + orjson.dumps(entry))
        self.count += 1

    def pour(self, target: IO[bytes]) -> None:
        with self._file:
            self._file.seek(0)
            shutil.copyfileobj(self._file, target)


@dataclass
class _Part:
    """The conversations of one part."""

    part: Part
    exhibits: dict[str, dict[str, Any]]
    graph: _Graph
    _rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    _participants: Rows = field(default_factory=dict)
    _loose: dict[str, Rows] = field(default_factory=dict)
    _warnings: Rows = field(default_factory=dict)
    _row: dict[str, Any] = field(default_factory=dict)
    _accounts: Accounts | None = None
    _said: "_Spool | None" = None

    def write(self) -> Iterator[int]:
        """Write everything, conversation by conversation; gives the number of messages of each batch."""
        self._prepare()
        for row in self._warnings.pop(None, []):
            self._warn(row, exhibit_iri(row["exhibit"]) if row["exhibit"] else None)
        threads: dict[str, list[str]] = defaultdict(list)
        for identity, row in self._rows.items():
            threads[row["exhibit"]].append(thread_iri(identity))
        # A receipt whose message row is gone may be of no conversation: it is the exhibit's.
        loose: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._loose["receipts"].pop(None, []):
            loose[row["exhibit"]].append(row)
        for exhibit in sorted({*threads, *loose}):
            facets = loose_facets("receipts", loose[exhibit], None)
            known = self.exhibits.get(exhibit, {"exhibit": exhibit})
            self.graph.add(reading_action(known, threads[exhibit], facets))
        current = None
        for rows, about in self._batches():
            for row in rows:
                if row["conversation"] != current:
                    current = row["conversation"]
                    self._begin(current)
                row["reference"] = self.exhibits.get(row["exhibit"], {}).get("reference")
                self._message(row, about)
            yield len(rows)
        # A conversation without a message is one too.
        for identity in list(self._rows):
            self._begin(identity)
        self._end()
        for row in (row for rows in self._warnings.values() for row in rows):
            self._warn(row, exhibit_iri(row["exhibit"]) if row["exhibit"] else None)

    def _prepare(self) -> None:
        self._rows = {row["conversation"]: row for row in self._all("conversations")}
        self._participants = _by_conversation(self._all("participants"))
        for table in ("membership_events", "reactions", "receipts", "edits"):
            self._loose[table] = _by_conversation(homeless(self.part, table).to_dicts())
        self._warnings = _by_conversation(homeless(self.part, "warnings").to_dicts())

    def _begin(self, identity: str) -> None:
        self._end()
        row = self._rows.pop(identity)
        accounts = self._accounts = Accounts(row, self._participants.pop(identity, []), self.graph.add)
        facets = [membership(entry, accounts) for entry in self._loose["membership_events"].pop(identity, [])]
        for table in ("reactions", "receipts", "edits"):
            facets += loose_facets(table, self._loose[table].pop(identity, []), accounts)
        for made in opening(row, accounts, facets):
            self.graph.add(made)
        for entry in self._warnings.pop(identity, []):
            self._warn(entry, thread_iri(identity))
        self.graph.account.conversations += 1
        self._row, self._said = row, _Spool()

    def _end(self) -> None:
        """Write which messages the thread has, now that all have come."""
        if self._accounts is None or self._said is None:
            return
        head = {
            "@id": iri("messages", self._row["conversation"]),
            "@type": "uco-types:Thread",
            "co:size": {"@type": "xsd:nonNegativeInteger", "@value": str(self._said.count)},
        }
        self.graph.add_list(head, "co:element", self._said)
        self.graph.account.accounts += self._accounts.count
        self._accounts = self._said = None

    def _message(self, row: dict[str, Any], about: Details) -> None:
        assert self._accounts is not None  # noqa: S101 - begin comes first
        assert self._said is not None  # noqa: S101 - begin comes first
        account = self.graph.account
        for made in message(row, self._row, about, self._accounts):
            self.graph.add(made)
        account.attachments += len(about.of("attachments", row["message"]))
        account.undated += row["sent_at"] is None
        if row["kind"] == "system":
            account.system_events += 1
        else:
            account.messages += 1
            self._said.add(ref(message_iri(row["message"], system=False)))

    def _warn(self, row: dict[str, Any], about: str | None) -> None:
        self.graph.add(warned(row, about, 0))

    def _batches(self) -> Iterator[tuple[list[dict[str, Any]], Details]]:
        if not self.part.tables.get("messages", {}).get("rows"):
            return
        with pq.ParquetFile(self.part.path / "messages.parquet") as file:
            for batch in file.iter_batches(batch_size=BATCH):
                yield batch.to_pylist(), details(self.part, batch.column("message").to_pylist())

    def _all(self, table: str) -> list[dict[str, Any]]:
        if not self.part.tables.get(table, {}).get("rows"):
            return []
        return pl.read_parquet(self.part.path / f"{table}.parquet").to_dicts()


def _by_conversation(rows: list[dict[str, Any]]) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[row["conversation"]].append(row)
    return dict(found)
