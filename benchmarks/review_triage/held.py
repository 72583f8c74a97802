"""Labelled sets that never trained the model, and the parts of the others that did not: for measuring only."""

import json
import re
from pathlib import Path

import polars as pl
from benchmarks.triage_training.contrasts import LEXICON, contrasts
from benchmarks.triage_training.heads import HOMES
from benchmarks.triage_training.sets import MADLIBS_TRAINED, SETS

__all__ = ["GROUP_HEADS", "TOGETHER", "conda", "edos_texts", "everyday", "hatecheck", "held", "madlibs", "pairs"]

#: What the dev parts of all the sets that a head is calibrated on are called.
TOGETHER = "dev parts of the head's sets, together"

#: HateCheck's groups, and the head that each is the business of.
GROUP_HEADS = {
    "women": "misogyny",
    "trans people": "lgbt",
    "gay people": "lgbt",
    "black people": "race_nationality",
    "disabled people": "disability",
    "Muslims": "religion",
    "immigrants": "race_nationality",
}


def _csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def held(data: Path) -> list[tuple[str, str, pl.Series, pl.Series]]:
    """Name of a set, the head that is measured on it, its texts and whether each is positive."""
    edos = _csv(data / "edos/edos_labelled_aggregated.csv").filter(pl.col("split") == "test")
    found = [
        ("EDOS test", "misogyny", edos["text"], edos["label_sexist"] == "sexist"),
        ("EDOS test", "violence_against_women", edos["text"], edos["label_category"].str.starts_with("1")),
        ("EDOS test", "sexualised", edos["text"], edos["label_vector"].str.contains(r"^(2\.3|3\.3)")),
    ]
    for name, heads in _OWN.items():
        rows = [row for row in SETS[name](data) if row.part == "dev"]
        for head in heads:
            labelled = [row for row in rows if head in row.labels]
            label = pl.Series([row.labels[head] == 1 for row in labelled])
            found.append((f"{name}, dev part", head, pl.Series([row.text for row in labelled]), label))
    for head in ("hate", "race_nationality", "religion", "lgbt", "disability", "threat"):
        rows = [row for name in HOMES[head] if name in _OWN for row in SETS[name](data) if row.part == "dev"]
        labelled = [row for row in rows if head in row.labels]
        label = pl.Series([row.labels[head] == 1 for row in labelled])
        found.append((TOGETHER, head, pl.Series([row.text for row in labelled]), label))
    trial = [row for row in SETS["toxic_spans"](data) if row.part == "trial"]
    label = pl.Series([row.labels["insult"] == 1 for row in trial])
    found.append(
        ("toxic_spans, trial part (drawn as what trained)", "insult", pl.Series([row.text for row in trial]), label)
    )
    guest = _csv(data / "misogyny_eacl2021/final_labels.csv").filter(pl.col("body").is_not_null())
    cad = json.loads((data / "cad/test.json").read_text(encoding="utf-8"))
    found.append(("Guest, all (never trained on)", "misogyny", guest["body"], guest["level_1"] == "Misogynistic"))
    abusive = pl.Series([label != "normal" for _, label in cad])
    found.append(("CAD test (never trained on)", "hate", pl.Series([text for text, _ in cad]), abusive))
    emoji = _csv(data / "hatemoji/HatemojiCheck__test.csv")
    dyna = [_csv(data / f"dynahate/{part}.csv").filter(pl.col("split") == "dev") for part in ("dev_500", "train_union")]
    texts = pl.concat(dyna).drop_nulls("text")
    found.append(("DynaHate, dev part (never trained on, but chosen on)", "hate", texts["text"], texts["label"] == "1"))
    found.append(("HatemojiCheck (never trained on)", "hate", emoji["text"], emoji["label_gold"] == "1"))
    return found


#: The heads that the dev part of each set that also trained can say something of.
_OWN = {
    "implicit_hate": ("hate", "race_nationality", "religion", "threat"),
    "toxigen": ("hate", "race_nationality", "religion", "lgbt", "disability"),
    "hatemoji": ("hate", "race_nationality", "religion", "lgbt", "disability"),
    "toxic_spans": ("insult",),
}


def hatecheck(data: Path) -> pl.DataFrame:
    """HateCheck's cases: `text`, `functionality`, `group`, `hateful`."""
    return _csv(data / "hatecheck/test_suite_cases.csv").select(
        pl.col("test_case").alias("text"),
        "functionality",
        pl.col("target_ident").fill_null("").alias("group"),
        (pl.col("label_gold") == "hateful").alias("hateful"),
    )


def madlibs(data: Path) -> pl.DataFrame:
    """Identity sentences of the templates that never trained: `text`, `hateful`, and the `identity` that each names."""
    rows = _csv(data / "bias_madlibs/en_sentence_templates.csv").filter(~pl.col("template").is_in(MADLIBS_TRAINED))
    named = re.compile(r"\b(" + "|".join(_IDENTITIES) + r")\b", re.IGNORECASE)
    found = [match[0].lower() if (match := named.search(text)) else "other" for text in rows["phrase"]]
    return rows.select(pl.col("phrase").alias("text"), (pl.col("toxicity") == "toxic").alias("hateful")).with_columns(
        pl.Series("identity", found)
    )


def pairs(data: Path) -> pl.DataFrame:
    """The invented pairs of templates that only measure and set thresholds: `text`, `kind`, `hateful`."""
    said = [row for row in contrasts(data / LEXICON) if row.held]
    return pl.DataFrame(
        {
            "text": [row.text for row in said],
            "kind": [row.kind for row in said],
            "hateful": [row.hateful for row in said],
        }
    )


def everyday(data: Path) -> list[tuple[str, pl.Series]]:
    """Name of a set of ordinary chat that never trained, and its lines: those that nobody marked for anything."""
    from meridian.world import build

    game = _csv(data / "conda_chat/CONDA_valid.csv").filter(pl.col("intentClass") == "O")["utterance"]
    told = [said.text for said in build(2018).messages if said.text and not said.conduct and not said.stance]
    lines = (data / "toxichat/test.jsonl").read_text(encoding="utf-8").splitlines()
    turns = [turn for line in lines for turn in json.loads(line)["reddit_thread"]]
    safe = [turn["text"] for turn in turns if turn["offense_label"] == "Safe" and len(turn["text"].split()) <= _SHORT]
    own = [row.text for row in SETS["chatter"](data) if row.part == "dev"]
    return [
        ("the invented operation: messages of no misconduct, each once", pl.Series(sorted(set(told)))),
        ("CONDA, valid part: game chat marked as of no intent", game.drop_nulls()),
        (f"ToxiChat, test part: turns of up to {_SHORT} words marked as safe", pl.Series(safe)),
        ("invented chat of templates that did not train (chosen on)", pl.Series(own)),
    ]


#: Words of a turn on Reddit that is short enough to be chat.
_SHORT = 15

_IDENTITIES = """
    gay lesbian transgender trans bisexual lgbt lgbtq queer homosexual straight heterosexual black white african
    asian european hispanic latino latina mexican american chinese japanese indian canadian arab middle-eastern
    muslim jewish christian catholic protestant buddhist sikh taoist old older young younger teenage elderly male
    female nonbinary deaf blind paralyzed disabled
    """.split()  # noqa: SIM905 - as words


def conda(data: Path) -> pl.Series:
    """Short lines of chat in a game, for speed: every utterance of CONDA."""
    return pl.concat(
        [_csv(data / f"conda_chat/{part}")["utterance"] for part in ("CONDA_train.csv", "CONDA_valid.csv")]
    )


def edos_texts(data: Path) -> pl.Series:
    """Every text of EDOS, for speed."""
    return _csv(data / "edos/edos_labelled_aggregated.csv")["text"]
