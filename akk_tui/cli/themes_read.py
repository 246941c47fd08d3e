"""``python -m akk_tui.cli.themes_read FOLDER LANGUAGE``: the themes on one line, then a line for each bad file."""

from __future__ import annotations

import sys
from pathlib import Path

from akk_tui.i18n import use
from akk_tui.ui.themes import load_themes


def main(own: str) -> int:
    """Read the built-in themes and those in ``own``; 1 when there is none at all."""
    found = load_themes(Path(own))
    lines = (", ".join(sorted(found.themes)), *found.complaints)
    sys.stdout.buffer.write("\n".join(lines).encode() + b"\n")
    return 0 if found.themes else 1


if __name__ == "__main__":
    use(sys.argv[2])
    sys.exit(main(sys.argv[1]))
