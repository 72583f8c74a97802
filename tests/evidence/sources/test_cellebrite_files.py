"""Reports of Cellebrite Physical Analyzer: the zip with its files, size, and what nobody would write."""

import contextlib
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.made_report import (
    NAMESPACE,
    SEED,
    attachment,
    chat,
    field,
    file,
    many,
    message,
    model,
    one,
    party,
    report,
    ufdr,
)
from tests.support.memory import PEAK
from tests.support.reading import Tables, check, read_document

from upstander.errors import LimitReached, SourceError
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.reading import Found, read_exhibit
from upstander.evidence.sources import Reading
from upstander.evidence.sources.cellebrite import SOURCE, building, stream
from upstander.evidence.sources.cellebrite.mending import Mender
from upstander.evidence.sources.registry import SOURCES

JPEG = b"\xff\xd8\xff invented"
FIELDS = [
    "Id", "Source", "TimeStamp", "Identifier", "Label", "Status", "Folder", "DateRead", "DateDeleted", "Direction",
    "IsPhoneOwner", "Action", "Latitude", "Name", "Role", "Body", "Subject", "ChatId", "Filename", "SystemMessageId",
]  # fmt: skip
SHA = hashlib.sha256(JPEG).hexdigest()


def opened(path: Path, scratch: Path) -> tuple[Tables, list[Found]]:
    """What is read of an exhibit, as the pipeline reads it."""
    tables, found = Tables(), []
    for item in read_exhibit(ExhibitFile.of(path), {}, reading=Reading(), sources=SOURCES, scratch=scratch):
        if isinstance(item, Found):
            found.append(item)
        else:
            tables.batches.setdefault(item.table, []).append(item.batch)
    check(tables)
    return tables, found


def of(text: str, tmp_path: Path, scratch: Path) -> Tables:
    """What a report of this text holds, without siblings."""
    path = tmp_path / "report.xml"
    path.write_text(text, encoding="utf-8", newline="")
    return read_document(SOURCE, Document(ExhibitFile.of(path), {}, scratch))


@pytest.mark.parametrize("slash", ["/", "\\"])
def test_a_ufdr_is_opened_and_its_media_found(slash: str, tmp_path: Path, scratch: Path) -> None:
    """The zip is read whatever its name; a file that a message carried is held, by its path or by the list of files."""
    text = report(
        chat(
            message("1", party(2), None, more=attachment("a.jpg", path="files\\Image\\1.jpg", file_id="f1")),
            message("2", party(2), "seen", more=attachment("b.jpg", kind="image/jpeg", file_id="f1")),
            message("3", party(2), None, more=attachment("c.jpg", file_id="f2")),
            message("4", party(2), None, more=attachment("d.jpg", file_id="f3")),
        ),
        files=file("f1", "files\\Image\\1.jpg", sha256=SHA.upper())
        + file("f2", "files\\Image\\2.jpg", sha256="0" * 64),
    )
    tables, found = opened(ufdr(tmp_path / "phone.ufdr", text, {f"files{slash}Image{slash}1.jpg": JPEG}), scratch)
    assert [(one_of.role, one_of.source) for one_of in found] == [
        ("archive", None), ("media", None), ("document", "cellebrite"),
    ]  # fmt: skip
    rows = [(row["held"], row["sha256"], row["bytes"], row["kind"]) for row in tables.rows("attachments")]
    assert rows == [
        ("held", SHA, len(JPEG), "image"),
        ("held", SHA, len(JPEG), "image"),
        ("absent", "0" * 64, 3, "image"),
        ("absent", None, 3, "image"),
    ]
    assert tables.rows("messages")[1]["text"] == "seen"
    assert {row["member"] for row in tables.rows("messages")} == {"report.xml"}
    (warning,) = tables.rows("warnings")
    assert warning["detail"].startswith("2 files")


def test_a_file_that_is_not_the_one_stated_is_said(tmp_path: Path, scratch: Path) -> None:
    """The digest kept is the file's own; that the report states another is a warning at the message."""
    text = report(
        chat(message("1", party(2), None, more=attachment("a.jpg", file_id="f1"))),
        files=file("f1", "files\\Image\\1.jpg", sha256="0" * 64),
    )
    tables, _ = opened(ufdr(tmp_path / "phone.ufdr", text, {"files/Image/1.jpg": JPEG}), scratch)
    assert [row["sha256"] for row in tables.rows("attachments")] == [SHA]
    assert tables.warned == {"hash_mismatch": 1}


def test_files_may_be_listed_after_the_messages(tmp_path: Path, scratch: Path) -> None:
    """Sections of a report stand in any order."""
    text = report(chat(message("1", party(2), None, more=attachment("a.jpg", file_id="f1"))))
    late = f"<taggedFiles>{file('f1', 'files/Image/1.jpg', sha256=SHA)}</taggedFiles></project>"
    tables = of(text.replace("</project>", late), tmp_path, scratch)
    assert [(row["name"], row["sha256"]) for row in tables.rows("attachments")] == [("files/Image/1.jpg", SHA)]


def test_prefixed_names_are_read(tmp_path: Path, scratch: Path) -> None:
    """A report saved again by another tool may write its namespace as a prefix."""
    text = report(chat(message("1", party(2), "a")))
    for name in ("project", "decodedData", "modelType", "modelField", "multiModelField", "model", "field", "value"):
        text = text.replace(f"<{name} ", f"<p:{name} ").replace(f"<{name}>", f"<p:{name}>")
        text = text.replace(f"</{name}>", f"</p:{name}>")
    tables = of(text.replace("xmlns=", "xmlns:p="), tmp_path, scratch)
    assert [row["text"] for row in tables.authored] == ["a"]


def test_a_report_costs_no_memory(tmp_path: Path) -> None:
    """Thirty megabytes of files, places and messages are read in sixty of memory beyond what a small report takes."""
    path = tmp_path / "report.xml"
    texts = (message(f"{n:032X}", party(n % 40 + 1), f"message {n}") for n in range(14_000))
    files = (file(f"f{n}", f"files\\Image\\{n}.jpg", sha256=SHA) for n in range(30_000))
    places = (model("Location", field("Name", "x" * 500)) for _ in range(8_000))
    whole = report(chat("{texts}"), "{places}", files="{files}")
    with path.open("w") as out:
        for piece in re.split("[{}]", whole):
            out.writelines({"texts": texts, "files": files, "places": places}.get(piece, (piece,)))
    assert path.stat().st_size > 28_000_000
    program = (
        PEAK + "import sys\n"
        "from upstander.evidence.document import Document, ExhibitFile\n"
        "from upstander.evidence.sources import Reading\n"
        "from upstander.evidence.sources.cellebrite import SOURCE\n"
        "def read(path, rows=0):\n"
        "    document = Document(ExhibitFile.of(Path(path)), {}, Path('/nonexistent'))\n"
        "    for batch in SOURCE.read(document, Reading()):\n"
        "        rows += batch.batch.num_rows * (batch.table == 'messages')\n"
        "    return rows\n"
        "read(sys.argv[2]); start = peak(); print(read(sys.argv[1]), peak() - start)"
    )
    small = tmp_path / "small.xml"
    small.write_text(SEED)
    got = subprocess.run(
        [sys.executable, "-c", program, str(path), str(small)], check=True, capture_output=True, text=True
    )
    rows, grown = map(float, got.stdout.split())
    assert rows == 14_000
    assert grown < 60


def test_a_tag_without_end_is_refused(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser holds a tag whole, so one beyond the limit ends the reading there."""
    monkeypatch.setattr(stream, "LONGEST_TAG", 600_000)
    text = report(chat(message("1", party(2), "a")), more=f'<x y="{"z" * 3_000_000}"/>')
    path = tmp_path / "report.xml"
    path.write_text(text)
    tables = Tables()
    with pytest.raises(LimitReached, match="one tag"):
        _into(tables, path, scratch)
    assert len(tables.authored) == 1


def _into(tables: Tables, path: Path, scratch: Path) -> None:
    for rows in SOURCE.read(Document(ExhibitFile.of(path), {}, scratch), Reading()):
        tables.batches.setdefault(rows.table, []).append(rows.batch)


def test_a_text_without_end_is_cut_and_said(tmp_path: Path, scratch: Path) -> None:
    """A text of any length is read in pieces; what the tables keep is limited."""
    tables = of(
        report(chat(message("1", party(2), "z" * 3_000_000)), more="<x>" + "y" * 3_000_000 + "</x>"), tmp_path, scratch
    )
    assert len(tables.authored[0]["text"]) == 1_000_000
    assert tables.warned == {"line_too_long": 1}


def test_a_model_without_end_is_cut_and_said(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message of endless recipients, or of models within models, is cut; the next is read."""
    monkeypatch.setattr(building, "LARGEST_MODEL", 200_000)
    crowd = message("1", party(2), "a", to=tuple(party(n) for n in range(3, 900)))
    tables = of(report(chat(crowd, message("3", party(2), "c"))), tmp_path, scratch)
    assert [row["text"] for row in tables.authored] == ["a", "c"]
    assert tables.warned == {"line_too_long": 1}
    nested = '<modelField name="x" type="x"><model type="x">' * 400 + "</model></modelField>" * 400
    tables = of(report(chat(message("2", party(2), "b", more=nested), message("3", party(2), "c"))), tmp_path, scratch)
    assert [row["text"] for row in tables.authored] == ["b", "c"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_raises_anything_else(tmp_path: Path, scratch: Path, data: st.DataObject) -> None:
    """Bytes changed, lost or doubled anywhere end in rows or in an error of the sources'."""
    content = bytearray(SEED.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(150, len(content) - 1))
        length = data.draw(st.integers(0, 60))
        piece = data.draw(
            st.sampled_from([b"", b"\x00", b"\xff", b"&#55357;", b"<![CDATA[", b"]]>", b"</model>", b"9"])
        )
        content[at : at + length] = piece if data.draw(st.booleans()) else bytes(content[at : at + length]) * 2
    path = tmp_path / "report.xml"
    path.write_bytes(bytes(content))
    tables = Tables()
    with contextlib.suppress(SourceError):
        _into(tables, path, scratch)
    check(tables)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(max_size=40), name=st.sampled_from(FIELDS))
def test_no_value_raises_anything(tmp_path: Path, scratch: Path, value: str, name: str) -> None:
    """Any text may stand in any field."""
    odd = field(name, value)
    someone = model("Party", odd)
    place = one("Position", "Coordinate", model("Coordinate", odd, field("Longitude", value)))
    log = many("ActivityLog", "ChatActivity", model("ChatActivity", odd, one("Participant", "Party", someone)))
    record = model("InstantMessage", odd, one("From", "Party", someone), place, attachment(value))
    texts = model("SMS", odd, many("Parties", "Party", model("Party", odd, field("Identifier", value))))
    talk = model("Chat", odd, many("Messages", "InstantMessage", record, model("InstantMessage", odd)), log)
    of(report(talk, texts, record, model("Call", odd), model("UserAccount", odd)), tmp_path, scratch)


@given(text=st.text(alphabet="ab<>&#;0![CDATA]x\x00\ufffe", max_size=200), size=st.integers(1, 20))
def test_mending_is_the_same_however_the_chunks_fall(text: str, size: int) -> None:
    """What is mended does not depend on where a chunk of the file ends."""
    whole, pieces = Mender(), Mender()
    expected = whole.feed(text.encode(), last=True)
    data = text.encode()
    got = "".join(pieces.feed(data[at : at + size], last=False) for at in range(0, len(data), size))
    assert got + pieces.feed(b"", last=True) == expected
    assert pieces.replaced == whole.replaced


def test_the_namespace_decides(tmp_path: Path, scratch: Path) -> None:
    """A report is told by its root, behind comments and instructions too."""
    for before in ("", "\ufeff", "<?xml version='1.0'?>\n<!-- made by a tool -->\n", "\n\n"):
        assert len(of(f'{before}<project id="1" xmlns="{NAMESPACE}"></project>', tmp_path, scratch).batches) == 0
