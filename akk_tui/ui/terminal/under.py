"""The screen under a window, dimmed: as Textual dims it, with each look of text worked out once.

Textual hands what is under a window through rich, piece by piece, and works out the colours of each piece anew: a third
of what opening a window costs. A screen has some two thousand pieces and some dozens of looks.

Parts of Textual that this leans on: ``BackgroundScreen`` (``screen``, ``color``, ``process_segments``),
``Screen._compositor.render_strips``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


@lru_cache(1024)
def dimmed(style: RichStyle | None, base: RichStyle, colour: Color) -> RichStyle | None:
    """The look of a piece of text of the screen below, laid over ``base``."""
    (piece,) = BackgroundScreen.process_segments([Segment("x", style)], colour)
    return base + piece.style if piece.style is not None else base


class Under(Visual):
    """What ``of`` shows, in its own size."""

    def __init__(self, of: BackgroundScreen) -> None:
        self._screen: Screen[Any] = of.screen  # pyright: ignore[reportUnknownMemberType]
        self._colour = of.color

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:  # fmt: skip
        base = style.rich_style
        strips = self._screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
        return [
            Strip(
                [Segment(text, dimmed(look, base, self._colour)) for text, look, _control in strip], strip.cell_length
            )
            for strip in strips[:height]
        ]

    def get_optimal_width(self, rules: Any, container_width: int) -> int:
        return self._screen.size.width

    def get_height(self, rules: Any, width: int) -> int:
        return self._screen.size.height
