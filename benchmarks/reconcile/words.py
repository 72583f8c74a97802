"""What is said: short, repetitive, mild and invented. Codes into a pool of bodies; the pool once, a code a message."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Bodies", "bodies"]

_STOCK = (
    "ok", "lol", "👍", "yes", "😂", "haha", "no", "yeah", "😂😂", "Ok", "k", "thanks", "lol ", "yep", "nice one",
    "🙏", "same", "cheers", "morning", "❤️", "on my way", "what?", "ok 👍", "hahaha", "done", "👀", "night all",
    "true", "😭", "no worries", "who's on?", "good luck", "me too", "🤣🤣🤣", "not me", "5 mins", "will do", "??",
    "sorry", "🍻", "Yes", "great", "ffs", "right", "late again", "👏", "gone", "ta", "here", "wow", "oh no",
    "of course", "up", "nope", "🙈", "tea?", "where?", "No.", "no idea", "congrats", "mate", "happy birthday",
    "🎂", "coming", "ok thanks", "fine by me",
)  # fmt: skip
_OPENERS = (
    "anyone seen", "can somebody move", "who has", "I left", "please return", "found", "still waiting for",
    "sorted", "has anyone booked", "do we need", "no sign of", "just dropped off", "forgot", "someone took",
    "looking for", "swap you", "running late with", "all quiet with", "don't forget", "signed for",
    "remind me about", "that was", "quick one:\n", "update\n",
)  # fmt: skip
_SUBJECTS = (
    "the van keys", "my locker", "the rota", "the kettle", "the good chair", "car four", "the blue folder",
    "my gloves", "the minibus", "two torches", "the sign-in sheet", "the spare radio", "a charger", "the cake",
    "the quiz sheet", "the raffle money", "my lunch", "the printer", "the late shift", "the early turn",
    "the football kit", "a ladder", "the parking permit", "the whiteboard", "that email", "the course form",
    "the overtime sheet", "the fridge key", "the milk", "the leave list", "the team photo", "an umbrella",
    "the first aid box", "the map", "the hi-vis vests", "the station bike", "a jumper", "the fuel card",
    "the notice", "Sam's card",
)  # fmt: skip
_PLACES = (
    "", " in the yard", " upstairs", " at the front desk", " by the lift", " in room 2", " at the gate",
    " in the canteen", " on level 3", " at the gym", " next door", " near the bins", " in the store",
    " at the depot", " by the stairs", " in the office", " at home", " in my car", " at the club",
    " by the printer", " on the bench", " in the drawer", " under the desk", " at the cafe", " in the garage",
    " by the window", " on the shelf", " at the bridge", " outside", " in the kitchen", " behind the door",
    " at the school", " on the hook", " in the tray", " at the shop", " in town", " by the door",
    " at the station", " in the hall", " on the board",
)  # fmt: skip
_TAILS = (
    "", "?", " today", " tomorrow", " again", " 😂", " pls", "!", " by 5", " by noon", " at 7", " before six",
    " after ten", " this week", " on Friday", " on Monday", " at last", " 🙄", " thanks", " ok", " tonight",
    " 👍", " at 14:30", " asap", " next shift", " for now", " as usual", " somehow", " if you can", " when free",
    " at half four", " by then", "...", " - cheers", " x", " mate", " lads", " team", " all", " anyone",
    " soon", " later", " now", " first thing", " last", " maybe", " really", " honestly", " apparently",
    " it seems", " I think", " you know", " sorry", " as agreed", " ok?", " right", " good", " for Sam",
    " for Alex", " for Jo",
)  # fmt: skip
_PARTS = (_OPENERS, _SUBJECTS, _PLACES, _TAILS)
_COMBINATIONS = int(np.prod([len(part) for part in _PARTS]))

#: Share of the repeated bodies that are stock words; the others are phrases that come again a few times.
_STOCK_SHARE = 0.72
_PHRASE_USES = 7

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bodies:
    """The pool, and each message's place in it."""

    pool: pa.StringArray
    codes: npt.NDArray[np.int32]


def bodies(count: int, distinct: float, rng: np.random.Generator) -> Bodies:
    """Bodies of `count` messages, of which the share `distinct` occur once; the others come from a small vocabulary."""
    once = round(distinct * count)
    again = count - once
    phrases = max(12, round(again * (1 - _STOCK_SHARE)) // _PHRASE_USES)
    pool = pa.concat_arrays([pa.array(_STOCK, pa.string()), _phrases(phrases + once, rng)])
    weights = 1 / np.arange(1, len(_STOCK) + 1)
    stock = rng.choice(len(_STOCK), size=again, p=weights / weights.sum())
    repeated = np.where(
        rng.random(again) < _STOCK_SHARE, stock, len(_STOCK) + rng.integers(0, phrases, size=again, dtype=np.int64)
    )
    codes = np.concatenate([repeated, len(_STOCK) + phrases + np.arange(once)]).astype(np.int32)
    return Bodies(pool, rng.permutation(codes))


def _phrases(count: int, rng: np.random.Generator) -> pa.StringArray:
    """So many different sentences."""
    if count <= _COMBINATIONS // 2:
        # Twice as many as are needed are drawn, so that enough are left when repeated ones are dropped.
        drawn = rng.integers(0, _COMBINATIONS, size=count * 2 + 64)
        _, first = np.unique(drawn, return_index=True)
        numbers = drawn[np.sort(first)]
        if len(numbers) < count:
            numbers = rng.permutation(_COMBINATIONS)
        numbers = numbers[:count]
    else:
        numbers = np.arange(count)
    again, rest = np.divmod(numbers, _COMBINATIONS)
    chosen = []
    for part in _PARTS:
        rest, at = np.divmod(rest, len(part))
        chosen.append(pa.array(part, pa.string()).take(pa.array(at)))
    opener, subject, place, tail = chosen
    said = pc.binary_join_element_wise(opener, subject, " ")
    said = pc.replace_substring(said, "\n ", "\n")
    said = pc.binary_join_element_wise(said, place, tail, "")
    if again.any():
        numbered = pc.binary_join_element_wise(said, pc.cast(pa.array(again), pa.string()), " no. ")
        said = pc.if_else(pa.array(again > 0), numbered, said)
    return said
