"""One paint for one key.

Textual lays out and paints each time its screen has nothing else to do, at most sixty times a second: the answer to a
key is then painted in three to five steps, each a sixtieth of a second after the one before. While a key is being
answered, screens here are laid out at once and not painted; what became dirty is painted in one go when the key has
been answered, without waiting for a clock.

Parts of Textual that this leans on: ``Screen._on_idle``, ``_on_timer_update``, ``_compositor_refresh``,
``_dirty_widgets``, ``_compositor._dirty_regions``, ``_layout_required``, ``_scroll_required``,
``App._batch_count``, ``_repaint_required``, ``Screen.focused``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast, Final, TypeVar

from textual import events
from textual.app import App
from textual.reactive import Reactive
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.widget import Widget

from akk_tui.ui.terminal.under import Under

PATIENCE: Final = 0.3
"""Seconds after which what is ready is painted in any case."""
_TURNS: Final = 8
"""Turns of the loop without a layout after which nothing more comes: widgets hand on what changed in one or two."""

Answer = TypeVar("Answer")


class Painter:
    """Says when the screens of one app may paint: not while something holds."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._holds: set[str] = set()
        self._limit: asyncio.TimerHandle | None = None
        self._later: list[Callable[[], object]] = []
        self._left = 0
        """Turns until the paint, once nothing holds."""

    @property
    def held(self) -> bool:
        """Whether nothing is painted now."""
        return self._limit is not None

    def hold(self, why: str) -> None:
        """Paint nothing until :meth:`release`, for at most ``PATIENCE`` seconds from the first hold."""
        self._holds.add(why)
        if self._limit is None:
            self._limit = asyncio.get_running_loop().call_later(PATIENCE, self._paint)

    def release(self, why: str) -> None:
        """Paint all that waits when nothing else holds, and the widgets have handed on what they changed."""
        if why in self._holds:
            self._holds.discard(why)
            if not self._holds:
                self._left = _TURNS
                self._prepare()
                self._turn()

    def after(self, work: Callable[[], object]) -> None:
        """Run ``work`` once the paint that is held back has been made."""
        self._later.append(work)

    def laid_out(self) -> None:
        """A screen was laid out: its widgets may change again for it."""
        self._left = _TURNS

    def _turn(self) -> None:
        if self._holds or self._limit is None:
            return
        if self._left:
            self._left -= 1
            asyncio.get_running_loop().call_soon(self._turn)
        else:
            self._paint()

    def _paint(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
        self._limit = None
        self._holds.clear()
        if (screen := self._screen) is not None:
            screen.paint()
        later, self._later = self._later, []
        for work in later:
            self._app.call_later(work)

    def _prepare(self) -> None:
        if (screen := self._screen) is not None:
            screen.before_paint()

    @property
    def _screen(self) -> PaintedScreen[Any] | None:
        screen = self._app.screen if self._app.screen_stack else None
        return screen if isinstance(screen, PaintedScreen) else None


def after_paint(widget: Widget, work: Callable[[], object]) -> None:
    """Run ``work`` when what ``widget`` shows now has been painted."""
    painter = getattr(cast("object", widget.app), "painter", None)
    if isinstance(painter, Painter) and painter.held:
        painter.after(work)
    else:
        widget.call_after_refresh(work)


class PaintedScreen(Screen[Answer]):
    """A screen that is laid out at once and painted when its app's ``painter`` allows it."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Both widgets draw themselves again when the focus goes from one to the other: the others look the same."""

    def render(self) -> Any:
        found = super().render()
        return Under(found) if isinstance(found, BackgroundScreen) else found

    @property
    def painter(self) -> Painter | None:
        """The painter that holds paints back now; None when screens paint as ever."""
        painter = getattr(cast("object", self.app), "painter", None)
        return painter if isinstance(painter, Painter) and painter.held else None

    async def _on_idle(self, event: events.Idle) -> None:
        painter = self.painter
        if painter is not None and self.is_current and self._waits:
            event.prevent_default()
            self._on_timer_update()
            painter.laid_out()

    @property
    def _waits(self) -> bool:
        """Whether something is to be laid out or painted."""
        return bool(self._layout_required or self._scroll_required or self._repaint_required or self._dirty_widgets)

    def _compositor_refresh(self) -> None:
        if self.painter is not None and self.is_active:
            # The regions are remembered by the compositor; of a screen below a window, by that window's.
            self._dirty_widgets.clear()
        else:
            super()._compositor_refresh()

    def before_paint(self) -> None:
        """A key has been answered, and what it changed is painted next."""

    def paint(self) -> None:
        """Lay out and paint what waits; within a batch of the app at its end, where Textual paints nothing either."""
        if cast("Any", self.app)._batch_count:
            self.refresh()
            return
        if self._waits:
            self._on_timer_update()
        if self._compositor._dirty_regions:  # pyright: ignore[reportPrivateUsage]
            self._compositor_refresh()
