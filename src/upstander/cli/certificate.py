"""`upstander certificate`."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from upstander.cli.destination import destination, outside
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.population import population as scoped
from upstander.cli.terminal import cell, emit, number, page, table
from upstander.cli.whole import settled
from upstander.cli.worded import plural
from upstander.cli.written import present, visible
from upstander.errors import UsageError
from upstander.review.certificate.planning import Price
from upstander.review.certificate.words import percent
from upstander.stages.certificate import Certified, Planned, Standing, certify, draw, fix, plan, points, standing
from upstander.storage import Case

__all__ = ["certificate"]

#: Messages of a sample that a terminal lists.
_SHOWN = 25


def certificate(
    reference: Reference,
    /,
    *,
    code: Annotated[str, Parameter(help="The code that messages were read for.")],
    recall: Annotated[float, Parameter(help="The share of all relevant messages that is to be certified.")] = 0.8,
    confidence: Annotated[float, Parameter(help="How sure it must be: 1 less the chance of claiming too much.")] = 0.95,
    population: Annotated[
        str,
        Parameter(
            help="Of which messages: all; unique (the same words are one); conversation:ID; since:DATE, until:DATE;"
            " several with commas."
        ),
    ] = "all",
    price: Annotated[
        bool,
        Parameter(
            name="--plan", negative="", show_default=False, help="Say what it would cost in random labels, and stop."
        ),
    ] = False,
    size: Annotated[
        int | None,
        Parameter(
            name="--draw",
            validator=Number(gte=1),
            help="Draw so many messages that nobody has read, write them down as the final sample and list them.",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        Parameter(validator=Number(gte=0), help="Seed of --draw, which is written down; if absent, the time."),
    ] = None,
    fixed: Annotated[
        int | None,
        Parameter(
            name="--fix",
            validator=Number(gte=1),
            help="Write down that so many draws of the queue's random stream will be made from now on, and be counted.",
        ),
    ] = None,
    stream: Annotated[
        int,
        Parameter(validator=Number(gte=0), help="Seed of the queue's random stream, as `queue next --seed` was given."),
    ] = 0,
    by: Annotated[
        str | None, Parameter(help="Who draws or fixes, which is written down with it; --draw and --fix need it.")
    ] = None,
    output: Annotated[
        Path | None, Parameter(name=["-o", "--output"], help="Draw the bound against messages read into this .svg.")
    ] = None,
    shared: Shared = SHARED,
) -> int:
    """Say how much of what is relevant has been found, with a guarantee, or that it cannot be said.

    From the codings of one code: what was read by rank or after a search, the queue's random stream, and a final sample
    of what nobody had read. The claim is exact for the population's size and holds however often it is looked at. Where
    it cannot be made, the command says why and what it would cost. --plan says the price before anyone pays it, and
    offers narrower populations. --draw makes the final sample: read and code its messages (via sample), then ask again.
    A later sample may err less than the first, so that no sample can be drawn again until it pleases. --fix is cheaper
    where reading goes on: the queue's random draws are counted from then on, as many as were written down, while the
    ranking may be watched. No text is shown.
    """
    if price and (size is not None or fixed is not None or output is not None):
        raise UsageError("--plan only says a price; give it without --draw, --fix and -o")
    if size is not None and fixed is not None:
        raise UsageError("a certificate rests on --fix or on --draw; give one of them")
    name = " ".join((by or "").split())
    if (size is not None or fixed is not None) and not (name and name.isprintable()):
        raise UsageError("--draw and --fix are decisions, written down for good; say whose with --by NAME")
    case = shared.case(reference)
    ends = settled(case)
    path = outside(case, _named(output)) if output is not None else None
    stands = standing(case, code, scoped(case, population), seed=stream)
    if price:
        planned = plan(stands, recall=recall, confidence=confidence)
        if shared.json:
            emit(_planned(planned, recall, confidence))
        else:
            _show_plan(page(), stands, planned, recall, confidence)
        return ends
    now = shared.now()
    if fixed is not None:
        fix(case, stands, fixed, by=name, now=now)
        stands = standing(case, code, stands.scope, seed=stream)
    if size is not None:
        draw(case, stands, size, seed=int(now.timestamp()) if seed is None else seed, by=name, now=now)
        stands = standing(case, code, stands.scope, seed=stream)
    made = certify(stands, recall=recall, confidence=confidence)
    bounds = [asdict(point) for point in points(stands, confidence=confidence)] if path or shared.json else []
    if path is not None:
        _draw_curve(case, path, stands, made, confidence)
    if shared.json:
        waiting = list(made.gathered.waiting)
        seen = made.gathered
        beside = {"without_text": made.silent, "undecided": seen.undecided, "outdated": seen.outdated,
                  "random_uncounted": seen.uncounted, "stream_waits_for": seen.hole}  # fmt: skip
        emit({**made.certificate.plain(), **beside, "population": stands.scope.written, "waiting": waiting,
              "curve": bounds})  # fmt: skip
    else:
        screen = page()
        if fixed is not None:
            said = f"Written down by {name}, and not to be changed: {fixed:,} draws of the random stream from now on."
            screen.print(Text(said), end="\n\n")
        _show(screen, stands, made)
    return ends


def _named(output: Path) -> Path:
    if output.suffix.lower() != ".svg":
        raise UsageError(f"{output} does not say what to draw; end its name with .svg")
    return output


def _draw_curve(case: Case, path: Path, stands: Standing, made: Certified, confidence: float) -> None:
    from upstander.stages.picture.curve import curve_svg  # a second to load, and only a picture needs it

    title = f"{stands.code}: the least recall, at {percent(confidence)} confidence"
    drawn = curve_svg(
        points(stands, confidence=confidence), recall=made.certificate.recall, title=title, words=made.certificate.words
    )
    with destination(case, path) as stream:
        stream.write(drawn.encode())


def _show(screen: Console, stands: Standing, made: Certified) -> None:
    told = made.certificate
    screen.print(Text(visible(told.words), style="bold" if told.holds else ""))
    rows = [
        [cell(percent(bound.confidence)), cell("nothing" if bound.recall is None else percent(bound.recall))]
        for bound in told.bounds
    ]
    screen.print(table("Recall is at least", [("At confidence", ">="), ("Recall", ">=")], rows))
    for line in _beside(made):
        screen.print(Text(line))
    waiting = made.gathered.waiting
    if waiting:
        screen.print(Text(f"{plural(len(waiting), 'message')} of the final sample wait to be read and coded:"))
        for message in waiting[:_SHOWN]:
            screen.print(Text(f"  {visible(message)}", style="cyan"))
        if len(waiting) > _SHOWN:
            screen.print(Text(f"  and {len(waiting) - _SHOWN:,} more; --json lists them all"))
    screen.print(Text(f"Code {visible(stands.code)}, population {visible(stands.scope.written)}.", style="dim"))


def _beside(made: Certified) -> list[str]:
    said = []
    if made.silent:
        said.append(f"{plural(made.silent, 'message')} in scope have no text, and nothing here speaks of them.")
    if made.gathered.undecided:
        said.append(
            f"{plural(made.gathered.undecided, 'message')} are coded both ways and nobody has settled them; where most"
            " say so, or as many, they count as relevant."
        )
    if made.gathered.uncounted:
        marked = f"{plural(made.gathered.uncounted, 'message')} marked as drawn at random, and not counted as draws:"
        why = (
            f" the stream drew {visible(made.gathered.hole)} before, and nobody has decided on that one"
            if made.gathered.hole is not None
            else " the stream never drew them"
        )
        said.append(f"{marked}{why}. If the queue was used with a seed, give it with --stream.")
    if made.gathered.outdated:
        said.append("The final sample was drawn from another population than there is now, and is not counted.")
    return said


def _planned(planned: Planned, recall: float, confidence: float) -> Mapping[str, Any]:
    return present(
        {
            "recall": recall,
            "confidence": confidence,
            "guess": asdict(planned.guess),
            "prices": {name: asdict(each) for name, each in planned.prices.items()},
            "narrower": [asdict(each) for each in planned.narrower],
            "without_text": planned.silent,
        }
    )


def _show_plan(screen: Console, stands: Standing, planned: Planned, recall: float, confidence: float) -> None:
    likely, seen = planned.prices["likely"], planned.gathered.reviewed
    every = likely.population
    guess = planned.guess
    screen.print(
        Text(
            f"To certify {percent(recall)} at {percent(confidence)} costs about {_rounded(likely.usual, every)}"
            f" random labels in {plural(every, 'message')} of which perhaps {likely.relevant:,} are relevant"
            f" ({guess.low:,} to {guess.high:,}, by {plural(len(seen.sample), 'random draw')} so far),"
            f" for {likely.usual_relevant:,} of them must be relevant.",
            style="bold",
        )
    )
    screen.print(
        Text(
            f"Counting what was found, {_rounded(likely.draws[0], every)} are enough if reading has found all there is,"
            f" {_rounded(likely.draws[1], every)} if one of the draws may be relevant and unread,"
            f" {_rounded(likely.draws[3], every)} if three may. A draw that reading has reached already costs nothing."
        )
    )
    columns = [("Population", "*"), ("Messages", ">="), ("Relevant", ">="), ("Usual", ">="), ("By count", ">=")]
    columns.append(("One missed", ">="))
    rows = [_priced(f"{stands.scope.written}, if {name}", each) for name, each in planned.prices.items()]
    rows += [_priced(each.population, each.price) for each in planned.narrower]
    screen.print(table("Random labels", columns, rows))
    screen.print(
        Text("Narrower populations are priced by what is known in them; a certificate speaks of its own only.")
    )


def _priced(name: str, each: Price) -> list[Text]:
    return [cell(name), number(each.population), number(each.relevant), number(each.usual), number(each.draws[0]),
            number(each.draws[1])]  # fmt: skip


def _rounded(labels: int, population: int) -> str:
    """A number of labels as one says it, 47,000; never more than there are messages."""
    step = 10 ** max(0, len(str(labels)) - 2)
    return f"{min(-(-labels // step) * step, population):,}"
