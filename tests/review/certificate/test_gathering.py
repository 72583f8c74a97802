"""From codings to numbers: who is counted where, once."""

from collections.abc import Sequence

import polars as pl
from tests.review.conftest import NOW

from upstander.review.certificate import Rule
from upstander.review.certificate.draws import Draw, drawn
from upstander.review.certificate.gathering import Gathered, gathered
from upstander.review.certificate.scope import Scope, units

Row = tuple[str, str, bool] | tuple[str, str, bool, str]


def _messages(count: int = 20) -> pl.DataFrame:
    """Messages m0, m1 … of two conversations; the last has no text, and the two before it say the same."""
    names = [f"m{number}" for number in range(count)]
    text = [f"text {number}" for number in range(count - 3)] + ["Same", "same ", None]
    rows = {
        "message": names, "conversation": ["a"] * (count // 2) + ["b"] * (count - count // 2),
        "at": [NOW] * count, "text": text,
    }  # fmt: skip
    return pl.DataFrame(rows)


def _gather(
    said: Sequence[Row], *, draws: Sequence[Draw] = (), scope: Scope | None = None, stream: Sequence[str] | None = None
) -> Gathered:
    rows = [(*row, "R1")[:4] for row in said]
    codings = pl.DataFrame(
        {
            "sequence": range(1, len(rows) + 1),
            "message": [row[0] for row in rows],
            "via": [row[1] for row in rows],
            "applies": [row[2] for row in rows],
            "by": [row[3] for row in rows],
            "stands": [
                not any(
                    (later[0], later[3], later[1] == "settled") == (row[0], row[3], row[1] == "settled")
                    for later in rows[place + 1 :]
                )
                for place, row in enumerate(rows)
            ],
        },
        schema_overrides={"sequence": pl.Int64, "message": pl.String, "via": pl.String, "applies": pl.Boolean},
    )
    scope = scope or Scope()
    inside, _ = units(_messages(), scope)
    return gathered(inside, codings, draws, scope, stream=stream)


def _draw(messages: Sequence[str], *, unread: int, codings: int, population: str = "all") -> Draw:
    return Draw("threat", population, 1, unread, codings, tuple(messages), "R1", NOW)


def test_where_each_message_is_counted() -> None:
    """By rank, by the stream, by both; a second reading changes nothing, and messages without text are out of scope."""
    reviewed = _gather(
        [
            ("m0", "queue", True),
            ("m1", "search", False),
            ("m2", "random", True),
            ("m3", "random", False),
            ("m3", "queue", False),
            ("m0", "second", True, "R2"),
            ("m19", "read", True),
        ]
    ).reviewed
    assert reviewed.population == 19
    assert (reviewed.ranked, reviewed.found) == (3, 1)
    assert reviewed.sample == ((True, False), (False, True))
    assert reviewed.rest == 15


def test_the_permutation_counts_what_it_passed_over() -> None:
    """With the stream's order known, what rank had read before it is drawn too, and what nobody decided on."""
    said: list[Row] = [("m0", "queue", True), ("m1", "random", True), ("m2", "random", False), ("m3", "random", False)]
    stream = ["m0", "m1", "m2", "m4", "m3", *(f"m{number}" for number in range(5, 19))]
    made = _gather(said, stream=stream)
    reviewed = made.reviewed
    assert reviewed.sample == ((True, True), (True, False), (False, False), (None, False), (False, False))
    assert (reviewed.ranked, reviewed.found, reviewed.rest) == (1, 1, 15)
    assert (made.skipped, made.uncounted, reviewed.undecided) == (("m4",), 0, 1)


def test_a_mark_far_out_is_no_draw() -> None:
    """One that somebody marked by hand, with more undecided before it than decided, ends nothing and proves nothing."""
    said: list[Row] = [("m0", "random", False), ("m1", "random", False), ("m9", "random", True)]
    made = _gather(said, stream=[f"m{number}" for number in range(19)])
    assert made.reviewed.sample == ((False, False), (False, False))
    assert (made.uncounted, made.skipped, made.reviewed.ranked, made.reviewed.found) == (1, (), 1, 1)


def test_a_disputed_draw_is_held_against_the_claim() -> None:
    """Read both ways: neither found nor known, and where chance drew it one that may be missed."""
    said: list[Row] = [
        ("m0", "random", True),
        ("m0", "second", False, "R2"),
        ("m1", "queue", True),
        ("m1", "read", False, "R2"),
    ]
    reviewed = _gather(said, stream=[f"m{number}" for number in range(19)]).reviewed
    assert reviewed.sample == ((None, False),)
    assert (reviewed.found, reviewed.known, reviewed.disputed, reviewed.skipped, reviewed.rest) == (0, 0, 2, 0, 17)


def test_who_is_relevant() -> None:
    """The last word of each reviewer; both ways is not found, and said, until it is settled; settled is settled."""
    made = _gather(
        [
            ("m0", "queue", True),
            ("m0", "queue", False),
            ("m1", "queue", True),
            ("m1", "second", False, "R2"),
            ("m2", "queue", True),
            ("m2", "second", False, "R2"),
            ("m2", "settled", False, "R3"),
        ]
    )
    assert (made.reviewed.ranked, made.reviewed.found) == (3, 0)
    assert made.disputed == 1


def test_one_of_its_readers_settles_nothing_alone() -> None:
    """R2's word waits for R1's, as the command says; a reading and a word that settles of one person both stand."""
    words: list[Row] = [("m0", "queue", True, "R1"), ("m0", "second", False, "R2"), ("m0", "settled", False, "R2")]
    open_ = _gather(words)
    assert (open_.disputed, open_.reviewed.found) == (1, 0)
    closed = _gather([*words, ("m0", "settled", False, "R1")])
    assert (closed.disputed, closed.reviewed.found) == (0, 0)


def test_a_final_sample_waits_then_counts() -> None:
    """What of it is not coded counts against the claim; what is read afterwards is told apart."""
    before: list[Row] = [("m0", "queue", True), ("m1", "random", False)]
    draw = _draw(["m5", "m6"], unread=17, codings=2)
    waiting = _gather([*before, ("m5", "sample", False)], draws=[draw])
    assert waiting.waiting == ("m6",)
    assert (waiting.reviewed.final, waiting.reviewed.open, waiting.reviewed.rest) == ((2, 0), (1, 1), 16)
    done = _gather(
        [*before, ("m5", "sample", False), ("m6", "sample", True), ("m7", "queue", True)], draws=[draw]
    ).reviewed
    assert done.final == (2, 1)
    assert done.since == (1, 1)
    assert (done.ranked, done.found, done.known) == (2, 2, 3)


def test_another_sample_pays_for_the_first() -> None:
    """Every draw for the code is counted, whatever population it was for."""
    other = _draw(["m5"], unread=9, codings=0, population="conversation:a")
    draw = _draw(["m6"], unread=19, codings=0)
    assert _gather([("m6", "sample", True)], draws=[other, draw]).plan.attempt == 2
    assert _gather([("m6", "sample", True)], draws=[other]).plan.attempt == 2
    assert _gather([("m6", "sample", True)], draws=[draw, other]).plan.attempt == 1


def test_a_sample_of_another_population_is_outdated() -> None:
    """Messages that came after the draw could not be drawn: the sample proves nothing about them."""
    draw = _draw(["m5"], unread=12, codings=0)
    made = _gather([("m5", "sample", False)], draws=[draw])
    assert made.outdated
    assert made.reviewed.final is None


def test_the_same_words_once() -> None:
    """Where equal words are one message the stream, which draws messages, is no sample; case and space do not count."""
    made = _gather([("m17", "random", True), ("m18", "random", True)], scope=Scope("unique", unique=True))
    assert made.plan.rule is Rule.FINAL
    assert (made.reviewed.population, made.reviewed.ranked, made.reviewed.sample) == (18, 1, ())


def test_narrower_scopes() -> None:
    """A conversation, a period; undated and silent messages are in none, and the silent are counted."""
    inside, silent = units(_messages(), Scope("conversation:b", conversations=("b",)))
    assert (inside.height, silent) == (9, 1)
    assert units(_messages(), Scope("until", until=NOW))[0].height == 0
    assert units(_messages(), Scope("since", since=NOW))[0].height == 19


def test_drawing_is_the_same_again_and_by_chance() -> None:
    """The seed decides; every message is drawn about as often as any other."""
    names = [f"m{number}" for number in range(50)]
    assert drawn(names, 10, 1) == drawn(names[::-1], 10, 1)
    assert drawn(names, 10, 1) != drawn(names, 10, 2)
    often = [name for seed in range(400) for name in drawn(names, 10, seed)]
    counts = [often.count(name) for name in names]
    assert min(counts) > 45
    assert max(counts) < 120
