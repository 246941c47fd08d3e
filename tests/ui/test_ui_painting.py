"""A key is painted once: when it has been answered, and not step by step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events
from textual._compositor import Compositor
from work_app import drive, Driven

from akk_tui.ui.terminal import painting
from akk_tui.ui.widgets.lines import FooterLine
from akk_tui.ui.widgets.table import AkkTable


class Paints:
    """How often a frame was made."""

    count = 0


@pytest.fixture
def paints(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paints]:
    found, real = Paints(), Compositor.render_update

    def counted(self, *args, **options):
        update = real(self, *args, **options)
        found.count += update is not None
        return update

    monkeypatch.setattr(Compositor, "render_update", counted)
    # A busy machine is no key that hangs.
    monkeypatch.setattr(painting, "PATIENCE", 5.0)
    return found


@pytest.mark.parametrize(
    ("before", "key"),
    [
        ([], "down"),
        (["2"], "down"),
        (["2", "enter"], "down"),
        (["3"], "down"),
        (["4"], "down"),
        ([], "slash"),
        (["slash"], "b"),
        (["slash", "b"], "l"),
        (["2", "enter"], "right_square_bracket"),
        (["2", "enter"], "question_mark"),
        (["2", "f"], "b"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_one_key_is_one_paint(store_path: Path, paints: Paints, before: list[str], key: str) -> None:
    async def test(app: Driven) -> None:
        await app.press(*before)
        paints.count = 0
        await app.press(key)
        assert paints.count == 1

    drive(store_path, test)


def test_keys_that_come_at_once_are_painted_together(store_path: Path, paints: Paints) -> None:
    async def test(app: Driven) -> None:
        await app.press("2")
        paints.count = 0
        table = app.screen.query_one("#regions", AkkTable)
        at = table.cursor_row
        for _ in range(4):
            app.app.post_message(events.Key("down", None))
        await app.until(lambda: table.cursor_row == at + 4 and not app.app.painter.held, "the cursor moved")
        await app.settle()
        assert paints.count == 1

    drive(store_path, test)


def test_what_is_ready_is_painted_though_the_key_is_not_answered(store_path: Path, paints: Paints) -> None:
    async def test(app: Driven) -> None:
        app.app.painter.hold("a handler that hangs")
        paints.count = 0
        app.screen.query_one(FooterLine).refresh()
        for _ in range(30):
            await asyncio.sleep(0)
        assert app.app.painter.held
        assert not paints.count
        await app.until(lambda: not app.app.painter.held, f"released after {painting.PATIENCE} s")
        await app.until(lambda: paints.count > 0, "painted")

    drive(store_path, test)


def test_a_release_that_comes_late_changes_nothing(store_path: Path, paints: Paints) -> None:
    async def test(app: Driven) -> None:
        painter = app.app.painter
        painter.hold("one")
        painter.hold("two")
        painter.release("one")
        for _ in range(30):
            await asyncio.sleep(0)
        assert painter.held
        painter.release("two")
        await app.until(lambda: not painter.held, "released")
        paints.count = 0
        painter.release("two")
        await app.settle()
        assert not painter.held
        assert not paints.count

    drive(store_path, test)
