"""The card: what a person has to know of the model before relying on its order."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.triage_training.heads import HEAD_SETTINGS
from benchmarks.triage_training.trained import Trained

__all__ = ["words"]

_SOURCES: Mapping[str, Mapping[str, str]] = {
    "edos": {
        "name": "EDOS, Explainable Detection of Online Sexism (train and dev parts)",
        "licence": "CC0-1.0",
        "from": "rewire-online/edos",
    },
    "implicit_hate": {
        "name": "Implicit hate (nine tenths of stage 1, with targets and kinds of stages 2 and 3)",
        "licence": "MIT",
        "from": "SALT-NLP/implicit-hate",
    },
    "toxigen": {
        "name": "ToxiGen, the part that people rated (nine tenths)",
        "licence": "MIT; TOXIGEN data CDLA-Permissive-2.0",
        "from": "microsoft/SafeNLP",
    },
    "hatemoji": {"name": "HatemojiBuild, train part", "licence": "CC-BY-4.0", "from": "HannahKirk/Hatemoji"},
    "toxic_spans": {
        "name": "Toxic Spans (SemEval 2021, train part; half of the test part calibrates)",
        "licence": "CC0-1.0",
        "from": "ipavlopoulos/toxic_spans",
    },
    "mlma": {
        "name": "MLMA, English tweets that are normal, or hateful of a group that is named",
        "licence": "MIT",
        "from": "HKUST-KnowComp/MLMA_hate_speech",
    },
    "madlibs": {
        "name": "Identity sentences of Unintended Bias (an eighth of the harmless ones of two templates)",
        "licence": "Apache-2.0",
        "from": "conversationai/unintended-ml-bias-analysis",
    },
    "statements": {
        "name": "Neutral and kind sentences about groups, written for this (benchmarks/triage_training/statements.py)",
        "licence": "AGPL-3.0-or-later, this project's own",
        "from": "this project",
    },
    "contrasts": {
        "name": "Pairs of hate and its denial, quotation, opposite or other target, written for this"
        " (benchmarks/triage_training/contrasts.py), with slurs of the Surge AI profanity list; none shares four words"
        " in a row with a case of HateCheck",
        "licence": "AGPL-3.0-or-later, this project's own; the list: MIT",
        "from": "this project; surge-ai/profanity",
    },
    "chatter": {
        "name": "Lines of everyday chat, written for this (benchmarks/triage_training/chatter.py)",
        "licence": "AGPL-3.0-or-later, this project's own",
        "from": "this project",
    },
}


def words(trained: Trained, digest: str, *, settings: Mapping[str, Any], sets: Sequence[str]) -> dict[str, Any]:
    """The card of what was trained, without what a benchmark measures of it."""
    return {
        "name": "Upstander's first ranking",
        "digest": digest,
        "kind": "linear, on hashed words, pairs of words and runs of characters; one head a concept",
        "for": "An order in which people read the messages of one case. English.",
        "not_for": [
            "deciding, coding, hiding or counting anything: a low score is not a clear message",
            "judging a person, or comparing persons or groups by their scores",
            "automatic moderation",
        ],
        "heads": {
            head: {
                "means": HEAD_SETTINGS[head].meaning,
                "calibrated_on": [name for name in HEAD_SETTINGS[head].home if name in sets],
                **trained.counts[head],
                "threshold": round(float(trained.thresholds[place]), 4),
            }
            for place, head in enumerate(trained.heads)
        },
        "data": {name: dict(_SOURCES[name]) for name in sets},
        "never_trained_on": [
            "HateCheck",
            "HatemojiCheck",
            "EDOS test",
            "Guest misogyny",
            "CAD",
            "CONDA",
            "ETHOS",
            "OpenAI moderation",
            "ToxiChat (its train and dev parts were looked at while choosing)",
            "DynaHate (its dev part was chosen on)",
            "the invented operation's chat",
        ],
        "settings": dict(settings),
        "limits": list(_LIMITS),
        "gaps": list(_GAPS),
    }


_LIMITS = (
    "Scores are shares in data like that of training, where a quarter or more is hateful. In a case far fewer messages"
    " are: the order holds, the percentage does not, until it is calibrated on codings of the case.",
    "It knows n-grams, not meaning: negated hate, quotes of hate and answers to it score like hate. Whoever objects to"
    " a message may rank beside it. Look at the stance, and at the message that is answered.",
    "Words that people reclaim score like slurs.",
    "Masked words are read in part: digits and signs within a word as the letters (r4pe), a mask (r*pe) where training"
    " texts had its word often enough, and in misogyny and sexualised not at all. Words with spaces or full stops in"
    " them, doubled letters and words run together are missed.",
    "Some ordinary chat is flagged, and most messages of a case are ordinary: the page of its accuracy says how many in"
    " a hundred. Short lines of words that it never saw score near the share of hate in its training data.",
    "Neutral statements about black people, Muslims and women are flagged more often than those about others, and words"
    " that only sound like slurs are flagged: the page has each group's figures.",
    "American social media of 2016 to 2022. UK slang, police slang, nicknames and banter are hardly known.",
    "English only. In no other language, nor in messages that mix English with one, was anything trained or measured.",
    "Not measured on dialects: the tool for it is not here. African American English is flagged more often than other"
    " English by models trained on such data.",
    "A message of no words scores nothing by itself; it ranks by what it answers or follows.",
)

_GAPS = (
    "domestic abuse: bragging about it or making light of it",
    "misconduct of police that no data set labels: evidence, confidentiality, drugs, use of force, sex on duty",
    "bullying of colleagues; nicknames",
    "rape and drugging as jokes: only what EDOS's threats hold",
    "Gypsy, Roma and Traveller people, age, pregnancy, marriage: next to nothing",
    "trans people by themselves: too few labels for a head of their own, so they share one with orientation",
)
