"""Beginning a note in the app, and what waits in its drafts."""

from __future__ import annotations

import fcntl
import struct
import termios
import time
from pathlib import Path

from day import ENTER, TAB
from programs import Home
from pseudo import Terminal

from akk_tui import paths as folders
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts

TEXT = "tulisan yang belum disimpan"
EDITED = "dari penyunting lain"
_EDITOR = f"""#!/bin/sh
printf '{EDITED}' > "$1"
echo PENYUNTING
exec sleep 1000
"""
EDITING = "PENYUNTING"
"""What stands on the terminal while the editor has it."""


def drafts(home: Home) -> list[str]:
    """The texts that wait in the drafts."""
    store = Path(accounts.load(folders.find(home.folder)).store)
    with Store.open(store) as opened:
        return [draft.body for draft in opened.drafts.list()]


def write(app: Terminal) -> None:
    """Begin a note and type a text."""
    app.wait("(25)")
    app.settle(0.3)
    app.send("4")
    app.wait("Dibuat")
    app.send(f"n35.72{ENTER}{ENTER}Monev{TAB}{TAB}{TEXT}")
    app.wait(TEXT)
    app.settle(0.3)


def editor_that_stays(folder: Path) -> Path:
    """Another editor: it writes a text of its own and does not end."""
    editor = folder / "editor"
    editor.write_text(_EDITOR)
    editor.chmod(0o755)
    return editor


def stall(fd: int, turns: int = 80) -> None:
    """Let an app draw while nobody reads, ``fd`` being a side of its terminal: its loop stands still in a write."""
    for turn in range(turns):
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40 - turn % 2, 120, 0, 0))
        time.sleep(0.02)


def given_back(app: Terminal) -> bool:
    """Whether the shell's screen, lines and cursor are there again, and no mouse is told any more."""
    lines = termios.tcgetattr(app.fd)[3]
    return bool(lines & termios.ICANON and lines & termios.ECHO) and left(app)


def left(app: Terminal) -> bool:
    """The same where a shell reads its lines itself."""
    last = {
        code: app.raw.rfind(f"\x1b[?{code}".encode()) for code in ("1049h", "1049l", "25h", "25l", "1000h", "1000l")
    }
    return all(last[back] > last[taken] for back, taken in (("1049l", "1049h"), ("25h", "25l"), ("1000l", "1000h")))
