"""The sets of replies with a stance, and what each may be used for.

Shipped weights are trained on ToxiChat (CC-BY-SA-4.0) and on replies invented here, and on nothing else. The others
have no licence of their own: they measure, and train only models that are measured beside ours and thrown away.
"""

import csv
import html
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from upstander.review.stance.model import CLASSES

__all__ = ["Reply", "bystanders", "counter_context", "invented", "toxichat", "yu"]

_CHALLENGE, _APPROVE, _MOVE_ON = range(len(CLASSES))


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply with what it answers; `stance` is a place in `CLASSES`."""

    reply: str
    parent: str
    stance: int
    #: What must stay together when a set is parted: a thread.
    thread: str
    weight: float = 1.0
    #: By a person, to a turn that is marked as offensive: what the test is about.
    counts: bool = True
    #: How much it weighs where probabilities are calibrated; 0 where it does not.
    calibrates: float = 1.0


def _plain(text: str) -> str:
    return html.unescape(html.unescape(text)).replace("\\>", ">").strip()


def toxichat(data: Path, part: str, *, bots: bool = True) -> list[Reply]:
    """ToxiChat: every turn towards every turn before it; what chatbots wrote, and turns to harmless ones, at half."""
    return list(_toxichat(data, part, bots=bots))


def _toxichat(data: Path, part: str, *, bots: bool) -> Iterator[Reply]:
    with (data / f"toxichat/{part}.jsonl").open(encoding="utf-8") as stream:
        for number, line in enumerate(stream):
            thread = json.loads(line)
            turns = thread["reddit_thread"]
            made = [thread["final_dgpt_response"], thread["final_gpt3_response"]] if bots else []
            for turn in turns + made:
                for field, label in turn.items():
                    if not field.startswith("stance_label_towards_turn_"):
                        continue
                    answered = turns[int(field.rsplit("_", 1)[1]) - 1]
                    offends, bot = answered["offense_label"] != "Safe", "chatbot_model" in turn
                    yield Reply(
                        reply=_plain(turn["text"]),
                        parent=_plain(answered["text"]),
                        stance={"Disagree": _CHALLENGE, "Agree": _APPROVE, "Neutral": _MOVE_ON}[label],
                        thread=f"{part}-{number}",
                        weight=(1 if offends else 0.5) * (0.5 if bot else 1),
                        counts=offends and not bot,
                        calibrates=float(offends and not bot),
                    )


def invented(parents: list[str], *, seed: int = 0) -> list[Reply]:
    """The replies invented here, each to a drawn message."""
    rng = np.random.default_rng(seed)
    lines = Path(__file__).with_name("invented.tsv").read_text(encoding="utf-8").splitlines()
    told = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [
        Reply(
            reply=reply,
            parent=parents[int(rng.integers(len(parents)))],
            stance=CLASSES.index(stance),
            thread=f"invented-{number}",
            weight=0.25,
            counts=False,
            calibrates=0.25,
        )
        for number, (stance, reply) in enumerate(told)
    ]


def yu(data: Path) -> list[Reply]:
    """Yu and others 2023: replies to hate on Reddit; eight kinds of objection are one stance."""
    with (data / "reply_taxonomy/yu_et_al_2023.csv").open(encoding="utf-8", newline="") as stream:
        return [
            Reply(
                reply=_plain(row["reply"]),
                parent=_plain(row["parent"]),
                stance={"agree": _APPROVE, "neutral": _MOVE_ON}.get(row["Gold_label"], _CHALLENGE),
                thread=row["Hate_ID"],
            )
            for row in csv.DictReader(stream)
            if row["Gold_label"]
        ]


def counter_context(data: Path, part: str) -> list[Reply]:
    """Counter-context (gold): whether a comment is hate, neutral or counter-hate, given what it answers."""
    with (data / f"counter_context/data__gold__{part}.jsonl").open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    stances = {"2": _CHALLENGE, "0": _APPROVE, "1": _MOVE_ON}
    return [
        Reply(_plain(row["target"]), _plain(row["context"]), stances[row["label"]], thread=f"{part}-{number}")
        for number, row in enumerate(rows)
    ]


def bystanders(data: Path) -> list[Reply]:
    """Role-plays in Italian WhatsApp groups: what assistants of the bully and defenders of the victim wrote.

    Only the marked passages are read; what each answers is not marked, and is left empty.
    """
    roles = {"Bystander_assistant": _APPROVE, "Bystander_defender": _CHALLENGE}
    found = []
    for path in sorted((data / "whatsapp_bystander_it").glob("*.xml")):
        root = ET.parse(path).getroot()  # noqa: S314 - a file of the research data, read by whoever runs the benchmark
        words = {token.get("t_id"): token.text or "" for token in root.iter("token")}
        for marked in root.iter():
            stance = roles.get(marked.get("role_type", ""))
            if stance is not None:
                anchors = [words.get(anchor.get("t_id"), "") for anchor in marked.iter("token_anchor")]
                found.append(Reply(" ".join(anchors), "", stance, thread=path.stem))
    return found
