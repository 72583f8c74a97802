"""The folder of an encoder: what it must hold, what it may not hold, and which of its labels is which head.

It holds `model.onnx` (one file), `tokenizer.json`, `config.json` with `id2label`, and `upstander.yaml` (or .json):

    name: what people call it                     # the folder's name if absent
    labels: {sexist: misogyny, "not sexist": null}  # every label of the model: a head of the first ranking, or nothing
    problem_type: multi_label_classification      # where config.json does not say it
    tokens: 256                                   # that are read of a text, at most
    mix: {misogyny: {linear: 1.0, encoder: 1.0}}  # what either log-odds count, learnt on labelled data; 1 if absent

Where every label is called like a head of the first ranking, `upstander.yaml` may be absent. Everything is read once:
the bytes that are hashed are the bytes that are used.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from upstander.errors import BadModel

__all__ = ["TOKENS", "Folder", "folder"]

#: Tokens that are read of a text where the folder says nothing.
TOKENS = 256

_MODEL, _TOKENIZER, _CONFIG = "model.onnx", "tokenizer.json", "config.json"
_MAPS = ("upstander.yaml", "upstander.yml", "upstander.json")
_KINDS = {"multi_label_classification": True, "single_label_classification": False}
_KNOWN = {"name", "labels", "problem_type", "tokens", "mix"}

#: What runs code when it is read, by its name or by its first bytes: pickles, and Python itself.
_CODE = frozenset((".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".dill", ".py", ".pyc", ".so"))
_PICKLED = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))

_LARGEST = 4 << 30


@dataclass(frozen=True, slots=True)
class Folder:
    """An encoder as its folder has it, checked as far as that goes without running it."""

    name: str
    model: bytes = field(repr=False)
    tokenizer: bytes = field(repr=False)
    #: Labels in the order of the model's numbers; and for each the head that it is, or nothing.
    labels: tuple[str, ...]
    heads: tuple[str | None, ...]
    #: Whether labels are yes or no one by one; else exactly one of them holds.
    each: bool
    tokens: int
    #: What log-odds of the linear stage and of the encoder count, for each head.
    mix: Mapping[str, tuple[float, float]]
    #: SHA-256 of each file that was read, and one of them all.
    files: Mapping[str, str]
    digest: str

    @property
    def mapped(self) -> tuple[str, ...]:
        """The heads that it says something of, in the order of their names."""
        return tuple(sorted({head for head in self.heads if head is not None}))


def folder(path: Path, heads: Sequence[str]) -> Folder:
    """The encoder in the folder at `path`, for a first ranking of these heads. Raises `BadModel`."""
    if not path.is_dir():
        raise BadModel(f"{path} is no folder; --encoder takes the folder of a model, with {_MODEL} in it")
    _no_code(path)
    held = {name: _bytes(path, name) for name in (_MODEL, _TOKENIZER, _CONFIG)}
    named = next((name for name in _MAPS if (path / name).is_file()), None)
    if named:
        held[named] = _bytes(path, named)
    config = _mapping(held[_CONFIG], path / _CONFIG)
    told = _mapping(held[named], path / named) if named else {}
    if odd := sorted(map(str, set(told) - _KNOWN)):
        raise BadModel(f"{path / str(named)} says {odd[0]}, which is none of {', '.join(sorted(_KNOWN))}")
    files = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(held.items())}
    labels = _labels(config, path)
    mapped = _heads(labels, told.get("labels"), heads, path)
    name = told.get("name", path.resolve().name)
    if not isinstance(name, str) or not name.strip():
        raise BadModel(f"the name in {path / str(named)} is no text; write one in quotes or leave it out")
    return Folder(
        name=name,
        model=held[_MODEL],
        tokenizer=held[_TOKENIZER],
        labels=labels,
        heads=mapped,
        each=_each(config, told, path),
        tokens=_tokens(config, told, path),
        mix=_mix(told.get("mix", {}), {head for head in mapped if head is not None}, path),
        files=files,
        digest=hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest(),
    )


def _no_code(path: Path) -> None:
    """Refuse a folder with files that run code when they are loaded, though nothing here would load them."""
    for each in sorted(path.rglob("*")):
        if not each.is_file():
            continue
        if each.suffix.lower() in _CODE or _begins(each).startswith(_PICKLED):
            raise BadModel(
                f"{each} may run code when it is loaded (a pickle or a program); take it out of the folder: the model"
                f" is {_MODEL} alone"
            )


def _begins(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(2)
    except OSError as problem:
        raise BadModel(f"{path} cannot be read ({problem.strerror})") from problem


def _bytes(path: Path, name: str) -> bytes:
    try:
        size = (path / name).stat().st_size
        if size > _LARGEST:
            raise BadModel(f"{path / name} is larger than 4 GB; the second stage is for small encoders")
        return (path / name).read_bytes()
    except FileNotFoundError as problem:
        raise BadModel(f"{path} has no {name}; an encoder is {_MODEL}, {_TOKENIZER} and {_CONFIG}") from problem
    except OSError as problem:
        raise BadModel(f"{path / name} cannot be read ({problem.strerror})") from problem


def _mapping(content: bytes, path: Path) -> dict[str, Any]:
    """JSON or YAML that is a mapping; JSON is YAML where it counts, and is read as JSON where it is called so."""
    try:
        read = json.loads(content) if path.suffix == ".json" else yaml.safe_load(content.decode("utf-8"))
    except (ValueError, yaml.YAMLError, RecursionError) as problem:
        kind = "JSON" if path.suffix == ".json" else "YAML"
        raise BadModel(f"{path} is no {kind} ({' '.join(str(problem).split())[:200]})") from problem
    if not isinstance(read, dict):
        raise BadModel(f"{path} holds no mapping of names to values")
    return read


def _labels(config: dict[str, Any], path: Path) -> tuple[str, ...]:
    said = config.get("id2label")
    if not isinstance(said, dict) or not said:
        raise BadModel(f"{path / _CONFIG} has no id2label: without it nobody knows what the numbers of the model mean")
    named = {str(place): label for place, label in said.items()}
    labels = [named.get(str(place)) for place in range(len(named))]
    if not all(isinstance(label, str) and label for label in labels) or len(set(labels)) < len(labels):
        raise BadModel(f"id2label in {path / _CONFIG} does not number its labels 0, 1, 2 …, each once")
    return tuple(str(label) for label in labels)


def _heads(labels: Sequence[str], told: Any, heads: Sequence[str], path: Path) -> tuple[str | None, ...]:
    if told is None:
        told = {label: label for label in labels if label in heads}
    if not isinstance(told, dict):
        raise BadModel(f"labels in the map of {path} is no mapping of the model's labels to heads")
    told = {str(label): head for label, head in told.items()}
    if unknown := [label for label in told if label not in labels]:
        raise BadModel(f"the map of {path} names a label {unknown[0]}; the model has {', '.join(labels)}")
    if without := [label for label in labels if label not in told]:
        raise BadModel(
            f"no head is said for the label {without[0]} of {path}: write upstander.yaml with `labels:`, and for every"
            f" label a head ({', '.join(heads)}) or null"
        )
    for label, head in told.items():
        if head is not None and head not in heads:
            raise BadModel(f"the map of {path} takes {label} for {head}, which is no head; there is {', '.join(heads)}")
    if all(head is None for head in told.values()):
        raise BadModel(f"the map of {path} takes every label for nothing: the encoder would rank nothing")
    return tuple(told[label] for label in labels)


def _each(config: dict[str, Any], told: dict[str, Any], path: Path) -> bool:
    kind = told.get("problem_type", config.get("problem_type"))
    if not isinstance(kind, str) or kind not in _KINDS:
        raise BadModel(
            f"{path} does not say how its numbers are read: write `problem_type: multi_label_classification` (labels"
            " hold one by one) or single_label_classification (exactly one holds) into upstander.yaml"
        )
    return _KINDS[kind]


def _tokens(config: dict[str, Any], told: dict[str, Any], path: Path) -> int:
    tokens, most = told.get("tokens", TOKENS), config.get("max_position_embeddings", 512)
    if isinstance(tokens, bool) or not isinstance(tokens, int) or tokens < 8:
        raise BadModel(f"tokens in the map of {path} is no whole number of at least 8")
    # Some models count places from the padding's number on and have two places fewer than they say.
    padding = config.get("pad_token_id")
    shifted = config.get("model_type") in ("roberta", "xlm-roberta", "camembert", "xlm-roberta-xl")
    spare = (padding if isinstance(padding, int) else 1) + 1 if shifted else 0
    return min(tokens, int(most) - spare) if isinstance(most, int) and most > spare + 8 else tokens


def _mix(told: Any, heads: set[str], path: Path) -> dict[str, tuple[float, float]]:
    if not isinstance(told, dict) or set(told) - heads:
        raise BadModel(f"mix in the map of {path} is no mapping of the heads that its labels are")
    mix = dict.fromkeys(heads, (1.0, 1.0))
    for head, parts in told.items():
        values = [parts.get(name) for name in ("linear", "encoder")] if isinstance(parts, dict) else []
        if len(values) != 2 or not all(_weight(value) for value in values) or not values[1]:
            raise BadModel(f"mix of {head} in the map of {path} is not {{linear: number, encoder: number above 0}}")
        mix[head] = (float(parts["linear"]), float(parts["encoder"]))
    return mix


def _weight(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
