"""One cell of the sweep: what came of one pair of layouts at one share of deletions and one entropy."""

from dataclasses import dataclass

__all__ = ["Cell"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair of layouts at one share of deletions and one entropy, all seeds together."""

    pair: str
    deleted: float
    distinct: float
    seeds: int
    sightings: int
    #: Pairs of sightings, as in `score.Pairs`.
    true: int
    found: int
    right: int
    interchangeable: int
    twins: int
    twins_right: int
    #: Pairs of captures: true and found.
    joined_true: int
    joined: int
    false_deletions: int
    deletions: int
    deletions_found: int
    #: Share of the absences with an accepted reason, the worst seed's.
    reasons_right: float
    #: Largest error of a clock's offset, and stretches for which none was found.
    clock_error_ms: int | None
    clocks_missing: int

    @property
    def precision(self) -> float:
        """Share of the pairs found that are right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found."""
        return self.right / self.true if self.true else 1.0

    @property
    def recall_apart(self) -> float:
        """Recall of the messages that have no twin."""
        plain = self.true - self.twins
        return (self.right - self.twins_right) / plain if plain else 1.0
