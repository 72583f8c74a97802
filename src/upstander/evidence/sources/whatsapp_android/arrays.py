"""Small makers of Arrow columns: instants, categories, values spread over the rows that have them."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.evidence.sources.whatsapp_android.order import ABSENT, integers

__all__ = ["APART", "apart", "clocks", "constant", "instants", "labelled", "positive", "spread"]

#: 1 January 2100, milliseconds.
_FUTURE = 4_102_444_800_000
#: Milliseconds by which the clocks of device and server may differ before it is said.
APART = 60_000

_Ints = npt.NDArray[np.int64]


def apart(sent: pa.Array, server: pa.Array, mine: npt.NDArray[np.bool_]) -> tuple[_Ints, _Ints]:
    """Places of own messages whose two clocks disagree, and by how many milliseconds the device is ahead."""
    device, central = integers(sent.cast(pa.int64())), integers(server.cast(pa.int64()))
    ahead = device - central
    places = np.flatnonzero(mine & (device != ABSENT) & (central != ABSENT) & (np.abs(ahead) > APART))
    return places, ahead[places]


def clocks(row: str, ahead: int) -> str:
    """The sentence about an own message that device and server stamp `ahead` milliseconds apart."""
    side = "ahead of the server's" if ahead > 0 else "behind the server's, or the message waited for a connection"
    return f"at {row} the device's clock is {abs(ahead) / 1000:,.0f} s {side}"


def instants(values: _Ints) -> pa.Array:
    """Milliseconds as instants; null where they lie before 1970 or after 2100."""
    return pa.array(values, pa.int64(), mask=(values <= 0) | (values >= _FUTURE)).cast(pa.timestamp("ms", "UTC"))


def positive(column: pa.Array) -> pa.Array:
    """A count; null where it is nothing or less."""
    values = integers(column)
    return pa.array(values, pa.int64(), mask=values <= 0)


def constant(value: str | None, count: int) -> pa.Array:
    """A category column with one value throughout; null where that is None."""
    if value is None:
        return pa.nulls(count, pa.dictionary(pa.int32(), pa.string()))
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([value], pa.string()))


def labelled(values: npt.NDArray[np.object_]) -> pa.Array:
    """A category column from strings; null where they are empty."""
    return pa.array(values, pa.string(), mask=values == "").dictionary_encode()


def spread(values: pa.Array, which: _Ints, count: int) -> pa.Array:
    """A column of `count` rows with `values` at the places `which` (ascending) and null elsewhere."""
    if not len(which):
        return pa.nulls(count, values.type)
    index = np.full(count, ABSENT, np.int64)
    index[which] = np.arange(len(which))
    return values.take(pa.array(index, mask=index == ABSENT))
