"""Lean output draws the screens that Textual draws, cell for cell."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from comparer import compared
from textual import events
from textual.app import App
from work_app import drive, Driven

from akk_tui.ui.terminal import lean
from akk_tui.ui.terminal.lean import Differences, LeanOutput, Written

# The tracer would double what the many random runs take.
pytestmark = pytest.mark.no_cover

KEYS = [
    *("down", "up", "right", "left", "pagedown", "pageup", "home", "end", "tab", "shift+tab", "enter", "escape"),
    *("slash", "question_mark", "ctrl+p", "s", "f", "g", "o", "left_square_bracket", "right_square_bracket", "space"),
    *"1234567abcdefw",
]


SIZES = [(120, 40), (80, 24), (160, 50), (40, 15)]


def script(seed: int, count: int) -> list[str | tuple[int, int]]:
    """A script of keys and sizes; the digits come oftener, so that every screen is seen."""
    chosen = random.Random(seed)

    def step() -> str | tuple[int, int]:
        kind = chosen.random()
        return chosen.choice("1234567") if kind < 0.1 else chosen.choice(SIZES if kind < 0.14 else KEYS)

    return [step() for _ in range(count)]


@pytest.mark.parametrize("seed", range(4))
def test_random_keys_leave_the_same_screen(store_path: Path, seed: int) -> None:
    _run(store_path, seed, 60)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(100, 300))
def test_many_random_keys_leave_the_same_screen(store_path: Path, seed: int) -> None:
    _run(store_path, seed, 120)


def _run(path: Path, seed: int, count: int) -> None:
    size = SIZES[seed % len(SIZES)]

    async def test(app: Driven) -> None:
        with compared(app.app, *size) as comparer:
            await app.settle()
            for step in script(seed, count):
                if isinstance(step, str):
                    await app.press(step)
                else:
                    comparer.resized(*step)
                    await app.pilot.resize_terminal(*step)
                    await app.settle()
            assert comparer.frames > count // 4

    drive(path, test, size)


class Frames:
    """The frames that an app hands to Textual, as if it had a terminal."""

    def __init__(self) -> None:
        self.made: list[Any] = []

    def take(self) -> list[Any]:
        made, self.made = self.made, []
        return made


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> Frames:
    found = Frames()

    def display(self: App[Any], screen: object, renderable: object) -> None:
        if renderable is not None:
            found.made.append(renderable)

    monkeypatch.setattr(App, "_display", display)
    monkeypatch.setattr(LeanOutput, "_writes", lambda self: True)
    monkeypatch.setattr(LeanOutput, "_cursor_moves", lambda self: False)
    return found


def test_what_stands_already_is_not_written_again(store_path: Path, frames: Frames) -> None:
    async def test(app: Driven) -> None:
        frames.take()
        app.screen.refresh()
        await app.settle()
        assert frames.take() == []
        await app.press("down")
        assert 0 < sum(len(one.text) for one in frames.take()) < 900

    drive(store_path, test)


@pytest.mark.parametrize("what", ["resize", "resume", "redraw"])
def test_what_stands_is_forgotten(store_path: Path, frames: Frames, what: str) -> None:
    async def test(app: Driven) -> None:
        frames.take()
        if what == "resize":
            app.app.post_message(events.Resize(app.app.size, app.app.size))
            await app.settle()
            app.screen.refresh()
        elif what == "resume":
            app.app.app_resume_signal.publish(app.app)
        else:
            app.app.action_redraw()
        await app.settle()
        text = "".join(one.text for one in frames.take())
        assert all(f"\x1b[{line};" in text or f"\x1b[{line}H" in text for line in range(1, 41))

    drive(store_path, test)


@pytest.mark.parametrize("place", ["4,e", "ctrl+p", "slash", "3,down,m"])
def test_the_key_that_draws_anew_works_everywhere(store_path: Path, frames: Frames, place: str) -> None:
    """In the editor, in windows, in text fields, and where the screen faces others."""

    async def test(app: Driven) -> None:
        await app.press(*place.split(","))
        screen = app.screen
        frames.take()
        await app.press("ctrl+l")
        assert app.screen is screen
        text = "".join(one.text for one in frames.take())
        assert all(f"\x1b[{line};" in text or f"\x1b[{line}H" in text for line in range(1, 41))

    drive(store_path, test)


def test_a_frame_that_cannot_be_compared_is_written_by_textual_and_said(
    store_path: Path, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(app: Driven) -> None:
        frames.take()

        def broken(_self: Differences, _update: object) -> str:
            raise RuntimeError

        monkeypatch.setattr(Differences, "of", broken)
        await app.press("down")
        assert frames.take()
        assert not any(isinstance(one, Written) for one in frames.made)
        assert "RuntimeError" in app.told()
        assert "RuntimeError" in app.app.messages[-1].words

    drive(store_path, test)


def test_a_textual_that_lacks_a_part_writes_as_ever_and_it_is_said(
    store_path: Path, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lean, "missing", lambda _app: ["ChopsUpdate"])

    async def test(app: Driven) -> None:
        assert "ChopsUpdate" in app.told()
        assert frames.take()
        assert not any(isinstance(one, Written) for one in frames.made)

    drive(store_path, test)


def test_stock_output_can_be_asked_for(store_path: Path, frames: Frames, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKK_OUTPUT", "stock")

    async def test(app: Driven) -> None:
        made = frames.take()
        assert made
        assert not any(isinstance(one, Written) for one in made)
        assert app.app.lean_trouble == ""

    drive(store_path, test)


def test_this_textual_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lean.missing(App[None]()) == []
    monkeypatch.delattr(lean.Style, "_ansi")
    assert lean.missing(App[None]()) == ["Style._ansi"]
