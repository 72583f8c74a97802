"""What a reaction's emoji does, as far as it says so by itself: laughter, approval, dislike. All else is unknown.

Exports give an emoji as a character or, some platforms, as a name (`joy`, `+1`, `like`). Skin tones and styles do not
count. The probabilities are conventions and were measured on nothing: laughter is what was seen, and is certain as
that; a heart or a thumb may only acknowledge; dislike may be of what is told and not of the telling.
"""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from upstander.review.stance.kinds import Stance

__all__ = ["UNKNOWN", "WEIGHTS", "emoji_stance", "pictures"]

#: Probabilities in the order of `kinds.ORDER`, by what the emoji is.
WEIGHTS: Mapping[Stance, tuple[float, float, float, float]] = MappingProxyType(
    {
        Stance.LAUGH_ALONG: (0.0, 0.0, 1.0, 0.0),
        Stance.APPROVE: (0.0, 0.8, 0.0, 0.2),
        Stance.CHALLENGE: (0.7, 0.15, 0.0, 0.15),
        Stance.UNDECIDED: (0.25, 0.25, 0.25, 0.25),
    }
)
UNKNOWN = WEIGHTS[Stance.UNDECIDED]

_HEARTS = "❤🧡💛💚💙💜🖤🤍🤎🩷🩵🩶💓💗💖💕💞💘💝💟♥❣🫶"
_KNOWN = {
    **dict.fromkeys("😂🤣😹😆", Stance.LAUGH_ALONG),
    **dict.fromkeys(_HEARTS + "👍👏🙌💪🔥💯🥰😍😻👌🏆🎉🍻🍺", Stance.APPROVE),
    **dict.fromkeys("👎😡😠🤬😤🖕🛑🚫⛔🙅", Stance.CHALLENGE),
}

#: Names that exports write instead of the character (Slack, Teams, iMessage's own six in words).
_NAMED = {
    **dict.fromkeys(("joy", "rofl", "laugh", "laughing", "haha", "joy_cat", "laughed", "lol"), Stance.LAUGH_ALONG),
    **dict.fromkeys(
        ("+1", "thumbsup", "like", "liked", "yes", "heart", "love", "loved", "heart_eyes", "clap", "fire", "100",
         "raised_hands", "muscle", "ok_hand", "tada", "beers", "trophy"),
        Stance.APPROVE,
    ),
    **dict.fromkeys(
        ("-1", "thumbsdown", "dislike", "disliked", "angry", "rage", "face_with_symbols_on_mouth", "middle_finger",
         "no_entry", "no_entry_sign", "octagonal_sign", "no_good"),
        Stance.CHALLENGE,
    ),
}  # fmt: skip

#: What only changes how an emoji looks: styles, joiners, skin tones.
_STYLE = frozenset("\ufe0e\ufe0f\u200d") | {chr(tone) for tone in range(0x1F3FB, 0x1F400)}
_SIGNS = frozenset("♂♀")


def emoji_stance(emoji: str | None) -> Stance:
    """The stance of one reaction; `UNDECIDED` where the emoji does not say."""
    if not emoji:
        return Stance.UNDECIDED
    name = emoji.strip().strip(":").casefold()
    # Slack adds a skin tone to the name: `+1::skin-tone-3`.
    if (named := _NAMED.get(name.partition("::")[0])) is not None:
        return named
    seen = pictures(emoji)
    if seen is None:
        return Stance.UNDECIDED
    found = {_KNOWN.get(character, Stance.UNDECIDED) for character in seen}
    return found.pop() if len(found) == 1 else _mixed(found)


def pictures(text: str) -> str | None:
    """The emoji of a text that is emoji only, without their styles; None for any other text and for one of none."""
    kept = [character for character in text if character not in _STYLE and not character.isspace()]
    if not kept or not all(unicodedata.category(character) in ("So", "Sk") for character in kept):
        return None
    return "".join(character for character in kept if character not in _SIGNS) or None


def _mixed(found: set[Stance]) -> Stance:
    """Several that differ: laughter beside pictures that say nothing is laughter; anything else is not decided."""
    return Stance.LAUGH_ALONG if found == {Stance.LAUGH_ALONG, Stance.UNDECIDED} else Stance.UNDECIDED
