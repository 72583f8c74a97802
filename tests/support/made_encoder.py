"""A folder with an encoder of a few numbers: a bag of words as a real ONNX model, and a real tokenizer."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

__all__ = ["made_encoder"]


def made_encoder(
    path: Path,
    words: Mapping[str, tuple[float, ...]],
    *,
    labels: tuple[str, ...] = ("misogyny",),
    inputs: tuple[str, ...] = ("input_ids", "attention_mask"),
    shape: str = "vector",
    config: Mapping[str, Any] | None = None,
    told: Mapping[str, Any] | None = None,
) -> Path:
    """Write a model whose number for each label is the sum of what its words bring; unknown words bring nothing.

    `shape` is "vector", or "broken" for a model whose numbers are none, or "short" for one that knows no word.
    """
    path.mkdir(parents=True, exist_ok=True)
    vocabulary = {"[UNK]": 0} | {word: place for place, word in enumerate(words, start=1)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 - a word, no secret
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    tokenizer.save(str(path / "tokenizer.json"))
    weights = np.array([[0.0] * len(labels), *words.values()], np.float32)
    if shape == "short":
        # Tokens that the model has no row for.
        weights = weights[:0]
    given = [helper.make_tensor_value_info(name, TensorProto.INT64, ["text", "token"]) for name in inputs]
    out = helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)
    nodes = [
        helper.make_node("Gather", ["weights", inputs[0]], ["each"]),
        helper.make_node("ReduceSum", ["each", "axis"], ["sum" if shape == "broken" else "logits"], keepdims=0),
    ]
    if shape == "broken":
        nodes.append(helper.make_node("Log", ["sum"], ["logits"]))
    held = [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(np.array([1]), "axis")]
    graph = helper.make_graph(nodes, "bag", given, [out], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, path / "model.onnx")
    said = {"problem_type": "multi_label_classification", "id2label": dict(enumerate(labels))}
    (path / "config.json").write_text(json.dumps(said | dict(config or {})), encoding="utf-8")
    if told is not None:
        (path / "upstander.json").write_text(json.dumps(told), encoding="utf-8")
    return path
