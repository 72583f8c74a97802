"""The recipe of the first ranking on made-up rows, and its measures on numbers whose answer is known."""

from collections import Counter
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import polars as pl
import pytest
from benchmarks.review_triage.measured import calibration_error, measured, rare, recall_at
from benchmarks.triage_training.apart import SharedWords, check, read_cases, shared
from benchmarks.triage_training.chatter import chatter
from benchmarks.triage_training.contrasts import contrasts
from benchmarks.triage_training.fit import Settings, features, fit, matrix, valued
from benchmarks.triage_training.heads import HEAD_SETTINGS
from benchmarks.triage_training.identities import IDENTITIES
from benchmarks.triage_training.masking import MASKED, masked_rows, only_new, words_that_are_masked
from benchmarks.triage_training.sets import HEADS, SETS, Row
from benchmarks.triage_training.statements import statements
from benchmarks.triage_training.train import train
from benchmarks.triage_training.trained import write
from hypothesis import given
from hypothesis import strategies as st

from upstander.review.triage import load
from upstander.review.triage.calibration import calibrated, fitted


def test_a_model_is_trained_written_and_read(tmp_path: Path) -> None:
    """What is written scores as what was fitted, is the same file again, and knows what it was taught."""
    kinds = [("you are a fool and a clown", 1), ("see you at the station at nine", 0)]
    rows = [
        Row(f"{text} {place % 7}", "toxic_spans", "train", {"insult": label})
        for place in range(600)
        for text, label in [kinds[place % 5 == 0 or place % 3 == 0]]
    ]
    neutral = [Row("my neighbour is a woman", "statements", "dev", {"insult": 0}, ("misogyny",))]
    trained = train(rows, neutral, Settings())
    assert trained.heads == ("insult",)
    digest = write(trained, tmp_path / "weights.npz", Settings())
    assert write(trained, tmp_path / "again.npz", Settings()) == digest
    model = load(tmp_path / "weights.npz")
    assert model.digest == digest
    scores = model.score(pl.Series([f"{text} 1" for text, _ in kinds]))[:, 0]
    assert scores[0] > model.thresholds[0] > scores[1]


def test_rows_that_only_calibrate_do() -> None:
    """They change no weight, and the score at home is the share of positives among them."""
    kinds = [("you are a fool and a clown", 1), ("see you at the station at nine", 0)]
    trains = [Row(text, "toxic_spans", "train", {"insult": label}) for text, label in kinds for _ in range(150)]
    rarer = [Row(kinds[0][0], "toxic_spans", "calibrate", {"insult": int(place % 4 == 0)}) for place in range(400)]
    neutral = [Row("my neighbour is a woman", "statements", "dev", {"insult": 0}, ("misogyny",))]
    plain, apart = (train(trains, neutral, Settings(), held, ("insult",)) for held in ((), rarer))
    assert np.array_equal(plain.fitted[0].weights, apart.fitted[0].weights)
    raw = apart.knots[0][:1, None]
    assert calibrated(raw, apart.knots, apart.odds)[0, 0] == pytest.approx(0.25, abs=0.02)
    assert calibrated(raw, plain.knots, plain.odds)[0, 0] > 0.4


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=2, max_size=60))
def test_a_calibration_rises(pairs: list[tuple[float, bool]]) -> None:
    """Whatever it is fitted to, as long as both kinds are there: higher sums score higher, and by as many knots."""
    raw, hit = np.array([score for score, _ in pairs]), np.array([label for _, label in pairs])
    if hit.all() or not hit.any():
        hit[0] = not hit[0]
    knots, odds = fitted(raw, hit)
    assert len(knots) == len(odds) == 12
    assert (np.diff(knots) > 0).all()
    assert (np.diff(odds) > 0).all()
    scores = calibrated(np.sort(raw)[:, None], knots[None], odds[None])[:, 0]
    assert (np.diff(scores) >= 0).all()


def test_a_calibration_says_what_is_so() -> None:
    """Of texts scored 0.3, three in ten are so."""
    random = np.random.default_rng(1)
    raw = random.normal(size=40_000)
    hit = random.random(40_000) < 1 / (1 + np.exp(2 - 1.5 * raw))
    knots, odds = fitted(raw[::2], hit[::2])
    scores = calibrated(raw[1::2, None], knots[None], odds[None])[:, 0].astype(np.float64)
    assert calibration_error(scores, hit[1::2]) < 0.015


def test_measures() -> None:
    """Perfect order, perfect calibration, and a ranking thinned out."""
    positive = np.array([True] * 50 + [False] * 950)
    scores = positive * 1.0
    assert calibration_error(scores, positive) == 0
    assert recall_at(scores, positive, 0.1) == 1
    assert rare(scores, positive, 0.05) == 1
    said = measured(scores, positive, 0.5)
    assert (said["macro_f1"], said["auc"], said["false_positives"]) == (1, 1, 0)
    assert calibration_error(np.full(1000, 0.25), positive) == pytest.approx(0.2)


def test_statements_are_neutral_and_many() -> None:
    """Every sentence comes once, names a group of one head, and one in four only sets thresholds."""
    said = list(statements())
    assert len({text for text, _, _ in said}) > 1_100
    assert {head for _, head, _ in said} <= set(HEADS)
    assert 0.2 < sum(held for _, _, held in said) / len(said) < 0.3
    assert len(set(IDENTITIES)) == len(IDENTITIES)


def test_pairs_are_the_same_again_and_even_between_groups(tmp_path: Path) -> None:
    """A group comes as often in hate as any other, so that its name teaches nothing; denials and quotes hold hate."""
    lexicon = tmp_path / "words.csv"
    lexicon.write_text(
        "text,category_1,severity_description\nsl*r,racial / ethnic slurs,Strong\n"
        "madeupslur,racial / ethnic slurs,Severe\nmildword,racial / ethnic slurs,Mild\n",
        encoding="utf-8",
    )
    said = list(contrasts(lexicon))
    assert said == list(contrasts(lexicon))
    groups = Counter((row.head, row.kind) for row in said if row.head)
    for kind in ("hate", "denied", "kind", "quoted"):
        shares = {groups[head, kind] / sum(groups[head, other] for other in ("hate", "kind")) for head in _GROUPS}
        assert len(shares) == 1
    assert {row.hateful for row in said if row.kind in ("denied", "kind", "quoted", "elsewhere", "reclaimed")} == {
        False
    }
    assert not {row.text for row in said if row.held} & {row.text for row in said if row.hateful and not row.held}
    slurs = " ".join(row.text for row in said if row.kind in ("hate", "reclaimed") and row.head is None)
    assert "madeupslur" in slurs
    assert "mildword" not in slurs


_GROUPS = ("lgbt", "race_nationality", "religion", "disability", "misogyny")


def test_a_sentence_of_the_test_does_not_train(tmp_path: Path) -> None:
    """Four words in a row are too many, however they are written; three are not; and cases that are absent are told."""
    path = tmp_path / "cases.csv"
    path.write_text("functionality,test_case\nx,I can't stand the BLUE doors!\n", encoding="utf-8")
    cases = read_cases(path)
    apart = ["they can't stand the red doors", "stand the blue", "the blue doors"]
    check(apart, cases)
    near = "you cant stand, the blue ones"
    assert list(shared([*apart, near], cases)) == [(near, ("cant", "stand", "the", "blue"))]
    with pytest.raises(SharedWords, match=r"1 invented sentences share 4 words in a row .*cant stand the blue"):
        check([near], cases)
    with pytest.raises(SharedWords, match="cannot be read"):
        read_cases(tmp_path / "absent.csv")
    path.write_text("text\nno such column\n", encoding="utf-8")
    with pytest.raises(SharedWords, match="cannot be read"):
        read_cases(path)


def test_everyday_chat_is_harmless_and_of_many_kinds() -> None:
    """Each line once, no brace left open, one template in four kept back."""
    said = list(chatter())
    assert said == list(chatter())
    assert len({text for text, _ in said}) == len(said) > 2_000
    assert not [text for text, _ in said if "{" in text or "}" in text]
    assert 0.2 < sum(held for _, held in said) / len(said) < 0.3


def test_masked_copies_hold_their_masks_alone(tmp_path: Path) -> None:
    """A text with such a word has a copy after it, in three ways by turns; what both hold counts once."""
    lexicon = tmp_path / "words.csv"
    lexicon.write_text(
        "text,severity_description\nclodpole,Severe\nmildword,Mild\ntwo words,Severe\n", encoding="utf-8"
    )
    words = words_that_are_masked(lexicon)
    texts = ["that Clodpole again", "a mildword of two words", "clodpoles rape", "oh clodpole"]
    rows = list(masked_rows([Row(text, "edos", "train", {"hate": 1}) for text in texts], words))
    assert [row.text for row in rows if row.part == MASKED] == ["that Cl*dpole again", "cl*dp*l*s r*pe", "oh c******e"]
    copy = np.array([row.part == MASKED for row in rows])
    counts = matrix([row.text for row in rows])
    left = only_new(counts, copy)
    assert (left[np.flatnonzero(~copy)] != counts[np.flatnonzero(~copy)]).nnz == 0
    shown = set(left[1].indices)
    assert shown
    assert not shown & set(counts[0].indices)
    assert shown < set(counts[1].indices)


def test_what_counts_more_is_followed() -> None:
    """A set that counts nothing is not learnt from; one that counts more decides where two contradict each other."""
    texts = [f"the blue door {place % 5}" for place in range(80)] + ["we all go home"] * 20
    counts = matrix(texts)
    chosen = features(counts, texts, Settings())
    values, worth = valued(counts, chosen, Settings())
    place = np.arange(100)
    label, odd = (place < 80) & (place % 2 == 0), place % 2
    sure, less = (
        fit(values, worth, label, Settings(), counts=np.where(odd, least, most)).raw(values)[:80].mean()
        for least, most in ((1.0, 5.0), (5.0, 1.0))
    )
    assert sure > less
    origin = np.array(["edos", "contrasts", "madlibs", "madlibs", "toxic_spans"])
    times = HEAD_SETTINGS["hate"].times(origin, np.array([False, False, True, False, True]))
    assert list(times) == [0.5, 3, 1, 0, 0]


def test_tweets_between_hate_and_none_do_not_train(tmp_path: Path) -> None:
    """MLMA: what is normal, and what is hateful of a group that is named."""
    (tmp_path / "mlma").mkdir()
    lines = ["HITId,tweet,sentiment,directness,annotator_sentiment,target,group"]
    lines += [f"{n},@user said {n} @url,{kind},direct,x,{target},y" for n, (kind, target) in enumerate(_TWEETS)]
    with ZipFile(tmp_path / "mlma/hate_speech_mlma.zip", "w") as packed:
        packed.writestr("hate_speech_mlma/en_dataset_with_stop_words.csv", "\n".join(lines))
    rows = list(SETS["mlma"](tmp_path))
    assert [(row.text.split()[1], row.labels["hate"]) for row in rows] == [("0", 0), ("1", 1), ("4", 1)]


_TWEETS = (
    ("normal", "other"),
    ("hateful", "origin"),
    ("hateful", "other"),
    ("offensive", "origin"),
    ("offensive_hateful", "disability"),
)


def test_every_set_has_a_licence() -> None:
    """The card can name the source of each."""
    from benchmarks.triage_training.words import _SOURCES

    assert set(_SOURCES) == set(SETS)
