"""The files themselves: repeatable, lawful mail, attachments found, refusals said."""

import base64
import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from tests.support.made_case import keep, make, say
from tests.support.opened_rsmf import every, opened, references_hold, write

from upstander.errors import CaseDamaged, OutputError
from upstander.evidence.rsmf_out import write_rsmf
from upstander.storage import Case


def test_the_same_tables_give_the_same_bytes(case: Case, tmp_path: Path) -> None:
    """Nothing of the clock, the machine or the run is in the file."""
    made = make(case)
    group = made.conversation()
    photo = keep(case, b"\xff\xd8\xff")
    message = say(group, 0, "one")
    group.attachment(message, ordinal=0, kind="image", held="held", name="a.jpg", sha256=photo)
    say(group, 1, "two", author="Ben")
    made.close()
    for suffix in (".zip", ".rsmf"):
        write(case, tmp_path / f"first{suffix}")
        write(case, tmp_path / f"second{suffix}")
        assert (tmp_path / f"first{suffix}").read_bytes() == (tmp_path / f"second{suffix}").read_bytes()


def test_an_attachment_is_taken_out_of_the_exhibited_archive(case: Case, tmp_path: Path) -> None:
    """A photograph inside the exported zip is found by its digest, under whatever path; one that is gone is counted."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("_chat.txt", "text")
        archive.writestr("deep/00000001-PHOTO.jpg", b"the wrong one")
        archive.writestr("media/00000001-PHOTO.jpg", b"the right one")
    made = make(case, packed.getvalue())
    group = made.conversation()
    right = hashlib.sha256(b"the right one").hexdigest()
    message = say(group, 0, "photo")
    group.attachment(message, ordinal=0, kind="image", held="held", name="00000001-PHOTO.jpg", sha256=right)
    group.attachment(message, ordinal=1, kind="image", held="held", name="2.jpg", sha256="0" * 64)
    group.attachment(message, ordinal=2, kind="image", held="held", name="3.jpg")
    group.attachment(message, ordinal=3, kind="location", held="held", name="51.5,-0.12")
    made.close()
    summary = write(case, tmp_path / "out.zip")
    assert summary.attachments == 1
    assert summary.not_held == {"attachments whose file was not found again": 2}
    ((_, rsmf),) = every(tmp_path / "out.zip")
    references_hold(rsmf)
    assert rsmf.files == {"A00001.jpg": b"the right one"}
    assert rsmf.custom(message)["attachment"][3] == "held, location, 51.5,-0.12"


def test_an_exhibit_that_changed_is_not_passed_on(case: Case, tmp_path: Path) -> None:
    """An attachment whose stored bytes are no longer those of its digest stops the writing and leaves no file."""
    made = make(case)
    group = made.conversation()
    photo = keep(case, b"as received")
    message = say(group, 0, "photo")
    group.attachment(message, ordinal=0, kind="image", held="held", name="a.jpg", sha256=photo)
    made.close()
    case.exhibit(photo).write_bytes(b"changed")
    with pytest.raises(CaseDamaged, match=r"a\.jpg has changed"):
        write_rsmf(case, tmp_path / "out.zip", progress=lambda *_: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


def test_a_name_cannot_become_a_header(case: Case, tmp_path: Path) -> None:
    """Line ends in a group's name or a participant's stay inside their header; other alphabets are encoded."""
    made = make(case)
    group = made.conversation(title="Nights\r\nX-RSMF-EventCount: 99\u2028Bcc: x")
    say(group, 0, "x", author="Zoë, العربية\n" + "long " * 300)
    made.close()
    write(case, tmp_path / "out.rsmf")
    write(case, tmp_path / "out.zip")
    ((_, rsmf),) = every(tmp_path / "out.zip")
    references_hold(rsmf)
    assert rsmf.headers.get_all("X-RSMF-EventCount") == ["1"]
    assert rsmf.headers["Bcc"] is None
    assert rsmf.headers["Subject"] == "Nights X-RSMF-EventCount: 99 Bcc: x"
    assert rsmf.headers["X-RSMF-Participants"].startswith("Zoë")
    content = (tmp_path / "out.rsmf").read_bytes()
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", ["out.json", "out", "missing/out.zip"])
def test_what_cannot_be_written_is_said(case: Case, tmp_path: Path, name: str) -> None:
    """A name of another kind, or a folder that is not there, is refused in a sentence, and nothing is left behind."""
    made = make(case)
    say(made.conversation(), 0, "x")
    made.close()
    with pytest.raises(OutputError, match=name):
        write_rsmf(case, tmp_path / name, progress=lambda *_: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


def test_an_empty_case_is_said(case: Case, tmp_path: Path) -> None:
    """A case without messages gives a sentence, not an empty file."""
    with pytest.raises(OutputError, match="holds no message"):
        write_rsmf(case, tmp_path / "out.zip", progress=lambda *_: None)
    assert not (tmp_path / "out.zip").exists()


def test_base64_lines_are_whole(case: Case, tmp_path: Path) -> None:
    """The zip inside is written in chunks, and its base64 is the same as if written at once."""
    made = make(case)
    group = made.conversation()
    noise = hashlib.shake_256(b"x").digest(3_000_000)
    photo = keep(case, noise)
    message = say(group, 0, "big")
    group.attachment(message, ordinal=0, kind="video", held="held", name="a.mp4", sha256=photo)
    made.close()
    write(case, tmp_path / "out.rsmf")
    content = (tmp_path / "out.rsmf").read_bytes()
    encoded = content.split(b"filename=rsmf.zip\r\n\r\n")[1].split(b"\r\n\r\n--")[0]
    packed = base64.b64decode(encoded)
    assert base64.encodebytes(packed).replace(b"\n", b"\r\n").strip() == encoded.strip()
    assert opened(content).files["A00001.mp4"] == noise
