"""What a review makes of a case; each stage is a part, made again when what it depends on has changed.

Nothing here is done by an ingest: a command asks for it, and finds it done where it is.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from upstander import __version__
from upstander.evidence.standing import CODINGS, SCORES, STANCES
from upstander.model import batch
from upstander.review.codebook import kept
from upstander.review.codings import record
from upstander.review.codings.snapshot import snapshot
from upstander.review.encoder import SHARE, Encoder, Second
from upstander.review.stance.decision import STANCES_FILE, told_rulings
from upstander.review.stance.standing import DECISIONS
from upstander.review.stance.weights import weights
from upstander.review.triage import Model, shipped
from upstander.review.triage.ranking import Ranked, ranked
from upstander.storage import Case, Part, PartWriter, parts
from upstander.storage.decisions import content

__all__ = ["codings", "stances", "triage"]

_VERSION = f"upstander {__version__}"

#: Told what is at work, and how much of how much is done.
Progress = Callable[[str, int, int], None]

#: Messages whose scores are written at a time.
_ROWS = 50_000


def codings(case: Case) -> Part:
    """Bring the table of codings up to date with the decision file. Raises `CaseBusy`, `BadDecision`."""
    path = case.decisions / record.CODINGS

    def current() -> tuple[str, Part | None]:
        said = hashlib.sha256(content(path)).hexdigest()
        made_from = digest(_VERSION, said, sorted(kept(case)), table_digest(case, "sightings"))
        return made_from, _made(case, CODINGS, made_from)

    made_from, there = current()
    if there is not None:
        return there
    with case.writing():
        # Whoever held the case may have made it meanwhile.
        made_from, there = current()
        if there is not None:
            return there
        told = record.told(case)
        writer = PartWriter(case, CODINGS)
        writer.write("codings", snapshot(case, told))
        return writer.finish(made_from=made_from, about={"version": _VERSION, "unread": list(told.unread)})


def stances(case: Case, progress: Progress = lambda *_: None) -> Part:
    """Bring the table of stances up to date with the responses and what was decided. Raises `CaseBusy`, `BadDecision`.

    The scores are taken as they are: where no first ranking was made, only coded messages have posts after them.
    """
    codings(case)
    path = case.decisions / STANCES_FILE

    def current() -> tuple[str, Part | None]:
        told = hashlib.sha256(content(path)).hexdigest()
        held = [table_digest(case, name) for name in ("responses", "sightings", "persons", "codings", "scores")]
        made_from = digest(_VERSION, "says what it knows", weights(), told, held)
        return made_from, _made(case, STANCES, made_from)

    made_from, there = current()
    if there is not None:
        return there
    # The model and its libraries are loaded where there is something to weigh.
    from upstander.review.stance.model import shipped as model_of_stances
    from upstander.review.stance.responding import responses
    from upstander.review.stance.table import stances_table

    with case.writing():
        made_from, there = current()
        if there is not None:
            return there
        # What is decided from here on is for whoever reads the table to lay over it.
        known = len(content(path))
        found = told_rulings(case)
        said = [ruling for _, ruling in found.rows]
        made = responses(case, judged=[ruling.message for ruling in said if ruling.act == "next_post"])
        writer = PartWriter(case, STANCES)
        label = "weighing stances"
        for rows in stances_table(
            case, made, said, model_of_stances(), told=lambda done, total: progress(label, done, total)
        ):
            writer.write("stances", rows)
        about = {"version": _VERSION, "unread": list(found.unread), DECISIONS: known}
        return writer.finish(made_from=made_from, about=about)


def triage(
    case: Case,
    progress: Progress = lambda *_: None,
    *,
    model: Model | None = None,
    encoder: Encoder | None = None,
    share: float | None = None,
) -> Part:
    """Score every message by the model, the one that travels with the package if none is given.

    An encoder reads the share that ranks highest again. Where none is given, an order that an encoder made of the same
    messages stands; a share of 0 brings the linear order back. Raises `CaseBusy`, `BadModel`.
    """
    used, taken = model or shipped(), SHARE if share is None else share
    again = encoder if taken > 0 else None

    def current() -> tuple[str, str, Part | None]:
        held = (table_digest(case, name) for name in ("sightings", "messages", "captures"))
        first = digest(_VERSION, "words", used.digest, *held)
        made_from = first if again is None else digest(first, again.folder.digest, again.runtime, taken)
        before = _made(case, SCORES)
        second = {} if before is None else before.about.get("second", {})
        stands = again is None and taken > 0 and second.get("first") == first
        fits = before is not None and (stands or before.made_from == made_from)
        return first, made_from, before if fits else None

    first, made_from, there = current()
    if there is not None:
        return there
    with case.writing():
        first, made_from, there = current()
        if there is not None:
            return there
        scored = ranked(case, used, progress, encoder=again, share=taken)
        writer = PartWriter(case, SCORES)
        for rows in _scores(scored, used.heads):
            writer.write("scores", rows)
        about = {
            "version": _VERSION,
            "model": used.digest,
            "heads": list(used.heads),
            "messages": int(scored.worded.sum()),
        }
        if again is not None and scored.second is not None:
            about["second"] = {"first": first, **_second(again, scored.second, taken)}
        return writer.finish(made_from=made_from, about=about)


def _second(encoder: Encoder, found: Second, share: float) -> dict[str, Any]:
    """What is written down of a second stage: which model, how it was set, what it did."""
    folder = encoder.folder
    return {
        "name": folder.name,
        "sha256": folder.digest,
        "files": dict(folder.files),
        "share": share,
        "labels": dict(zip(folder.labels, folder.heads, strict=True)),
        "mix": {head: {"linear": linear, "encoder": own} for head, (linear, own) in sorted(folder.mix.items())},
        "tokens": folder.tokens,
        "runtime": encoder.runtime,
        "texts": found.texts,
        "longer": found.longer,
        "messages": found.messages,
    }


def _scores(scored: Ranked, heads: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    """Rows of `scores`: of each message that has words its heads in the order of their names."""
    named = sorted(range(len(heads)), key=heads.__getitem__)
    names = pa.array([heads[place] for place in named], pa.string())
    for first in range(0, len(scored.own), _ROWS):
        rows = first + np.flatnonzero(scored.worded[first : first + _ROWS])
        messages = scored.messages[rows]
        each = np.repeat(np.arange(len(messages)), len(named))
        columns = {name: pa.array(messages[name][each].to_arrow()) for name in messages.columns}
        columns["head"] = pa.DictionaryArray.from_arrays(
            np.tile(np.arange(len(named), dtype=np.int32), len(messages)), names
        )
        columns["score"] = pa.array(scored.own[rows][:, named].ravel().astype(np.float64))
        if scored.second is not None:
            read = scored.second.encoder[rows][:, named].ravel().astype(np.float64)
            before = scored.linear[rows][:, named].ravel().astype(np.float64)
            columns["linear"] = pa.array(before, mask=np.isnan(read))
            columns["encoder"] = pa.array(read, mask=np.isnan(read))
        columns["in_context"] = pa.array(scored.context[rows][:, named].ravel().astype(np.float64))
        yield batch("scores", columns, rows=len(each))


def _made(case: Case, name: str, made_from: str | None = None) -> Part | None:
    """The part of that name as it is, where it was made from just that."""
    there = next((part for part in parts(case) if part.name == name), None)
    return there if there is not None and made_from in (None, there.made_from) else None


def table_digest(case: Case, name: str) -> list[str]:
    """SHA-256 of every file of the table called `name`: what it holds, whenever it was made."""
    return [part.tables[name]["sha256"] for part in parts(case) if name in part.tables]


def digest(*content: object) -> str:
    """One digest of what a stage depends on."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
