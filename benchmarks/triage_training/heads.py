"""What each head is, what it learns from and what it is calibrated on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["HEAD_SETTINGS", "HOMES", "HeadSettings"]


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """How one head is trained."""

    #: What it means, for the card.
    meaning: str
    #: Sets that it is calibrated on, and its threshold set on: what it is about, and no made-up sentences.
    home: tuple[str, ...]
    #: Sets whose harmless texts it learns from beside these.
    beside: tuple[str, ...] = ("toxigen", "madlibs", "statements")
    #: Sets whose texts of either kind it learns from, though it is not calibrated on them.
    paired: tuple[str, ...] = ()
    #: How much each of those counts beside a text that people labelled.
    counts: float = 3.0
    #: What is left of words that only name a group: all of them, some, nothing.
    left: float = 0.3
    #: Share of neutral sentences about the head's own group (of all, where it is about no group) that it may flag.
    neutral: float = 0.1

    def rows(self, origin: npt.NDArray[np.str_], harmless: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Which rows it learns from."""
        whole = np.isin(origin, self.home + self.paired)
        taken: npt.NDArray[np.bool_] = whole | (np.isin(origin, self.beside) & harmless)
        return taken


_GROUPED = ("implicit_hate", "toxigen", "hatemoji")
_PAIRED = ("contrasts",)

HEAD_SETTINGS: Mapping[str, HeadSettings] = {
    "misogyny": HeadSettings("Sexist or misogynist: EDOS's 'sexist'.", ("edos",), left=1.0, neutral=0.25),
    "violence_against_women": HeadSettings(
        "Threats, plans to harm and incitement against women, rape and jokes of it among them: EDOS 1.1 and 1.2.",
        ("edos",),
        left=1.0,
    ),
    "sexualised": HeadSettings(
        "Sexual objectification, dehumanising attacks and backhanded compliments about women: EDOS 2.3 and 3.3.",
        ("edos",),
        left=1.0,
    ),
    "race_nationality": HeadSettings("Hate of people for race, nationality or migration.", _GROUPED, paired=_PAIRED),
    "religion": HeadSettings(
        "Hate of people for their religion: Muslims and Jews above all.", _GROUPED, paired=_PAIRED
    ),
    "lgbt": HeadSettings("Hate of lesbian, gay, bisexual and trans people.", _GROUPED, paired=_PAIRED),
    "disability": HeadSettings("Hate or mockery of disabled people.", _GROUPED, paired=_PAIRED),
    "hate": HeadSettings("Hate of any group, said outright or implied.", _GROUPED, paired=_PAIRED, left=1.0),
    "threat": HeadSettings(
        "Threats and wishes of harm, to anybody: implicit hate's 'threatening', HatemojiBuild's, EDOS 1.1.",
        ("implicit_hate", "hatemoji", "edos"),
        left=0.0,
    ),
    "insult": HeadSettings(
        "Insults and abusive words: sentences with a span marked as toxic.", ("toxic_spans",), left=0.0
    ),
}

#: For each head the sets that it is calibrated on.
HOMES: Mapping[str, tuple[str, ...]] = {head: settings.home for head, settings in HEAD_SETTINGS.items()}
