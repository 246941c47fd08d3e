"""Lean output: of each frame that Textual makes, the terminal gets the cells that change.

Textual writes whole lines of whole widgets with all attributes at every piece; over a slow line that is seconds. Here
what a frame would write is compared with what the terminal shows (:mod:`akk_tui.ui.terminal.cells`). The screen is the
same, cell for cell. What the terminal shows is forgotten with its size, when the program comes back from another one,
and when the app is drawn anew.

The seam is ``App._display``, which gets every frame. Where a version of Textual lacks one of the ``PARTS``, or a frame
cannot be compared, Textual writes as ever and :attr:`LeanOutput.lean_trouble` says why. ``AKK_OUTPUT=stock`` asks for
that.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator
from typing import Any, cast, Final, TypeVar

import textual
from rich.color import ColorSystem
from rich.style import Style
from textual import _compositor, events
from textual.app import App
from textual.strip import Strip

from akk_tui.ui.terminal.cells import Cells, cells_of, fills, Piece, Shown
from akk_tui.ui.terminal.sgr import blank

_Update: Any = getattr(_compositor, "CompositorUpdate", object)
SWITCH: Final = "AKK_OUTPUT"
PARTS: Final = (
    ("App._display", App, "_display", ("self", "screen", "renderable")),
    ("LayoutUpdate", _compositor, "LayoutUpdate", ("strips", "region")),
    ("ChopsUpdate", _compositor, "ChopsUpdate", ("chops", "spans", "chop_ends")),
    ("CompositorUpdate.render_segments", _Update, "render_segments", ("console",)),
    ("Strip.render_ansi", Strip, "render_ansi", ("style", "color_system")),
    ("Style._ansi", Style, "_ansi", ()),
    ("Style._link", Style, "_link", ()),
)
"""What this leans on in Textual and rich that no documentation promises: name, where, what, its parameters."""
OWN: Final = ("_previous_cursor_position", "_batch_count", "_running", "_closed", "_driver")
"""The same of every app."""

Answer = TypeVar("Answer")


def missing(app: App[Any]) -> list[str]:
    """The names of what this Textual lacks, or has otherwise."""
    lacking = [f"App.{name}" for name in OWN if not hasattr(app, name)]
    for name, where, what, parameters in PARTS:
        part = getattr(where, what, None)
        if part is None or (parameters and not set(parameters) <= set(inspect.signature(part).parameters)):
            lacking.append(name)
    return lacking


class Written(_Update):
    """A frame as it is written: Textual's own way to the terminal takes it from here."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render_segments(self, console: object) -> str:
        return self.text


class Differences:
    """Turns frames of one app into what has to be written."""

    def __init__(self, colours: ColorSystem, *, erases: bool) -> None:
        self._shown = Shown(0, 0)
        self._colours = colours
        self._erases = erases
        self._looks: dict[str, str] = {}

    def _at(self, width: int, height: int) -> Shown:
        """What a terminal of this size shows; nothing is known of one that has another size than before."""
        if (self._shown.width, self._shown.height) != (width, height):
            self._shown = Shown(width, height, erases=self._erases)
        return self._shown

    def of(self, update: Any) -> str:
        """What to write so that ``update`` is shown; raises TypeError for what is no frame of known form."""
        if isinstance(update, _compositor.LayoutUpdate):
            return self._at(*update.region.size).show(self._whole(update), self._split)
        if isinstance(update, _compositor.ChopsUpdate):
            return self._at(update.chop_ends[0][-1], len(update.chops)).show(self._parts(update), self._split)
        raise TypeError(type(update).__name__)

    def _whole(self, update: Any) -> Iterator[Piece]:
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield Piece(y, x, strip)
                x += strip.cell_length

    def _parts(self, update: Any) -> Iterator[Piece]:
        """As ``ChopsUpdate.render_segments`` goes through them."""
        for y, x1, x2 in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is None or x > x2 or end <= x1:
                    continue
                yield Piece(y, x, strip if x1 <= x < x2 and end <= x2 else strip.crop(0, min(end, x2) - x))

    def _split(self, strip: Strip) -> Cells:
        texts: list[str] = []
        looks: list[str] = []
        for text, style, control in strip:
            if control:
                raise TypeError("control")
            parts = cells_of(text)
            look = self._look(cast("Any", style))
            texts += parts
            looks += [blank(look) if text.isspace() else look] * len(parts)
        return texts, looks

    def _look(self, style: Any) -> str:
        if style is None:
            return ""
        if style._link:
            raise TypeError("link")
        ansi = style._ansi
        if ansi is None:
            ansi = Strip.render_ansi(style, self._colours)
        # The same object for the same attributes: what is one object is compared at once.
        return self._looks.setdefault(ansi, ansi)


class LeanOutput(App[Answer]):
    """An app that writes what changes."""

    def __init__(self, *of: Any, **more: Any) -> None:
        super().__init__(*of, **more)
        self._differences: Differences | None = None
        """None: nothing is known of what the terminal shows."""
        self.lean = os.environ.get(SWITCH) != "stock"
        """Whether only what changes is written."""
        self.lean_trouble = ""
        """Why it is not, where that was not asked for."""
        if self.lean and (lacking := missing(self)):
            self._stay_stock(", ".join(lacking))

    def forget_shown(self) -> None:
        """Take nothing for certain of what the terminal shows: it was somebody else's, or has another size."""
        self._differences = None

    def _stay_stock(self, why: str) -> None:
        self.lean, self.lean_trouble = False, why
        if self.is_running:
            self.call_later(self.lean_lost)

    def lean_lost(self) -> None:
        """Called when ``lean_trouble`` says why whole lines are written from now on."""

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Resize):
            self.forget_shown()
        await super().on_event(event)

    def on_mount(self) -> None:
        # Back from another editor, or from the shell.
        cast("Any", self).app_resume_signal.subscribe(self, self._back, immediate=True)

    def _back(self, _app: object) -> None:
        # Textual itself draws nothing where the size is as it was.
        self.action_redraw()

    def action_redraw(self) -> None:
        """Draw everything anew: something else has written over it."""
        self.forget_shown()
        self.screen.refresh(layout=True)

    def _display(self, screen: Any, renderable: Any) -> None:
        parent: Any = super()
        if self.lean and renderable is not None and self._writes():
            frame = self._frame(renderable)
            if frame is None:
                self.forget_shown()
            elif frame or self._cursor_moves():
                renderable = Written(frame)
            else:
                self.post_display_hook()
                return
        parent._display(screen, renderable)

    def _writes(self) -> bool:
        """Whether Textual would write a frame now."""
        app: Any = self
        return bool(app._running and not app._closed and not app._batch_count and app._driver is not None) and not (
            self.is_headless or self.is_inline
        )

    def _cursor_moves(self) -> bool:
        app: Any = self
        return app._previous_cursor_position != self.screen.outer_size.clamp_offset(self.cursor_position)

    def _frame(self, renderable: Any) -> str | None:
        """What is to be written; None when Textual has to write all of it."""
        try:
            if self._differences is None:
                console: Any = self.console
                colours = console._color_system or ColorSystem.TRUECOLOR
                self._differences = Differences(colours, erases=fills(os.environ))
            return self._differences.of(renderable)
        except TypeError:
            return None
        except Exception as cause:
            self._stay_stock(type(cause).__name__)
            return None


def main() -> None:
    """Say which Textual this is, and what of it is missing, each on a line of its own (for ``doctor``)."""
    sys.stdout.write(f"Textual {textual.__version__}\n{', '.join(missing(App[None]()))}\n")


if __name__ == "__main__":
    main()
