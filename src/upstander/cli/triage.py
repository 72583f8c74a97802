"""`upstander triage`."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.second_stage import flat, shown, told_of, worked_from
from upstander.cli.terminal import cell, counting, emit, note, number, page, table
from upstander.cli.whole import settled
from upstander.cli.written import instant, part, present, visible
from upstander.evidence.standing import PEOPLE
from upstander.review.encoder.occlusion import occluded
from upstander.review.triage import card, shipped
from upstander.review.triage.top import Counted, Top, counted, tops
from upstander.stages.review import triage as score

if TYPE_CHECKING:
    from upstander.review.triage import Model, Span

__all__ = ["triage"]


def triage(
    reference: Reference,
    /,
    *,
    head: Annotated[str | None, Parameter(help="Only this head of the model, such as misogyny; all if absent.")] = None,
    limit: Annotated[int, Parameter(help="Messages to show of each head.", validator=Number(gte=1))] = 10,
    show_text: Annotated[
        bool, Parameter(negative="", show_default=False, help="Show the words of messages, which may be offensive.")
    ] = False,
    encoder: Annotated[
        Path | None,
        Parameter(help="Folder of an encoder (ONNX) that reads again what ranks highest; see how-to/first-ranking."),
    ] = None,
    share: Annotated[
        float | None,
        Parameter(
            help="Share of the messages that the encoder reads, 0.05 if absent; 0 brings the linear order back.",
            validator=Number(gte=0, lte=1),
        ),
    ] = None,
    shared: Shared = SHARED,
) -> int:
    """Rank the messages by a model that travels with Upstander, and show which come first and why.

    The model scores every message by its words, and in context: what answers or follows a message ranks with it, so
    that "lol" under a rape joke is not lost. Each message comes with the spans that made its score, as `code --span`
    takes them, and what they add; the words themselves only where --show-text is given, for they may be offensive.

    This is an order to read in. The model decides nothing and hides nothing, and a low score does not mean that a
    message is clear: it is English, knows no nicknames and takes quotes and objections for what they quote. Its card is
    in docs/reference/triage-accuracy.md. A message counts as flagged where its score reaches the head's threshold.

    With --encoder a second stage reads what ranks highest of each head, with a model that you have on this machine:
    nothing is fetched. It changes the order among these messages and nothing else; both scores are kept and shown. That
    order stands until the messages change or --share 0 is given.
    """
    case = shared.case(reference)
    ends = settled(case, PEOPLE)
    model = shipped()
    heads = model.heads if head is None else (model.heads[model.column(head)],)
    used = worked_from(encoder, model.heads, share)
    with counting() as told:
        second = score(case, told, encoder=used, share=share).about.get("second")
    if used is None and second:
        note(told_of(second))
    explained = None if used is None else partial(occluded, used)
    counts = [row for row in counted(case, model) if row.head in heads]
    first = tops(case, model, heads, limit, explained=explained)
    if shared.json:
        plain = _plain(case.path.name, model, counts, first, show_text=show_text)
        emit(plain | ({"second": flat(second)} if second else {}))
    else:
        _show(page(), counts, first, show_text=show_text)
    return ends


def _plain(
    name: str, model: "Model", counts: Sequence[Counted], first: dict[str, list[Top]], *, show_text: bool
) -> dict[str, Any]:
    return {
        "case": name,
        "model": model.digest,
        "not_for": card()["not_for"],
        "heads": [present(row) for row in map(_counted, counts)],
        "first": {head: [_one(row, show_text=show_text) for row in rows] for head, rows in first.items()},
    }


def _counted(row: Counted) -> dict[str, Any]:
    return {
        "head": row.head,
        "messages": row.messages,
        "threshold": row.threshold,
        "flagged": row.flagged,
        "flagged_in_context": row.in_context,
    }


def _one(row: Top, *, show_text: bool) -> dict[str, Any]:
    names = ("message", "conversation", "ordinal", "at", "label", "kind", "score", "linear", "encoder", "in_context")
    told = {name: getattr(row, name) for name in (*names, "because_of")} | {"reasons": _spans(row.reasons)}
    if row.encoder_reasons:
        told["encoder_reasons"] = _spans(row.encoder_reasons)
    return present(told | ({"text": row.text, "reasons_text": row.reasoned} if show_text else {}))


def _spans(spans: Sequence["Span"]) -> list[dict[str, Any]]:
    return [{"span": part(span.start, span.end), "weight": span.weight} for span in spans]


def _show(screen: Console, counts: Sequence[Counted], first: dict[str, list[Top]], *, show_text: bool) -> None:
    if show_text and sys.stdout.isatty():
        note("What follows is evidence and may be offensive or distressing.")
    screen.print(
        table(
            "What the model flags",
            [("Head", "="), ("Flagged", ">="), ("In context", ">="), ("Of", ">="), ("From", ">=")],
            [
                [
                    cell(row.head, "cyan"),
                    *map(number, (row.flagged, row.in_context, row.messages)),
                    _score(row.threshold),
                ]
                for row in counts
            ],
        )
    )
    for head, rows in first.items():
        screen.print(Text(head, style="bold"))
        for row in rows:
            _message(screen, row, show_text=show_text)
        screen.print()
    screen.print(
        Text("An order to read in. The model decides nothing, and a low score does not mean that a message is clear.")
    )


def _message(screen: Console, row: Top, *, show_text: bool) -> None:
    """Two lines of a message: how it ranks and what it is; and why."""
    line = Text(f"{row.in_context:.2f}", style="bold")
    line.append(f" ({row.score:.2f} by itself)" if row.because_of else "", style="dim")
    line.append(shown(row.linear, row.encoder), style="dim")
    line.append(f"  {instant(row.at) if row.at is not None else 'undated'}  ", style="dim")
    line.append(visible(row.label or "nobody known"))
    line.append(f"  {row.message}", style="cyan")
    screen.print(line)
    if show_text:
        screen.print(Text("  " + visible(row.text or "(no text)")))
    for spans, lead in ((row.reasons, f"for {row.because_of}:"), (row.encoder_reasons, "by the encoder:")):
        said = []
        for span in spans:
            words = f"“{(row.reasoned or '')[span.start : span.end]}”" if show_text else part(span.start, span.end)
            said.append(f"{words} {span.weight:+.2f}")
        if row.because_of if spans is row.reasons else spans:
            said.insert(0, lead)
        if said:
            screen.print(Text("  " + visible("  ".join(said)), style="dim"))


def _score(value: float) -> Text:
    return Text(f"{value:.2f}")
