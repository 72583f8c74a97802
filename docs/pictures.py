"""Draws the pictures of the documentation from what the program prints: `python -m docs.pictures`."""

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

__all__ = ["captures", "demo", "main"]

PICTURES = Path(__file__).parent / "pictures"

#: Dark text on white: readable in print, and by people whom dark screens tire.
_THEME = TerminalTheme(
    (255, 255, 255),
    (11, 12, 12),
    [
        (11, 12, 12),
        (148, 37, 20),
        (0, 90, 48),
        (110, 82, 0),
        (29, 112, 184),
        (76, 44, 146),
        (11, 105, 105),
        (80, 90, 95),
    ],
    [
        (80, 90, 95),
        (148, 37, 20),
        (0, 90, 48),
        (110, 82, 0),
        (29, 112, 184),
        (76, 44, 146),
        (11, 105, 105),
        (11, 12, 12),
    ],
)

_COLUMNS = 100


def demo() -> str:
    """What `upstander demo` prints, as SVG, with a text alternative in its title."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"COLUMNS": str(_COLUMNS), "FORCE_COLOR": "1", "TERM": "xterm-256color"}
        command = [sys.executable, "-m", "upstander", "demo", "--no-serve", "--home", home]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        shown = done.stdout.replace(f" --home {home}", "").replace(home, "HOME")
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    console.print(Text.from_ansi(shown))
    drawn = console.export_svg(title="upstander demo", theme=_THEME, unique_id="demo")
    # Rich's picture fetches a font from elsewhere; a page of ours asks nobody for anything.
    drawn = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def captures() -> bytes:
    """What `upstander captures` draws of the demo's case, as SVG."""
    with tempfile.TemporaryDirectory() as home:
        drawn = Path(home) / "captures.svg"
        run = [sys.executable, "-m", "upstander"]
        subprocess.run([*run, "demo", "--no-serve", "--home", home], check=True, capture_output=True)
        subprocess.run(
            [*run, "captures", "MERIDIAN-DEMO", "-o", drawn, "--home", home], check=True, capture_output=True
        )
        return drawn.read_bytes()


def main() -> int:
    """Draw every picture."""
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "captures.svg").write_bytes(captures())
    (PICTURES / "demo.svg").write_text(demo(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
