"""`upstander agreement`."""

from collections.abc import Mapping
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from upstander.cli.exits import DONE
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, note, number, page, table
from upstander.cli.unread import unread
from upstander.cli.written import instant, present, visible
from upstander.evidence.worded import listed, plural
from upstander.review.agreement import Agreement, Draw, Due, Figure, Figures, OfCode
from upstander.review.agreement import agreement as measured
from upstander.review.agreement.advice import advice
from upstander.review.agreement.asking import drawn, shown_texts
from upstander.review.agreement.report import coded_messages
from upstander.review.codings.coding import Coding
from upstander.review.codings.standing import Reading
from upstander.stages import review
from upstander.storage.signing import signed

__all__ = ["agreement"]

#: Messages and disagreements that a terminal shows.
SHOWN = 25

_FIGURES = ("agreement", "alpha", "ac1", "positive", "negative")


def agreement(
    reference: Reference,
    /,
    *,
    code: Annotated[str | None, Parameter(help="Only this code.")] = None,
    draw: Annotated[
        float | None,
        Parameter(help="First draw this share of the coded messages for a second, blind reading, such as 0.1."),
    ] = None,
    seed: Annotated[
        int, Parameter(help="Seed of the draw and of the intervals.", validator=Number(gte=0, lt=2**63))
    ] = 0,
    for_: Annotated[
        str | None, Parameter(name="--for", help="What is due for this reviewer: not what they have read themselves.")
    ] = None,
    show_text: Annotated[
        bool, Parameter(negative="", show_default=False, help="Show the words of messages, which may be offensive.")
    ] = False,
    every: Annotated[
        bool, Parameter(name="--all", negative="", show_default=False, help="List every message and disagreement.")
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """Show how far reviewers agree, where they do not, and what is to be read a second time.

    Per cent agreement, Krippendorff's alpha, Gwet's AC1 and positive and negative agreement always stand together, each
    with its 95 % interval (bootstrap over messages): of something rare, any of them alone misleads. A reading
    counts by its reader's last word; a disagreement that is settled stays one.

    --draw adds to the draw of that share and seed, which a keyed hash of seed and message decides and which takes more
    of what the first ranking scores high; figures for all that was coded weigh each drawn message by its chance. What
    waits for its second reading is listed without what the first reader said. Read it, and decide on every code named:
    `upstander code REF MESSAGE CODE --by NAME --via second`, with --not where it does not apply.
    """
    case = shared.case(reference)
    reader = None if for_ is None else signed(for_, option="--for")
    ends = unread(review.codings(case), DONE)
    if draw is not None:
        drawn(case, code=code, share=draw, seed=seed, now=shared.now())
    answer = measured(case, code=code, reader=reader, seed=seed)
    if code is not None and not answer.codes:
        note(f"nobody has coded {code!r} in case {case.path.name}")
    wanted = [*(answer.due.messages if answer.due else ()), *(row.message for row in answer.disagreements)]
    texts = shown_texts(case, wanted) if show_text else {}
    step = advice(answer, case=case.path.name, coded=len(coded_messages(case, code=code)[0]), code=code)
    if shared.json:
        emit({"case": case.path.name, **_plain(answer, texts), "next": step})
        return ends
    _show(page(), answer, texts, every=every)
    if step:
        page().print(Text(visible(step)))
    return ends


def _plain(answer: Agreement, texts: Mapping[str, str | None]) -> dict[str, Any]:
    due = answer.due
    return present(
        {
            "messages": answer.messages,
            "twice": answer.twice,
            "decisions": answer.decisions,
            "codes": [_plain_code(one) for one in answer.codes],
            "together": _plain_code(answer.together) if answer.together else None,
            "disagreements": [_plain_reading(row, texts) for row in answer.disagreements],
            "draws": [
                present(
                    {
                        "code": one.code, "codebook": one.book, "share": one.share, "seed": one.seed,
                        "edges": one.edges, "rates": one.rates, "pool": one.pool, "drawn": len(one.drawn), "at": one.at,
                    }
                )
                for one in answer.draws
            ],
            "due": {
                "messages": [present({"message": name, "text": texts.get(name)}) for name in due.messages],
                "codes": due.codes,
                "done": due.done,
            }
            if due
            else None,
        }
    )  # fmt: skip


def _plain_code(one: OfCode) -> dict[str, Any]:
    return present(
        {
            **{name: getattr(one, name) for name in ("code", "read", "twice", "readers", "blind", "differ", "settled")},
            "codebook": one.book,
            "figures": _plain_figures(one.figures) if one.figures else None,
            "for_all_coded": _plain_figures(one.drawn) if one.drawn else None,
            "warnings": one.warnings,
        }
    )


def _plain_figures(made: Figures) -> dict[str, Any]:
    counts = {name: getattr(made, name) for name in ("messages", "decisions", "yes", "no")}
    return {**counts, **{name: getattr(made, name) for name in _FIGURES}}


def _plain_reading(row: Reading, texts: Mapping[str, str | None]) -> dict[str, Any]:
    settled = row.settled
    return present(
        {
            "message": row.message,
            "code": row.code,
            "codebook": row.book,
            "readings": [_plain_coding(coding) for coding in row.own.values()],
            "settled": _plain_coding(settled) if settled else None,
            "text": texts.get(row.message),
        }
    )


def _plain_coding(coding: Coding) -> dict[str, Any]:
    row = {"by": coding.by, "applies": coding.applies, "via": coding.via.value, "at": instant(coding.at)}
    return present({**row, "note": coding.note})


def _show(screen: Console, answer: Agreement, texts: Mapping[str, str | None], *, every: bool) -> None:
    if not answer.codes:
        screen.print(Text("Nobody has coded a message yet."))
    else:
        _show_figures(screen, answer)
    if answer.disagreements:
        _show_disagreements(screen, answer.disagreements, texts, every=every)
    if answer.due:
        _show_due(screen, answer.due, texts, every=every)


def _show_figures(screen: Console, answer: Agreement) -> None:
    twice = [one for one in answer.codes if one.figures]
    readers = {name for one in answer.codes for name in one.readers}
    read = f"{plural(answer.messages, 'message')} read by {plural(len(readers), 'reviewer')}"
    decisions = f"{plural(answer.decisions, 'decision')}, one for each reader and code"
    if not twice:
        screen.print(Text(f"No message was read by two for the same code: {read} ({decisions})."))
        return
    screen.print(Text(f"{read}, {answer.twice:,} by two or more for the same code ({decisions})."))
    columns = [("Code", "*"), ("Twice", ">="), ("Differ", ">="), ("Agree", "="), ("Alpha", "="), ("AC1", "=")]
    columns += [("Positive", "="), ("Negative", "=")]
    rows = []
    for one in [*twice, *([answer.together] if answer.together else [])]:
        name = _name(one, answer)
        figures = _cells(one.figures)
        rows.append([cell(name, "cyan"), number(one.twice), number(one.differ), *figures])
        weighed = _cells(one.drawn) if one.drawn else figures
        # Where every message had the same chance the two are the same.
        if one.drawn and [text.plain for text in weighed] != [text.plain for text in figures]:
            rows.append([cell("  weighed", "dim"), number(one.drawn.messages), cell(""), *weighed])
    screen.print(table("How far reviewers agree", columns, rows))
    single = len(answer.codes) - len(twice)
    if single:
        screen.print(Text(f"{plural(single, 'code')} more: read by one reviewer only."))
    for one in [*twice, *([answer.together] if answer.together else [])]:
        for sentence in one.warnings:
            screen.print(Text(visible(f"{_name(one, answer)}: {sentence}."), style="yellow"))
    screen.print(Text("Under each figure its 95 % interval. No one of them says it alone."))
    if any(row[0].plain == "  weighed" for row in rows):
        screen.print(Text("Weighed: drawn messages only, each counted for those of all coded that it stands for."))
    for made in answer.draws:
        screen.print(Text(visible(_drawn(made)), style="dim"))
    screen.print()


def _name(one: OfCode, answer: Agreement) -> str:
    """What the row is of: the code, with its codebook where there are several."""
    if one.code is None:
        return "all together"
    return one.code if len({other.book for other in answer.codes}) == 1 else f"{one.code} ({one.book})"


def _drawn(one: Draw) -> str:
    """How messages were drawn, in words."""
    of = f"read for {one.code}" if one.code else "that were coded"
    count = f"{len(one.drawn):,} of {one.pool:,} messages {of}"
    said = f"Drawn by a hash keyed with seed {one.seed}: {count}, at {one.share:g}"
    if not one.edges:
        return f"{said} each."
    *strata, unscored = one.rates
    parts = [f"{rate:.3g}" for rate in strata]
    ends = " and ".join(f"{edge:.3g}" for edge in one.edges)
    return (
        f"{said} in all; parted at scores of {ends}: {listed(parts)} from low to high, {unscored:.3g} without a score."
    )


def _cells(made: Figures | None) -> list[Text]:
    return [_figure(getattr(made, name)) for name in _FIGURES]


def _figure(figure: Figure) -> Text:
    if figure.value is None:
        return cell(None)
    said = Text(f"{figure.value:.2f}")
    if figure.low is not None and figure.high is not None:
        said.append(f"\n{figure.low:.2f}–{figure.high:.2f}", style="dim")
    return said


def _show_disagreements(
    screen: Console, rows: tuple[Reading, ...], texts: Mapping[str, str | None], *, every: bool
) -> None:
    open_ = sum(row.settled is None for row in rows)
    screen.print(Text(f"{plural(len(rows), 'disagreement')}, {open_:,} of them open", style="bold"))
    for row in rows if every else rows[:SHOWN]:
        said = ", ".join(f"{coding.by} {'yes' if coding.applies else 'no'}" for coding in row.own.values())
        line = Text(f"{row.message}  ") + cell(row.code, "cyan") + cell(f"  {said}")
        settled = row.settled
        if settled is not None:
            line.append(visible(f"; settled by {settled.by}: {'yes' if settled.applies else 'no'}"), style="dim")
        screen.print(line)
        _show_text(screen, row.message, texts)
    _show_more(screen, len(rows), every=every)


def _show_due(screen: Console, due: Due, texts: Mapping[str, str | None], *, every: bool) -> None:
    screen.print(
        Text(f"{plural(len(due.messages), 'message')} due for a second reading, {due.done:,} done", style="bold")
    )
    for message in due.messages if every else due.messages[:SHOWN]:
        screen.print(Text(message))
        _show_text(screen, message, texts)
    _show_more(screen, len(due.messages), every=every)
    if due.messages:
        screen.print(Text(visible(
            f"Decide of each on {listed(list(due.codes))}: upstander code REF MESSAGE CODE --by NAME --via second, with"
            " --not where it does not apply."
        )))  # fmt: skip


def _show_text(screen: Console, message: str, texts: Mapping[str, str | None]) -> None:
    if message in texts:
        screen.print(Text("  " + visible(texts[message] or "(no text)"), style="dim"))


def _show_more(screen: Console, count: int, *, every: bool) -> None:
    if not every and count > SHOWN:
        screen.print(Text(f"{count - SHOWN:,} more of {count:,}; --all lists them, --json gives everything."))
    screen.print()
