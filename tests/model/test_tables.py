"""The words are consistent, and rows that are not of them are refused."""

import datetime as dt
import re
from pathlib import Path

import pyarrow as pa
import pytest

from upstander.errors import SchemaMismatch
from upstander.model import TABLES, batch, schema, table, warning_kinds

SOURCE = Path(__file__).parents[2] / "src" / "upstander"


def test_every_schema_file_is_a_table() -> None:
    """There is no schema file without its table, and none the other way."""
    files = {path.stem for path in (SOURCE / "model" / "schema").glob("*.yaml")}
    assert files == set(TABLES)
    assert all(table(name).name == name for name in TABLES)


def test_keys_and_orders_are_fields() -> None:
    """A key or an order names fields of its own table."""
    for name in TABLES:
        fields = {field.name for field in table(name).fields}
        assert set(table(name).key) <= fields
        assert set(table(name).order) <= fields


def test_one_word_means_one_thing() -> None:
    """A field of the same name has the same type in every table."""
    types: dict[str, set[pa.DataType]] = {}
    for name in TABLES:
        for field in schema(name):
            plain = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
            types.setdefault(field.name, set()).add(plain)
    assert {name: kinds for name, kinds in types.items() if len(kinds) > 1} == {}


def test_every_field_says_what_it_means_and_where_it_comes_from() -> None:
    """A description is a sentence; a closed set has no value twice."""
    for name in TABLES:
        for field in table(name).fields:
            assert field.description.endswith("."), (name, field.name)
            assert field.source, (name, field.name)
            assert len(set(field.values)) == len(field.values)
            assert not field.values or field.type == "category"


def test_every_warning_kind_in_the_code_is_declared_and_every_declared_one_is_used() -> None:
    """The list of warning kinds is neither short nor long."""
    text = "\n".join(path.read_text() for path in SOURCE.rglob("*.py"))
    words = set(re.findall(r"\"([a-z_]+)\"", text))
    unused = set(warning_kinds()) - words
    assert unused == set()
    said = set(re.findall(r"\.warn\(\s*\"([a-z_]+)\"", text))
    assert said <= set(warning_kinds())


def test_batch_fills_absent_columns_with_nulls() -> None:
    """A batch has every column of its table, in order, whatever was given."""
    made = batch("warnings", {"ordinal": [0], "kind": ["unreadable"], "detail": ["a sentence"]}, rows=1)
    assert made.schema.equals(schema("warnings"))
    assert made.to_pylist()[0]["byte_start"] is None


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"nonsense": [1]}, "no column nonsense"),
        ({"ordinal": [0], "kind": ["x"]}, "detail .* is required and is null"),
        ({"ordinal": [0, 1], "kind": ["x"], "detail": ["y"]}, "has 2 rows where 1 are due"),
        ({"ordinal": ["one"], "kind": ["x"], "detail": ["y"]}, "cannot be a int64"),
    ],
)
def test_batch_refuses_what_is_not_of_the_table(columns: dict[str, list[object]], said: str) -> None:
    """A column that is unknown, null though required, too long or of another type is named."""
    with pytest.raises(SchemaMismatch, match=said):
        batch("warnings", columns, rows=1)


def test_instants_are_utc_milliseconds() -> None:
    """An instant given as milliseconds since 1970 comes back as the same moment in UTC."""
    made = batch(
        "exhibits",
        {
            "exhibit": ["0" * 64],
            "reference": ["AB/1"],
            "received_at": [1_517_228_640_123],
            "source_name": ["x"],
            "bytes": [1],
            "role": ["document"],
            "intake": ["i"],
        },
        rows=1,
    )
    moment = made.column("received_at")[0].as_py()
    assert moment == dt.datetime(2018, 1, 29, 12, 24, 0, 123_000, tzinfo=dt.UTC)
