"""Whatever is in a decision file or in a file of codings: codings, or sentences that say why not."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.review.conftest import CaseOf

from upstander.errors import UsageError
from upstander.review.codings import CODINGS, Coding, Via, told
from upstander.review.codings.deciding import Asked, decide
from upstander.review.codings.many import take
from upstander.review.codings.record import history
from upstander.review.codings.sheet import FIELDS
from upstander.review.codings.snapshot import snapshot

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)
KEYS = [*FIELDS, "codebook", "nothing", "besides", "for", "context"]

WORDS = st.sampled_from(
    ["1", "2", "joke", "banter", "police-misconduct@1", "R", "yes", "no", "0:3", "2018-01-01T00:00:00Z", "0001-01-01"]
)
TEXTS = WORDS | st.sampled_from([via.value for via in Via]) | st.text()
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXTS
    | st.sampled_from([10**30, [0, 10**30], [1, 3]])
    | st.sampled_from(["\ud800", "9" * 400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
SOUND = json.loads(Coding("1", "joke", "police-misconduct@1", True, "R", NOW).line())
#: A sound row in which some fields are anything, or gone; as bytes, of which some are turned or cut off.
ROWS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4).map(lambda other: SOUND | other)
GONE = st.tuples(ROWS, st.sets(st.sampled_from(KEYS), max_size=2)).map(
    lambda pair: {name: value for name, value in pair[0].items() if name not in pair[1]}
)
WHOLE = GONE.map(lambda row: json.dumps(row).encode())
HURT = st.tuples(WHOLE, st.integers(0, 200), st.binary(max_size=3)).map(
    lambda three: three[0][: three[1]] + three[2] + three[0][three[1] + len(three[2]) :]
)
CUT = st.tuples(WHOLE, st.integers(0, 200)).map(lambda pair: pair[0][: pair[1]])
LINES = st.lists(st.just(json.dumps(SOUND).encode()) | WHOLE | HURT | CUT | st.binary(max_size=40), max_size=4).map(
    b"\n".join
)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _line(**other: object) -> bytes:
    return json.dumps(SOUND | other).encode()


def test_any_decision_file_is_codings_and_sentences(case_of: CaseOf) -> None:
    """Each line is read or said; of what is read a table can be made, and the next decision be written."""
    case = case_of([("Ash", "one line"), ("Bo", "two")])
    decide(case, Asked("1", "joke", "Somebody"), now=NOW)
    path = case.decisions / CODINGS

    kept: list[int] = []

    @given(LINES)
    @example(_line(span=[0, 10**30]))
    @example(_line(context=[10**30, 0]))
    @example(_line(by="\ud800"))
    @example(_line(note="\ud800"))
    @example(_line(at="0001-01-01T00:00:00+14:00"))
    @example(_line(at="9999-12-31T23:59:59-14:00"))
    @example(_line(nothing=True, codebook="../codebooks/police-misconduct@1"))
    @example(b"[" * 100_000)
    @example(b"9" * 10_000)
    @MANY
    def read(data: bytes) -> None:
        path.write_bytes(data)
        found = told(case)
        lines = [number for number, line in enumerate(data.split(b"\n"), start=1) if line.strip()]
        assert {number for number, _ in found.rows} <= set(lines)
        assert len({number for number, _ in found.rows}) + len(found.unread) <= len(lines)
        assert all(sentence.startswith("line ") and "\n" not in sentence for sentence in found.unread)
        assert snapshot(case, found).num_rows == len(found.rows)
        kept.append(len(found.rows))
        assert set(history(case).about({"1"})) <= {coding for _, coding in found.rows}

    read()
    decide(case, Asked("2", "banter", "Zed"), now=NOW)
    assert any(coding.by == "Zed" for _, coding in told(case, code="banter").rows)
    assert sum(kept) > 20


def _sheet(rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8", "surrogatepass")


#: By column what is sound, and mostly that.
SOUND_CELLS = {
    "message": ["1", "2"],
    "code": ["joke", "banter"],
    "applies": ["yes", "no"],
    "span": ["", "", "0:3"],
    "note": ["", "a\nb"],
    "at": ["", "2018-01-01T00:00:00Z"],
    "by": ["", "R", "S"],
    "via": ["", "queue"],
}
CELLS = st.tuples(*(st.sampled_from(SOUND_CELLS[name]) for name in FIELDS)).map(list)
ODD = st.tuples(CELLS, st.integers(0, 8), TEXTS).map(
    lambda three: [*three[0][: three[1]], three[2], *three[0][three[1] + 1 :]]
)
HEADING = st.just(list(FIELDS)) | st.permutations(FIELDS).map(list)
TABLES = st.tuples(HEADING, st.lists(CELLS | ODD, max_size=5)).map(lambda pair: _sheet([pair[0], *pair[1]]))
SHEETS: st.SearchStrategy[tuple[str, Any]] = (
    st.tuples(st.just(".csv"), TABLES | st.binary(max_size=60))
    | st.tuples(st.just(".csv"), st.tuples(TABLES, st.integers(0, 200)).map(lambda pair: pair[0][: pair[1]]))
    | st.tuples(st.just(".jsonl"), LINES)
)


def test_any_file_of_codings_is_taken_or_refused(case_of: CaseOf) -> None:
    """Each row is written, known already or said; a second time nothing is written."""
    case = case_of([("Ash", "one line"), ("Bo", "two")])

    written: list[int] = []

    @given(SHEETS)
    @MANY
    def taken(sheet: tuple[str, bytes]) -> None:
        kind, data = sheet
        path = case.path.parent / f"given{kind}"
        path.write_bytes(data)
        (case.decisions / CODINGS).unlink(missing_ok=True)
        try:
            first = take(case, path, by="R", now=NOW)
        except UsageError:
            return
        written.append(first.written)
        assert first.rows == first.written + first.known + len(first.refused)
        made = told(case)
        assert (len(made.rows), made.unread) == (first.written, ())
        again = take(case, path, by="R", now=NOW)
        assert (again.written, len(again.refused)) == (0, len(first.refused))
        assert told(case) == made

    taken()
    # It is no test where everything is refused.
    assert sum(written) > 20
