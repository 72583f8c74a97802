"""Sentences that were written for whoever types, without the options that they name: a page has forms for them."""

import re

__all__ = ["for_the_desk"]

#: What a page does not say, and what it says instead.
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"; --plan says what a certificate would cost", "; what a certificate would cost stands above"),
        (r" --rule writes a choice down, and what is drawn from then on counts\.", " A choice that is written down"
         " below counts for what is drawn from then on."),
        (r"; leave --(?:settle|span|nothing) out", ""),
        (r"; leave out --recall, --confidence and --population, or write another plan down with --rule final",
         "; or choose another plan, a final sample, first"),
        (r"; (?:give it with|leave out) --number", ""),
        (r"choose --rule final and use --draw", "choose a final sample"),
        (r": give the queue's seed with --stream", ""),
        (r" \(`upstander code` with (\w+) and --not\), or leave --nothing out", r", with “change it” beside it"),
        (r"--span (\d+):(\d+) is", "That part is"),
        (r"--draw is (\S+) and not a share above 0, up to 1, such as 0\.1", "Give a share between 1 and 100 per cent"),
        (r" \(--via second\)", ""),
        (r"; `upstander gaps` lists them", ""),
        (r"; `upstander triage` makes it", " yet; it is made in the background after evidence was taken in"),
        (r"; choose another with --exhibit", ": give it another one below, and try again"),
        (r"Mend that before this is relied on\.", "Whoever runs the site mends that before this is relied on."),
    )
)  # fmt: skip


def for_the_desk(said: str) -> str:
    """The sentence as a page says it."""
    for pattern, instead in _SAID:
        said = pattern.sub(instead, said)
    return said
