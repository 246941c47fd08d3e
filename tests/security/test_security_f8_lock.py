"""The lock: nothing of the content is seen, no key but the one that returns does anything, no timer draws."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from sealedhome import Home, NAMES, NOTE, OFFICER, PASSPHRASE, TITLE

sys.path.append(str(Path(__file__).parents[1] / "ui"))
from work_app import Driven

from akk_tui import i18n
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.ui.app import AkkApp
from akk_tui.ui.lock import LockScreen

pytestmark = pytest.mark.security
MakeHome = Callable[..., Home]


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key counts at once."""
    monkeypatch.setattr(LockScreen, "GRACE", 0.0)


class Clock:
    """A clock that stands until it is put forward."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def drive(
    home: Home, test: Callable[[Driven, Clock], Coroutine[Any, Any, None]], minutes: int = 15, **app: Any
) -> None:
    path = Path(accounts.load(home.paths).store)

    async def main() -> None:
        with Store.open(path) as store:
            made = AkkApp(
                store,
                open_reader=lambda: Store.open(path, read_only=True, again=True),
                paths=home.paths,
                lock_minutes=minutes,
                **app,
            )
            clock = Clock()
            made.lock.clock = clock
            made.lock.opened()
            async with made.run_test(size=(80, 24)) as pilot:
                driven = Driven(pilot, path)
                await driven.settle()
                await test(driven, clock)

    asyncio.run(main())


def _hidden(app: Driven) -> bool:
    text = app.text()
    return not any(word in text for word in (*NAMES, NOTE, TITLE, OFFICER, "Dasbor", "AKK"))


async def _pass(app: Driven, clock: Clock, minutes: float) -> None:
    clock.seconds += minutes * 60
    app.app._poll()
    await app.settle()


def test_f8_after_the_minutes_only_the_lock_is_seen(make_home: MakeHome) -> None:
    async def steps(app: Driven, clock: Clock) -> None:
        await app.press("4")
        assert TITLE in app.text()
        await _pass(app, clock, 14.9)
        assert TITLE in app.text()
        await app.press("down")
        await _pass(app, clock, 14.9)
        assert TITLE in app.text()
        await _pass(app, clock, 0.2)
        assert isinstance(app.screen, LockScreen)
        assert "Terkunci sejak" in app.text()
        assert _hidden(app)
        app.app.tell(NOTE, "error")
        await app.settle()
        assert app.told() == ""
        assert _hidden(app)
        await app.press("q")
        assert TITLE in app.text()
        shown = app.app.shown()
        assert shown is not None
        assert shown.ID == "notes"

    drive(make_home(), steps)


def test_f8_windows_and_toasts_are_hidden_too(make_home: MakeHome) -> None:
    async def steps(app: Driven, clock: Clock) -> None:
        app.app.tell(NOTE, "warning")
        await app.press("slash")
        await app.type("wawancara")
        assert TITLE in app.text()
        await _pass(app, clock, 16)
        assert _hidden(app)
        assert app.told() == ""
        await app.press("x")
        assert TITLE in app.text()

    drive(make_home(), steps)


def test_f8_a_key_after_sleep_is_not_answered(make_home: MakeHome) -> None:
    async def steps(app: Driven, clock: Clock) -> None:
        clock.seconds += 3_600
        await app.press("4")
        assert isinstance(app.screen, LockScreen)
        assert _hidden(app)
        await app.press("space")
        shown = app.app.shown()
        assert shown is not None
        assert shown.ID == "dashboard"

    drive(make_home(), steps)


def test_f8_what_arrives_after_sleep_is_not_drawn_before_the_lock(make_home: MakeHome) -> None:
    async def steps(app: Driven, clock: Clock) -> None:
        await app.press("4")
        drawn: list[str] = []
        before = AkkApp.__mro__[1]._display
        clock.seconds += 3_600
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                AkkApp.__mro__[1], "_display", lambda me, screen, of: (drawn.append(screen), before(me, screen, of))
            )
            # A message of a round that ended, and a screen drawn anew, before the clock has been looked at.
            app.app.tell(NOTE, "error")
            app.app.screen.refresh()
            await app.settle()
        assert isinstance(app.screen, LockScreen)
        assert {type(one) for one in drawn} <= {LockScreen}
        assert _hidden(app)

    drive(make_home(), steps)


def test_f8_a_key_pressed_before_the_lock_stood_does_not_open_it(
    make_home: MakeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(app: Driven, clock: Clock) -> None:
        monkeypatch.setattr(LockScreen, "GRACE", 3_600.0)
        await _pass(app, clock, 16)
        await app.press("1", "f12", "enter")
        assert isinstance(app.screen, LockScreen)
        monkeypatch.setattr(LockScreen, "GRACE", 0.0)
        await app.press("1")
        assert not isinstance(app.screen, LockScreen)

    drive(make_home(), steps)


def test_f8_the_lock_command_works_on_a_window_too_and_zero_means_never(make_home: MakeHome) -> None:
    async def steps(app: Driven, clock: Clock) -> None:
        await _pass(app, clock, 10_000)
        assert not isinstance(app.screen, LockScreen)
        await app.press("question_mark", "f12")
        assert isinstance(app.screen, LockScreen)
        assert _hidden(app)
        await app.press("f12")
        await app.app.run_command("lock.now")
        await app.settle()
        assert isinstance(app.screen, LockScreen)

    drive(make_home(), steps, minutes=0)


def test_f8_an_encrypted_profile_wants_its_passphrase(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    home.unlock()

    async def steps(app: Driven, clock: Clock) -> None:
        await app.press("4")
        await _pass(app, clock, 16)
        await app.press("4", "escape", "ctrl+p", "question_mark", "ctrl+q", "alt+2")
        assert isinstance(app.screen, LockScreen)
        assert _hidden(app)
        await app.type("bukan itu sama sekali")
        assert "bukan itu" not in app.text()
        await app.press("enter")
        await app.until(lambda: "Frasa sandi salah" in app.text(), "refused")
        assert _hidden(app)
        await app.type(PASSPHRASE)
        assert PASSPHRASE not in app.text()
        await app.press("enter")
        await app.until(lambda: not isinstance(app.screen, LockScreen), "open")
        await app.settle()
        assert TITLE in app.text()

    drive(home, steps)


def test_f8_a_locked_screen_draws_nothing_by_itself(make_home: MakeHome, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(app: Driven, clock: Clock) -> None:
        await _pass(app, clock, 16)
        await app.settle()
        drawn: list[object] = []
        before = app.app._display
        monkeypatch.setattr(app.app, "_display", lambda *some: (drawn.append(some), before(*some)))
        for _second in range(3):
            await _pass(app, clock, 1)
        assert drawn == []

    drive(make_home(), steps)


def test_f8_what_ends_meanwhile_waits_for_the_officer(make_home: MakeHome) -> None:
    async def steps(app: Driven, clock: Clock) -> None:
        await app.press("4", "f12")
        assert _hidden(app)
        # A window that work in the background opens, one that it closes, another language, another screen.
        app.app.action_messages()
        app.app.pop_screen()
        app.app.switch_mode("dashboard")
        await app.app.use_language("en")
        await app.settle()
        assert isinstance(app.screen, LockScreen)
        assert _hidden(app)
        await app.press("x")
        await app.settle()
        assert not isinstance(app.screen, LockScreen)
        assert i18n.language() == "en"

    try:
        drive(make_home(), steps)
    finally:
        i18n.use("id")


def test_f8_a_passphrase_is_never_copied(make_home: MakeHome, monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_home()
    home.encrypt()
    home.unlock()

    async def steps(app: Driven, clock: Clock) -> None:
        copied: list[str] = []
        monkeypatch.setattr(app.app, "copy_to_clipboard", copied.append)
        await app.press("f12")
        await app.type(PASSPHRASE)
        await app.press("shift+home", "ctrl+c", "ctrl+x", "ctrl+c")
        assert copied == []

    drive(home, steps)
