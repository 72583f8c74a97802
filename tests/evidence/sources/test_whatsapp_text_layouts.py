"""Every layout of the head of a message, and the order of its dates."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.reading import Tables, read_document

from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import DateOrder, Reading
from upstander.evidence.sources.whatsapp_text import SOURCE

UNSTATED = Reading()


def _read(text: str | bytes, folder: Path, reading: Reading = UNSTATED) -> Tables:
    path = folder / "_chat.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    document = Document(file=ExhibitFile.of(path), scratch=folder)
    return read_document(SOURCE, document, reading=reading)


#: A head for 13 March 2022, 14:08:11 (or 14:08) in every layout; `{}` is the rest of the line.
HEADS = [
    "13/03/2022, 14:08 - {}",
    "13/03/2022, 14:08 – {}",
    "13/03/2022, 14:08:11 - {}",
    "13/03/2022 14:08 - {}",
    "13/03/2022 14:08:11: {}",
    "13/3/22, 14:08 - {}",
    "3/13/22, 14:08 - {}",
    "13.03.22, 14:08 - {}",
    "13.3.2022 klo 14.08 - {}",
    "13-03-22 14:08 - {}",
    "13-03-2022 14:08 - {}",
    "2022-03-13, 14:08 - {}",
    "2022/03/13, 14:08 - {}",
    "2022-03-13 14 h 08 - {}",
    "13/03/2022 à 14:08 - {}",
    "13. 3. 2022 14:08 - {}",
    "14:08, 13/03/2022 - {}",
    "13/03/2022, 2:08 pm - {}",
    "13/03/2022, 2:08 PM - {}",
    "13/03/2022, 02:08 p. m. - {}",
    "13/03/2022, 2:08 p.m. - {}",
    "13/03/2022, 2:08\u202fp.\u00a0m. - {}",
    "13/03/2022, 2:08\u00a0p.\u00a0m. - {}",
    "3/13/22, 2:08\u202fPM - {}",
    "2022/3/13 下午2:08 - {}",
    "[13/03/2022, 14:08:11] {}",
    "[13/03/2022, 2:08:11 PM] {}",
    "[13/03/2022, 2:08:11\u202fPM] {}",
    "[13/03/22 14:08] {}",
    "[2022-03-13 14:08] {}",
    "[2022-03-13, 2:08:11 p.m.] {}",
    "[13.3.2022 klo 14.08.11] {}",
    "[13.03.22, 14:08:11] {}",
    "[2022. 3. 13. 오후 2:08:11] {}",
    "\u200e[13/03/2022, 14:08:11] {}",
    "\ufeff[13/03/2022, 14:08:11] {}",
    "[\ufeff13/03/2022, 14:08:11] {}",
    "\u200f١٣\u200f/٣\u200f/٢٠٢٢، ٢:٠٨ م - {}",
]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("head", HEADS)
def test_every_layout_is_read(head: str, ending: str, tmp_path: Path) -> None:
    """Author, text and time come out of every layout, on lines of either ending, and the time stands as written."""
    lines = [head.format(rest) for rest in ("Ava: one", "Ben: two\nmore: of it", "Ava added Cal", "Cal:", "Ava: last")]
    tables = _read("".join(line + ending for line in lines), tmp_path)
    assert [(row["author"], row["text"], row["kind"]) for row in tables.rows("messages")] == [
        ("Ava", "one", "text"),
        ("Ben", "two\nmore: of it", "text"),
        (None, "Ava added Cal", "system"),
        ("Cal", None, "empty"),
        ("Ava", "last", "text"),
    ]
    expected = datetime(2022, 3, 13, 14, 8, 11 if ":11" in head or ".11" in head else 0, tzinfo=UTC)
    for row in tables.rows("messages"):
        assert row["sent_at"] == expected
        assert row["sent_at_written"] in head
        assert row["sent_at_written"][-1] not in " ,]-"
        assert row["sent_at_precision"] == ("second" if expected.second else "minute")
    assert set(tables.warned) <= {"time_zone_assumed", "date_order_ambiguous"}
    assert ("date_order_ambiguous" in tables.warned) == (head.startswith("13-03-22 "))


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("12:04 AM", 0),
        ("12:04 PM", 12),
        ("00:04 AM", 0),
        ("00:04 PM", 12),
        ("23:04 PM", 23),
        ("1:04 a.m.", 1),
        ("24:04", 0),
    ],
)
def test_twelve_hour_clocks_are_read_as_they_are_meant(written: str, hour: int, tmp_path: Path) -> None:
    """Noon, midnight, and the odd spellings of both that real exports hold."""
    tables = _read(f"13/03/2022, {written} - Ava: hello\n", tmp_path)
    assert tables.authored[0]["sent_at"] == datetime(2022, 3, 13, hour, 4, tzinfo=UTC)


def _lines(*dates: str) -> str:
    return "".join(f"{written}, 10:00 - Ava: hello\n" for written in dates)


@pytest.mark.parametrize(
    ("dates", "order", "warned"),
    [
        (("01/02/21", "13/02/21"), "dmy", False),
        (("01/02/21", "02/13/21"), "mdy", False),
        (("01/02/2021", "02/02/2021", "01/03/2021"), "dmy", False),
        (("02/01/2021", "02/02/2021", "03/01/2021"), "mdy", False),
        (("2021-02-01", "2021-02-03"), "ymd", False),
        (("20-12-30", "20-12-31", "21-01-01"), "ymd", False),
        (("30-12-20", "31-12-20", "01-01-21"), "dmy", False),
        (("01/02/2021", "02/02/2021", "03/02/2021"), "dmy", True),
        (("02/01/2021", "02/02/2021", "02/03/2021", "02/04/2021", "02/05/2021"), "mdy", False),
        (("02/02/2021", "03/03/2021"), "dmy", False),
        (("01/02/2021",), "dmy", True),
    ],
)
def test_the_order_of_dates_is_decided_by_the_file(
    dates: tuple[str, ...], order: str, warned: bool, tmp_path: Path
) -> None:
    """A field above twelve, else times that run forward, else an assumption that is said."""
    tables = _read(_lines(*dates), tmp_path)
    assert ("date_order_ambiguous" in tables.warned) == warned
    for row, written in zip(tables.authored, dates, strict=True):
        fields = dict(zip(order, (int(part) for part in written.replace("-", "/").split("/")), strict=True))
        assert row["sent_at"].date() == date(fields["y"] % 100 + 2000, fields["m"], fields["d"])


def test_american_dates_are_assumed_where_everything_else_is_american(tmp_path: Path) -> None:
    """No leading zeros, two digits of a year, AM and PM: month first is assumed, and said with its reason."""
    tables = _read("1/2/21, 9:47 PM - Ava: hello\n1/3/21, 9:47 AM - Ben: hello\n", tmp_path)
    assert [row["sent_at"].date() for row in tables.authored] == [date(2021, 1, 2), date(2021, 1, 3)]
    (warning,) = tables.rows("warnings", kind="date_order_ambiguous")
    assert "month first" in warning["detail"]


def test_a_date_against_the_stated_order_has_no_time(tmp_path: Path) -> None:
    """What was stated wins: a date that it cannot read keeps its message, without a time, and is said."""
    tables = _read(_lines("01/02/2021", "25/02/2021"), tmp_path, Reading(date_order=DateOrder.MONTH_FIRST))
    assert [row["sent_at"] and row["sent_at"].date() for row in tables.authored] == [date(2021, 1, 2), None]
    (warning,) = tables.rows("warnings", kind="date_order_conflict")
    assert warning["message"] == tables.authored[1]["message"]


def test_a_year_that_leads_is_read_first_whatever_was_stated(tmp_path: Path) -> None:
    """2021-02-01 is in February under every statement; that the statement did not apply is said once."""
    tables = _read(_lines("2021-02-01", "2021-02-03"), tmp_path, Reading(date_order=DateOrder.DAY_FIRST))
    assert [row["sent_at"].date() for row in tables.authored] == [date(2021, 2, 1), date(2021, 2, 3)]
    assert tables.warned["date_order_conflict"] == 1


def test_clock_changes_are_counted(tmp_path: Path) -> None:
    """A time that stands twice is read the first time, one that does not exist an hour later; both are counted once."""
    text = (
        "28/03/2021, 00:30 - Ava: before\n28/03/2021, 01:30 - Ava: skipped\n28/03/2021, 02:30 - Ava: after\n"
        "31/10/2021, 00:30 - Ava: before\n31/10/2021, 01:30 - Ava: repeated\n31/10/2021, 02:30 - Ava: after\n"
    )
    tables = _read(text, tmp_path, Reading(time_zone="Europe/London"))
    assert [row["sent_at"].strftime("%m-%d %H:%M") for row in tables.authored] == [
        "03-28 00:30", "03-28 01:30", "03-28 01:30", "10-30 23:30", "10-31 00:30", "10-31 02:30",
    ]  # fmt: skip
    assert tables.warned == {"missing_local_time": 1, "ambiguous_local_time": 1}


def test_the_order_of_a_file_tells_the_passes_of_a_repeated_hour_apart(tmp_path: Path) -> None:
    """An earlier time after a later one, in the hour that is repeated, is after the change, until the hour ends."""
    clocks = ("00:59", "01:30", "01:40", "01:10", "01:45", "02:10")
    text = "".join(f"28/10/2018, {clock} - Ava: hello\n" for clock in clocks)
    tables = _read(text, tmp_path, Reading(time_zone="Europe/London", date_order=DateOrder.DAY_FIRST))
    sent = [row["sent_at"].strftime("%d %H:%M") for row in tables.authored]
    assert sent == ["27 23:59", "28 00:30", "28 00:40", "28 01:10", "28 01:45", "28 02:10"]
    (warning,) = tables.rows("warnings")
    assert warning["kind"] == "ambiguous_local_time"
    assert "4 times" in warning["detail"]
    assert "2 that the order of the file puts after the change" in warning["detail"]
    places = (tables.authored[1]["byte_start"], tables.authored[4]["byte_end"])
    assert (warning["byte_start"], warning["byte_end"]) == places
    assert warning["message"] == tables.authored[1]["message"]


def test_messages_of_one_minute_do_not_begin_a_second_pass(tmp_path: Path) -> None:
    """A step back within a minute is the export's own sorting, no change of the clock."""
    text = "".join(f"28/10/2018, {clock} - Ava: hello\n" for clock in ("01:30:40", "01:30:10", "01:31:00"))
    tables = _read(text, tmp_path, Reading(time_zone="Europe/London"))
    assert [row["sent_at"].hour for row in tables.authored] == [0, 0, 0]


def test_two_exports_in_one_file_are_read_by_their_own_layouts(tmp_path: Path) -> None:
    """A block of messages in another layout, later than the first and up to the end, is an export of its own."""
    first = "".join(f"{day:02}/03/2022, 14:08 - Ava: one\n" for day in range(10, 20))
    second = "".join(f"[2022-03-{day:02} 14:08:01] Ben: two\n" for day in range(20, 26))
    tables = _read(first + second, tmp_path)
    assert len(tables.authored) == 16
    assert tables.handles == {"Ava", "Ben"}
    assert tables.warned["layout_mixed"] == 1
    assert tables.authored[-1]["sent_at"] == datetime(2022, 3, 25, 14, 8, 1, tzinfo=UTC)


_NAMES = st.sampled_from(
    ["Ava", "Ben Ash", "~ Cal", "+44\u00a07700\u00a0900123", "Élodie", "Дима", "🤓", "O'Neil (work)"]
)
_BODIES = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\u200e\u200f\ufeff"), min_size=1, max_size=40
).filter(lambda text: text == text.strip() and ": " not in text and not text[0].isdigit() and text[0] not in "[<")


@settings(max_examples=150, deadline=None)
@given(
    head=st.sampled_from(
        [head for head in HEADS if "m" not in head and "13" in head and not head.startswith("\u200f")]
    ),
    messages=st.lists(st.tuples(_NAMES, st.lists(_BODIES, min_size=1, max_size=3)), min_size=1, max_size=12),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_any_chat_comes_back_as_it_was(
    head: str, messages: list[tuple[str, list[str]]], ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Authors and texts of any chat in any layout are read back, character for character."""
    written = "".join(head.format(f"{name}: {ending.join(lines)}") + ending for name, lines in messages)
    tables = _read(written, tmp_path_factory.mktemp("chat"))
    got = [(row["author"], row["text"]) for row in tables.authored]
    assert got == [(name, ending.join(lines)) for name, lines in messages]


@settings(max_examples=40, deadline=None)
@given(
    start=st.dates(date(2010, 1, 1), date(2030, 1, 1)),
    gaps=st.lists(st.integers(0, 40), min_size=20, max_size=60),
    order=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%y"]),
)
def test_dates_of_any_long_chat_are_read_in_its_order(
    start: date, gaps: list[int], order: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A chat that spreads over its months decides its own order; where it cannot, the doubt is said."""
    days = [start + timedelta(days=sum(gaps[: index + 1])) for index in range(len(gaps))]
    tables = _read(_lines(*(day.strftime(order) for day in days)), tmp_path_factory.mktemp("chat"))
    if "date_order_ambiguous" not in tables.warned:
        assert [row["sent_at"].date() for row in tables.authored] == days
