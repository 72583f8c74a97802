"""The peers: pinned, each in a throw-away environment of its own, never in this project's."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.ingest.measure import Tool

__all__ = ["PEERS", "peers", "python_of"]

PEERS = ("chat-miner 0.6.0", "whatstk 0.9.1", "whatsapp-chat-parser 4.0.2")

_HERE = Path(__file__).parent


def peers(file: Path, cache: Path) -> list[Tool]:
    """The command of every peer on `file`; what is missing under `cache` is installed first."""
    module = _node(cache, "whatsapp-chat-parser", "4.0.2")
    return [
        Tool(PEERS[0], [python_of(cache, "chat-miner", "0.6.0"), str(_HERE / "chat_miner.py"), str(file)]),
        Tool(PEERS[1], [python_of(cache, "whatstk", "0.9.1"), str(_HERE / "whatstk.py"), str(file)]),
        Tool(PEERS[2], ["node", str(_HERE / "whatsapp_chat_parser.mjs"), str(module), str(file)]),
    ]


def python_of(cache: Path, name: str, version: str) -> str:
    """The interpreter of the environment that holds the peer called `name`, made where it is missing."""
    folder = cache / f"{name}-{version}"
    interpreter = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        subprocess.run(["uv", "venv", "--quiet", "--python", python, str(folder)], check=True)
        wanted = f"{name}=={version}"
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", str(interpreter), wanted], check=True)
        ready.touch()
    return str(interpreter)


def _node(cache: Path, name: str, version: str) -> Path:
    folder = cache / f"{name}-{version}"
    package = folder / "node_modules" / name
    if not (package / "package.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder)]
        subprocess.run([*command, f"{name}@{version}"], check=True)
    described = json.loads((package / "package.json").read_text(encoding="utf-8"))
    exported = described["exports"]["."] if "exports" in described else described.get("module", described["main"])
    while isinstance(exported, dict):
        exported = exported.get("import") or exported.get("default")
    return package / str(exported)
