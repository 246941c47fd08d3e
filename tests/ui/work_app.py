"""The real app on a real store, driven by keys: what the tests of the working screens share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.worker import WorkerCancelled
from unpainted import unpainted

from akk_tui.store.store import Store
from akk_tui.ui.app import AkkApp

NOW = datetime(2025, 10, 6, 12, 42, tzinfo=UTC)
_NAMES = {
    " ": "space", ":": "colon", ".": "full_stop", "#": "number_sign", "-": "minus", "*": "asterisk", ",": "comma",
    "[": "left_square_bracket", "]": "right_square_bracket", "/": "slash", "_": "underscore", "“": "“",
}  # fmt: skip


class Driven:
    """A running app with what a test asks of it."""

    def __init__(self, pilot: Pilot[Any], path: Path) -> None:
        self.pilot = pilot
        self.path = path
        self.app: AkkApp = pilot.app  # type: ignore[assignment]

    @property
    def screen(self) -> Any:
        return self.app.screen

    @property
    def store(self) -> Store:
        return self.app.store

    async def settle(self) -> None:
        """Until nothing is read, posted or waiting to be drawn."""
        for turn in range(20):
            # A newer reading makes an older one void.
            with suppress(WorkerCancelled):
                await self.app.workers.wait_for_complete()
            await self.pilot.pause()
            if turn and all(worker.is_finished for worker in self.app.workers):
                return

    async def press(self, *keys: str) -> None:
        """Press keys, each with all its effects."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type ``text``."""
        await self.pilot.press(*(_NAMES.get(char, char) for char in text))
        await self.settle()

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for ``holds``, at most 20 seconds of the loop's time."""
        for _turn in range(2_000):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"never happened: {what}\n{self.text()}")

    def lines(self) -> list[str]:
        """What stands on the screen, line by line."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    def text(self) -> str:
        """What stands on the screen, its lines joined."""
        return "\n".join(self.lines())

    def told(self) -> str:
        """Everything said in toasts."""
        return "\n".join(note.message for note in self.app._notifications)


def drive(
    path: Path, test: Callable[[Driven], Coroutine[Any, Any, None]], size: tuple[int, int] = (120, 40), **app: Any
) -> None:
    """Run ``test`` on the app with the store at ``path``."""

    async def main() -> None:
        async with running(path, size, **app) as driven:
            await test(driven)

    asyncio.run(main())


@asynccontextmanager
async def running(path: Path, size: tuple[int, int] = (120, 40), **app: Any) -> AsyncIterator[Driven]:
    """The app with the store at ``path``; ``at`` names the screen that it begins with, ``toasts`` has them drawn."""
    at, toasts = app.pop("at", "dashboard"), app.pop("toasts", False)
    with Store.open(path, now=lambda: NOW) as store:
        made = AkkApp(
            store,
            open_reader=lambda: Store.open(path, now=lambda: NOW, read_only=True),
            now=lambda: NOW,
            sync_at_start=app.pop("sync_at_start", False),
            **app,
        )
        made.DEFAULT_MODE = at
        with unpainted() as paint:
            async with made.run_test(size=size, notifications=toasts) as pilot:
                driven = Driven(pilot, path)
                await driven.settle()
                paint()
                made.screen._compositor_refresh()
                yield driven
