"""Before there is an account: a small app that signs in, so that ``akk-tui`` alone is enough to begin."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.filter import LineFilter, NoColor
from textual.widgets import Input

from akk_tui.contract.errors import N_
from akk_tui.i18n import gettext as _
from akk_tui.ui.ending import Ending, leave_with
from akk_tui.ui.glyphs import wants_ascii
from akk_tui.ui.launch import FEW_COLOURS, login_command, terminal_refused
from akk_tui.ui.linked import LinkedApp
from akk_tui.ui.sign_in import Command, SignInPane
from akk_tui.ui.terminal.ascii import AsciiFilter
from akk_tui.ui.terminal.driver import driver_for
from akk_tui.ui.terminal.safe import content, PrintableFilter
from akk_tui.ui.themes import DEFAULT_THEME, plain_name, ThemeShelf

if TYPE_CHECKING:
    from textual.driver import Driver

    from akk_tui.config import Settings
    from akk_tui.paths import Paths


class SignInApp(LinkedApp[bool]):
    """One window; ends with True once somebody has signed in."""

    TITLE = "AKK"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,ctrl+q", "leave", N_("Tutup")),
        ("enter", "enter", N_("Lanjut, atau kode baru")),
        ("ctrl+r", "another", N_("Alamat lain")),
        ("ctrl+o", "provider", N_("Lewat penyedia identitas")),
        Binding("ctrl+l", "redraw", N_("Gambar ulang layar"), priority=True),
    ]
    CSS = """
    Screen { align: center middle; }
    #window {
        width: 108;
        max-width: 96%;
        height: auto;
        max-height: 100%;
        background: $panel;
        border: round $primary;
        border-title-color: $primary;
        padding: 0 1;
    }
    #window Words { height: auto; }
    Input { height: 1; border: none; padding: 0 1; background: $boost; }
    Input:focus { border: none; }
    """

    def get_driver_class(self) -> type[Driver]:
        return driver_for(super().get_driver_class())

    def __init__(
        self,
        command: Command,
        server: str,
        *,
        paths: Paths | None = None,
        theme: str = DEFAULT_THEME,
        ascii_glyphs: bool = False,
    ) -> None:
        super().__init__()
        self._command = command
        self._server = server
        self._paths = paths
        self.ascii_glyphs = ascii_glyphs
        loaded = ThemeShelf(paths.themes if paths is not None else None).loaded.themes
        for one in loaded.values():
            self.register_theme(one.theme)
        name = "mono" if self.no_color else plain_name(theme)
        if name == DEFAULT_THEME and self.console.color_system == "standard" and not self.no_color:
            name = FEW_COLOURS
        self.theme = name if name in loaded else DEFAULT_THEME

    def compose(self) -> ComposeResult:
        with Vertical(id="window") as window:
            window.border_title = content(_("Selamat datang di AKK"))
            yield SignInPane(
                self._command,
                self._server,
                _("Masuk sekali; sesudah itu semuanya juga berjalan tanpa jaringan. Untuk mencoba: akk-tui demo"),
                paths=self._paths,
                fixed=False,
                plain=lambda: (self.ascii_glyphs, self.no_color),
            )

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters: list[LineFilter] = [NoColor()] if self.no_color else list(super().get_line_filters())
        filters.append(PrintableFilter())
        if self.ascii_glyphs:
            filters.append(AsciiFilter())
        return filters

    @property
    def pane(self) -> SignInPane:
        """What it is about."""
        return self.query_one(SignInPane)

    def action_enter(self) -> None:
        """Go on, or once more."""
        self.pane.enter()

    def action_provider(self) -> None:
        """Sign in at the provider that the server names."""
        self.pane.provider()

    def action_another(self) -> None:
        """Ask for another address."""
        self.pane.another()

    def action_leave(self) -> None:
        """End without anybody signed in."""
        self.pane.stop()
        self.exit(False)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.pane.enter()

    @on(SignInPane.Done)
    def _done(self, message: SignInPane.Done) -> None:
        message.stop()
        self.exit(True)


def run(paths: Paths, settings: Settings) -> bool:
    """Open it; whether somebody signed in."""
    refused = terminal_refused(os.environ, tty=sys.stdin.isatty() and sys.stderr.isatty())
    if refused is not None:
        sys.stderr.write(refused + "\n")
        return False
    app = SignInApp(
        partial(login_command, paths),
        settings.server.url or "",
        paths=paths,
        theme=settings.ui.theme,
        ascii_glyphs=wants_ascii(settings.ui.glyphs),
    )
    app.find_link(settings.ui.link, mouse_asked=settings.asked("ui.mouse"))
    with Ending(app):
        done = app.run(mouse=settings.ui.mouse) or False
    leave_with(app.return_code)
    return done
