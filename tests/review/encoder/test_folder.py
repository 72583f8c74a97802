"""What an encoder's folder must hold: anything else is refused in one sentence that says what and where."""

import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.support.made_encoder import made_encoder

from upstander.errors import BadModel
from upstander.review.encoder import Encoder, folder, loaded

HEADS = ("misogyny", "hate", "threat")
WORDS = {"kitchen": (4.0,), "nine": (-3.0,)}


def _ready(path: Path) -> Encoder:
    return loaded(folder(path, HEADS))


def _say(path: Path, **told: object) -> None:
    (path / "upstander.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")


def test_it_runs(tmp_path: Path) -> None:
    """The numbers are the model's own, whatever stands beside a text and however many threads run."""
    encoder = _ready(made_encoder(tmp_path / "m", WORDS))
    texts = ["back to the KITCHEN", "at nine", "kitchen kitchen at nine", ""] * 300
    odds, longer = encoder.odds(texts)
    assert odds[:4, 0].tolist() == [4.0, -3.0, 5.0, 0.0]
    assert not longer.any()
    assert (encoder.odds(texts, threads=1)[0] == odds).all()
    assert (encoder.odds(texts[2:3])[0] == odds[2]).all()


def test_names_and_digests(tmp_path: Path) -> None:
    """A folder is told from another by the bytes that it is made of, and by nothing else."""
    one, other = (folder(made_encoder(tmp_path / name, WORDS), HEADS) for name in ("a", "b"))
    assert (one.name, one.mapped, one.digest) == ("a", ("misogyny",), other.digest)
    assert set(one.files) == {"model.onnx", "tokenizer.json", "config.json"}
    (tmp_path / "b" / "README.md").write_text("nothing that is read", encoding="utf-8")
    assert folder(tmp_path / "b", HEADS).digest == one.digest
    _say(tmp_path / "b", name="Bag of words", tokens=64)
    named = folder(tmp_path / "b", HEADS)
    assert (named.name, named.tokens) == ("Bag of words", 64)
    assert named.digest != one.digest


def test_labels_become_heads(tmp_path: Path) -> None:
    """Of several labels that are one head the highest counts; of labels of which one holds, what is left to it."""
    words = {"kitchen": (1.0, 4.0, 2.0)}
    labels = {"sexist": "misogyny", "vile": "misogyny", "fine": None}
    path = made_encoder(tmp_path / "m", words, labels=("sexist", "vile", "fine"), told={"labels": labels})
    assert _ready(path).odds(["kitchen"])[0].tolist() == [[4.0]]
    told = {"labels": labels, "problem_type": "single_label_classification"}
    (path / "upstander.json").write_text(json.dumps(told), encoding="utf-8")
    assert _ready(path).odds(["kitchen"])[0][0, 0] == pytest.approx(4.0 - 2.3132616875)


def test_long_texts_are_cut(tmp_path: Path) -> None:
    """Only the beginning of a long text is read, and that is said; a message of a megabyte is no trouble."""
    path = made_encoder(tmp_path / "m", WORDS, told={"tokens": 8})
    odds, longer = _ready(path).odds(["kitchen " * 9, "kitchen " * 8, "kitchen " * 150_000, "x" * (1 << 20)])
    assert odds[:, 0].tolist() == [30.0, 30.0, 30.0, 0.0]
    assert longer.tolist() == [True, False, True, True]


def _no_file(name: str) -> Callable[[Path], None]:
    return lambda path: (path / name).unlink()


def _written(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda path: (path / name).write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_no_file("model.onnx"), "has no model.onnx"),
        (_no_file("tokenizer.json"), "has no tokenizer.json"),
        (_no_file("config.json"), "has no config.json"),
        (_written("model.onnx", b"\x00 no model"), "is no ONNX model that can be run"),
        (_written("model.onnx", b""), "is no ONNX model that can be run"),
        (_written("tokenizer.json", b"{}"), "is no tokenizer"),
        (_written("config.json", b"{"), "is no JSON"),
        (_written("config.json", b"[1]"), "holds no mapping"),
        (_written("config.json", b"{}"), "has no id2label"),
        (_written("config.json", b'{"id2label": {"0": "misogyny", "2": "hate"}}'), "0, 1, 2"),
        (_written("config.json", b'{"id2label": {"0": "misogyny"}}'), "does not say how its numbers are read"),
        (_written("config.json", b'{"id2label": {"0": "rude"}}'), "no head is said for the label rude"),
        (_written("upstander.yaml", b"labels: [}"), "is no YAML"),
        (_written("upstander.yaml", b"labels: {misogyny: weather}"), "takes misogyny for weather, which is no head"),
        (_written("upstander.yaml", b"labels: {rude: hate}"), "names a label rude"),
        (_written("upstander.yaml", b"labels: {misogyny: null}"), "takes every label for nothing"),
        (_written("upstander.yaml", b"label: {misogyny: hate}"), "says label, which is none of"),
        (_written("upstander.yaml", b"tokens: 3"), "tokens"),
        (_written("upstander.yaml", b"name: 3"), "is no text"),
        (_written("upstander.yaml", b"mix: {misogyny: {linear: 1, encoder: .nan}}"), "mix of misogyny"),
        (_written("upstander.yaml", b"mix: {hate: {linear: 1, encoder: 1}}"), "mix in the map"),
        (_written("pytorch_model.bin", b"PK"), "may run code"),
        (_written("modelling.py", b"import os"), "may run code"),
        (_written("extra.dat", pickle.dumps([1])), "may run code"),
    ],
)
def test_refused(tmp_path: Path, spoil: Callable[[Path], object], said: str) -> None:
    """In one sentence."""
    path = made_encoder(tmp_path / "m", WORDS)
    spoil(path)
    with pytest.raises(BadModel, match=said) as refused:
        _ready(path)
    assert "\n" not in str(refused.value)


def test_no_folder(tmp_path: Path) -> None:
    """What is no folder is refused."""
    with pytest.raises(BadModel, match="is no folder"):
        folder(tmp_path / "none", HEADS)


def test_other_inputs_and_outputs(tmp_path: Path) -> None:
    """A model of other things than texts, of another number of labels, or whose numbers are none."""
    with pytest.raises(BadModel, match="takes pixels; an encoder of texts takes input_ids"):
        _ready(made_encoder(tmp_path / "pixels", WORDS, inputs=("pixels",)))
    wide = made_encoder(tmp_path / "wide", WORDS, config={"id2label": {"0": "misogyny", "1": "hate"}})
    with pytest.raises(BadModel, match="has 2 labels; they do not belong"):
        _ready(wide)
    with pytest.raises(BadModel, match="values that are no numbers"):
        _ready(made_encoder(tmp_path / "broken", WORDS, shape="broken"))
    with pytest.raises(BadModel, match="does not run on a text"):
        _ready(made_encoder(tmp_path / "short", WORDS, shape="short"))


def test_no_library_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra one sentence says what to install."""
    held = folder(made_encoder(tmp_path / "m", WORDS), HEADS)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(BadModel, match="pip install 'upstander\\[models\\]'"):
        loaded(held)
