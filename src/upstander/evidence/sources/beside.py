"""Finds the file that an export's path means, among the files that came with it.

Exports write paths from the root of the archive (`messages/inbox/x_1/photos/1.jpg`); by the time they are handed in,
the archive may have been unpacked into another folder, or only its part with the messages kept.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from upstander.errors import SourceError
from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import File

__all__ = ["attach", "find"]

#: Folders of depth that are tried; a path of a thousand folders is an attack on time.
DEPTH = 12


def find(siblings: Mapping[str, File], folder: str, path: str) -> File | None:
    """The sibling that `path` means, for a document in `folder`; None where it did not come.

    Tried from the most to the least exact: the whole path below the document's folder or any folder above it, then
    its last parts (two at least) there, then its bare name in the document's own folder.
    """
    if "\x00" in path or len(path) > 4096:
        return None
    parts = tuple(part for part in PurePosixPath(path.replace("\\", "/")).parts if part not in ("/", ".", ".."))
    above = PurePosixPath(folder).parts[-DEPTH:] if folder else ()
    roots = ["/".join(above[:length]) for length in range(len(above), -1, -1)]
    for start in range(max(1, min(len(parts), DEPTH) - 1)):
        tail = "/".join(parts[start:])
        for root in roots:
            found = siblings.get(f"{root}/{tail}" if root else tail)
            if found is not None:
                return found
    return siblings.get(str(PurePosixPath(folder) / parts[-1])) if parts else None


def attach(
    capture: Capture,
    conversation: Conversation,
    message: str,
    *,
    ordinal: int,
    kind: str,
    name: str | None,
    file: File | None,
    row: str,
    exhibit: str,
    member: str | None,
    **columns: object,
) -> None:
    """Add an attachment that is a file: hashed where it came, said where it did not."""
    held = "absent" if file is None else "held"
    if file is None:
        detail = f"the file {name!r} named at {row} did not come with the exhibit; ask for the whole export"
        capture.warn(
            "attachment_missing",
            detail,
            row=row,
            exhibit=exhibit,
            member=member,
            conversation=conversation.id,
            message=message,
        )
    else:
        columns["bytes"] = file.size
        try:
            columns["sha256"] = file.digest()
        except SourceError as problem:
            where = {"exhibit": exhibit, "member": member, "conversation": conversation.id, "message": message}
            capture.warn(
                "unreadable", f"the file {name!r} named at {row} could not be hashed: {problem}", row=row, **where
            )
    conversation.attachment(message, ordinal=ordinal, kind=kind, held=held, name=name, exhibit=exhibit, **columns)
