"""Made operations: what their files hold is what their truth and their tables say."""

import shutil
from collections import Counter
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from benchmarks.reconcile.exports import write
from benchmarks.reconcile.held import DELETED, HELD, REASONS, STATES, held
from benchmarks.reconcile.knobs import Layout, Moved, Phone, Shape, Timer
from benchmarks.reconcile.made import KINDS, Operation, make
from benchmarks.reconcile.operations import operations
from benchmarks.reconcile.tables import fill, tables_of, truth_of

from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.intake import Handed
from upstander.evidence.sources import Reading, Rows
from upstander.evidence.tally import Tally
from upstander.stages import ingest
from upstander.storage import Home
from upstander.storage.scan import scan

_NOW = datetime(2018, 12, 1, tzinfo=UTC)
_TABLES = (
    "conversations", "participants", "membership_events", "messages", "reactions", "receipts", "edits", "attachments",
)  # fmt: skip

_SHAPE = Shape(messages=1_500, revoked=0.02, edited=0.03, timer=Timer(0.8, 7 * 86_400))
_PHONES = (
    Phone("android", 0, deleted=0.05, permuted=0.3, contacts=1),
    Phone("us", 1, zone="Europe/Madrid", attached=True, fast_ms=240_000, filtered=((0.3, 0.35),), taken=0.9),
    Phone("ios", 2, zone="Asia/Kolkata", read_as="", joined=0.2, permuted=1.0, contacts=3),
    Phone("ios", 3, attached=True, last=400, left=0.9, unsaved=0.8),
    Phone("store", 4, deleted=0.05, linked=0.4, moved=(Moved(0.4, 0.5, 46 * 3_600_000),)),
    Phone("store", 5, joined=0.3, deleted=0.02),
    Phone("store", 6, left=0.8, taken=0.95, fast_ms=-150_000),
)  # fmt: skip


@pytest.fixture(scope="module")
def operation() -> Operation:
    """An operation with a phone of every kind."""
    return make(_SHAPE, _PHONES, seed=11)


def _read(operation: Operation, index: int, folder: Path) -> tuple[ExhibitFile, list[Rows]]:
    """What the real source reads from the written file."""
    file = ExhibitFile.of(write(operation, index, folder))
    keyed = operation.phones[index].keyed
    source = import_module(f"upstander.evidence.sources.whatsapp_{'android' if keyed else 'text'}").SOURCE
    document = Document(file=file, siblings={file.name: file}, scratch=folder)
    source.recognise(document)
    return file, list(source.read(document, Reading(time_zone=operation.phones[index].told)))


def _gathered(rows: list[Rows]) -> dict[str, pl.DataFrame]:
    """By table: its rows as ingest writes them."""
    batches: dict[str, list[pa.RecordBatch]] = {}
    tally = Tally()
    for each in rows:
        for name, made in tally.watch(each):
            batches.setdefault(name, []).append(made)
    for name, made in tally.close():
        batches.setdefault(name, []).append(made)
    found = {}
    for name, parts in batches.items():
        frame = pl.from_arrow(pa.Table.from_batches(parts).unify_dictionaries())
        assert isinstance(frame, pl.DataFrame)
        found[name] = frame.with_columns(pl.col(pl.Categorical).cast(pl.String))
    return found


@pytest.mark.parametrize("index", range(len(_PHONES)), ids=[f"{phone.layout}{phone.owner}" for phone in _PHONES])
def test_tables_are_those_of_the_file(operation: Operation, index: int, tmp_path: Path) -> None:
    """The rows made without a file are, in every table and column, those that the real source reads from the file."""
    file, rows = _read(operation, index, tmp_path)
    truth = truth_of(operation, index, exhibit=file.exhibit)
    read, made = _gathered(rows), _gathered(list(tables_of(operation, index, truth=truth)))
    assert set(read) - {"warnings"} == set(made) - {"warnings"}
    for name in _TABLES:
        if name not in read:
            continue
        assert made[name].height == read[name].height, name
        for column in read[name].columns:
            assert made[name][column].to_list() == read[name][column].to_list(), f"{name}.{column}"


@pytest.mark.parametrize("index", range(len(_PHONES)), ids=[f"{phone.layout}{phone.owner}" for phone in _PHONES])
def test_truth_names_the_places(operation: Operation, index: int, tmp_path: Path) -> None:
    """Every place of the truth is one that the source reports, with that author's kind of message, and none is left."""
    file, rows = _read(operation, index, tmp_path)
    truth = truth_of(operation, index, exhibit=file.exhibit)
    messages = _gathered(rows)["messages"]
    phone = operation.phones[index]
    place = (
        messages["row"].str.strip_prefix("message:").cast(pl.Int64).to_list()
        if phone.keyed
        else messages["byte_start"].to_list()
    )
    by_place = dict(zip(place, messages.iter_rows(named=True), strict=True))
    notice = {place for place, row in by_place.items() if row["event"] == "encryption_notice"}
    assert set(truth.place.tolist()) == set(place) - notice
    for number, at, state in zip(truth.number.tolist(), truth.place.tolist(), truth.holds.state.tolist(), strict=True):
        row = by_place[at]
        assert row["conversation"] == truth.conversation
        kind = KINDS[operation.kind[number]]
        assert (row["kind"] == "system") == (kind == "system")
        if STATES[state] == "tombstone":
            assert row["kind"] == "deleted"
        elif kind == "text":
            words = operation.pool[int(operation.body[number])].as_py()
            assert row["text"].replace("\r\n", "\n").startswith(words)
            assert row["edited"] == (STATES[state] == "edited")
        elif phone.keyed and kind != "system":
            assert row["platform_key"] == operation.key(np.array([number]))[0].as_py()


def test_truth_accounts_for_every_item(operation: Operation) -> None:
    """Every item is held once or has one reason for being absent, and every reason but none occurs among the phones."""
    seen: set[str] = set()
    for index in range(len(_PHONES)):
        holds = held(operation, index)
        assert sorted(holds.items.tolist()) == np.flatnonzero(holds.reason == HELD).tolist()
        seen |= {REASONS[code] for code in np.unique(holds.reason).tolist()}
    assert seen == set(REASONS)


def test_written_files_and_fast_road_make_one_case(operation: Operation, tmp_path: Path) -> None:
    """A case filled without files has the messages of one that ingested them."""
    home = Home(tmp_path / "home")
    ingested = home.new("F", title="files", now=_NOW)
    for index, phone in enumerate(operation.phones[:2]):
        path = write(operation, index, tmp_path / str(index))
        handed = Handed(time_zone=phone.told, reference=f"MC/{index + 1}")
        ingest(ingested, [path], handed, now=_NOW, progress=lambda *_: None)
    direct = home.new("D", title="direct", now=_NOW)
    fill(direct, make(_SHAPE, _PHONES, seed=11), now=_NOW)
    columns = ["message", "exhibit", "author", "text", "sent_at", "kind"]
    one, other = (
        scan(case, "messages").select(columns).with_columns(pl.col(pl.Categorical).cast(pl.String)).collect()
        for case in (ingested, direct)
    )
    other = other.filter(pl.col("exhibit").is_in(one["exhibit"].unique().to_list()))
    assert one.height > 2_000
    assert one.sort("message").equals(other.sort("message"))


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """The same arguments make the same files, and another seed makes others."""
    made = [
        [
            write(make(_SHAPE, _PHONES, seed=seed), index, tmp_path / f"{turn}-{index}").read_bytes()
            for index in (0, 2, 4)
        ]
        for turn, seed in enumerate((5, 5, 6))
    ]
    assert made[0] == made[1]
    assert all(one != other for one, other in zip(made[0], made[2], strict=True))


@pytest.mark.parametrize("distinct", [0.02, 0.1, 0.6])
def test_bodies_are_as_alike_as_asked(distinct: float) -> None:
    """The share of bodies that occur once is the one asked for, within two hundredths."""
    made = make(Shape(messages=8_000, distinct=distinct, media=0), [Phone("android", 0)], seed=1)
    codes = made.body[made.body >= 0]
    once = sum(count == 1 for count in Counter(codes.tolist()).values()) / len(codes)
    assert abs(once - distinct) < 0.02


def test_bodies_are_different_strings() -> None:
    """Two places of the pool are two bodies, also where more are asked for than the phrases give."""
    from benchmarks.reconcile.words import bodies

    for count, distinct in ((4_000, 0.3), (2_000_000, 0.9)):
        pool = bodies(count, distinct, np.random.default_rng(1)).pool
        assert len(pool.unique()) == len(pool)


def test_bursts_and_echoes_within_a_minute() -> None:
    """Several authors write within one minute, and one author says the same short thing twice in one minute."""
    made = make(Shape(messages=4_000, distinct=0.05), [Phone("android", 0)], seed=2)
    said = made.authored & (made.body >= 0)
    minute, author, body = made.at[said] // 60_000, made.author[said], made.body[said]
    authors = Counter(zip(minute.tolist(), author.tolist(), strict=True))
    assert max(Counter(minute for minute, _ in authors).values()) >= 4
    assert sum(count > 1 for count in Counter(zip(minute, author, body, strict=True)).values()) > 20


def test_a_phone_deletes_what_it_is_told_to() -> None:
    """About the share asked for is deleted, no system event is, and no deletion where none is asked for."""
    made = make(Shape(messages=5_000), [Phone("android", 0, deleted=0.1), Phone("store", 1)], seed=3)
    deleted = held(made, 0).reason == DELETED
    assert 0.085 < deleted.sum() / 5_000 < 0.115
    assert not (deleted & ~made.authored).any()
    assert not (held(made, 1).reason == DELETED).any()


def test_only_members_write() -> None:
    """Nobody writes before they came or after they left."""
    made = make(Shape(messages=5_000), [Phone("ios", 0, joined=0.4), Phone("store", 1, left=0.6)], seed=4)
    for person in (0, 1):
        at = made.at[(made.author == person) & made.authored]
        assert len(at)
        assert at.min() >= made.since[person]
        assert at.max() <= made.until[person]


def test_random_operations_differ_and_delete_nothing() -> None:
    """The operations of the property test cover every layout and every reason but deletion."""
    reasons: set[str] = set()
    layouts: set[Layout] = set()
    for made in operations(200):
        assert 2 <= len(made.phones) <= 5
        for index, phone in enumerate(made.phones):
            layouts.add(phone.layout)
            reasons |= {REASONS[code] for code in np.unique(held(made, index).reason).tolist()}
    assert layouts == {"android", "us", "ios", "store"}
    assert reasons == set(REASONS) - {"deleted_on_phone"}


@pytest.mark.parametrize("number", range(0, 40, 5))
def test_random_operations_are_read_as_made(number: int, tmp_path: Path) -> None:
    """Whatever the knobs, the source reads the file as the fast road has it."""
    made = list(operations(number + 1))[number]
    for index in range(len(made.phones)):
        folder = tmp_path / str(index)
        file, rows = _read(made, index, folder)
        shutil.rmtree(folder)
        read = _gathered(rows)["messages"]
        fast = _gathered(list(tables_of(made, index, truth=truth_of(made, index, exhibit=file.exhibit))))["messages"]
        for column in read.columns:
            assert fast[column].to_list() == read[column].to_list(), f"{made.phones[index]} {column}"
