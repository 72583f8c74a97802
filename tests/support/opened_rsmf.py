"""Takes `.rsmf` files apart with the standard library, and checks what the official schema cannot say."""

import email
import email.message
import email.policy
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from upstander.evidence.rsmf_out import RsmfSummary, write_rsmf
from upstander.storage import Case

SCHEMA = Path("rsmf", "relativitydev+rsmf-validator-samples", "RSMFManifestSchema__rsmf_schema_2_0_0.json")


@dataclass
class Rsmf:
    """One `.rsmf` file, opened."""

    headers: email.message.EmailMessage
    text: str
    manifest: dict[str, Any]
    files: dict[str, bytes]

    def event(self, identity: str) -> dict[str, Any]:
        """The event with that id."""
        found: list[dict[str, Any]] = [event for event in self.manifest["events"] if event["id"] == identity]
        assert len(found) == 1
        return found[0]

    def custom(self, identity: str) -> dict[str, list[str]]:
        """The custom values of an event by name."""
        return named(self.event(identity)["custom"])

    def handle(self, participant: str) -> str:
        """The handle behind an id."""
        (found,) = (entry["account_id"] for entry in self.manifest["participants"] if entry["id"] == participant)
        return str(found)


def named(custom: list[dict[str, str]]) -> dict[str, list[str]]:
    """A custom list by name."""
    found: dict[str, list[str]] = {}
    for entry in custom:
        found.setdefault(entry["name"], []).append(entry["value"])
    return found


def opened(content: bytes) -> Rsmf:
    """Take one `.rsmf` file apart with the standard library's e-mail parser."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    assert message.defects == []
    body, packed = message.iter_parts()
    assert packed.get_filename() == "rsmf.zip"
    assert packed["Content-Transfer-Encoding"] == "base64"
    archive = zipfile.ZipFile(io.BytesIO(packed.get_payload(decode=True)))  # type: ignore[arg-type]
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    return Rsmf(message, body.get_content(), json.loads(files.pop("rsmf_manifest.json")), files)


def every(path: Path) -> Iterator[tuple[str, Rsmf]]:
    """Every `.rsmf` file of a zip."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            yield name, opened(archive.read(name))


def validate(rsmf: Rsmf, fixtures: Path) -> None:
    """The manifest is valid by the official schema, and every id in it leads somewhere."""
    schema = json.loads((fixtures / SCHEMA).read_text(encoding="utf-8-sig"))
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(rsmf.manifest)
    references_hold(rsmf)


def references_hold(rsmf: Rsmf) -> None:
    """What the schema cannot say: ids are unique and lead somewhere, attachments are there, headers count right."""
    manifest = rsmf.manifest
    participants = [entry["id"] for entry in manifest["participants"]]
    assert len(participants) == len(set(participants))
    conversations = [entry["id"] for entry in manifest["conversations"]]
    events = [entry["id"] for entry in manifest["events"]]
    assert len(events) == len(set(events))
    attached = []
    for entry in manifest["conversations"]:
        assert set(entry["participants"]) <= set(participants)
        assert entry.get("custodian") in {None, *entry["participants"]}
    for entry in manifest["events"]:
        assert entry["conversation"] in conversations
        mentioned = {entry.get("participant")}
        for reaction in entry.get("reactions", ()):
            mentioned |= set(reaction["participants"])
        mentioned |= {receipt["participant"] for receipt in entry.get("read_receipts", ())}
        assert mentioned - {None} <= set(participants)
        assert entry.get("parent") in {None, *events}
        attached += [attachment["id"] for attachment in entry.get("attachments", ())]
    assert sorted(attached) == sorted(rsmf.files)
    assert rsmf.headers["X-RSMF-Version"] == manifest["version"] == "2.0.0"
    assert rsmf.headers["X-RSMF-EventCount"] == str(len(events))
    assert rsmf.headers["X-RSMF-AttachmentCount"] == str(len(attached))
    assert rsmf.headers["X-RSMF-EventCollectionID"] == manifest["eventcollectionid"]


def write(case: Case, out: Path) -> RsmfSummary:
    """Write, with the progress looked at."""
    told: list[tuple[int, int]] = []
    summary = write_rsmf(case, out, progress=lambda _, done, total: told.append((done, total)))
    assert told[-1] == (summary.messages + summary.system_events,) * 2
    assert summary.bytes == out.stat().st_size
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []
    return summary
