"""Runs an encoder: one text at a time, each in its own words, on the processor, with no network.

Models of eight bits scale their numbers by what stands in one run: in runs of 32 texts the log-odds of a text moved by
up to 1.0 with the texts beside it (measured: docs/decisions/0019). One text a run costs a quarter to a half of the
speed, and a message's score is its own. Texts are shared out to threads, which changes no number.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.errors import BadModel
from upstander.review.encoder.folder import Folder

__all__ = ["Encoder", "loaded"]

Floats = npt.NDArray[np.float64]

#: Texts between two reports of progress: what is held beside the texts is their tokens and results, a few MB.
STEP = 512

#: Characters that are looked at for each token that is read: the rest of a huge message is not even cut into tokens.
_APIECE = 16

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")

#: No log-odds beyond these: an encoder that is surer says no more than this.
_FURTHEST = 30.0


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder that is ready to run."""

    folder: Folder
    #: What ran it: goes into the record.
    runtime: str
    _session: Any
    _tokenizer: Any
    _inputs: tuple[str, ...]
    _output: str

    def odds(
        self, texts: Sequence[str], progress: Callable[[int, int], None] = lambda *_: None, *, threads: int = 0
    ) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Log-odds of each text for each of `folder.mapped`; and which texts were longer than what is read of one.

        Where several labels are one head, the highest counts. Raises `BadModel` where the model gives no number.
        """
        found = np.zeros((len(texts), len(self.folder.mapped)))
        longer = np.zeros(len(texts), np.bool_)
        progress(0, len(texts))
        with ThreadPoolExecutor(threads or _processors()) as pool:
            for first in range(0, len(texts), STEP):
                some = texts[first : first + STEP]
                tokens = list(self._tokens(some))
                longer[first : first + len(some)] = [cut for _, cut in tokens]
                raw = np.stack(list(pool.map(self._run, (ids for ids, _ in tokens))))
                found[first : first + len(some)] = self._mapped(raw)
                progress(first + len(some), len(texts))
        return found, longer

    def _tokens(self, texts: Sequence[str]) -> Iterator[tuple[list[int], bool]]:
        most = self.folder.tokens * _APIECE
        for text, one in zip(texts, self._tokenizer.encode_batch([text[:most] for text in texts]), strict=True):
            yield one.ids, bool(one.overflowing) or len(text) > most

    def _run(self, ids: list[int]) -> Floats:
        row = np.array([ids or [0]], np.int64)
        given = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        try:
            said = np.asarray(self._session.run([self._output], {name: given[name] for name in self._inputs})[0])
        except Exception as problem:
            raise _broken(self.folder, problem) from problem
        if said.shape != (1, len(self.folder.labels)):
            raise BadModel(
                f"the model of {self.folder.name} gives {said.shape[-1] if said.ndim else 'one number'} of shape"
                f" {said.shape} for a text and config.json has {len(self.folder.labels)} labels; they do not belong"
                " together"
            )
        raw: Floats = said[0].astype(np.float64)
        if not np.isfinite(raw).all():
            raise BadModel(
                f"the model of {self.folder.name} gives values that are no numbers; nothing was ranked by it"
            )
        return raw

    def _mapped(self, raw: Floats) -> Floats:
        """Log-odds of labels, then of heads."""
        said = raw if self.folder.each else raw - _others(raw)
        heads = self.folder.heads
        columns = [
            said[:, [place for place, head in enumerate(heads) if head == one]].max(axis=1)
            for one in self.folder.mapped
        ]
        odds: Floats = np.clip(np.stack(columns, axis=1), -_FURTHEST, _FURTHEST)
        return odds


def loaded(folder: Folder) -> Encoder:
    """The encoder of a folder, tried on one text. Raises `BadModel`."""
    # Nothing here asks a network for anything; should a library ever mean to, it is told not to.
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[name] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import onnxruntime
        import tokenizers
    except ImportError as problem:
        raise BadModel(
            "an encoder needs two libraries that are not installed: install Upstander with its extra `models`"
            " (pip install 'upstander[models]')"
        ) from problem
    session = _session(onnxruntime, folder)
    names = [each.name for each in session.get_inputs()]
    if "input_ids" not in names or set(names) - set(_INPUTS):
        raise BadModel(
            f"the model of {folder.name} takes {', '.join(names)}; an encoder of texts takes input_ids, and at most"
            f" {_INPUTS[1]} and {_INPUTS[2]} beside it"
        )
    outputs = [each.name for each in session.get_outputs()]
    try:
        tokenizer = tokenizers.Tokenizer.from_str(folder.tokenizer.decode("utf-8"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(folder.tokens)
    except Exception as problem:
        raise BadModel(f"tokenizer.json of {folder.name} is no tokenizer ({_said(problem)})") from problem
    encoder = Encoder(
        folder=folder,
        runtime=f"onnxruntime {onnxruntime.__version__}, tokenizers {tokenizers.__version__}",
        _session=session,
        _tokenizer=tokenizer,
        _inputs=tuple(names),
        _output="logits" if "logits" in outputs else outputs[0],
    )
    encoder.odds(["A text to try it on."], threads=1)
    return encoder


def _session(onnxruntime: Any, folder: Folder) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    # Texts differ in length: plans of memory for each length would only pile up.
    options.enable_mem_pattern = False
    options.log_severity_level = 4
    onnxruntime.disable_telemetry_events()
    try:
        return onnxruntime.InferenceSession(folder.model, options, providers=["CPUExecutionProvider"])
    except Exception as problem:
        raise BadModel(
            f"model.onnx of {folder.name} is no ONNX model that can be run, whole in its one file ({_said(problem)})"
        ) from problem


def _broken(folder: Folder, problem: Exception) -> BadModel:
    return BadModel(f"the model of {folder.name} does not run on a text ({_said(problem)}); nothing was ranked by it")


def _said(problem: Exception) -> str:
    return " ".join(str(problem).split())[:200]


def _others(raw: Floats) -> Floats:
    """For each label what all the others come to, on the scale of its own number."""
    if raw.shape[1] < 2:
        return np.zeros_like(raw)
    columns = [np.logaddexp.reduce(np.delete(raw, place, axis=1), axis=1) for place in range(raw.shape[1])]
    return np.stack(columns, axis=1)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
