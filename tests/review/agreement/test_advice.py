"""What comes next, at each state of double coding."""

from tests.review.conftest import NOW

from upstander.review.agreement import Agreement, Draw, Due, OfCode
from upstander.review.agreement.advice import advice


def _answer(twice: int, *, readers: tuple[str, ...] = ("A",), due: int = 0, share: float | None = None) -> Agreement:
    one = OfCode("joke", "police-misconduct", 400, twice, readers, twice, 0, 0, None, None, ())
    made = (Draw(None, None, share, 0, (), (share,), 400, {}, NOW),) if share else ()
    waits = Due(tuple(f"m{number}" for number in range(due)), ("joke",), twice) if share else None
    return Agreement((one,), None, (), waits, made, 1, 0, 1)


def test_each_state_has_its_next_step() -> None:
    """Nobody, one reader, too few doubles, a draw that waits, a draw that is done, enough."""
    nobody = Agreement((), None, (), None, (), 0, 0, 0)
    assert "upstander queue next C-1 --code CODE" in (advice(nobody, case="C-1", coded=0) or "")
    for twice in (0, 12):
        said = advice(_answer(twice), case="C-1", coded=400, code="joke") or ""
        assert "`upstander agreement C-1 --code joke --draw 0.08` draws about 30 of the 400 messages" in said
    assert "who is not A" in (advice(_answer(0, due=5, share=0.1), case="C-1", coded=400) or "")
    assert "who has not read" in (advice(_answer(0, readers=("A", "B"), due=5, share=0.1), case="C-1", coded=400) or "")
    # Too small a share was drawn and read: a larger one. All that there is was: more coding.
    assert "--draw 0.08" in (advice(_answer(8, share=0.02), case="C-1", coded=400) or "")
    assert "have more messages coded" in (advice(_answer(8, share=1.0), case="C-1", coded=8) or "")
    assert advice(_answer(30), case="C-1", coded=400) is None
