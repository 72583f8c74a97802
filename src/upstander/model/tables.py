"""The tables' YAML read as Arrow schemas.

One file a table under `schema/`; the shape of those files is typed here, so that a mistake in one is found when it is
read. Field types: `string`, `category` (a string from a small set, dictionary-encoded), `integer` (64 bits),
`number` (64-bit floating point), `flag` (boolean), `instant` (UTC, milliseconds).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, NotRequired, TypedDict, cast

import pyarrow as pa
import yaml

from upstander.errors import SchemaMismatch

__all__ = ["TABLES", "Field", "Table", "batch", "schema", "table", "warning_kinds"]

#: libyaml where it was built in: the pure Python reader takes ten times as long, in every process that reads a table.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_Type = Literal["string", "category", "integer", "number", "flag", "instant"]

_ARROW: Mapping[str, pa.DataType] = MappingProxyType(
    {
        "string": pa.string(),
        "category": pa.dictionary(pa.int32(), pa.string()),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "instant": pa.timestamp("ms", "UTC"),
    }
)

#: Every table, in the order that they are written and shown: what each exhibit holds, what the exhibits hold together
#: (reconciliation), who was there (people), and what a review made of it.
TABLES = (
    "exhibits",
    "conversations",
    "participants",
    "membership_events",
    "messages",
    "reactions",
    "receipts",
    "edits",
    "attachments",
    "warnings",
    "captures",
    "sightings",
    "gaps",
    "clocks",
    "persons",
    "alias_suggestions",
    "memberships",
    "presence",
    "responses",
    "codings",
    "scores",
    "stances",
)


class _FieldSpec(TypedDict):
    type: _Type
    description: str
    source: str
    required: NotRequired[bool]
    unit: NotRequired[str]
    values: NotRequired[list[str]]


_FIELD_KEYS = frozenset(_FieldSpec.__annotations__)


class _TableSpec(TypedDict):
    table: str
    label: str
    description: str
    key: list[str]
    order: list[str]
    fields: dict[str, _FieldSpec]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: what it means, where its value comes from, and in what unit."""

    name: str
    type: _Type
    description: str
    source: str
    required: bool = False
    unit: str | None = None
    #: The closed set of a category's values; empty where the set is open.
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the case: its fields, what makes a row unique, and the order that rows are kept in."""

    name: str
    label: str
    description: str
    key: tuple[str, ...]
    order: tuple[str, ...]
    fields: tuple[Field, ...]
    schema: pa.Schema


@cache
def table(name: str) -> Table:
    """The table called `name`. Raises `SchemaMismatch` where there is none."""
    if name not in TABLES:
        raise SchemaMismatch(f"there is no table called {name}: the tables are {', '.join(TABLES)}")
    text = files("upstander.model").joinpath("schema", f"{name}.yaml").read_text(encoding="utf-8")
    spec = cast(_TableSpec, yaml.load(text, _LOADER))  # noqa: S506 - safe either way
    for field, entry in spec["fields"].items():
        # A comma in an unquoted sentence of a flow mapping would cut it in two, and YAML would not mind.
        strange = set(entry) - _FIELD_KEYS
        if strange:
            raise SchemaMismatch(f"schema/{name}.yaml: field {field} has unknown keys {sorted(map(str, strange))}")
    fields = tuple(
        Field(
            name=field,
            type=entry["type"],
            description=entry["description"],
            source=entry["source"],
            required=entry.get("required", False),
            unit=entry.get("unit"),
            values=tuple(entry.get("values", ())),
        )
        for field, entry in spec["fields"].items()
    )
    arrow = pa.schema([pa.field(f.name, _ARROW[f.type], nullable=not f.required) for f in fields])
    return Table(
        name=spec["table"],
        label=spec["label"],
        description=spec["description"],
        key=tuple(spec["key"]),
        order=tuple(spec["order"]),
        fields=fields,
        schema=arrow,
    )


def schema(name: str) -> pa.Schema:
    """Arrow schema of the table called `name`."""
    return table(name).schema


@cache
def warning_kinds() -> Mapping[str, str]:
    """Every warning kind a source may use, with what it means and what to do about it."""
    text = files("upstander.model").joinpath("warning_kinds.yaml").read_text(encoding="utf-8")
    return MappingProxyType(cast(dict[str, str], yaml.load(text, _LOADER)))  # noqa: S506 - safe either way


def batch(name: str, columns: Mapping[str, Sequence[Any] | pa.Array], *, rows: int) -> pa.RecordBatch:
    """One batch of `rows` rows of table `name` from `columns` (Arrow arrays or plain sequences of that length).

    Columns that are not given are null throughout; instants are integers of milliseconds since 1970 or Arrow arrays.
    Raises `SchemaMismatch` where a column is unknown, of another length or type, or null though required.
    """
    spec = table(name)
    unknown = columns.keys() - {field.name for field in spec.fields}
    if unknown:
        raise SchemaMismatch(f"table {name} has no column {', '.join(sorted(unknown))}")
    arrays = [_column(name, field, columns.get(field.name), rows) for field in spec.schema]
    return pa.RecordBatch.from_arrays(arrays, schema=spec.schema)


def _column(name: str, field: pa.Field, values: Sequence[Any] | pa.Array | None, rows: int) -> pa.Array:
    try:
        if values is None:
            array = pa.nulls(rows, field.type)
        elif isinstance(values, pa.Array):
            array = values if values.type == field.type else values.cast(field.type)
        elif pa.types.is_dictionary(field.type):
            array = pa.array(values, pa.string()).dictionary_encode()
        else:
            array = pa.array(values, field.type)
    except (pa.ArrowException, TypeError, OverflowError) as problem:
        raise SchemaMismatch(f"column {field.name} of table {name} cannot be a {field.type}: {problem}") from problem
    if len(array) != rows:
        raise SchemaMismatch(f"column {field.name} of table {name} has {len(array)} rows where {rows} are due")
    if not field.nullable and array.null_count:
        raise SchemaMismatch(f"column {field.name} of table {name} is required and is null in {array.null_count} rows")
    return array
