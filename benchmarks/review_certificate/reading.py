"""A review at the queue's own pace, told as the certificate counts it: the way of whoever types the commands."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from benchmarks.review_certificate.rankings import Ranking

from upstander.review.certificate import Reviewed
from upstander.review.queue.reading import EVERY
from upstander.review.queue.stream import shuffled

__all__ = ["KNOWN", "Reading"]

#: Messages that are known before the queue gives any: one relevant, one other.
KNOWN = 2


@dataclass(slots=True)
class Reading:
    """What was read so far of a ranking and a random stream: nine by rank, one by chance, each wording once."""

    ranking: Ranking
    #: Messages in the order in which the stream draws them, and the readings by rank that decide each of these.
    stream: npt.NDArray[np.int64]
    drawn: list[int]
    #: By reading of the ranking: whether its words are decided.
    decided: bytearray
    #: Readings by rank that are done or need not be; readings in all; places in the stream that were shown at random.
    depth: int = KNOWN
    read: int = KNOWN
    random: list[int] = field(default_factory=list)
    #: The last final sample, what was decided when it was drawn, and by message whether one before it has shown it.
    members: npt.NDArray[np.int64] | None = None
    earlier: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    past: list[int] = field(default_factory=list)
    _shown: int = 0
    _place: int = 0

    @classmethod
    def of(cls, ranking: Ranking, seed: int) -> "Reading":
        """The queue's beginning."""
        stream = shuffled(len(ranking.place), seed)
        readings = int(ranking.place.max()) + 1
        decided = bytearray(readings)
        decided[:KNOWN] = b"\1" * KNOWN
        return cls(ranking, stream, ranking.place[stream].tolist(), decided)

    def copy(self) -> "Reading":
        """The same, to go on another way."""
        return replace(self, decided=bytearray(self.decided), random=list(self.random))

    @property
    def effort(self) -> float:
        """The share of all readings that there are."""
        return self.read / len(self.decided)

    def looks(self, number: int) -> Iterator[None]:
        """Read on; pauses when each of `number` equal parts of all readings is done, and at the end."""
        size = len(self.decided)
        for look in range(self.read * number // size + 1, number + 1):
            goal = -(-look * size // number)
            while self.read < goal:
                self._next()
            yield

    def final(self, size: int, seed: int) -> None:
        """Draw a final sample of so many messages that nobody has read, and read it; one before it is read then."""
        if self.members is not None:
            self.past = [*self.past, *self.members.tolist()]
        self.earlier = self._decided()
        unread = np.flatnonzero(~self.earlier[self.ranking.place])
        self.members = np.random.default_rng([seed, 4, len(self.past)]).choice(unread, size, replace=False)
        words = np.unique(self.ranking.place[self.members])
        for place in words.tolist():
            self.decided[place] = 1
        self.read += len(words)
        self._pass()

    def known(self) -> npt.NDArray[np.bool_]:
        """By message: whether it, or another with its words, was read."""
        return self._decided()[self.ranking.place]

    def reviewed(self) -> Reviewed:
        """As `gathering` has it: with one decision for all messages with the same words."""
        place, relevant = self.ranking.place, self.ranking.relevant
        known = self.known()
        by_choice = place < self.depth
        member = np.zeros(len(place), np.bool_)
        end = len(self.stream)
        if self.members is not None:
            member[self.members] = True
            end = int(np.argmax(member[self.stream]))
            # Rank passes over the words that a sample showed, and does not come to their copies.
            by_choice &= ~np.isin(place, place[[*self.past, *self.members.tolist()]])
            by_choice[self.past] = True
        shown = [each for each in self.random if each < end]
        draws = self.stream[: shown[-1] + 1 if shown else 0]
        in_sample = np.zeros(len(place), np.bool_)
        in_sample[draws] = True
        # What the stream showed beyond the final sample's first message is no draw any more, and counts as read.
        beyond = np.zeros(len(place), np.bool_)
        beyond[self.stream[[each for each in self.random if each >= end]]] = True
        by_rank = (by_choice | beyond) & ~member
        copies = known & ~by_rank & ~in_sample & ~member
        since = np.zeros(len(place), np.bool_)
        if self.members is not None:
            since = known & ~self.earlier[place] & ~member
        return Reviewed(
            population=len(place),
            ranked=int(by_rank.sum()),
            found=int((by_rank & relevant).sum()),
            sample=tuple(zip(relevant[draws].tolist(), by_choice[draws].tolist(), strict=True)),
            final=None if self.members is None else (len(self.members), int(relevant[self.members].sum())),
            since=(int(since.sum()), int((since & relevant).sum())),
            copies=(int(copies.sum()), int((copies & relevant).sum())),
            by_words=int(copies.sum()),
        )

    def _next(self) -> None:
        if (self._shown + 1) % EVERY == 0 and self._by_chance():
            return
        if self.depth < len(self.decided):
            self.decided[self.depth] = 1
            self.read += 1
            self._shown += 1
            self._pass()

    def _by_chance(self) -> bool:
        drawn, decided = self.drawn, self.decided
        while self._place < len(drawn) and decided[drawn[self._place]]:
            self._place += 1
        if self._place == len(drawn):
            return False
        decided[drawn[self._place]] = 1
        self.random.append(self._place)
        self.read += 1
        self._shown += 1
        self._pass()
        return True

    def _pass(self) -> None:
        """What rank comes to and is known already is passed at no cost."""
        while self.depth < len(self.decided) and self.decided[self.depth]:
            self.depth += 1

    def _decided(self) -> npt.NDArray[np.bool_]:
        return np.frombuffer(bytes(self.decided), np.uint8).astype(np.bool_)
