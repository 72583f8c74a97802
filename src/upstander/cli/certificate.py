"""`upstander certificate`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.text import Text

from upstander.cli.certified import certified, plain, plain_plan, planned
from upstander.cli.destination import destination, outside
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import emit, page
from upstander.cli.unread import unread
from upstander.cli.whole import settled
from upstander.cli.written import visible
from upstander.errors import UsageError
from upstander.evidence.worded import plural
from upstander.review.certificate import Rule
from upstander.review.certificate.choices import CONFIDENCE, RECALL
from upstander.review.certificate.told import RULES
from upstander.review.certificate.words import percent
from upstander.stages.certificate import Certified, Standing, certify, chosen, points, standing
from upstander.stages.choosing import choose, draw, plan
from upstander.stages.population import population as scoped
from upstander.storage import Case
from upstander.storage.signing import signed

__all__ = ["certificate"]


def certificate(
    reference: Reference,
    /,
    *,
    code: Annotated[str, Parameter(help="The code that messages were read for.")],
    recall: Annotated[
        float | None,
        Parameter(help="The share of all relevant messages that is to be certified; if absent, as planned, or 0.8."),
    ] = None,
    confidence: Annotated[
        float | None,
        Parameter(help="How sure it must be: 1 less the chance of claiming too much; if absent, as planned, or 0.95."),
    ] = None,
    population: Annotated[
        str | None,
        Parameter(
            help="Of which messages: all; unique (the same words are one); conversation:ID; since:DATE, until:DATE;"
            " several with commas. If absent, as planned, or all."
        ),
    ] = None,
    price: Annotated[
        bool,
        Parameter(
            name="--plan", negative="", show_default=False, help="Say what it would cost in random labels, and stop."
        ),
    ] = False,
    rule: Annotated[
        Rule | None,
        Parameter(help="Write down, before what is to count is drawn, how the certificate will be made, and for what."),
    ] = None,
    draws: Annotated[
        int | None,
        Parameter(
            name="--number",
            validator=Number(gte=1),
            help="How many draws of the queue's random stream will count, from now on: for --rule fixed and quantile.",
        ),
    ] = None,
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
    stream: Annotated[
        int | None,
        Parameter(
            validator=Number(gte=0),
            help="Seed of the queue's random stream; if absent, the one that `queue next` wrote down.",
        ),
    ] = None,
    by: Annotated[
        str | None, Parameter(help="Who chooses or draws, which is written down with it; --rule and --draw need it.")
    ] = None,
    output: Annotated[
        Path | None, Parameter(name=["-o", "--output"], help="Draw the bound against messages read into this .svg.")
    ] = None,
    shared: Shared = SHARED,
) -> int:
    """Say how much of what is relevant has been found, with a guarantee, or that it cannot be said.

    From the codings of one code: what was read by rank or after a search, the queue's random stream, and a final sample
    of what nobody had read. The claim is exact for the population's size. Where it cannot be made, the command says why
    and what it would cost. --plan says the price by each rule before anyone pays it, and offers narrower populations.

    --rule writes down how it will be made, with its recall, confidence and population, who chose it and when: fixed, so
    many draws of the stream (--number), while the ranking may be watched; quantile, the same draws, and only the share
    of the relevant ones that reading had found; watched, the draws looked at as they come; final, a sample of what is
    unread; both, watched and final samples after it, which counts where nobody chose: 80 % at 95 % of all messages.
    What was drawn before the choice does not count; what was not chosen before is not claimed. A second choice, after
    draws were seen, gets what the first has left of the chance of error, or is refused.

    --draw makes the final sample: read and code its messages (--via sample), then ask again. A later sample may err
    less than the first, so that none can be drawn again until it pleases. What is drawn and undecided, passed over,
    disputed or not read yet, counts against the claim. No text is shown.
    """
    if price and (size is not None or rule is not None or draws is not None or output is not None):
        raise UsageError("--plan only says a price; give it without --rule, --number, --draw and -o")
    if draws is not None and rule is None:
        raise UsageError("--number says how many draws a rule counts; give --rule fixed or --rule quantile with it")
    name = "" if by is None else signed(by)
    if (size is not None or rule is not None) and not name:
        raise UsageError("--rule and --draw are decisions, written down for good; say whose with --by NAME")
    case = shared.case(reference)
    ends = settled(case)
    path = outside(case, _named(output)) if output is not None else None
    before = chosen(case, code)
    scope = scoped(case, before.population if population is None else population)
    recall = (before.recall or RECALL) if recall is None else recall
    confidence = (before.confidence or CONFIDENCE) if confidence is None else confidence
    stands = standing(case, code, scope, seed=stream)
    ends = unread(stands.unread, ends)
    if price:
        priced = plan(stands, recall=recall, confidence=confidence)
        if shared.json:
            emit(plain_plan(priced, recall, confidence))
        else:
            planned(stands, priced, recall, confidence, case=case.path.name)
        return ends
    now = shared.now()
    if rule is not None:
        choose(case, stands, rule, draws, recall=recall, confidence=confidence, by=name, now=now)
        stands = standing(case, code, scope, seed=stream)
    if size is not None:
        taken = int(now.timestamp()) if seed is None else seed
        draw(case, stands, size, recall=recall, confidence=confidence, seed=taken, by=name, now=now)
        stands = standing(case, code, scope, seed=stream)
    made = certify(stands, recall=recall, confidence=confidence)
    bounds = points(stands, confidence=confidence) if path or shared.json else []
    if path is not None:
        _draw_curve(case, path, stands, made, confidence)
    if shared.json:
        emit({**plain(stands, made), "curve": [asdict(point) for point in bounds]})
        return ends
    if rule is not None:
        number = f", {plural(draws, 'random draw')} from now on" if draws else ""
        said = (
            f"Written down by {name}: {RULES[rule]}{number}, for {percent(recall)} at {percent(confidence)} of the"
            f" population {scope.written}. Until the next random draw is read it can be replaced at no cost."
        )
        page().print(Text(visible(said)), end="\n\n")
    certified(stands, made)
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
