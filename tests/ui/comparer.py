"""Every frame of an app, drawn twice: as Textual writes it and as lean output does; the screens must be the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyte
from pyte.screens import Char
from rich.color import ColorSystem

from akk_tui.ui.terminal.lean import Differences

_FILLED = "\x1b#8"
"""Fills the screen with the letter E."""


class Comparer:
    """The two terminals. Bytes and seconds are those since the last :meth:`begin`."""

    def __init__(self, app: Any, columns: int, rows: int, colours: ColorSystem = ColorSystem.TRUECOLOR) -> None:
        self.app = app
        self.stock, self.lean = pyte.Screen(columns, rows), pyte.Screen(columns, rows)
        self._streams = pyte.Stream(self.stock), pyte.Stream(self.lean)
        self._colours = colours
        self._last = ""
        self.frames = 0
        self.begin()

    def begin(self) -> None:
        """Count from now on."""
        self.stock_bytes = self.lean_bytes = 0
        self.stock_seconds = self.lean_seconds = 0.0

    def resized(self, columns: int, rows: int) -> None:
        """The terminals have another size now; what stands on them is not what the app has written."""
        for screen, stream in zip((self.stock, self.lean), self._streams, strict=True):
            screen.resize(rows, columns)
            screen.reset()
            stream.feed(_FILLED)

    def display(self, screen: Any, update: Any) -> None:
        """In place of the app's own ``_display``."""
        app = self.app
        if update is None or app._batch_count or not app._running or app._closed:
            return
        began = time.perf_counter()
        stock = update.render_segments(app.console)
        between = time.perf_counter()
        # As the app does it, so that it forgets what the app forgets.
        if app._differences is None:
            app._differences = Differences(self._colours, erases=True)
        written = app._frame(update)
        assert written is not None, app.lean_trouble
        self._last = written
        self.lean_seconds += time.perf_counter() - between
        self.stock_seconds += between - began
        self.stock_bytes += len(stock.encode())
        self.lean_bytes += len(self._last.encode())
        for stream, text in zip(self._streams, (stock, self._last), strict=True):
            stream.feed(text)
        self.frames += 1
        differing = list(self.differing())
        assert not differing, f"frame {self.frames}: {differing[:5]}\n{self._last[:500]!r}"

    def differing(self) -> Iterator[tuple[int, int, Char, Char]]:
        """The cells that differ: line, column, stock's, lean output's."""
        for y in range(self.stock.lines):
            one, other = self.stock.buffer[y], self.lean.buffer[y]
            if one != other:
                for x in range(self.stock.columns):
                    if _seen(one[x]) != _seen(other[x]):
                        yield y, x, one[x], other[x]


def _seen(cell: Char) -> Char:
    """What shows of a cell: of a blank that has no line and is not reversed, its background."""
    if cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse):
        return Char(" ", bg=cell.bg)
    return cell


@contextmanager
def compared(app: Any, columns: int = 120, rows: int = 40) -> Iterator[Comparer]:
    """``app``, whose frames go to a comparer from now on; it is drawn anew first."""
    comparer = Comparer(app, columns, rows)
    app.console._color_system = ColorSystem.TRUECOLOR
    app._display = comparer.display
    try:
        app.refresh()
        yield comparer
    finally:
        del app._display
