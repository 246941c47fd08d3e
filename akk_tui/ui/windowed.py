"""The windows of the app: what opens each of them over the screen."""

from __future__ import annotations

from typing import cast, TYPE_CHECKING

from akk_tui.ui.dressed import DressedApp

if TYPE_CHECKING:
    from akk_tui.ui.app import AkkApp
    from akk_tui.ui.sync_runner import SyncRunner


class WindowedApp(DressedApp):
    """An app with search, help, palette and the other windows; each is loaded when it is opened."""

    sync: SyncRunner

    @property
    def _akk(self) -> AkkApp:
        """Itself, as windows know it."""
        return cast("AkkApp", self)

    def action_search(self) -> None:
        from akk_tui.ui.screens.search import SearchScreen

        about, over = getattr(self.screen, "region_code", None), getattr(self.screen, "ID", "")
        window = self.left(SearchScreen)
        if window is None:
            window = SearchScreen(about, over)
            self.keep(window)
        else:
            window.begin(about, over)
        self.push_screen(window)

    def action_help(self) -> None:
        from akk_tui.ui.help import HelpScreen

        if self.faces_others:
            # A window over that screen asks here by itself: the help names other screens.
            return
        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss(None)
            return
        self._leave_guide()
        self.push_screen(HelpScreen.about(self.screen))

    def action_palette(self) -> None:
        from akk_tui.ui.palette import PaletteScreen

        if isinstance(self.screen, PaletteScreen):
            self.screen.dismiss(None)
            return
        self._leave_guide()
        self.push_screen(PaletteScreen.over(self._akk))

    def action_encrypt(self) -> None:
        from akk_tui.ui.encrypting import EncryptWindow

        self.push_screen(EncryptWindow())

    def action_messages(self) -> None:
        from akk_tui.ui.messages import MessagesScreen

        self.push_screen(MessagesScreen(tuple(self.messages)))

    def _leave_guide(self) -> None:
        """Close the guide: help and palette are for the screen below it."""
        if getattr(self.screen, "GUIDES", False):
            self.screen.dismiss(None)

    def action_guide(self) -> None:
        from akk_tui.ui.first_run import GuideScreen

        self.push_screen(GuideScreen())

    def action_choose_theme(self) -> None:
        from akk_tui.ui.chooser import choose_theme

        choose_theme(self._akk)

    def action_choose_cycle(self) -> None:
        from akk_tui.ui.chooser import choose_cycle

        choose_cycle(self._akk)

    def action_sign_in(self) -> None:
        """Sign in again as the officer whose store this is; a round follows."""
        from akk_tui.ui.launch import login_command
        from akk_tui.ui.sign_in import SignInWindow

        paths, meta = self.paths, self.store.meta
        if paths is None or any(isinstance(one, SignInWindow) for one in self.screen_stack):
            return
        officer = meta.get("officer")

        def command(server: str, store: str | None) -> tuple[str, ...]:
            return login_command(paths, server, store, expected=bool(officer))

        def closed(done: bool | None) -> None:
            if done:
                self.sync.signed_in()

        self.push_screen(SignInWindow(command, meta.get("server") or "", officer or ""), closed)

    def action_prepare_offline(self) -> None:
        from akk_tui.ui.prepare import PrepareWindow

        self.push_screen(PrepareWindow())

    def action_export_unsent(self) -> None:
        from akk_tui.ui.outbox_export import export_form

        self.push_screen(export_form(self._akk))

    def action_read_answers(self) -> None:
        from akk_tui.ui.outbox_export import answers_form

        self.push_screen(answers_form(self._akk))
