"""The labelled sets that the first ranking is trained on: only those whose licence lets trained weights be shipped.

A row is a text with a label for each head: 1, 0, or nothing where the set does not say. A group's head takes hate of
that group as 1, and as 0 both what is not hateful and hate of others: one concept a head.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

from benchmarks.triage_training.chatter import chatter
from benchmarks.triage_training.contrasts import LEXICON, contrasts
from benchmarks.triage_training.statements import statements

__all__ = ["HEADS", "INVENTED", "SETS", "Row", "rows"]

#: The heads, in the order of the model's columns.
HEADS = (
    "misogyny",
    "violence_against_women",
    "sexualised",
    "race_nationality",
    "religion",
    "lgbt",
    "disability",
    "hate",
    "threat",
    "insult",
)

_GROUPS = ("race_nationality", "religion", "lgbt", "disability")


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text."""

    text: str
    #: The set that it is of, and the part of that: train; dev, which measures and sets thresholds; calibrate, where the
    #: train part is not drawn like what is to be scored; trial, which only measures.
    origin: str
    part: str
    labels: Mapping[str, int] = field(default_factory=dict)
    #: Heads whose business the groups are that it names, where it is known to be harmless.
    names: tuple[str, ...] = ()


def rows(data: Path, *, leave_out: frozenset[str] = frozenset()) -> list[Row]:
    """Every row of every set under `data` but those of `leave_out`, in the order of the sets."""
    return [row for name, read in SETS.items() if name not in leave_out for row in read(data)]


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        yield from csv.DictReader(stream)


def edos(data: Path) -> Iterator[Row]:
    """EDOS (CC0): sexism on Reddit and Gab; the official test part is never read here."""
    for line in _csv(data / "edos/edos_labelled_aggregated.csv"):
        if line["split"] == "test":
            continue
        category, vector = line["label_category"][:1], line["label_vector"][:3]
        sexist = int(line["label_sexist"] == "sexist")
        labels = {
            "misogyny": sexist,
            "hate": sexist,
            "violence_against_women": int(category == "1"),
            "sexualised": int(vector in ("2.3", "3.3")),
        }
        if vector == "1.1":
            labels["threat"] = 1
        elif category != "1":
            labels["threat"] = 0
        yield Row(line["text"], "edos", line["split"], labels)


_IMPLICIT = {
    "race_nationality": re.compile(
        r"immigra|black|minorit|non-?white|mexic|color|poc\b|arab|african|indian|latino|hispanic|asian|refugee|illegal|"
        r"alien|chinese|iranian|foreign|german|pakistan|turk|gyps|roma\b|native"
    ),
    "religion": re.compile(r"muslim|islam|jew|hindu|christian|catholic|sikh"),
    "lgbt": re.compile(r"\bgay|lgb|lesbian|trans|homosex|queer"),
    "disability": re.compile(r"disab|autis|mental"),
    "misogyny": re.compile(r"\bwomen|woman|female|feminis|girl"),
}


def implicit_hate(data: Path) -> Iterator[Row]:
    """Implicit hate (MIT): posts on Twitter; a tenth, drawn by place, only calibrates and measures."""
    folder = data / "implicit_hate"
    target = {post: said for post, said, *_ in _tsv(folder / "implicit_hate_v1_stg3_posts.tsv")}
    kind = {post: said for post, said, *_ in _tsv(folder / "implicit_hate_v1_stg2_posts.tsv")}
    for place, (post, said, *_) in enumerate(_tsv(folder / "implicit_hate_v1_stg1_posts.tsv")):
        labels = {"hate": int(said != "not_hate")}
        if said == "not_hate":
            labels |= {**dict.fromkeys(_GROUPS, 0), "threat": 0}
        elif post in target:
            aimed = target[post].lower()
            labels |= {head: int(bool(_IMPLICIT[head].search(aimed))) for head in _GROUPS}
        if post in kind:
            labels["threat"] = int(kind[post] == "threatening")
            if kind[post] == "incitement":
                del labels["threat"]
        yield Row(post, "implicit_hate", "dev" if place % 10 == 9 else "train", labels)


def _tsv(path: Path) -> Iterator[list[str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return (line.split("\t") for line in lines[1:] if line.count("\t"))


_TOXIGEN = {
    "women": "misogyny",
    "lgbtq": "lgbt",
    "muslim": "religion",
    "jewish": "religion",
    "mental dis": "disability",
    "physical dis": "disability",
}


def toxigen(data: Path) -> Iterator[Row]:
    """ToxiGen as people rated it (MIT): written by a machine, about thirteen groups, hateful and neutral."""
    lines = json.loads((data / "safenlp_toxigen/toxiGen.json").read_text(encoding="utf-8"))
    for place, line in enumerate(lines):
        hateful = int(line["label"] == "hate")
        groups = {_TOXIGEN.get(name, "race_nationality") for name in line["target_groups"]}
        labels = {"hate": hateful} | {head: int(head in groups and hateful) for head in (*_GROUPS, "misogyny")}
        if not hateful:
            labels |= {"violence_against_women": 0, "sexualised": 0, "threat": 0, "insult": 0}
        names = () if hateful else tuple(sorted(groups))
        yield Row(line["text"], "toxigen", "dev" if place % 10 == 9 else "train", labels, names)


_HATEMOJI = {
    "misogyny": re.compile(r"wom"),
    "race_nationality": re.compile(
        r"bla|asi|arab|immig|trav|ref\b|hisp|ethmin|mix|african|indig|nat\.|abo|mex|\bfor\b"
    ),
    "religion": re.compile(r"mus|jew|sikh|hind"),
    "lgbt": re.compile(r"gay|lgb|trans|bis"),
    "disability": re.compile(r"dis"),
}


def hatemoji(data: Path) -> Iterator[Row]:
    """HatemojiBuild (CC BY 4.0): written by people against a model, with emoji; validation and test parts are dev."""
    for part, to in (("train", "train"), ("validation", "dev"), ("test", "dev")):
        for line in _csv(data / f"hatemoji/HatemojiBuild__{part}.csv"):
            hateful = int(line["label_gold"])
            aimed = line["target"] if hateful else ""
            labels = {"hate": hateful} | {head: int(bool(said.search(aimed))) for head, said in _HATEMOJI.items()}
            if not hateful:
                labels |= {"violence_against_women": 0, "sexualised": 0, "insult": 0}
            labels["threat"] = int(line["type"] == "threateninglanguage")
            yield Row(line["text"], "hatemoji", to, labels)


def toxic_spans(data: Path) -> Iterator[Row]:
    """Toxic Spans (CC0): sentences of news comments that hold a span marked as toxic, and those beside them.

    Of the comments of the train and trial parts 6 % hold no such span, of those of the test part 20 %, which is nearer
    to what is scored: every other comment of the test part calibrates, and the rest of it measures.
    """
    for part in ("train", "trial", "test"):
        for place, line in enumerate(_csv(data / f"toxic_spans/tsd_{part}.csv")):
            to = ("calibrate", "dev")[place % 2] if part == "test" else part
            marked = {int(place) for place in re.findall(r"\d+", line["spans"])}
            for found in re.finditer(r"[^.!?\n]+[.!?\n]*", line["text"]):
                if len(found[0].split()) >= 2:
                    hit = int(any(place in marked for place in range(*found.span())))
                    yield Row(found[0].strip(), "toxic_spans", to, {"insult": hit})


def mlma(data: Path) -> Iterator[Row]:
    """MLMA's English tweets (MIT): hateful ones aimed at a group that it names, and normal ones; not what is between.

    Both were searched for by the same words, slurs among them: so the word alone does not tell one from the other.
    """
    with ZipFile(data / "mlma/hate_speech_mlma.zip") as packed:
        content = packed.read("hate_speech_mlma/en_dataset_with_stop_words.csv").decode(errors="replace")
    for line in csv.DictReader(io.StringIO(content, newline="")):
        hateful = "hateful" in line["sentiment"].split("_")
        if line["sentiment"] == "normal" or (hateful and line["target"] != "other"):
            yield Row(re.sub("@user|@url", "", line["tweet"]), "mlma", "train", {"hate": int(hateful)})


#: Templates whose sentences train; the others only measure.
MADLIBS_TRAINED = ("name_adj", "you_occupation")


def madlibs(data: Path) -> Iterator[Row]:
    """Identity sentences of Unintended Bias (Apache 2.0): an identity alone makes no sentence hateful. One of eight."""
    for place, line in enumerate(_csv(data / "bias_madlibs/en_sentence_templates.csv")):
        if line["template"] not in MADLIBS_TRAINED or line["toxicity"] == "toxic" or place % 8:
            continue
        yield Row(line["phrase"], "madlibs", "train", dict.fromkeys(HEADS, 0))


def own_statements(_: Path) -> Iterator[Row]:
    """Identity sentences written for this: three in four train, the others only set thresholds."""
    for text, head, held in statements():
        yield Row(text, "statements", "dev" if held else "train", dict.fromkeys(HEADS, 0), (head,))


def own_contrasts(data: Path) -> Iterator[Row]:
    """Pairs written for this, with slurs of a lexicon (MIT): three templates in four train."""
    for said in contrasts(data / LEXICON):
        labels = {"hate": int(said.hateful)}
        # What calls a slur a slur says nothing of which group it is for.
        if said.head or said.kind == "elsewhere":
            labels |= {head: int(said.hateful and head == said.head) for head in (*_GROUPS, "misogyny")}
        names = (said.head,) if said.head and said.kind == "kind" else ()
        yield Row(said.text, "contrasts", "dev" if said.held else "train", labels, names)


def own_chatter(_: Path) -> Iterator[Row]:
    """Everyday chat written for this: three templates in four train, the others only measure."""
    for text, held in chatter():
        yield Row(text, "chatter", "dev" if held else "train", dict.fromkeys(HEADS, 0))


#: Sets of sentences written for this, which must stay apart from the test that measures them.
INVENTED = ("statements", "contrasts", "chatter")

SETS = {
    "edos": edos,
    "implicit_hate": implicit_hate,
    "toxigen": toxigen,
    "hatemoji": hatemoji,
    "toxic_spans": toxic_spans,
    "mlma": mlma,
    "madlibs": madlibs,
    "statements": own_statements,
    "contrasts": own_contrasts,
    "chatter": own_chatter,
}
