"""Which head of the first ranking a code of the shipped codebook begins with, where one means the same."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

__all__ = ["HEADS", "head_of"]

#: By code; those that no head is about are absent.
HEADS: Mapping[str, str] = MappingProxyType(
    {
        "misogyny_sexism": "misogyny",
        "sexualised_comment": "sexualised",
        "sexual_violence": "violence_against_women",
        "domestic_abuse": "violence_against_women",
        "threat_violence": "threat",
        "threat_form": "threat",
        "bullying_insult": "insult",
        "discrimination": "hate",
        "sexual_orientation": "lgbt",
        "gender_reassignment": "lgbt",
        "disability_ableism": "disability",
    }
)


def head_of(code: str, heads: Collection[str]) -> str | None:
    """The one of `heads` that is called like the code, or means it; None where there is none."""
    return next((head for head in (code, HEADS.get(code)) if head in heads), None)
