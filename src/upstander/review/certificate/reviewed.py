"""What has been read, in the numbers that a certificate is made of."""

from dataclasses import dataclass
from functools import cached_property

from upstander.errors import ReviewError

__all__ = ["Reviewed"]


@dataclass(frozen=True)
class Reviewed:
    """A review at one moment: what the ranking showed, and what chance showed.

    Assumed, and what every proof here rests on: the random stream is a uniformly random permutation of the population,
    read from its beginning; its codings do not train the ranking, so that the ranking is the same whatever was drawn;
    and a message that was drawn stays unread for the ranking until the ranking itself comes to it.
    """

    #: Messages in scope.
    population: int
    #: Read by rank (with those that the sample had drawn and rank then reached), and relevant among them.
    ranked: int
    found: int
    #: The random stream in the order of its drawing: relevant, and reached by rank. None: nobody knows whether it is
    #: relevant, for it was drawn and passed over, or its readers differ; it counts as whatever is worse for a claim.
    sample: tuple[tuple[bool | None, bool], ...]
    #: The final sample of what neither rank nor stream had shown: its size, and relevant in it.
    final: tuple[int, int] | None = None
    #: Read after the final sample was drawn and no part of it: messages, and relevant ones. They are counted where they
    #: belong as well. What rank then reaches of the final sample counts as final only.
    since: tuple[int, int] = (0, 0)
    #: Of the sample: drawn, and nobody has decided on it, so that it is not read.
    skipped: int = 0
    #: Of the final sample: undecided, and those of them that nobody has read.
    open: tuple[int, int] = (0, 0)
    #: Read, and undecided, for its readers differ and nobody has settled it: wherever it stands. It is not found.
    disputed: int = 0
    #: Known by the words of a message that chance alone showed, and no draws themselves: messages, and relevant ones.
    #: They are in none of the numbers above but `since`, and as good as unread for the ranking.
    copies: tuple[int, int] = (0, 0)
    #: Of all that are read: messages that nobody looked at, for others with their very words were decided on.
    by_words: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers that no review can have. Raises `ReviewError`."""
        size, relevant = self.final or (0, 0)
        whole = (
            0 <= self.found <= self.ranked <= self.population
            and 0 <= relevant <= size
            and 0 <= self.copies[1] <= self.copies[0]
            and size <= self.population - self.ranked - self.apart - self.copies[0]
            and len(self.sample) <= self.population
            and 0 <= self.since[1] <= self.since[0] <= self.ranked + self.apart + self.copies[0]
            and 0 <= self.skipped <= self.apart_open
            and 0 <= self.open[1] <= self.open[0] <= size - relevant
            and self.disputed >= 0
            and self.copies[0] <= self.by_words <= self.population
            and self.since[1] <= self.found + self.apart_relevant + self.copies[1]
        )
        reached = sum(1 for _, by_rank in self.sample if by_rank)
        relevant_reached = sum(1 for each, by_rank in self.sample if each and by_rank)
        spare = self.ranked - self.found - (reached - relevant_reached)
        if not whole or reached > self.ranked or relevant_reached > self.found or spare < 0:
            raise ReviewError(
                f"a review cannot have read {self.ranked:,} of {self.population:,} messages by rank with {self.found:,}"
                f" relevant, {len(self.sample):,} drawn at random of which rank reached {reached:,}, and a final sample"
                f" of {size:,} with {relevant:,} relevant; count again what was read"
            )

    @cached_property
    def apart(self) -> int:
        """Messages of the stream that rank has not reached."""
        return sum(1 for _, by_rank in self.sample if not by_rank)

    @cached_property
    def apart_relevant(self) -> int:
        """Relevant ones among them: what the ranking has missed so far, as far as chance shows."""
        return sum(1 for relevant, by_rank in self.sample if relevant and not by_rank)

    @cached_property
    def apart_open(self) -> int:
        """Undecided ones among them: each may be one that the ranking has missed."""
        return sum(1 for relevant, by_rank in self.sample if relevant is None and not by_rank)

    @property
    def known(self) -> int:
        """Relevant messages that are known, however they were found."""
        return self.found + self.apart_relevant + self.copies[1] + (self.final[1] if self.final else 0)

    @property
    def read(self) -> int:
        """Messages that somebody has read, or others with their very words, each once."""
        final = (self.final[0] if self.final else 0) - self.open[1]
        return self.ranked + self.apart - self.skipped + self.copies[0] + final

    @property
    def rest(self) -> int:
        """Messages that nobody has read."""
        return self.population - self.read

    @property
    def undecided(self) -> int:
        """Messages that count against a claim because nobody has decided on them, each once."""
        return self.disputed + self.skipped + self.open[1]
