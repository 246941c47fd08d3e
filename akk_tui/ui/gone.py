"""What is left to say once another process has destroyed the data that the app shows."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from akk_tui.i18n import gettext as _
from akk_tui.ui.terminal.safe import content
from akk_tui.ui.widgets.lines import Words

if TYPE_CHECKING:
    from akk_tui.paths import Paths


class GoneScreen(Screen[None]):
    """Hides what was shown, until the round that destroyed it has said what became of it. No key does anything."""

    FACES_OTHERS: ClassVar[bool] = True
    OVER_LOCK: ClassVar[bool] = True
    DEFAULT_CSS = """
    GoneScreen { align: center middle; background: $background; }
    GoneScreen Words { width: 60; max-width: 96%; height: auto; text-align: center; }
    """

    def compose(self) -> ComposeResult:
        yield Words(content(_("Data di komputer ini sedang dihapus …")))

    def take_key(self, _event: events.Key) -> None:
        """Nothing is to be done any more."""


def words(paths: Paths | None, since: float) -> str:
    """What to say where nothing tells why; names the sealed file that was made after the time ``since``."""
    said = _(
        "Data profil ini tidak ada lagi di komputer ini: dihapus oleh perintah lain, misalnya logout --wipe atau "
        "permintaan admin server. Yang sudah terkirim ada di server; masuk lagi dengan akk-tui login."
    )
    left = _sealed(paths.state, since) if paths is not None else None
    if left is None:
        return said
    rest = _("Isian yang belum diterima server ada di {path}, bersegel; kirimkan berkas itu kepada admin server.")
    return f"{said} {rest.format(path=left)}"


def _sealed(folder: Path, since: float) -> Path | None:
    made = [one for one in folder.glob("unsent-*.age") if one.stat().st_mtime >= since - 1]
    return max(made, default=None)
