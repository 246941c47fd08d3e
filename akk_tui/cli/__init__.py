"""The command line ``akk-tui``: one file a command, each imported only when it is called."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code (``argv`` without the program's name; None: the process's own)."""
    from akk_tui.cli.entry import run

    return run(argv)
