"""Keys that come faster than they are answered: each meets the screen that the one before it left.

Over a slow line many keys arrive at once. Textual hands every key at once to the widget that has the focus, while what
an earlier key does (moving the focus, opening a dialog) travels through the widgets' queues: letters typed right after
``tab`` land in the wrong field. Here a key waits until the one before it has been through the queues of its target and
of all ancestors, twice, so that a message which it caused has been handled too, and until a screen it opened is up and
has what it reads first: a key typed to its list must not meet an empty one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

from akk_tui.ui.terminal.painting import Painter

PATIENCE: Final = 1.0
"""Seconds after which a key counts as answered in any case: a busy handler must not swallow the keyboard."""
_ROUNDS: Final = 2
_HOLD: Final = "keys"

Typed = events.Key | events.Paste


class TypeAhead:
    """The keyboard's queue in front of one app.

    ``deliver`` is the app's own handling of an event; ``painter`` paints when all that was typed has been answered.
    """

    def __init__(
        self,
        app: App[Any],
        deliver: Callable[[events.Event], Awaitable[None]],
        painter: Painter,
    ) -> None:
        self._app = app
        self._painter = painter
        self._deliver = deliver
        self._waiting: deque[Typed] = deque()
        self._busy: bool = False
        self._turn: int = 0
        self._limit: asyncio.TimerHandle | None = None

    async def take(self, event: Typed) -> None:
        """Deliver ``event`` now, or when its turn comes."""
        if self._busy:
            self._waiting.append(event)
        else:
            self._busy = True
            await self._handle(event)

    def put_back(self, event: Typed) -> None:
        """Deliver ``event`` once more, as the next."""
        self._waiting.appendleft(event)
        if not self._busy:
            self._busy = self._app.call_later(self._next)

    async def _handle(self, event: Typed) -> None:
        self._turn += 1
        self._painter.hold(_HOLD)
        self._limit = asyncio.get_running_loop().call_later(PATIENCE, self._answered, self._turn)
        screen = self._app.screen
        path = _upwards(self._app.focused or screen)
        await self._deliver(event)
        self._follow(self._turn, [*path, self._app] * _ROUNDS, screen)

    def _follow(self, turn: int, path: list[MessagePump], screen: MessagePump) -> None:
        """Go through the queues of ``path``, one after the other; those that closed meanwhile are passed over."""
        while path:
            if path.pop(0).call_later(self._follow, turn, path, screen):
                return
        if self._app.screen is screen or not self._app.screen.call_after_refresh(self._stands, turn):
            self._stands(turn)

    def _stands(self, turn: int) -> None:
        """The screen is up; it may have its ``when_read`` call when what it reads first has come."""
        when_read: Callable[[Callable[[], None]], None] | None = getattr(self._app.screen, "when_read", None)
        if when_read is None:
            self._answered(turn)
        else:
            when_read(lambda: self._answered(turn))

    def _answered(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._turn += 1
        if self._limit is not None:
            self._limit.cancel()
        if not self._app.call_later(self._next):
            self._busy = False
            self._painter.release(_HOLD)

    async def _next(self) -> None:
        if self._waiting:
            await self._handle(self._waiting.popleft())
        else:
            self._busy = False
            self._painter.release(_HOLD)


def _upwards(target: MessagePump) -> list[MessagePump]:
    """``target`` and its ancestors below the app."""
    path: list[MessagePump] = []
    node: MessagePump | None = target
    while node is not None and not isinstance(node, App):
        path.append(node)
        node = node._parent  # pyright: ignore[reportPrivateUsage]
    return path
