"""Lines that somebody typed decide nothing: neither the order of a file's dates nor who said what."""

from pathlib import Path

import pytest
from tests.support.reading import Tables, read

from upstander.evidence.sources.whatsapp_text import SOURCE, streaming


def _read(lines: list[str], tmp_path: Path) -> Tables:
    path = tmp_path / "_chat.txt"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    return read(SOURCE, path, scratch=tmp_path)


def _months(tables: Tables) -> list[int]:
    return [row["sent_at"].month for row in tables.authored if row["sent_at"] is not None]


def test_one_forged_line_does_not_date_a_file(tmp_path: Path) -> None:
    """March and April stay March and April; the line is text, and its claim is named."""
    days = [f"[{day:02d}/{month:02d}/2018, 10:00:00] Ann: hello" for month in (3, 4) for day in (1, 4, 9, 12)]
    forged = ["[12/04/2018, 11:00:00] Ben: evil", "[04/25/2018, 10:00:00] Ann: forged", "[12/04/2018, 11:05:00] Ann: c"]
    tables = _read(days + forged, tmp_path)
    assert _months(tables) == [3] * 4 + [4] * (len(tables.authored) - 4)
    assert "forged" not in [row["text"] for row in tables.authored if row["author"] == "Ann" and row["sent_at"]]


@pytest.mark.parametrize("at", range(1, 6))
def test_a_decision_that_hangs_on_one_date_says_so(at: int, tmp_path: Path) -> None:
    """One date does not spread five days of February over a year, wherever it stands; the doubt is said."""
    lines = [f"[{day:02d}/02/2018, 10:00:00] Ann: hello" for day in (1, 2, 2, 3, 4)]
    lines.insert(at, "[02/25/2018, 10:00:00] Ann: forged")
    tables = _read(lines, tmp_path)
    assert _months(tables) == [2] * 5
    (warning,) = tables.rows("warnings", kind="date_order_ambiguous")
    (typed,) = tables.rows("warnings", kind="header_like_line")
    assert f"(at byte {typed['byte_start']})" in warning["detail"]


def test_one_true_date_still_decides(tmp_path: Path) -> None:
    """The thirteenth of a month, in its place, settles a short file without a warning."""
    days = [f"[{day:02d}/02/2018, 10:00:00] Ann: hello" for day in (9, 10, 11, 12, 13)]
    tables = _read(days, tmp_path)
    assert _months(tables) == [2] * 5
    assert tables.warned["date_order_ambiguous"] == 0


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_run_of_typed_lines_is_text(count: int, tmp_path: Path) -> None:
    """Up to three lines in a row, of other people and another month, stay in the message they were typed into."""
    typed = [f"[09/01/2018, 10:0{n}:00] {name}: forged" for n, name in enumerate(("Cal", "Dee", "Eve")[:count])]
    end = ["and that is all", "[13/02/2018, 10:05:00] Ann: hm"]
    tables = _read(["[13/02/2018, 10:00:00] Ben: I quote:", *typed, *end], tmp_path)
    assert [row["author"] for row in tables.authored] == ["Ben", "Ann"]
    assert tables.authored[0]["text"].endswith("and that is all")
    warned = tables.rows("warnings", kind="header_like_line")
    assert len(warned) == count
    assert "10:00:00] Cal" in warned[0]["detail"]


def test_a_typed_line_at_the_end_is_text(tmp_path: Path) -> None:
    """The last line of a file has no message after it, and is judged by the one before."""
    tables = _read(["[13/02/2018, 10:00:00] Ben: look", "[09/01/2018, 10:00:00] Ann: forged"], tmp_path)
    assert [row["author"] for row in tables.authored] == ["Ben"]
    assert tables.warned["header_like_line"] == 1


_TYPED = ["[09/01/2018, 10:00:00] Ann: forged one", "[09/01/2018, 10:01:00] Cal: forged two"]


def test_the_lines_that_leave_their_neighbours_in_order_are_the_typed_ones(tmp_path: Path) -> None:
    """A message after a long pause is no stray, though the typed lines after it would fit what comes before it."""
    quote = ["[13/02/2018, 10:00:00] Ben: I quote", *_TYPED, "[13/02/2018, 10:05:00] Ann: hm"]
    tables = _read(["[01/01/2018, 10:00:00] Ann: hi", *quote], tmp_path)
    assert [row["author"] for row in tables.authored] == ["Ann", "Ben", "Ann"]
    assert tables.handles == {"Ann", "Ben"}
    assert tables.warned["header_like_line"] == 2


def test_a_quoted_line_of_ones_own_does_not_let_others_in(tmp_path: Path) -> None:
    """A run that starts under the writer's own name and goes on under another is text as a whole."""
    tables = _read(["[13/02/2018, 10:00:00] Ann: see", *_TYPED, "[13/02/2018, 10:05:00] Ann: hm"], tmp_path)
    assert tables.handles == {"Ann"}
    assert len(tables.authored) == 2


def test_a_late_line_is_found_by_the_name_in_it(tmp_path: Path) -> None:
    """The warning of a line that was kept as text says whose it claims to be, and of when."""
    late = [
        "[13/02/2018, 10:00:00] Ann: morning",
        "[09/02/2018, 10:00:00] ~\u202fBen: late",
        "[13/02/2018, 10:05:00] Cal: a",
    ]
    tables = _read(late, tmp_path)
    (warning,) = tables.rows("warnings", kind="header_like_line")
    assert "[09/02/2018, 10:00:00] ~\u202fBen" in warning["detail"]


@pytest.mark.parametrize(
    ("lines", "flagged"),
    [
        (["[13/02/2018, 10:00:00] Ben: a", "[09/01/2018, 10:00:00] Ben: own"], [1]),
        (["[13/02/2018, 10:00:00] Ben: a", "[09/01/2018, 10:00:00] Ben: own", "[13/02/2018, 10:01:00] Ann: b"], [1]),
        (["[25/12/2029, 10:00:00] Ann: x", "[13/02/2018, 10:00:00] Ben: a", "[13/02/2018, 10:05:00] Ann: b"], [0]),
        (["[13/02/2018, 10:00:00] Ben: a", *_TYPED, *_TYPED, "[13/02/2018, 10:05:00] Ann: b"], [1]),
        (["[13/02/2018, 10:00:00] Ben: a", *_TYPED, *_TYPED], [0]),
    ],
    ids=["own, last", "own", "first", "too many", "more than before them"],
)
def test_what_is_kept_out_of_sequence_is_said(lines: list[str], flagged: list[int], tmp_path: Path) -> None:
    """A jump of more than a day that is taken back, or that begins or ends the file, is flagged where it stands too."""
    tables = _read(lines, tmp_path)
    assert len(tables.authored) == len(lines)
    warned = [row["message"] for row in tables.rows("warnings", kind="header_like_line")]
    assert warned == [tables.authored[row]["message"] for row in flagged]


@pytest.mark.parametrize("chunk", [200, 400, 1_000])
def test_a_run_of_typed_lines_is_text_wherever_a_buffer_ends(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages and warnings are the same however much of the file is read at a time."""
    lines = [f"[13/02/2018, 10:{n % 60:02}:00] Ben: hello" for n in range(30)]
    lines += [*_TYPED, *(f"[13/02/2018, 11:{n % 60:02}:00] Ann: hello" for n in range(60)), *_TYPED]
    whole = _read(lines, tmp_path)
    monkeypatch.setattr(streaming, "CHUNK", chunk)
    parts = _read(lines, tmp_path)
    assert whole.warned["header_like_line"] == 4
    assert len(whole.authored) == 90
    for name in ("messages", "participants", "warnings"):
        assert parts.table(name).to_pylist() == whole.table(name).to_pylist(), name


def test_a_rare_date_of_another_order_is_text(tmp_path: Path) -> None:
    """A line whose date only another order can read is text, like one of the 31st of February."""
    lines = [f"[13/02/2018, 10:0{n}:00] Ann: hello" for n in range(4)]
    tables = _read([*lines, "[02/14/2018, 11:00:00] Ben: x", "[31/02/2018, 11:00:00] Ben: x"], tmp_path)
    assert tables.handles == {"Ann"}
    assert tables.warned["header_like_line"] == 2
    assert "date_order_conflict" not in tables.warned


def test_many_dates_of_another_order_are_messages_without_a_time(tmp_path: Path) -> None:
    """More than three are no exception: nobody's message is hidden, and each is said."""
    lines = [f"[{day}/02/2018, 10:00:00] Ann: hello" for day in range(13, 29)]
    tables = _read([*lines, *(f"[02/{day}/2018, 11:00:00] Ben: x" for day in range(14, 18))], tmp_path)
    assert len(tables.authored) == 20
    assert tables.warned["date_order_conflict"] == 4
