"""RSMF 2.0 in: files that are slices of one conversation."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.made_rsmf import event, mail, manifest, zipped
from tests.support.reading import read_document

from upstander.errors import SourceError, Unreadable
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.rsmf import SOURCE


def slices(folder: Path, *manifests: dict[str, Any], **fields: str) -> Document:
    """Slices in a folder, the last day first by name; the first by name as a document with its siblings."""
    folder.mkdir()
    for number, value in enumerate(reversed(manifests)):
        begin = {"BeginDate": f"2024-03-{len(manifests) - number:02d}T00:00:00Z"}
        (folder / f"slice {number}.rsmf").write_bytes(mail(zipped(value), fields=fields | begin))
    (folder / "scratch").mkdir()
    return Document.of(folder / "slice 0.rsmf", scratch=folder / "scratch")


def said(day: int, body: str, **more: Any) -> dict[str, Any]:
    """One event of a day."""
    return event(0, body=body, **{"id": f"{day}-{body}", "timestamp": f"2024-03-{day:02d}T09:00:00Z", **more})


ONE = {"EventCollectionID": "channel 7", "Application": "WhatsApp", "Custodian": "Ada North"}


def test_slices_are_one_conversation(tmp_path: Path, scratch: Path) -> None:
    """Joined by the event collection id, in the order of time and not of names; what stands in two is read once."""
    document = slices(
        tmp_path / "in",
        manifest(said(1, "a"), said(1, "b")),
        manifest(said(1, "b"), said(2, "c", parent="1-a", edits=[{"participant": "P1", "previous": "x", "new": "c"}])),
        manifest(said(3, "d")),
        **ONE,
    )
    assert SOURCE.recognise(document) == ("slice 1.rsmf", "slice 2.rsmf")
    tables = read_document(SOURCE, document)
    (conversation,) = tables.rows("conversations")
    assert (conversation["platform_key"], len(tables.rows("participants"))) == ("C1", 2)
    assert [(row["text"], row["row"], row["position"]) for row in tables.authored] == [
        ("a", "1/events[0]", 0),
        ("b", "1/events[1]", 1),
        ("c", "2/events[1]", 2),
        ("d", "3/events[0]", 3),
    ]
    assert [row["exhibit"] for row in tables.authored] == [
        document.siblings[f"slice {n}.rsmf"].exhibit for n in (2, 2, 1, 0)
    ]
    assert len(tables.rows("membership_events")) == 2
    assert tables.warned == {"duplicate_record": 1}
    assert "slice 1" not in tables.rows("warnings")[0]["detail"]
    alone = Document(file=document.file, siblings={}, scratch=scratch)
    assert SOURCE.recognise(alone) == ()
    assert [row["row"] for row in read_document(SOURCE, alone).authored] == ["events[0]"]


def test_slices_that_do_not_say_so_stay_apart(tmp_path: Path) -> None:
    """The same participants are no proof: nothing is claimed, and the first of the files has one warning."""
    document = slices(
        tmp_path / "in", manifest(said(1, "a")), manifest(said(2, "b")), Application="SMS", Participants="Ada, Ben"
    )
    assert SOURCE.recognise(document) == ()
    tables = read_document(SOURCE, document)
    assert [row["text"] for row in tables.authored] == ["b"]
    assert tables.warned == {"slices_apart": 1}
    other = Document(document.siblings["slice 1.rsmf"], document.siblings, document.scratch)
    assert not read_document(SOURCE, other).warned


def test_other_collections_and_folders_are_not_claimed(tmp_path: Path) -> None:
    """Another collection, custodian or application is another conversation, and files that are no mail stay."""
    document = slices(tmp_path / "in", manifest(said(1, "a")), **ONE)
    siblings = dict(document.siblings)
    for number, fields in enumerate(({"Custodian": "Ben"}, {"EventCollectionID": "8"}, {"Application": "SMS"})):
        path = tmp_path / f"other {number}.rsmf"
        path.write_bytes(mail(zipped(manifest(said(2, "b"))), fields=ONE | fields))
        siblings[path.name] = ExhibitFile.of(path)
    same = ExhibitFile.of(document.siblings["slice 0.rsmf"].path)  # type: ignore[attr-defined]
    (tmp_path / "picture.rsmf").write_bytes(b"\xff\xd8\xff")
    siblings |= {
        "deeper/slice.rsmf": same,
        "slice 00.rsmf": same,
        "picture.rsmf": ExhibitFile.of(tmp_path / "picture.rsmf"),
    }
    assert SOURCE.recognise(Document(document.file, siblings, document.scratch)) == ()


@pytest.mark.parametrize("clash", ["person", "event"])
def test_an_id_that_means_two_things_keeps_slices_apart(clash: str, tmp_path: Path) -> None:
    """Makers that number anew in every file: nobody gets another's words, and it is said once."""
    second, third = manifest(said(2, "b")), manifest(said(3, "c"))
    for value in (second, third):
        if clash == "person":
            value["participants"][0] = {"id": "P1", "display": "Cat West", "account_id": "+440000000003"}
        else:
            value["events"][0]["id"] = "1-a"
    tables = read_document(SOURCE, slices(tmp_path / "in", manifest(said(1, "a")), second, third, **ONE))
    assert [row["text"] for row in tables.authored] == ["a", "b", "c"]
    assert len({row["conversation"] for row in tables.authored}) == 3
    assert tables.warned == {"slices_apart": 1}
    names = [row["name"] for row in tables.rows("participants", handle="P1")]
    assert names == (["Ada North", "Cat West", "Cat West"] if clash == "person" else ["Ada North"] * 3)


def test_a_damaged_slice_costs_itself_only(tmp_path: Path) -> None:
    """A companion that cannot be read is a warning at its own exhibit; where it is the document, the rest is given."""
    document = slices(tmp_path / "in", manifest(said(1, "a")), manifest(said(2, "b")), manifest(said(3, "c")), **ONE)
    siblings = dict(document.siblings)
    (tmp_path / "bad").write_bytes(mail(b"PK\x03\x04", fields=ONE))
    siblings["slice 1.rsmf"] = bad = ExhibitFile("slice 1.rsmf", tmp_path / "bad", "0" * 64)
    tables = read_document(SOURCE, Document(document.file, siblings, document.scratch))
    assert sorted(str(row["text"]) for row in tables.authored) == ["a", "c"]
    assert [(row["kind"], row["exhibit"]) for row in tables.rows("warnings")] == [("truncated_archive", bad.exhibit)]
    siblings["slice 0.rsmf"] = bad = ExhibitFile("slice 0.rsmf", tmp_path / "bad", "0" * 64)
    siblings["slice 1.rsmf"] = document.siblings["slice 1.rsmf"]
    texts: list[str] = []
    problem = None
    try:
        for rows in SOURCE.read(Document(bad, siblings, document.scratch), Reading()):
            texts += rows.batch.column("text").to_pylist() if rows.table == "messages" else []
    except Unreadable as found:
        problem = found
    assert problem is not None
    assert sorted(texts) == ["a", "b"]


GOOD = mail(zipped(manifest(said(2, "b", edits=[{"new": "b"}]))), fields=ONE)
WORDS = [
    b"X-RSMF-BeginDate: 0001-01-01T00:00:00+23:59\r\n",
    b"X-RSMF-EventCollectionID: \xff\r\n",
    b"\r\n\r\n",
    b"\x00",
]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(GOOD)),
    length=st.integers(0, 60),
    patch=st.binary(max_size=12) | st.sampled_from(WORDS),
    keep=st.booleans(),
)
def test_damage_of_one_slice_never_crashes(tmp_path: Path, at: int, length: int, patch: bytes, keep: bool) -> None:
    """Any part of a slice may be replaced or its rest cut off; the document before it is read whole."""
    siblings = {}
    damaged = GOOD[:at] + patch + (GOOD[at + length :] if keep else b"")
    for name, content in (("1.rsmf", mail(zipped(manifest(said(1, "a"))), fields=ONE)), ("2.rsmf", damaged)):
        (tmp_path / name).write_bytes(content)
        siblings[name] = ExhibitFile.of(tmp_path / name)
    tables = read_document(SOURCE, Document(siblings["1.rsmf"], siblings, tmp_path))
    assert [row["text"] for row in tables.authored if row["exhibit"] == siblings["1.rsmf"].exhibit] == ["a"]
    with contextlib.suppress(SourceError):
        read_document(SOURCE, Document(siblings["2.rsmf"], siblings, tmp_path))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.dictionaries(
        st.sampled_from(["participants", "events", "conversations", "version"]),
        st.lists(
            st.none()
            | st.integers()
            | st.dictionaries(
                st.sampled_from(["id", "display", "platform", "type", "custom", "participant", "timestamp", "edits"]),
                st.none() | st.integers() | st.sampled_from(["P1", "C1", "1-a", "join", "\ud800"]) | st.just([{}]),
            ),
            max_size=4,
        ),
    )
)
def test_any_second_manifest_never_crashes(tmp_path: Path, value: dict[str, Any]) -> None:
    """Wrong types anywhere in a later slice cost nothing of the first."""
    siblings = {}
    for name, content in (("1.rsmf", manifest(said(1, "a"))), ("2.rsmf", value)):
        (tmp_path / name).write_bytes(mail(zipped(content), fields=ONE))
        siblings[name] = ExhibitFile.of(tmp_path / name)
    document = Document(siblings["1.rsmf"], siblings, tmp_path)
    assert SOURCE.recognise(document) == ("2.rsmf",)
    assert read_document(SOURCE, document).authored[0]["text"] == "a"
