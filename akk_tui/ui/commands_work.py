"""The commands of the screens Daftar periksa (``checklist``), Catatan (``notes``) and Sinkronisasi (``sync``)."""

from __future__ import annotations

from akk_tui.ui.command import Command

COMMANDS: tuple[Command, ...] = ()
