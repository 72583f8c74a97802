"""Writes the captures of a made operation as the files that phones export."""

from pathlib import Path

from benchmarks.reconcile import store_file
from benchmarks.reconcile.direct_text import data
from benchmarks.reconcile.held import held
from benchmarks.reconcile.made import Operation
from benchmarks.reconcile.store import Store
from benchmarks.reconcile.text import TITLE, lines

__all__ = ["file_name", "write"]


def file_name(operation: Operation, index: int) -> str:
    """The name of the document of phone number `index`."""
    layout = operation.phones[index].layout
    if layout == "store":
        return "msgstore.db"
    return "_chat.txt" if layout == "ios" else f"WhatsApp Chat with {TITLE}.txt"


def write(operation: Operation, index: int, folder: Path) -> Path:
    """Write the document of phone number `index` into `folder` and say where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(operation, index)
    if operation.phones[index].keyed:
        store_file.write(Store(operation, index, held(operation, index)), path)
        return path
    with path.open("wb") as stream:
        for part in lines(operation, index, held(operation, index)):
            stream.write(data(part))
    return path
