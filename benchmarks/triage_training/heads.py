"""What each head is, what it learns from and what it is calibrated on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    #: Sets whose harmless texts it learns from beside these, and how much each text counts.
    beside: Mapping[str, float] = field(
        default_factory=lambda: {"toxigen": 1.0, "madlibs": 1.0, "statements": 1.0, "chatter": 0.3}
    )
    #: Sets whose texts of either kind it learns from, though it is not calibrated on them, and how much each counts.
    also: Mapping[str, float] = field(default_factory=dict)
    #: How closely it is fitted, beside the settings' own.
    strength: float = 1.0
    #: What is left of words that only name a group: all of them, some, nothing.
    left: float = 0.3
    #: Share of neutral sentences about the head's own group (of all, where it is about no group) that it may flag.
    neutral: float = 0.1
    #: How much a copy with masked words counts beside its text.
    masked: float = 1.0

    def times(self, origin: npt.NDArray[np.str_], harmless: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """How much each row counts; nothing where it does not learn from it."""
        found: npt.NDArray[np.float64] = np.zeros(len(origin))
        for name, counts in self.beside.items():
            found[(origin == name) & harmless] = counts
        for name, counts in self.also.items():
            found[origin == name] = counts
        found[np.isin(origin, self.home)] = 1
        return found


_GROUPED = ("implicit_hate", "toxigen", "hatemoji")

#: What is not EDOS counts little beside it, for it is written otherwise; yet it teaches what is harmless.
_LITTLE = {"toxigen": 0.1, "madlibs": 0.1, "statements": 0.1}

#: For a group's own head: with more, neutral sentences of the group rank higher and hate of it no better.
_PAIRS = {"contrasts": 0.3}

HEAD_SETTINGS: Mapping[str, HeadSettings] = {
    "misogyny": HeadSettings(
        "Sexist or misogynist: EDOS's 'sexist'.",
        ("edos",),
        beside=_LITTLE,
        also={"toxigen": 0.1, "hatemoji": 0.1},
        strength=2.0,
        left=1.0,
        neutral=0.25,
        masked=0.0,
    ),
    "violence_against_women": HeadSettings(
        "Threats, plans to harm and incitement against women, rape and jokes of it among them: EDOS 1.1 and 1.2.",
        ("edos",),
        beside={**_LITTLE, "chatter": 0.1},
        left=1.0,
        masked=0.3,
    ),
    "sexualised": HeadSettings(
        "Sexual objectification, dehumanising attacks and backhanded compliments about women: EDOS 2.3 and 3.3.",
        ("edos",),
        beside=_LITTLE,
        left=1.0,
        masked=0.0,
    ),
    "race_nationality": HeadSettings("Hate of people for race, nationality or migration.", _GROUPED, also=_PAIRS),
    "religion": HeadSettings("Hate of people for their religion: Muslims and Jews above all.", _GROUPED, also=_PAIRS),
    "lgbt": HeadSettings("Hate of lesbian, gay, bisexual and trans people.", _GROUPED, also=_PAIRS),
    "disability": HeadSettings("Hate or mockery of disabled people.", _GROUPED, also=_PAIRS),
    "hate": HeadSettings(
        "Hate of any group, women among them, said outright or implied.",
        _GROUPED,
        also={"contrasts": 3.0, "edos": 0.5, "mlma": 1.0},
        left=1.0,
    ),
    "threat": HeadSettings(
        "Threats and wishes of harm, to anybody: implicit hate's 'threatening', HatemojiBuild's, EDOS 1.1.",
        ("implicit_hate", "hatemoji", "edos"),
        left=0.0,
    ),
    "insult": HeadSettings(
        "Insults and abusive words: sentences with a span marked as toxic.",
        ("toxic_spans",),
        beside={"toxigen": 1.0, "madlibs": 1.0, "statements": 1.0},
        left=0.0,
    ),
}

#: For each head the sets that it is calibrated on.
HOMES: Mapping[str, tuple[str, ...]] = {head: settings.home for head, settings in HEAD_SETTINGS.items()}
