"""``python clocked.py FILE …``: ``akk-tui …``, whose lock counts as many seconds more as ``FILE`` has bytes.

A test that lets hours go by makes the file longer; everything else is the real program with its real clocks.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def forward(file: Path, seconds: int) -> None:
    """Let ``seconds`` go by."""
    os.truncate(file, file.stat().st_size + seconds)


if __name__ == "__main__":
    from akk_tui.cli import main
    from akk_tui.ui import lock

    ahead = sys.argv.pop(1)
    real = lock.since_boot
    lock.IdleLock.__init__.__defaults__ = (lambda: real() + os.stat(ahead).st_size,)
    sys.exit(main())
