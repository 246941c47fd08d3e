"""Signing in, in the app: the window over it, and the small app before there is an account; the child is scripted."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui import paths as folders
from akk_tui.store.store import Store
from akk_tui.ui.sign_in import SignInPane, SignInWindow
from akk_tui.ui.sign_in_app import SignInApp

Snapshot = Callable[[str, str], None]
SERVER = "https://akk.example.go.id"
CODE = {
    "stage": "code",
    "user_code": "BCDF-GHJK",
    "uri": f"{SERVER}/device",
    "whole_uri": f"{SERVER}/device?code=BCDF-GHJK",
    "seconds": 600,
    "host": "laptop-ani",
    "user": "ani",
}
WAIT = {"stage": "wait", "seconds": 598, "offline": False}
SIZES = ((80, 24), (120, 40))
CHILD = """
import json, sys, time
said = json.loads(sys.argv[1])
for line in said["lines"]:
    sys.stderr.write((line if isinstance(line, str) else json.dumps(line)) + "\\n")
sys.stderr.flush()
if said["code"] is None:
    time.sleep(60)
sys.stdout.write(json.dumps(said["document"]) + "\\n")
sys.exit(said["code"])
"""


class Script:
    """What the children say, one after the other; ``asked`` is what each was started for."""

    def __init__(self, *children: tuple[list[Any], int | None, dict[str, Any]]) -> None:
        self.children = list(children)
        self.asked: list[tuple[str, str | None]] = []

    def __call__(self, server: str, store: str | None = None) -> tuple[str, ...]:
        self.asked.append((server, store))
        lines, code, document = self.children.pop(0)
        return (sys.executable, "-c", CHILD, json.dumps({"lines": lines, "code": code, "document": document}))


WAITING = ([CODE, WAIT], None, {})
EXPIRED = ([CODE, {"stage": "failed", "code": "code_expired"}, "Kode masuk …"], 4, {})
DENIED = ([CODE, {"stage": "failed", "code": "denied"}, "Permintaan …"], 4, {})
AWAY = ([{"stage": "failed", "code": "unreachable"}, "Server https://x tidak terjangkau: luring."], 3, {})
NO_PLACE = ([{"stage": "failed", "code": "no_place"}, "Sesi tidak dapat disimpan"], 2, {})
DONE = ([CODE, WAIT], 0, {"officer": "ani", "server": SERVER})


def first_start(
    script: Script, test: Callable[[Driven], Coroutine[Any, Any, None]], size: tuple[int, int] = (80, 24), **app: Any
) -> Any:
    async def main() -> Any:
        made = SignInApp(script, app.pop("server", ""), **app)
        async with made.run_test(size=size) as pilot:
            await test(Driven(pilot, Path()))
        return made.return_value

    return asyncio.run(main())


async def until_state(app: Driven, state: str) -> None:
    pane = app.screen.query_one(SignInPane)
    await app.until(lambda: pane.state == state, state)
    await app.pilot.pause()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
def test_the_first_start_asks_for_the_server_and_shows_a_code(
    snapshot: Snapshot, size: tuple[int, int], language: str
) -> None:
    i18n.use(language)
    script = Script(WAITING)

    async def test(app: Driven) -> None:
        await until_state(app, "ask")
        name = f"{size[0]}x{size[1]}"
        snapshot(f"sign_in/{language}/first-{name}", app.text())
        await app.pilot.press(*SERVER.replace("://", " ").replace(" ", " ").split()[0])
        await app.pilot.press(
            "colon", "slash", "slash", *[{".": "full_stop"}.get(char, char) for char in SERVER.removeprefix("https://")]
        )
        await app.pilot.press("enter")
        await until_state(app, "code")
        await app.until(lambda: re.search(r"9[.:]58", app.text()) is not None, "the time that is left")
        snapshot(f"sign_in/{language}/code-{name}", app.text())
        assert "BCDF-GHJK" in app.text()
        assert "laptop-ani" in app.text()

    assert first_start(script, test, size) is None
    assert script.asked == [(SERVER, None)]


def test_in_ascii_there_is_no_block_on_the_screen(snapshot: Snapshot) -> None:
    for size in SIZES:

        async def test(app: Driven, size: tuple[int, int] = size) -> None:
            await until_state(app, "code")
            await app.until(lambda: re.search(r"9[.:]58", app.text()) is not None, "the time that is left")
            assert app.text().isascii()
            assert ("##" in app.text()) == (size == (120, 40))
            snapshot(f"sign_in/ascii/code-{size[0]}x{size[1]}", app.text())

        first_start(Script(WAITING), test, size, server=SERVER, ascii_glyphs=True)


def test_a_low_or_narrow_terminal_shows_the_steps_without_the_picture() -> None:
    for size in ((60, 24), (80, 18), (40, 15)):

        async def test(app: Driven) -> None:
            await until_state(app, "code")
            assert "█" not in app.text()
            assert "BCDF-GHJK" in app.text()

        first_start(Script(WAITING), test, size, server=SERVER)


def test_signed_in_is_the_end() -> None:
    async def test(app: Driven) -> None:
        await app.until(lambda: app.app.return_value is not None, "the app ends")

    assert first_start(Script(DONE), test, server=SERVER) is True


def test_leaving_ends_the_child() -> None:
    async def test(app: Driven) -> None:
        await until_state(app, "code")
        child = app.screen.query_one(SignInPane)._child
        await app.pilot.press("escape")
        assert child is not None
        assert child.wait(10) == -15

    assert first_start(Script(WAITING), test, server=SERVER) is False


def test_what_went_wrong_is_said_with_the_key_that_helps() -> None:
    script = Script(EXPIRED, DENIED, AWAY, NO_PLACE, WAITING)

    async def test(app: Driven) -> None:
        await until_state(app, "failed")
        assert "Tekan enter untuk kode baru." in app.text()
        assert "enter kode baru" in app.text()
        await app.pilot.press("enter")
        await app.until(lambda: "ditolak di peramban" in app.text(), "denied")
        await app.pilot.press("enter")
        await app.until(lambda: "tidak terjangkau: luring" in app.text(), "unreachable")
        await app.pilot.press("enter")
        await until_state(app, "store")
        assert "dibuka Anda?" in " ".join(app.text().split())
        await app.pilot.press("enter")
        await until_state(app, "code")
        await app.pilot.press("ctrl+r")
        await until_state(app, "ask")

    first_start(script, test, server=SERVER)
    assert [store for _server, store in script.asked] == [None, None, None, None, "file"]


def test_a_line_that_steers_the_terminal_is_harmless() -> None:
    hostile = {**CODE, "user_code": "\x1b]0;x\x07[red]K", "uri": "\x1b[2J[@click=app.quit]x[/]"}

    async def test(app: Driven) -> None:
        await until_state(app, "code")
        assert "\x1b" not in app.text()
        assert "[@click=app.quit]" in app.text()

    first_start(Script(([hostile, WAIT], None, {})), test, server=SERVER)


# --- over the app


def over(
    path: Path, tmp_path: Path, script: Script, test: Callable[[Driven], Coroutine[Any, Any, None]], **app: Any
) -> None:
    with Store.open(path) as store:
        store.meta.set("server", SERVER)

    async def wrapped(driven: Driven) -> None:
        done: list[bool | None] = []
        driven.app.push_screen(SignInWindow(script, SERVER), done.append)
        await driven.pilot.pause()
        await test(driven)

    drive(path, wrapped, paths=folders.find(tmp_path / "home"), **app)


def test_the_window_shows_the_code_at_once_and_closes_when_done(
    store_path: Path, tmp_path: Path, snapshot: Snapshot
) -> None:
    for size in SIZES:

        async def waits(app: Driven, size: tuple[int, int] = size) -> None:
            await until_state(app, "code")
            await app.until(lambda: re.search(r"9[.:]58", app.text()) is not None, "the time that is left")
            snapshot(f"sign_in/id/window-{size[0]}x{size[1]}", app.text())
            await app.pilot.press("escape")
            await app.pilot.pause()
            assert not isinstance(app.screen, SignInWindow)

        over(store_path, tmp_path, Script(WAITING), waits, size=size)

    async def done(app: Driven) -> None:
        await app.until(lambda: not isinstance(app.screen, SignInWindow), "the window closes")
        assert "Masuk sebagai ani." in app.told()

    over(store_path, tmp_path, Script(DONE), done)


def test_the_address_cannot_be_another_one_over_the_app(store_path: Path, tmp_path: Path) -> None:
    async def test(app: Driven) -> None:
        await until_state(app, "code")
        await app.pilot.press("ctrl+r")
        await app.pilot.pause()
        assert app.screen.query_one(SignInPane).state == "code"

    over(store_path, tmp_path, Script(WAITING), test)
