"""The window that asks for the passphrase of an encrypted profile before the app begins.

An app of its own: the real one needs its store, and the store needs the key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final, TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.filter import LineFilter, NoColor
from textual.message import Message
from textual.widgets import Input

from akk_tui.contract.errors import AkkError
from akk_tui.i18n import gettext as _
from akk_tui.i18n import ngettext
from akk_tui.ui.ending import Ending, leave_with
from akk_tui.ui.glyphs import wants_ascii
from akk_tui.ui.linked import LinkedApp
from akk_tui.ui.terminal.ascii import AsciiFilter
from akk_tui.ui.terminal.driver import driver_for
from akk_tui.ui.terminal.safe import content, PrintableFilter
from akk_tui.ui.themes import DEFAULT_THEME, plain_name, ThemeShelf
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.secret import SecretInput

if TYPE_CHECKING:
    from textual.driver import Driver

    from akk_tui.config import Settings
    from akk_tui.paths import Paths

TRIES: Final = 3
"""After so many wrong ones the way out is told."""
YES: Final = ("ya", "yes")


class Tried(Message):
    """A passphrase was tried: None, or why it does not open the profile."""

    def __init__(self, error: AkkError | None) -> None:
        super().__init__()
        self.error = error


class UnlockApp(LinkedApp[bool]):
    """Ends with True once the profile is open, with False when the officer left or gave the profile up."""

    CSS = """
    Screen { align: center middle; background: $background; }
    #window {
        width: 76; max-width: 96%; height: auto; max-height: 90%;
        background: $panel; border: round $primary; border-title-color: $primary; padding: 0 1;
    }
    Words { height: auto; width: 100%; }
    Input { height: 1; border: none; padding: 0 1; margin: 1 0; background: $boost; }
    Input:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", ""),
        ("ctrl+q", "leave", ""),
        ("f2", "forgot", ""),
        Binding("ctrl+l", "redraw", "", priority=True),
    ]
    ENABLE_COMMAND_PALETTE = False
    TITLE = "AKK"

    def get_driver_class(self) -> type[Driver]:
        return driver_for(super().get_driver_class())

    def __init__(self, paths: Paths, settings: Settings) -> None:
        super().__init__()
        self.paths = paths
        self.wrong = 0
        self.forgot = False
        """Whether the way out for a forgotten passphrase is shown."""
        self.ascii_glyphs = wants_ascii(settings.ui.glyphs)
        self._trying = False
        shelf = ThemeShelf(paths.themes)
        for loaded in shelf.loaded.themes.values():
            self.register_theme(loaded.theme)
        name = "mono" if self.no_color else plain_name(settings.ui.theme)
        self.theme = name if name in shelf.loaded.themes else DEFAULT_THEME

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters: list[LineFilter] = [NoColor()] if self.no_color else list(super().get_line_filters())
        filters.append(PrintableFilter())
        if self.ascii_glyphs:
            filters.append(AsciiFilter())
        return filters

    def compose(self) -> ComposeResult:
        with Vertical(id="window"):
            yield Words(id="about")
            yield SecretInput()
            yield Words(id="said")

    def on_mount(self) -> None:
        self.query_one("#window").border_title = content(_("AKK terkunci"))
        self._show()
        self.query_one(Input).focus()

    def _show(self) -> None:
        about, field = self.query_one("#about", Words), self.query_one(Input)
        field.password = not self.forgot
        field.value = ""
        if not self.forgot:
            about.show(content(_("Profil ini terenkripsi. Tulis frasa sandinya.")))
            self._say(_("enter buka · esc keluar"))
            return
        from akk_tui.sync import vault

        lost = vault.unsent_work(self.paths)
        words = ngettext(
            "Frasa sandi tidak dapat dipulihkan, oleh siapa pun. Jalan keluarnya: hapus profil terenkripsi ini, lalu"
            " masuk lagi; {n} suntingan yang belum terkirim hilang. Yang sudah terkirim ada di server.",
            "Frasa sandi tidak dapat dipulihkan, oleh siapa pun. Jalan keluarnya: hapus profil terenkripsi ini, lalu"
            " masuk lagi; {n} suntingan yang belum terkirim hilang. Yang sudah terkirim ada di server.",
            lost,
        )
        about.show(content(words.format(n=lost)))
        self._say(_("Tulis “ya” lalu enter untuk menghapus · esc kembali"))

    def _say(self, words: str, style: str = "$text-muted") -> None:
        self.query_one("#said", Words).show(content(words, style))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Try the passphrase, or give the profile up."""
        event.stop()
        if self.forgot:
            if event.value.strip().lower() in YES:
                self._give_up()
        elif event.value and not self._trying:
            from akk_tui.sync import keyfile

            self._trying = True
            secret = keyfile.passphrase(event.value)
            event.input.value = ""
            self._say(_("Memeriksa …"))
            self.run_worker(lambda: self._try(secret), thread=True, exit_on_error=False)

    def _try(self, secret: bytes) -> None:
        from akk_tui.sync import sealing, vault

        error = None
        try:
            vault.unlock(self.paths, secret)
            sealing.finish(self.paths)
        except AkkError as cause:
            error = cause
        self.post_message(Tried(error))

    def on_tried(self, message: Tried) -> None:
        """Open, or say why not."""
        from akk_tui.sync.vault_errors import WrongSecret

        self._trying = False
        if message.error is None:
            self.exit(True)
            return
        self.wrong += 1
        words = message.error.words(_)
        if isinstance(message.error, WrongSecret):
            words = _("Frasa sandi salah.")
        if self.wrong >= TRIES:
            words += " " + _("f2: terlupa, apa yang dapat dilakukan.")
        self._say(words, "$text-warning")

    def _give_up(self) -> None:
        from akk_tui.sync import wipe

        try:
            wipe.forget(self.paths)
        except AkkError as cause:
            self._say(cause.words(_), "$text-warning")
            return
        self.exit(False)

    def action_forgot(self) -> None:
        """Tell the way out."""
        self.forgot = True
        self._show()

    def action_leave(self) -> None:
        """Back from the way out, else leave."""
        if self.forgot:
            self.forgot = False
            self._show()
        else:
            self.exit(False)


def ask(paths: Paths, settings: Settings) -> bool:
    """Ask until the profile is open; False when the officer left."""
    app: Any = UnlockApp(paths, settings)
    app.find_link(settings.ui.link, mouse_asked=settings.asked("ui.mouse"))
    with Ending(app):
        done = bool(app.run(mouse=settings.ui.mouse))
    leave_with(app.return_code)
    return done
