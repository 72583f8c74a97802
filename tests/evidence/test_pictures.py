"""Which pictures a page may show."""

import hashlib
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.support.made_case import NOW, keep

from upstander.evidence.pictures import LARGEST, kind_of, picture
from upstander.evidence.transcript import Attachment
from upstander.storage import Home

_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (_PNG + b"IDAT", "image/png"),
        (_PNG + b"\x00\x00\x00\x08acTL\x00\x00IDAT", None),
        (_PNG + b"IDATacTL", "image/png"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8X\x00\x00\x00\x00ANIM", None),
        (b"GIF89a\x21\xf9\x04\x00", "image/gif"),
        (b"GIF89a\x21\xff\x0bNETSCAPE2.0", None),
        (b"GIF89a" + b"\x21\xf9\x04\x00" * 2, None),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
        (b"<html><script>alert(1)</script>", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_a_picture_is_known_by_its_bytes_and_moving_ones_are_not_shown(content: bytes, kind: str | None) -> None:
    """Neither its name nor what the export says decides."""
    assert kind_of(content) == kind


def _attachment(exhibit: str, content: bytes, *, held: str = "held", name: str = "a.jpg") -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    return Attachment("c-1", 0, "c", exhibit, "image", name, None, len(content), digest, held, None)


def test_a_picture_is_taken_from_the_exhibit_that_it_came_with(tmp_path: Path) -> None:
    """An exhibit of its own, or a member of the exhibited archive; what was not held, or is too large, is none."""
    case = Home(tmp_path / "home").new("PI-1", title="pictures", now=NOW)
    alone, inside = b"\xff\xd8\xffalone", b"\xff\xd8\xffinside"
    with ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("Media/b.jpg", inside)
    exhibit = keep(case, (tmp_path / "export.zip").read_bytes())
    keep(case, alone)
    found = [picture(case, _attachment(exhibit, content)) for content in (alone, inside, b"\xff\xd8\xffnowhere")]
    assert [one.content if one else None for one in found] == [alone, inside, None]
    assert picture(case, _attachment(exhibit, inside, held="absent")) is None
    large = b"\xff\xd8\xff" + bytes(LARGEST)
    keep(case, large)
    assert picture(case, _attachment(exhibit, large)) is None
