"""`upstander simulate`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import cell, counting, emit, page, table
from upstander.errors import UsageError
from upstander.evidence.worded import plural
from upstander.review.simulation.dataset import dataset
from upstander.review.simulation.outcome import Simulated, simulated
from upstander.review.simulation.ranking import ranked

__all__ = ["simulate"]

#: What to say for --prior where the file has no first ranking of its own.
MODEL = "model"


def simulate(
    file: Annotated[Path, Parameter(help="CSV file with a head line, in UTF-8.")],
    /,
    *,
    text: Annotated[str, Parameter(help="Column with the texts.")],
    label: Annotated[str, Parameter(help="Column that says 1 or 0, yes or no, true or false.")],
    recall: Annotated[str, Parameter(help="Shares to be found, with commas.")] = "0.8,0.9,0.95",
    seed: Annotated[int, Parameter(help="Seed of everything that is drawn.")] = 0,
    prior: Annotated[
        str | None,
        Parameter(
            help="Column with a first ranking, or `model` for the one that is shipped: its head called like the label's"
            " column, or else its surest. It flatters a set that the model was trained on; see its card."
        ),
    ] = None,
    search: Annotated[
        str | None, Parameter(help="Words whose hits are read first, such as 'threat, hurt*'; no patterns but the *.")
    ] = None,
    shared: Shared = SHARED,
) -> int:
    """Replay a labelled data set through the queue: what reading it would have cost.

    Every wording is read once, in the order that the queue gives, by somebody who answers as the labels do: as in a
    case, texts with the very same words are decided together. Shown are how many had to be read to find each share of
    the relevant texts, when the certificate would have allowed to stop (it is asked with a new ranking when a twentieth
    more is read) and how much had been found by then, and the processor time of each step. The same file and seed give
    the same answer. No text is shown.
    """
    shares = _shares(recall)
    if seed < 0:
        raise UsageError(f"--seed is {seed}; give a number from 0")
    model = prior == MODEL
    data = dataset(file, text=text, label=label, prior=None if model else prior)
    with counting() as progress:
        if model:
            progress("first ranking", 0, len(data.texts))
            data = ranked(data, label)
        found = simulated(
            data, recalls=shares, seed=seed, search=search, told=lambda done, of: progress("reading", done, of)
        )
    if shared.json:
        emit({"seed": seed, "simulated": found})
    else:
        _show(found, seed)
    return 0


def _shares(written: str) -> list[float]:
    try:
        shares = [float(part) for part in written.split(",")]
    except ValueError as problem:
        raise UsageError(f"--recall is {written!r}; give shares with commas, such as 0.8,0.95") from problem
    if not all(0 < share <= 1 for share in shares):
        raise UsageError(f"--recall is {written!r}; a share is above 0 and up to 1")
    return sorted(set(shares))


def _show(found: Simulated, seed: int) -> None:
    screen = page()
    said = f"{plural(found.messages, 'text')}, {found.different:,} of them different, {found.relevant:,} relevant"
    said += f"; {found.empty:,} rows without words left out" if found.empty else ""
    said += f"; {plural(found.contradictory, 'label')} against another of the same words" if found.contradictory else ""
    said += f"; {found.carried:,} take the decision of another with their words" if found.carried else ""
    screen.print(Text(f"{said}. Seed {seed}."))
    if not found.efforts:
        screen.print(Text("Nothing is relevant, so that there is no recall to speak of; all was read."))
    claims = {claim.recall: claim for claim in found.claims}
    rows = []
    for effort in found.efforts:
        claim = claims[effort.recall]
        rows.append(
            [
                cell(f"{effort.recall:.0%}"),
                cell(f"{effort.read:,} ({effort.share:.1%})"),
                cell("when all is read" if claim.whole else f"{claim.read:,} ({claim.share:.1%})"),
                cell("" if claim.truth is None else f"{claim.truth:.1%}"),
            ]
        )
    if rows:
        columns = [
            ("Recall", ">="),
            ("Read to reach it", ">="),
            ("Certified (95 %) after", ">="),
            ("Found by then", ">="),
        ]
        screen.print(table("What it takes", columns, rows))
        told = ", ".join(f"{share:.3f} at {read:,}" for read, share in found.recalls)
        screen.print(Text(f"Recall: {told}." if told else "Too few texts for checkpoints."))
    screen.print(
        Text(
            f"Processor time: {found.features:.1f} s for features, {found.reading:.1f} s for all reading with"
            f" {plural(found.rankings, 'ranking')} of {found.ranking * 1000:,.0f} ms (half are faster; the slowest"
            f" {found.slowest * 1000:,.0f} ms), and {found.loading:.1f} s before them to load what learns.",
            style="dim",
        )
    )
