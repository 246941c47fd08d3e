"""What follows the link to the terminal: the mouse, dimming under windows, previews, how often progress is drawn."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, cast, Final

from textual import constants, events
from textual.filter import LineFilter
from textual.timer import Timer
from textual.widget import Widget

from akk_tui.ui.terminal import link as links
from akk_tui.ui.terminal.lean import Answer, LeanOutput
from akk_tui.ui.terminal.link import Link

REST_SECONDS: Final = 0.3
"""How long typing pauses before what follows it is drawn over a slow link."""
PROGRESS_SECONDS: Final = {True: 1 / 4, False: 1 / 2}
"""How often progress is told and drawn over a fast and over a slow link: a round would keep the screen busy with it."""
DIMS: Final = "-dims"
_PLAIN_THEMES: Final = ("ansi", "mono")
"""Themes whose colours are the terminal's own: nobody knows what a darker one is."""


@cache
def _of_256() -> LineFilter:
    # Not loaded where nobody needs it.
    from akk_tui.ui.terminal.of256 import Of256Filter

    return Of256Filter()


class LinkedApp(LeanOutput[Answer]):
    """An app that is sparing where the link is slow. As it is made it takes the link for a fast one."""

    def __init__(self, *of: Any, **more: Any) -> None:
        super().__init__(*of, **more)
        self.link = links.LOCAL
        self.link_setting = "fast"
        self.mouse_asked = False
        """Whether somebody has set that the mouse is used: then its every move is told over any link."""
        self._asking = False
        self._follow()

    def find_link(self, setting: str, *, mouse_asked: bool) -> None:
        """Use the link as the setting and the surroundings say it."""
        self.mouse_asked = mouse_asked
        self.link_setting = setting
        self.use_link(links.found(setting, os.environ))

    def use_link(self, link: Link) -> None:
        """Be as sparing as ``link`` wants it, from now on."""
        self.link = link
        self._follow()
        follow: Callable[[bool], None] | None = getattr(self._driver, "tell_moves", None)
        if follow is not None:
            follow(self.mouse_moves)

    def _follow(self) -> None:
        # Nothing moves here but what a variable of Textual's asks for.
        asked = "TEXTUAL_ANIMATIONS" in os.environ and self.link.fast
        self.animation_level = constants.TEXTUAL_ANIMATIONS if asked else "none"
        self.dim_windows()

    def dim_windows(self) -> None:
        """Dim what is under a window where that costs nothing, and where there are tones for it."""
        tones = self.console.color_system == "truecolor" and not self.no_color
        self.set_class(self.link.fast and tones and self.theme not in _PLAIN_THEMES, DIMS)

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = list(super().get_line_filters())
        if self.console.color_system == "256":
            filters.append(_of_256())
        return filters

    @property
    def mouse_moves(self) -> bool:
        """Whether the terminal is asked for moves of the mouse that press nothing."""
        return self.link.fast or self.mouse_asked

    # --- in tmux the link may be another one than the environment says, and change while the app runs

    def on_ready(self) -> None:
        self.ask_link()

    def on_resize(self, _event: events.Resize) -> None:
        self.ask_link()

    def ask_link(self) -> None:
        """Ask tmux, where it is one, which terminal shows the app now."""
        if self.is_headless or self._asking or not links.in_tmux(self.link_setting, os.environ):
            return
        self._asking = True
        self.run_worker(partial(self._ask, self.link_setting), thread=True, exit_on_error=False)

    def _ask(self, setting: str) -> None:
        """In a thread."""
        told = links.asked(setting, os.environ)
        self.call_from_thread(self._told_link, setting, told)

    def _told_link(self, setting: str, told: Link) -> None:
        self._asking = False
        if setting == self.link_setting and told != self.link:
            self.use_link(told)
            self.link_changed()

    def link_changed(self) -> None:
        """The link is another one than before."""


def is_fast(app: object) -> bool:
    """Whether the link of ``app`` is fast."""
    link: Link = getattr(app, "link", links.LOCAL)
    return link.fast


class Rest:
    """``work`` that follows typing in ``widget``: at once, and over a slow link when the typing pauses."""

    def __init__(self, widget: Widget, work: Callable[[], None]) -> None:
        self._widget = widget
        self._work = work
        self._timer: Timer | None = None

    def typed(self) -> None:
        """Something was typed."""
        if is_fast(cast("Any", self._widget).app):
            self._work()
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._widget.set_timer(REST_SECONDS, self.now)

    def now(self) -> None:
        """Do what still waits: something else is about to meet it."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            self._work()
