"""What the graph says of a made case, object by object."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.support.made_case import NOW, START, keep, make, say, system

from upstander.errors import OutputError
from upstander.evidence.case_uco_out import CaseUcoSummary, write_case_uco
from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Case

Graph = list[dict[str, Any]]


def write(case: Case, path: Path) -> tuple[CaseUcoSummary, Graph]:
    """Write the case, and read what was written."""
    summary = write_case_uco(case, path, progress=lambda *_: None)
    assert summary.bytes == path.stat().st_size
    graph: Graph = json.loads(path.read_bytes())["@graph"]
    assert summary.nodes == len(graph)
    holds_together(graph)
    return summary, graph


def holds_together(graph: Graph) -> None:
    """Every identifier stands once, and every reference leads to an object of the graph."""
    identities = Counter(entry["@id"] for entry in graph) + Counter(facet["@id"] for facet in _facets(graph))
    assert [identity for identity, count in identities.items() if count > 1] == []
    for entry in graph:
        if entry["@id"].startswith("kb:"):
            for reference in _references(entry):
                assert reference in identities, (entry["@id"], reference)


def _facets(graph: Graph) -> list[dict[str, Any]]:
    return [facet for entry in graph for facet in entry.get("uco-core:hasFacet", [])]


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for entry in value for found in _references(entry)]
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            return [value["@id"]]
        return [found for entry in value.values() for found in _references(entry)]
    return []


def of(graph: Graph, kind: str) -> Graph:
    """Objects of one type."""
    return [entry for entry in graph if entry["@type"] == kind]


def facet(entry: dict[str, Any], kind: str) -> dict[str, Any]:
    """The one facet of that type."""
    (found,) = (facet for facet in entry["uco-core:hasFacet"] if facet["@type"] == kind)
    return dict(found)


def facets(entry: dict[str, Any], kind: str) -> Graph:
    """Every facet of that type."""
    return [facet for facet in entry["uco-core:hasFacet"] if facet["@type"] == kind]


def full(case: Case) -> str:
    """A made case with a row of every table; gives the id of its first message."""
    made = make(case)
    group = made.conversation(platform_key="group@example", account="Ann")
    group.participant("Ann", owner=True, number="+447700900001", name="Ann E", standing="administrator")
    photo = keep(case, b"\xff\xd8\xff")
    first = say(group, 0, "kettle on?\u202e", platform_key="K1", outgoing=True, forwarded=True, server_at=START + 5)
    group.reaction("r:1", message=first, target_key="K1", emoji="👍", participant="Ben", at=START + 1)
    group.reaction("r:2", target_key="gone", emoji="👎", participant="Ben")
    group.receipt("c:1", message=first, target_key="K1", participant="Cy", read_at=START + 2)
    group.receipt("c:2", target_key="gone", participant="Cy", delivered_at=START + 2)
    made.capture.add("receipts", exhibit=made.exhibit, row="c:9", target_key="9", participant="Dan", read_at=START)
    group.edit("e:1", version=1, message=first, target_key="K1", text="kettle")
    group.edit("e:1", version=2, message=first, target_key="K1", text="kettle on?", at=START + 3)
    group.attachment(
        first, ordinal=0, kind="image", held="held", name="media/a.jpg", sha256=photo, media_type="image/jpeg", bytes=3
    )
    group.attachment(first, ordinal=1, kind="document", held="absent", name="b.pdf", caption="rota")
    say(group, 1, "yes", author="Ben", reply_to="K1", reply_to_author="Ann", reply_to_text="kettle on?")
    say(group, 2, None, author="Ben", kind="deleted", deleted="by_author", deleted_at=START + 9, sent_at=None)
    added = system(group, 3, "added", "Ann added Dee")
    group.membership("added", message=added, participant="Dee", actor="Ann", at=START, evidence="system_event")
    group.membership("current_member", participant="Ann", evidence="member_table", row="m:1")
    made.capture.warn("attachment_missing", "b.pdf did not come", message=first, conversation=group.id, row="1")
    made.capture.warn("time_zone_assumed", "no zone is recorded", conversation=group.id)
    made.capture.warn("invalid_text", "one byte")
    direct = made.conversation("direct", kind="direct", title="Ben")
    say(direct, 0, "hello", author="Ann")
    say(direct, 1, "hi", author="Ben")
    made.conversation("silent", title="Nobody wrote")
    made.close()
    return first


def test_everything_is_counted(case: Case, tmp_path: Path) -> None:
    """Conversations, messages, events, accounts, attachments and warnings of the made case, by number."""
    full(case)
    summary, graph = write(case, tmp_path / "out.jsonld")
    assert (summary.conversations, summary.messages, summary.system_events) == (3, 5, 1)
    assert (summary.accounts, summary.attachments, summary.undated, summary.exhibits) == (6, 2, 1, 1)
    assert Counter(entry["@type"] for entry in graph if entry["@id"].startswith("kb:")) == {
        "case-investigation:Investigation": 1,
        "case-investigation:InvestigativeAction": 1,  # the case is made without an intake
        "case-investigation:ProvenanceRecord": 1,
        "uco-observable:Application": 1,
        "uco-observable:ApplicationAccount": 6,
        "uco-observable:EventRecord": 1,
        "uco-observable:File": 1,
        "uco-observable:Message": 5,
        "uco-observable:MessageThread": 3,
        "uco-observable:ObservableObject": 2,
        "uco-observable:ObservableRelationship": 6,
        "uco-tool:Tool": 1,
        "uco-types:Thread": 3,
        "upstander:Warning": 3,
    }


def test_a_message_says_what_case_has_words_for(case: Case, tmp_path: Path) -> None:
    """Text as received, its author's account, time, key, kind and session; the other of two is the addressee."""
    full(case)
    _, graph = write(case, tmp_path / "out.jsonld")
    said = {
        facet(entry, "uco-observable:MessageFacet").get("uco-observable:messageText"): entry
        for entry in of(graph, "uco-observable:Message")
    }
    first = facet(said["kettle on?\u202e"], "uco-observable:MessageFacet")
    assert first["uco-observable:sentTime"] == {"@type": "xsd:dateTime", "@value": "2018-03-01T09:00:00Z"}
    assert first["uco-observable:messageID"] == "K1"
    assert first["uco-observable:messageType"] == "text"
    assert first["uco-observable:sessionID"] == "group@example"
    assert "uco-observable:to" not in first
    accounts = {
        entry["@id"]: facet(entry, "uco-observable:AccountFacet")
        for entry in of(graph, "uco-observable:ApplicationAccount")
    }
    hello = facet(said["hello"], "uco-observable:MessageFacet")
    assert accounts[hello["uco-observable:from"]["@id"]]["uco-observable:accountIdentifier"] == "Ann"
    assert [accounts[to["@id"]]["uco-observable:accountIdentifier"] for to in hello["uco-observable:to"]] == ["Ben"]
    gone = facet(said[None], "uco-observable:MessageFacet")
    assert "uco-observable:sentTime" not in gone
    assert facet(said[None], "upstander:SightingFacet")["upstander:deleted"] == "by_author"


def test_what_case_lacks_stands_in_our_facets(case: Case, tmp_path: Path) -> None:
    """Reactions, receipts, edits and provenance hang on the message; what lost its message hangs on the thread."""
    full(case)
    _, graph = write(case, tmp_path / "out.jsonld")
    first = next(entry for entry in of(graph, "uco-observable:Message") if facets(entry, "upstander:EditFacet"))
    assert [entry["upstander:emoji"] for entry in facets(first, "upstander:ReactionFacet")] == ["👍"]
    assert facet(first, "upstander:ReceiptFacet")["upstander:readAt"]["@value"] == "2018-03-01T09:00:00.002Z"
    assert [entry["upstander:version"] for entry in facets(first, "upstander:EditFacet")] == [1, 2]
    sighting = facet(first, "upstander:SightingFacet")
    assert sighting["upstander:forwarded"] == {"@type": "xsd:boolean", "@value": True}
    assert (sighting["upstander:reference"], sighting["upstander:timeZoneBasis"]) == ("AB/1", "stated")
    (group,) = (entry for entry in of(graph, "uco-observable:MessageThread") if facets(entry, "upstander:ReceiptFacet"))
    assert facet(group, "upstander:ReactionFacet")["upstander:targetKey"] == "gone"
    assert facet(group, "upstander:MembershipFacet")["upstander:evidence"] == "member_table"
    (reading,) = of(graph, "case-investigation:InvestigativeAction")
    assert facet(reading, "upstander:ReceiptFacet")["upstander:participantHandle"] == "Dan"
    answer = next(
        entry
        for entry in of(graph, "uco-observable:Message")
        if facet(entry, "upstander:SightingFacet").get("upstander:replyTo")
    )
    assert facet(answer, "upstander:SightingFacet")["upstander:replyToText"] == "kettle on?"


def test_a_system_event_is_no_message(case: Case, tmp_path: Path) -> None:
    """It is an event record within the thread, with its evidence; who only it names has an account that says so."""
    full(case)
    _, graph = write(case, tmp_path / "out.jsonld")
    (event,) = of(graph, "uco-observable:EventRecord")
    record = facet(event, "uco-observable:EventRecordFacet")
    assert (record["uco-observable:eventType"], record["uco-observable:eventRecordText"]) == ("added", "Ann added Dee")
    move = facet(event, "upstander:MembershipFacet")
    (dee,) = (entry for entry in graph if entry["@id"] == move["upstander:participant"]["@id"])
    assert facet(dee, "upstander:ParticipantFacet")["upstander:namedOnly"]["@value"] is True
    threads = {entry["@id"]: entry for entry in of(graph, "uco-types:Thread")}
    listed = [reference["@id"] for thread in threads.values() for reference in thread["co:element"]]
    assert event["@id"] not in listed
    assert sorted(int(thread["co:size"]["@value"]) for thread in threads.values()) == [0, 2, 3]
    within = [
        entry
        for entry in of(graph, "uco-observable:ObservableRelationship")
        if entry["uco-core:source"] == [{"@id": event["@id"]}]
    ]
    assert [entry["uco-core:kindOfRelationship"] for entry in within] == ["Contained_Within"]


def test_files_have_their_digests(case: Case, tmp_path: Path) -> None:
    """An exhibit and a held attachment state SHA-256 and size; an absent one its name, and that it is absent."""
    full(case)
    _, graph = write(case, tmp_path / "out.jsonld")
    (exhibit,) = of(graph, "uco-observable:File")
    (digest,) = facet(exhibit, "uco-observable:ContentDataFacet")["uco-observable:hash"]
    assert digest["uco-types:hashMethod"] == "SHA256"
    assert case.exhibit(digest["uco-types:hashValue"]["@value"]).read_bytes() == b"an export"
    held, absent = of(graph, "uco-observable:ObservableObject")
    file = facet(held, "uco-observable:FileFacet")
    assert (file["uco-observable:fileName"], file["uco-observable:filePath"]) == ("a.jpg", "media/a.jpg")
    assert facet(held, "uco-observable:ContentDataFacet")["uco-observable:mimeType"] == ["image/jpeg"]
    assert facet(absent, "upstander:AttachmentFacet")["upstander:held"] == "absent"
    assert facets(absent, "uco-observable:ContentDataFacet") == []
    about = {
        entry["upstander:kind"]: entry["upstander:about"]["@id"].split("-")[0]
        for entry in of(graph, "upstander:Warning")
    }
    assert about == {"attachment_missing": "kb:message", "time_zone_assumed": "kb:thread", "invalid_text": "kb:exhibit"}


def test_custody_is_a_chain(case: Case, tmp_path: Path) -> None:
    """An intake results in an exhibit and its provenance record; a reading turns the exhibit into threads."""
    chat = tmp_path / "chat.txt"
    chat.write_text("12/03/2021, 08:15 - Ana Brook: Morning\n13/03/2021, 08:16 - Ben: Hi\n", encoding="utf-8")
    handed = Handed(custodian="Sgt A", reference="AB/1", time_zone="Europe/London")
    ingest(case, [chat], handed, now=NOW, progress=lambda *_: None)
    _, graph = write(case, tmp_path / "out.jsonld")
    actions = {entry["uco-core:name"]: entry for entry in of(graph, "case-investigation:InvestigativeAction")}
    (exhibit,) = of(graph, "uco-observable:File")
    (record,) = of(graph, "case-investigation:ProvenanceRecord")
    (thread,) = of(graph, "uco-observable:MessageThread")
    assert record["case-investigation:exhibitNumber"] == "AB/1"
    assert record["uco-core:object"] == [{"@id": exhibit["@id"]}]
    assert actions["received"]["uco-action:result"] == [{"@id": exhibit["@id"]}, {"@id": record["@id"]}]
    assert facet(actions["received"], "upstander:ReceivedFacet")["upstander:custodian"] == "Sgt A"
    assert actions["read"]["uco-action:object"] == [{"@id": exhibit["@id"]}]
    assert actions["read"]["uco-action:result"] == [{"@id": thread["@id"]}]


def test_the_same_case_gives_the_same_bytes(case: Case, tmp_path: Path) -> None:
    """Nothing of the clock, the machine or the run is in the file."""
    full(case)
    for name in ("a.jsonld", "b.json"):
        write(case, tmp_path / name)
    assert (tmp_path / "a.jsonld").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_long_conversation_is_written_in_batches(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With batches of three messages and two conversations the graph is as with one batch."""
    made = make(case)
    for key in ("one", "two"):
        group = made.conversation(key)
        for number in range(7):
            message = say(group, number, f"{key} {number}", author=f"P{number % 3}")
            group.reaction(f"{key}:{number}", message=message, emoji="👍", participant="Late")
    made.close()
    _, whole = write(case, tmp_path / "whole.jsonld")
    monkeypatch.setattr("upstander.evidence.case_uco_out.writing.BATCH", 3)
    _, cut = write(case, tmp_path / "cut.jsonld")
    assert whole == cut


def test_refusals(case: Case, tmp_path: Path) -> None:
    """An empty case, another suffix and a folder that is not there are refused in a sentence, and leave no file."""
    with pytest.raises(OutputError, match="holds no message"):
        write_case_uco(case, tmp_path / "out.jsonld", progress=lambda *_: None)
    with pytest.raises(OutputError, match=r"neither \.jsonld nor \.json"):
        write_case_uco(case, tmp_path / "out.ttl", progress=lambda *_: None)
    full(case)
    with pytest.raises(OutputError, match="cannot be written"):
        write_case_uco(case, tmp_path / "nowhere" / "out.jsonld", progress=lambda *_: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]
