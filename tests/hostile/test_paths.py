"""Paths that are no ordinary files, and names that are no ordinary names."""

import os
import socket
from pathlib import Path

import pytest
from tests.hostile.conftest import Received


def test_links_are_not_followed(received: Received, tmp_path: Path) -> None:
    """A link to a file, to a folder, to itself, to a parent and to nowhere: a sentence each, and nothing of theirs."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.txt").write_text("secret")
    targets = {
        "file": tmp_path / "elsewhere" / "secret.txt",
        "folder": tmp_path / "elsewhere",
        "itself": received.folder / "itself",
        "parent": received.folder,
        "nowhere": tmp_path / "gone",
    }
    for name, target in targets.items():
        (received.folder / name).symlink_to(target)
    received.ingest()
    rows = received.warnings()
    assert [row["kind"] for row in rows] == ["refused_path"] * 5
    assert {row["row"] for row in rows} == {f"received/{name}" for name in targets}
    assert len(received.column("exhibits", "exhibit")) == 2


def test_a_link_that_is_named_itself(received: Received, tmp_path: Path) -> None:
    """On the command line a link is refused with what to do, and nothing is changed."""
    link = tmp_path / "link.json"
    link.symlink_to(received.folder / "!good.json")
    said = received.command("ingest", "C-1", str(link), status=2)
    assert "symbolic link" in said["error"]
    assert not list(received.case.exhibits.glob("bytes/*/*"))


def test_pipes_sockets_and_devices(received: Received) -> None:
    """Nothing is opened that could wait for ever."""
    os.mkfifo(received.folder / "pipe")
    names = {"received/pipe", "received/socket"}
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(received.folder)  # a socket's path has a limit that a test's folder passes
    try:
        listener.bind("socket")
    finally:
        os.chdir(here)
    try:
        os.mknod(received.folder / "device", 0o020600, os.makedev(1, 5))
        names.add("received/device")
    except PermissionError:
        pass
    received.ingest()
    listener.close()
    assert {row["row"] for row in received.warnings()} == names
    assert {row["kind"] for row in received.warnings()} == {"refused_path"}


@pytest.mark.parametrize("path", ["/dev/zero", "/proc/self/mem"])
def test_a_device_that_is_named_itself(received: Received, path: str) -> None:
    """An endless device is refused before a byte is read, and what cannot be read is a sentence."""
    said = received.command("ingest", "C-1", path, status=2 if path.startswith("/dev") else 0)
    assert path in said.get("error", path)


def test_a_file_that_may_not_be_read(received: Received) -> None:
    """A file and a folder without permission are named, and the rest is taken in."""
    (received.folder / "mine").mkdir()
    (received.folder / "secret.txt").write_text("x")
    (received.folder / "secret.txt").chmod(0)
    (received.folder / "mine").chmod(0)
    if os.access(received.folder / "secret.txt", os.R_OK):
        pytest.skip("root may read everything")
    try:
        received.ingest()
    finally:
        (received.folder / "mine").chmod(0o700)
    assert {row["row"] for row in received.warnings()} == {"received/secret.txt", "received/mine"}


def test_names_of_any_bytes(received: Received) -> None:
    """Names with a newline, a direction override, escape codes, 255 bytes, one case apart, no UTF-8: files all."""
    names = [
        *(b"new\nline.txt", b"\xe2\x80\xaegnp.txt", b"\x1b[31mred.txt", b"n" * 251 + b".txt", b"caf\xe9.txt"),
        *(b"Case.txt", b"case.txt", b"-rf", b"* ?.txt", b"a%2fb.txt", b"\xff\xfe"),
    ]
    for place, name in enumerate(names):
        path = Path(os.fsdecode(os.fsencode(received.folder) + b"/" + name))
        path.write_text(f"[14/03/2018, 10:00:00] Ann: inside {place}\n[14/03/2018, 10:01:00] Ann: again {place}\n")
    said = received.ingest()
    assert not received.warnings()
    assert len(said["exhibits"]) == 2 + len(names)
    texts = {text for text in received.column("messages", "text") if text.startswith("inside")}
    assert texts == {f"inside {place}" for place in range(len(names))}
    assert "\x1b" not in str(received.command("status", "C-1"))


def test_folders_within_folders(received: Received) -> None:
    """Two hundred folders deep, a chat is found under its whole name."""
    here = os.open(received.folder, os.O_RDONLY)
    try:
        for _ in range(200):
            os.mkdir("deep folder", dir_fd=here)
            below = os.open("deep folder", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        chat = os.open("chat.txt", os.O_WRONLY | os.O_CREAT, dir_fd=here)
        os.write(chat, b"[14/03/2018, 10:00:00] Ann: inside\n[14/03/2018, 10:01:00] Ann: again\n")
        os.close(chat)
    finally:
        os.close(here)
    received.ingest()
    assert "inside" in received.column("messages", "text")
