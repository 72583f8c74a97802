"""What must be said beside figures of agreement, so that nobody takes them for more than they are."""

from upstander.review.agreement.figures import Figures

__all__ = ["warnings"]

#: Fewer messages read twice than this, or fewer that somebody said yes of, say little.
FEW = 30
FEW_FOUND = 10
#: A share of yes that is below this, or above one less it, parts alpha from AC1.
RARE = 0.05
#: A share of resamples without a figure that is worth saying.
UNDEFINED = 0.05


def warnings(
    made: Figures, *, blind: int, found: int, weighed: Figures | None = None, waiting: int = 0
) -> tuple[str, ...]:
    """Sentences about figures of `made`, of whose messages `blind` were read blind and `found` said yes of.

    `waiting` messages were drawn and are not read twice yet.
    """
    said = []
    count = made.messages
    if count == 1:
        said.append("one message was read twice: there is no interval, and the figures say nothing of other messages")
    elif count < FEW:
        said.append(f"only {count} messages were read twice: the figures may be far off, and the intervals too narrow")
    if not made.yes:
        said.append(
            "nobody said yes of any of them: alpha and positive agreement are not defined, and agreement on what was"
            " never seen is no proof of skill"
        )
    elif not made.no:
        said.append(
            "everybody said yes of all of them: alpha and negative agreement are not defined; messages that it does not"
            " apply to must be read twice as well"
        )
    elif found < FEW_FOUND:
        said.append(
            f"somebody said yes of only {found} of them: alpha and positive agreement rest on these alone; draw more,"
            " or more where the first ranking scores high"
        )
    undefined = max(figure.undefined for figure in (made.alpha, made.positive, made.negative))
    if undefined > UNDEFINED:
        said.append(
            f"in {undefined:.0%} of the bootstrap's resamples only one answer was left: the intervals of alpha and of"
            " positive or negative agreement are of the others, and too narrow"
        )
    share = made.yes / (made.yes + made.no)
    if 0 < share < RARE or 1 - RARE < share < 1:
        said.append(
            f"{share:.1%} of the readings say yes: so far from half, alpha is low and AC1 is high whatever the readers"
            " do; look at positive and negative agreement"
        )
    if count > 1 and made.agreement.value == 1:
        said.append(
            f"nobody differed, so that the intervals have no width; with {count} messages, up to"
            f" {min(1.0, 3 / count):.1%} of others could still be read differently (95 %)"
        )
    if blind < count:
        said.append(f"{count - blind} of the {count} are not marked as read blind a second time (--via second)")
    if weighed is not None and waiting:
        said.append(
            f"{waiting} drawn messages still wait for their second reading: the figures for all that was coded may"
            " change"
        )
    return tuple(said)
