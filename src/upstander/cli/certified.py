"""What `upstander certificate` shows: the claim and what stands beside it, and the price before anyone pays it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from upstander.cli.terminal import cell, number, page, table
from upstander.cli.written import instant, present, visible
from upstander.evidence.worded import plural
from upstander.review.certificate import Rule
from upstander.review.certificate.planning import ALLOWED, Price
from upstander.review.certificate.told import RULES
from upstander.review.certificate.words import percent
from upstander.stages.certificate import Certified, Standing
from upstander.stages.choosing import Planned

__all__ = ["certified", "plain", "plain_plan", "planned"]

#: Messages that a terminal lists.
_SHOWN = 25


def plain(stands: Standing, made: Certified) -> dict[str, Any]:
    """The certificate for a program."""
    seen, force, choice = made.gathered, stands.force, stands.force.choice
    told = made.certificate.plain()
    told["plan"] |= {
        "written": choice is not None,
        "recall": force.recall,
        "confidence": force.confidence,
        "population": force.population,
        "by": choice.by if choice else None,
        "at": instant(choice.at) if choice else None,
        "seen": choice.seen if choice else 0,
    }
    return {
        **told,
        "not_covered": asdict(made.uncovered),
        "without_text": made.uncovered.silent,
        "unread_lines": len(stands.unread),
        "outdated": seen.outdated,
        "random_uncounted": seen.uncounted,
        "passed_over": list(seen.skipped),
        "population": stands.scope.written,
        "waiting": list(seen.waiting),
    }


def certified(stands: Standing, made: Certified) -> None:
    """Show a certificate, and what is to be done for it."""
    screen = page()
    told, seen = made.certificate, made.gathered
    claim, *others = told.said
    for place, said in enumerate([claim, *others]):
        screen.print(Text(visible(said), style="" if place else "bold"), end="\n\n")
    if told.reviewed.rest and told.reviewed.known:
        rows = [
            [cell(percent(bound.confidence)), cell("nothing" if bound.recall is None else percent(bound.recall))]
            for bound in told.bounds
        ]
        screen.print(table("What the numbers bear", [("At confidence", ">="), ("Recall is at least", ">=")], rows))
        gloss = (
            "Recall is the share of all relevant messages that have been found; confidence, how often a claim like this"
            " is true. Each line is for one claim that was chosen before, and none is to be picked from them now."
        )
        screen.print(Text(gloss, style="dim"))
    for line in [*_unread(stands), *made.uncovered.sentences(), *_beside(made)]:
        screen.print(Text(visible(line)))
    _listed(screen, "drawn at random and passed over: decide on them, and they count", seen.skipped)
    _listed(screen, "of the final sample to be read and coded with --via sample", seen.waiting)
    screen.print(Text(f"Code {visible(stands.code)}, population {visible(stands.scope.written)}.", style="dim"))


def _unread(stands: Standing) -> list[str]:
    if not stands.unread:
        return []
    count = plural(len(stands.unread), "line")
    return [
        f"{count} of the decision file cannot be read, and nothing here covers what was decided there: a message may"
        " count as unread, or as its reader no longer says. Mend that before this is relied on."
    ]


def _beside(made: Certified) -> list[str]:
    seen = made.gathered
    said = []
    if seen.uncounted:
        said.append(
            f"{plural(seen.uncounted, 'message')} marked as drawn at random, and not counted as draws: the stream can"
            " not have come to them. If the queue was used with a seed, give it with --stream."
        )
    if seen.outdated:
        said.append("The final sample was drawn from another population than there is now, and is not counted.")
    return said


def _listed(screen: Console, what: str, messages: Sequence[str]) -> None:
    if not messages:
        return
    screen.print(Text(f"{plural(len(messages), 'message')} {what}:"))
    for message in messages[:_SHOWN]:
        screen.print(Text(f"  {visible(message)}", style="cyan"))
    if len(messages) > _SHOWN:
        screen.print(Text(f"  and {len(messages) - _SHOWN:,} more; --json lists them all"))


def plain_plan(made: Planned, recall: float, confidence: float) -> Mapping[str, Any]:
    """The price for a program."""
    return present(
        {
            "recall": recall,
            "confidence": confidence,
            "guess": asdict(made.guess),
            "basis": made.basis,
            "base": asdict(made.base),
            "supposed": [asdict(each) for each in made.supposed],
            "prices": {name: asdict(each) for name, each in made.prices.items()},
            "rules": {rule.value: prices for rule, prices in made.rules.items()},
            "narrower": [asdict(each) for each in made.narrower],
            "plan": made.plan,
            "not_covered": asdict(made.uncovered),
            "without_text": made.uncovered.silent,
        }
    )


def planned(stands: Standing, made: Planned, recall: float, confidence: float, *, case: str) -> None:
    """Show what a certificate costs by each rule, and in narrower populations."""
    screen = page()
    every, wrong = made.prices["likely"].population, f"{(1 - confidence) * 100:.2f}".rstrip("0").removesuffix(".")
    asked = (
        f"The claim: at least {percent(recall)} of the relevant messages have been found, at {percent(confidence)}"
        f" confidence. Of a hundred claims like it no more than {wrong} are wrong."
    )
    screen.print(Text(asked))
    if not every:
        screen.print(Text("No message in scope has words, so that there is nothing to draw and nothing to claim."))
        return
    if not made.gathered.reviewed.rest:
        screen.print(
            Text(f"All {plural(every, 'message')} in scope are read: nothing need be drawn, and none is missed.")
        )
        return
    screen.print(Text(_guessed(made, every)), end="\n\n")
    _by_rule(screen, made, every)
    if made.rules:
        _narrower(screen, stands, made)
    for line in made.uncovered.sentences():
        screen.print(Text(visible(line)))
    screen.print(Text(visible(made.plan)))
    if made.rules:
        rule = _first(made)
        number = " --number N" if rule.draws else ""
        line = f"upstander certificate {case} --code {stands.code} --rule {rule.value}{number} --by NAME"
        screen.print(Text(f"Nothing is chosen by asking. To choose, before what is to count is drawn: {visible(line)}"))


def _drawn_any(made: Planned) -> bool:
    """Whether chance has shown anything, so that how many are relevant is more than supposed."""
    return bool(made.gathered.reviewed.apart or made.gathered.reviewed.final)


def _first(made: Planned) -> Rule:
    """The rule that populations are priced by."""
    return Rule.FIXED if Rule.FIXED in made.rules else Rule.FINAL


def _narrower(screen: Console, stands: Standing, made: Planned) -> None:
    columns = [("Population", "*"), ("Messages", ">="), ("Relevant", ">=")]
    columns += [("Labels, none missed", ">="), ("One missed", ">=")]
    among = stands.scope.written
    rows = [_priced(f"{among}, if {name}", each) for name, each in made.prices.items() if _drawn_any(made)]
    rows += [_priced(among, made.base)] if not _drawn_any(made) else []
    rows += [_priced(f"{among}, if {each.relevant:,}", each) for each in made.supposed]
    rows += [_priced(each.population, each.price) for each in made.narrower]
    rule = _first(made)
    heading = (
        f"In all and in narrower populations, by rule {rule.value}{', unique by rule final' * (rule is Rule.FIXED)}"
    )
    screen.print(table(heading, columns, rows))
    screen.print(
        Text(
            f"{'Low, likely and high are what the draws so far leave open. ' if _drawn_any(made) else ''}Every line but"
            f" those that say “if” supposes one thing, as the rules above do: {made.basis:,} relevant of"
            f" {made.base.population:,}, the same share in every population, and no fewer than are known in it. A"
            " certificate of a narrower one says nothing of the rest. Choose one before it is drawn from, with"
            " --population."
        )
    )


def _guessed(made: Planned, every: int) -> str:
    """What is paid, and how many relevant messages there may be."""
    seen, likely = made.gathered.reviewed, made.prices["likely"]
    labels = (
        f"It is paid for in random labels: messages that chance draws from {plural(every, 'message')}, and that"
        " somebody reads and codes, relevant or not."
    )
    if not _drawn_any(made):
        return (
            f"{labels} Nothing has been drawn yet, so that nobody knows how many are relevant ({seen.known:,} are"
            f" known); the rules are priced as if {made.basis:,} were. The fewer there are, the more must be drawn."
        )
    draws = plural(len(seen.sample) + (seen.final[0] if seen.final else 0), "random draw")
    return (
        f"{labels} By {draws} so far perhaps {likely.relevant:,} are relevant (between {made.guess.low:,} and"
        f" {made.guess.high:,}, at 90 % confidence); the fewer there are, the more must be drawn."
    )


def _by_rule(screen: Console, made: Planned, every: int) -> None:
    if not made.rules:
        screen.print(Text("A plan is written down and its draws have begun; no other can be chosen any more."))
        return
    headings = {0: "None missed", 1: "One missed", 3: "Three missed"}
    columns = [("Rule", "="), ("What counts", "*"), *((headings[each], ">=") for each in ALLOWED)]
    rest = made.gathered.reviewed.rest
    rows = []
    for rule, prices in made.rules.items():
        most = rest if rule is Rule.FINAL else every
        labels = [cell("read all" if prices[each] >= most else f"{prices[each]:,}") for each in ALLOWED]
        rows.append([cell(rule.value, "cyan"), cell(RULES[rule]), *labels])
    screen.print(table("Random labels by rule", columns, rows))
    screen.print(
        Text(
            "None missed: reading by rank has found every relevant message that is drawn; one, three: so many of the"
            " draws are relevant and reading had not found them. A draw that reading has come to already costs nothing"
            " more. Read all: so many draws are all that there is, so that only reading everything settles it.",
            style="dim",
        ),
        end="\n\n",
    )


def _priced(name: str, each: Price) -> list[Text]:
    labels = [
        cell("read all" if each.draws[count] >= each.population else f"{each.draws[count]:,}") for count in (0, 1)
    ]
    return [cell(name), number(each.population), number(each.relevant), *labels]
