"""Taking a profile's data off this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akk_tui.sync import sealing, vault

if TYPE_CHECKING:
    from akk_tui.paths import Paths


def forget(paths: Paths) -> None:
    """Destroy an encrypted profile that nobody can open any more: its key first. Raises InUse."""
    with vault.alone(paths):
        sealing.destroy(vault.folder(paths))
