"""An app that starts in a test is painted once, when all has been read: nobody sees the five frames before.

What is to be painted is remembered as ever, and painted in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from textual._compositor import Compositor

_paint = Compositor.render_update
_held: list[object] = []


def _render_update(compositor: Compositor, *how: Any, **more: Any) -> Any:
    return None if _held else _paint(compositor, *how, **more)


@contextmanager
def unpainted() -> Iterator[Callable[[], None]]:
    """No screen of this process is painted until what is given is called, at the latest at the end."""
    me = object()
    _held.append(me)

    def paint() -> None:
        if me in _held:
            _held.remove(me)

    try:
        yield paint
    finally:
        paint()


def use() -> None:
    """Make ``unpainted`` possible."""
    Compositor.render_update = _render_update  # type: ignore[method-assign]
