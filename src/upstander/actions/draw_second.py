"""Draw messages for a second, blind reading."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project_file
from upstander.register.models import Case, File
from upstander.review.agreement.asking import to_draw
from upstander.review.agreement.draws import Draw
from upstander.storage import Case as Folder

__all__ = ["draw_second"]


@action(Power.SETTLE, says="drew {added} messages to be read a second time ({of}, a share of {share})")
def draw_second(
    actor: Actor, now: datetime, /, *, case: Case, folder: Folder, code: str | None, share: float, seed: int = 0
) -> Told[Draw]:
    """Draw a share of what was coded, for one code or for all; a draw of the same share and seed is added to.

    Raises `UsageError`, `BadCode`.
    """
    project_file(case, folder, File.DRAWS)
    made, whole = to_draw(folder, code=code, share=share, seed=seed, now=now)
    added = 0 if made is None else len(made.drawn)
    detail = {"added": added, "of": code or "all codes", "share": f"{share:g}", "seed": seed, "pool": whole.pool}
    written = None if made is None else decision(case, folder, File.DRAWS, made.line())
    return Told(whole, code or "all codes", detail, decision=written)
