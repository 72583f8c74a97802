"""Makes reports of Physical Analyzer: its element names around invented content."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

__all__ = [
    "GROUP",
    "NAMESPACE",
    "SEED",
    "activity",
    "attachment",
    "chat",
    "field",
    "file",
    "jid",
    "many",
    "message",
    "model",
    "one",
    "party",
    "report",
    "ufdr",
]

NAMESPACE = "http://pa.cellebrite.com/report/2.0"
GROUP = "447700900001-1500000000@g.us"


def jid(number: int) -> str:
    """A WhatsApp address of a number that nobody has."""
    return f"447700900{number:03}@s.whatsapp.net"


def field(name: str, value: str | None, kind: str = "String", **attributes: str) -> str:
    """A field with one value, in CDATA as the tool writes it, or empty."""
    if value is None:
        return f'<field name="{name}" type="{kind}"><empty /></field>'
    more = "".join(f" {key}={quoteattr(said)}" for key, said in attributes.items())
    inside = value.replace("]]>", "]]]]><![CDATA[>")
    return f'<field name="{name}" type="{kind}"><value type="{kind}"{more}><![CDATA[{inside}]]></value></field>'


def time(name: str, value: str | None) -> str:
    """A time."""
    return field(name, value, "TimeStamp")


def model(kind: str, *inside: str, **attributes: str) -> str:
    """A model."""
    said = {"deleted_state": "Intact", "decoding_confidence": "High", "extractionId": "0", **attributes}
    return f'<model type="{kind}"{"".join(f" {k}={quoteattr(v)}" for k, v in said.items())}>{"".join(inside)}</model>'


def one(name: str, kind: str, inside: str) -> str:
    """A field that holds one model."""
    return f'<modelField name="{name}" type="{kind}">{inside}</modelField>'


def many(name: str, kind: str, *inside: str) -> str:
    """A field that holds models."""
    return f'<multiModelField name="{name}" type="{kind}">{"".join(inside)}</multiModelField>'


def party(
    who: int | str, *, name: str | None = None, owner: bool | None = False, role: str = "From", more: str = ""
) -> str:
    """A party: a number of WhatsApp, or any identifier."""
    identifier = jid(who) if isinstance(who, int) else who
    said = None if owner is None else str(owner)
    inside = field("Identifier", identifier) + field("Role", role, "PartyRole") + field("Name", name)
    return model("Party", inside, field("IsPhoneOwner", said, "Boolean"), more, deleted_state="Unknown")


def message(
    key: str | None,
    sender: str | None,
    body: str | None,
    *,
    at: str | None = "2018-03-01T09:30:00.000+00:00",
    to: tuple[str, ...] = (),
    more: str = "",
    kind: str = "InstantMessage",
    **attributes: str,
) -> str:
    """A message; `sender` and `to` are parties."""
    return model(
        kind,
        one("From", "Party", sender) if sender else "",
        many("To", "Party", *to),
        field("Body", body),
        field("Identifier", key),
        time("TimeStamp", at),
        more,
        **attributes,
    )


def attachment(
    name: str | None, *, kind: str | None = None, path: str | None = None, size: int = 3, **said: str
) -> str:
    """An attachment, within its field."""
    inside = field("Filename", name) + field("ContentType", kind) + field("attachment_extracted_path", path)
    data = f'<dataField name="Data" type="MemoryRange"><source length="{size}" /></dataField>'
    return many("Attachments", "Attachment", model("Attachment", inside, data, **said))


def activity(action: str, *who: str, body: str | None = None, told: str | None = None, at: str | None = None) -> str:
    """An activity of a chat."""
    inside = field("Action", action, "ChatActivityAction") + field("SystemMessageBody", body)
    inside += field("SystemMessageId", told, "Guid") + time("SystemMessageTimeStamp", at)
    return model("ChatActivity", inside, *(one("Participant", "Party", one_of) for one_of in who))


def chat(
    *messages: str,
    identity: str | None = GROUP,
    source: str = "WhatsApp",
    members: tuple[str, ...] = (),
    more: str = "",
    **attributes: str,
) -> str:
    """A chat."""
    head = field("Source", source) + field("Id", identity) + many("Participants", "Party", *members)
    return model("Chat", head, more, many("Messages", "InstantMessage", *messages), **attributes)


def file(identity: str, path: str, *, sha256: str = "") -> str:
    """A file of the extraction, as the list of files has it."""
    items = f'<item name="Local Path"><![CDATA[{path}]]></item><item name="SHA256"><![CDATA[{sha256}]]></item>'
    access = '<accessInfo><timestamp name="CreationTime">2018-01-01T00:00:00+00:00</timestamp></accessInfo>'
    return (
        f'<file fs="data" path="/data/x" size="3" id="{identity}" deleted="Intact">{access}'
        f'<metadata section="File">{items}</metadata></file>'
    )


def report(*models: str, files: str = "", more: str = "") -> str:
    """A whole report: the models stand at the top, whatever their types."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<project id="1" name="Phone" xmlns="{NAMESPACE}">'
        '<metadata section="Device Info"><item name="IMEI"><![CDATA[0]]></item></metadata>'
        f"<taggedFiles>{files}</taggedFiles><decodedData>"
        + "".join(f'<modelType type="x">{one_of}</modelType>' for one_of in models)
        + f"</decodedData>{more}</project>"
    )


def ufdr(path: Path, text: str, members: dict[str, bytes]) -> Path:
    """A report in a zip with its files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr("report.xml", text)
    return path


#: One of everything, for the fuzzer to start from.
SEED = report(
    chat(
        message(
            "AB01",
            party(1, owner=True),
            "rota &#0; <b>",
            to=(party(2, name="Vale", more=time("DateRead", "2018-03-01T09:31:00+01:00")),),
            more=attachment("1.jpg", file_id="f1") + field("Label", "Edited"),
            id="m1",
            deleted_state="Deleted",
        ),
        message("AB01", party(1), "rota &#0; <b>", id="m2", decoding_confidence="Low"),
        message(
            None, None, None, more=many("ActivityLog", "ChatActivity", activity("ParticipantJoined", party(2))), id="m3"
        ),
        members=(party(1, owner=True), party(2)),
        more=many("ActivityLog", "ChatActivity", activity("ParticipantLeft", party(2), told="m3")),
    ),
    model(
        "SMS",
        many("Parties", "Party", party("+44 7700 900002")),
        field("Body", "ok"),
        time("TimeStamp", "2018-03-01T09:30"),
    ),
    model("Call", many("Parties", "Party", party("+447700900002", role="To")), field("Direction", "Outgoing")),
    files=file("f1", "files\\Image\\1.jpg", sha256="0" * 64),
)
