"""What `upstander code` answers where one word is about many codes, or one file holds many decisions."""

from pathlib import Path

from rich.text import Text

from upstander.cli.exits import PARTIAL, REFUSED
from upstander.cli.options import Shared
from upstander.cli.terminal import counting, emit, note, page
from upstander.cli.unread import unread
from upstander.cli.written import instant, present, visible
from upstander.evidence.worded import plural
from upstander.review.codings.denying import Denied
from upstander.review.codings.many import Taken, take
from upstander.storage import Case

__all__ = ["denied", "many"]


def denied(case: Case, made: Denied, *, shared: Shared, ends: int) -> int:
    """Say that nothing of the codebook applies."""
    word = made.word
    if shared.json:
        row = {
            "message": made.of.message,
            "sighting": word.sighting,
            "conversation": made.of.conversation,
            "ordinal": made.of.ordinal,
            "nothing": True,
            "codes": list(made.codes),
            "besides": list(word.besides) or None,
            "for": word.code,
            "codebook": word.codebook,
            "by": word.by,
            "at": instant(word.at),
            "via": word.via.value,
            "note": word.note,
            "context": list(word.context) if word.context else None,
            "codebook_digest": made.book.digest,
        }
        emit({"case": case.path.name, "nothing": present(row)})
        return ends
    said = f"None of the {plural(len(made.codes), 'code')} of {word.codebook} applies to message {made.of.message}"
    if word.besides:
        said = (
            f"None of the other {plural(len(made.codes), 'code')} of {word.codebook} applies to message"
            f" {made.of.message}"
        )
    page().print(Text(visible(f"{said}, by {word.by}.")))
    return ends


def many(case: Case, path: Path, *, by: str | None, codebook: str | None, shared: Shared, ends: int) -> int:
    """Take the codings of a file, and say what became of them."""
    with counting() as told:
        taken = take(case, path, by=by, now=shared.now(), codebook=codebook, progress=told)
    unread(taken.unread, ends)
    if shared.json:
        emit({"case": case.path.name, "file": str(path), **_plain(taken)})
    else:
        for line, why in taken.refused:
            note(f"{path}, line {line:,}: {why}")
        page().print(Text(_summary(taken)))
    if taken.refused:
        return max(ends, PARTIAL if taken.written or taken.known else REFUSED)
    return ends


def _plain(taken: Taken) -> dict[str, object]:
    return {
        "rows": taken.rows,
        "written": taken.written,
        "known": taken.known,
        "overtaken": taken.overtaken,
        "refused": [{"line": line, "why": why} for line, why in taken.refused],
        "unused_columns": list(taken.unused),
        "codebook": taken.book.reference,
        "codebook_digest": taken.book.digest,
    }


def _summary(taken: Taken) -> str:
    said = f"{plural(taken.rows, 'row')}: {plural(taken.written, 'coding')} written"
    if taken.known:
        said += f", {taken.known:,} known already"
        if taken.overtaken:
            said += f" ({taken.overtaken:,} of them decided otherwise since, which stands)"
    if taken.refused:
        said += f", {len(taken.refused):,} not taken"
    if taken.unused:
        said += f"; columns that mean nothing here: {', '.join(taken.unused)}"
    return visible(said + ".")
