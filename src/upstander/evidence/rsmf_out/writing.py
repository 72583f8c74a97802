"""Writing a case out: a zip of `.rsmf` files, or one of them where everything fits."""

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self

from upstander.errors import OutputError
from upstander.evidence.document import File
from upstander.evidence.rsmf_out.details import Details
from upstander.evidence.rsmf_out.envelope import Heading, seal, zip_entry
from upstander.evidence.rsmf_out.events import events
from upstander.evidence.rsmf_out.held import Held
from upstander.evidence.rsmf_out.slices import EVENTS, PAYLOAD, Attached, Slice, Slices
from upstander.evidence.rsmf_out.summary import Account, RsmfSummary
from upstander.evidence.rsmf_out.telling import Conversation, Telling
from upstander.storage import Case, parts
from upstander.storage.scan import scan

__all__ = ["write_rsmf"]

#: Told what is at work, and how many messages of how many are done (`stages.Progress`, which stands above this layer).
_Progress = Callable[[str, int, int], None]

#: What a message can hold without a file: it stands in `custom`.
_IN_RECORD = frozenset({"location", "contact", "link"})

#: Messages between two reports of progress.
_REPORT = 5_000


def write_rsmf(case: Case, out: Path, *, progress: _Progress) -> RsmfSummary:
    """Write every conversation of `case` to `out` as RSMF 2.0; the same tables give the same bytes.

    `out` ends in `.zip` (one `.rsmf` a conversation and day of UTC) or in `.rsmf` (everything in one file). Raises
    `OutputError` where it cannot be written, where there is nothing to write, or where one file cannot hold it all.
    """
    suffix = out.suffix.lower()
    if suffix not in (".zip", ".rsmf"):
        raise OutputError(f"{out} ends in neither .zip nor .rsmf; name the file so that its kind is known")
    partial = out.with_name(f".{out.name}.new")
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".rsmf-") as scratch:
            shape = _Single if suffix == ".rsmf" else _Zip
            with (
                partial.open("wb") as target,
                Held(case, Path(scratch)) as held,
                shape(target, held, Path(scratch)) as writer,
            ):
                account = _write(case, writer, progress)
                writer.close(case)
            size = partial.stat().st_size
            partial.replace(out)
    except OSError as problem:
        raise OutputError(f"{out} cannot be written: {problem.strerror or problem}") from problem
    finally:
        partial.unlink(missing_ok=True)
    return account.close(size=size)


def _write(case: Case, writer: "_Writer", progress: _Progress) -> Account:
    account = writer.account
    exhibits = {row["exhibit"]: row for row in scan(case, "exhibits").collect().iter_rows(named=True)}
    tellings = []
    for part in parts(case):
        if part.tables.get("messages", {}).get("rows"):
            telling = Telling(part, exhibits, account)
            telling.prepare()
            tellings.append(telling)
    total = sum(telling.plan.messages for telling in tellings)
    if not total:
        raise OutputError(f"case {case.path.name} holds no message; ingest exhibits before writing RSMF")
    writer.expect(total)
    done = 0
    while tellings:
        telling = tellings.pop(0)
        current = None
        for day, row, details in telling.messages():
            if row["conversation"] != current:
                current = row["conversation"]
                writer.begin(telling, current)
                account.conversations += 1
            writer.message(day, row, details)
            done += 1
            if done % _REPORT == 0 or done == total:
                progress("Writing RSMF", done, total)
        writer.end()
    return account


class _Writer:
    """What both shapes share: a message becomes events in a slice."""

    def __init__(self, target: IO[bytes], held: Held, scratch: Path) -> None:
        self.account = Account()
        self._target = target
        self._held = held
        self._scratch = scratch
        self._conversation: Conversation | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file, whether it was finished or not."""

    def expect(self, messages: int) -> None:
        """Hear how many messages will come."""

    def begin(self, telling: Telling, identity: str) -> None:
        """Turn to the conversation `identity`."""
        raise NotImplementedError

    def end(self) -> None:
        """The exhibit's last message has come."""
        raise NotImplementedError

    def close(self, case: Case) -> None:
        """Write what is due once, at the end."""

    def _slice(self, day: int, *, events: int, payload: int) -> Slice:
        raise NotImplementedError

    def _placed(self, day: int) -> None:
        """A message of `day` is in its slice."""

    def message(self, day: int, row: dict[str, Any], details: Details) -> None:
        """Add one message or system event."""
        conversation = self._conversation
        assert conversation is not None  # noqa: S101 - begin comes first
        waiting: list[tuple[dict[str, Any], dict[str, Any], File]] = []

        def attach(attachment: dict[str, Any]) -> dict[str, Any] | None:
            file = self._file(attachment)
            if file is None:
                return None
            entry: dict[str, Any] = {"id": "", "display": _display(attachment, file), "size": file.size}
            waiting.append((entry, attachment, file))
            return entry

        made = list(events(row, details, conversation.cast, attach))
        piece = self._slice(day, events=len(made), payload=sum(file.size for _, _, file in waiting))
        for entry, attachment, file in waiting:
            entry["id"] = piece.next_id(attachment["name"] or file.name)
            piece.attached.append(Attached(entry["id"], file, attachment["sha256"], file.size))
        for number, event in enumerate(made):
            piece.add(event, key=row["platform_key"] if number == 0 else None, reply_to=row["reply_to"])
        who = "*" if row["author"] is None else conversation.cast.display(row["author"])
        piece.transcript.append(f"[{row['sent_at'] or row['sent_at_written']}] {who}: {row['text'] or ''}")
        account = self.account
        account.events += len(made)
        account.attachments += len(waiting)
        account.undated += row["sent_at"] is None
        if row["kind"] == "system":
            account.system_events += 1
        else:
            account.messages += 1
        self._placed(day)

    def _file(self, attachment: dict[str, Any]) -> File | None:
        if attachment["held"] != "held" or (attachment["sha256"] is None and attachment["kind"] in _IN_RECORD):
            return None
        file = None
        if attachment["sha256"] is not None:
            file = self._held.find(attachment["exhibit"], attachment["sha256"], attachment["name"])
        if file is None:
            self.account.not_held["attachments whose file was not found again"] += 1
        elif file.size > PAYLOAD:
            self.account.not_held[f"attachments larger than {PAYLOAD:,} bytes"] += 1
            return None
        return file

    def _heading(self, piece: Slice, conversations: list[Conversation], *, subject: str, collection: str) -> Heading:
        custodians = {conversation.exhibit.get("custodian") for conversation in conversations} - {None}
        return Heading(
            subject=subject,
            application=", ".join(sorted({conversation.row["platform"] for conversation in conversations})),
            custodian=", ".join(sorted(map(str, custodians))) or None,
            collection=collection,
            participants=[entry for conversation in conversations for entry in conversation.cast.entries],
            conversations=[conversation.entry(piece.later) for conversation in conversations],
        )


class _Zip(_Writer):
    """One `.rsmf` a conversation and day."""

    def __init__(self, target: IO[bytes], held: Held, scratch: Path) -> None:
        super().__init__(target, held, scratch)
        self._archive = zipfile.ZipFile(target, "w")
        self._slices: Slices | None = None

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def begin(self, telling: Telling, identity: str) -> None:
        if self._slices is not None:
            self._slices.close()
        conversation = self._conversation = telling.conversation(identity, set())
        reference = str(conversation.exhibit.get("reference") or conversation.row["exhibit"][:12])
        folder = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in reference).strip(".")
        self._slices = Slices(f"{folder or 'exhibit'}/{identity}", telling.plan.counts[identity], self._emit)

    def end(self) -> None:
        if self._slices is not None:
            self._slices.close()
        self._slices = None
        self._held.forget()

    def _slice(self, day: int, *, events: int, payload: int) -> Slice:
        assert self._slices is not None  # noqa: S101 - begin comes first
        return self._slices.slice(day, events=events, payload=payload)

    def _placed(self, day: int) -> None:
        assert self._slices is not None  # noqa: S101 - begin comes first
        self._slices.done(day)

    def _emit(self, piece: Slice) -> None:
        conversation = self._conversation
        assert conversation is not None  # noqa: S101 - begin comes first
        heading = self._heading(
            piece, [conversation], subject=conversation.title, collection=conversation.row["conversation"]
        )
        with self._archive.open(zip_entry(piece.name), "w", force_zip64=piece.payload > 1 << 29) as stream:
            seal(stream, piece, heading, scratch=self._scratch)
        self.account.files += 1


class _Single(_Writer):
    """Everything in one `.rsmf`, where that is not more than a platform takes."""

    def __init__(self, target: IO[bytes], held: Held, scratch: Path) -> None:
        super().__init__(target, held, scratch)
        self._whole = Slice("")
        self._conversations: list[Conversation] = []
        self._taken: set[str] = set()

    def expect(self, messages: int) -> None:
        if messages > EVENTS:
            raise _too_large(f"{messages:,} messages and system events")

    def begin(self, telling: Telling, identity: str) -> None:
        self._conversation = telling.conversation(identity, self._taken)
        self._conversations.append(self._conversation)

    def end(self) -> None:
        """Files found so far are read at the end."""

    def _slice(self, day: int, *, events: int, payload: int) -> Slice:  # noqa: ARG002 - one slice for all days
        self._whole.payload += payload
        if len(self._whole.events) + events > EVENTS:
            raise _too_large(f"more than {EVENTS:,} events")
        if self._whole.payload > PAYLOAD:
            raise _too_large(f"more than {PAYLOAD:,} bytes of attachments")
        return self._whole

    def close(self, case: Case) -> None:
        subject = f"Case {case.path.name}"
        heading = self._heading(self._whole, self._conversations, subject=subject, collection=case.path.name)
        seal(self._target, self._whole, heading, scratch=self._scratch)
        self.account.files = 1


def _too_large(what: str) -> OutputError:
    return OutputError(f"one .rsmf file cannot hold {what}; name a file that ends in .zip, which holds one a day")


def _display(attachment: dict[str, Any], file: File) -> str:
    return str(attachment["name"] or file.name).replace("\\", "/").rsplit("/", 1)[-1]
