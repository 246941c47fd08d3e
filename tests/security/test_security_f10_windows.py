"""The windows around encryption: asking at the start, the way out, the offer, and encrypting from within the app."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sealedhome import files, Home, NOTE, OFFICER, PASSPHRASE, readable, TITLE
from test_security_f8_lock import drive
from work_app import Driven

from akk_tui import config, i18n
from akk_tui.sync import vault
from akk_tui.ui import crash, first_run
from akk_tui.ui.encrypting import EncryptWindow, off, OfferWindow
from akk_tui.ui.unlock import UnlockApp
from akk_tui.ui.widgets.table import AkkTable

pytestmark = pytest.mark.security
MakeHome = Callable[..., Home]


def _text(app: UnlockApp) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_f10_the_start_asks_in_a_window(make_home: MakeHome, lang: str, size: tuple[int, int]) -> None:
    home = make_home()
    home.encrypt()
    i18n.use(lang)

    async def main() -> None:
        app = UnlockApp(home.paths, config.Settings())
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            assert i18n.gettext("Profil ini terenkripsi. Tulis frasa sandinya.") in _text(app)
            for number in range(1, 4):
                await pilot.press(*"salah", "enter")
                while app.wrong < number:
                    await asyncio.sleep(0.01)
                await pilot.pause()
                assert i18n.gettext("Frasa sandi salah.") in _text(app)
            assert "f2" in _text(app)
            await pilot.press("f2")
            await pilot.pause()
            # The note and the private note.
            assert "2" in _text(app)
            await pilot.press("escape", *("space" if char == " " else char for char in PASSPHRASE))
            await pilot.pause()
            assert PASSPHRASE not in _text(app)
            await pilot.press("enter")
            while app.return_value is None:
                await asyncio.sleep(0.01)
        assert app.return_value is True

    try:
        asyncio.run(main())
    finally:
        i18n.use("id")
    assert vault.unlocked(home.paths)


def test_f10_the_way_out_needs_the_word(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()

    async def main() -> None:
        app = UnlockApp(home.paths, config.Settings())
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("f2", "n", "enter")
            await pilot.pause()
            assert vault.sealed(home.paths)
            await pilot.press("backspace", "y", "a", "enter")
            await pilot.pause()
        assert app.return_value is False

    asyncio.run(main())
    assert not vault.sealed(home.paths)
    assert readable(home.home, home.secrets()) == []
    assert not list(files(home.paths.data / "sealed"))


def test_f10_encrypting_from_within_the_app(make_home: MakeHome) -> None:
    home = make_home()
    done: list[Any] = []

    async def steps(app: Driven, _clock: Any) -> None:
        await app.app.run_command("encrypt")
        await app.settle()
        assert isinstance(app.screen, EncryptWindow)
        await app.type("pendek")
        await app.press("enter")
        assert "12" in app.text()
        await app.press(*["backspace"] * 6)
        await app.type(PASSPHRASE)
        await app.press("enter")
        await app.type(PASSPHRASE + "x")
        await app.press("enter")
        assert "tidak sama" in app.text()
        await app.type(PASSPHRASE)
        await app.pilot.press("enter")
        done.append(app.app.after)

    drive(home, steps)
    assert done[0] is not None
    done[0]()
    assert vault.sealed(home.paths)
    assert readable(home.home, home.secrets()) == []
    assert off(home.paths) is not None
    assert home.run("status").returncode == 0


def test_f10_the_offer_is_made_once(make_home: MakeHome) -> None:
    home = make_home()

    async def steps(app: Driven, _clock: Any) -> None:
        assert isinstance(app.screen, OfferWindow)
        await app.press("escape")
        assert not isinstance(app.screen, OfferWindow)
        assert first_run.encryption_due(home.paths, app.store.meta.get(first_run.OFFERED)) is False

    drive(home, steps, offer_encryption=True)


def test_f10_the_offer_is_for_laptops_at_hand(
    make_home: MakeHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(work=False)
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.setattr(first_run, "laptop", lambda: True)
    assert first_run.encryption_due(home.paths, None)
    assert not first_run.encryption_due(home.paths, "1")
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 22 10.0.0.2 22")
    assert not first_run.encryption_due(home.paths, None)
    monkeypatch.undo()
    assert not first_run.laptop(tmp_path)
    (tmp_path / "BAT0").mkdir()
    assert first_run.laptop(tmp_path)


async def _go(app: Driven) -> None:
    await app.press("7")
    app.screen.query_one(AkkTable).go_to("encryption")
    await app.settle()


def _line(app: Driven) -> str:
    return next(line for line in app.lines() if i18n.gettext("Enkripsi profil") in line)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_f10_the_settings_tell_the_state_and_lead_to_the_window(make_home: MakeHome, lang: str) -> None:
    home = make_home()

    async def plain(app: Driven, _clock: Any) -> None:
        await _go(app)
        assert i18n.gettext("tidak") in _line(app)
        await app.press("enter")
        assert isinstance(app.screen, EncryptWindow)

    async def sealed(app: Driven, _clock: Any) -> None:
        await _go(app)
        assert i18n.gettext("ya: frasa sandi") in _line(app)
        await app.press("enter")
        assert not isinstance(app.screen, EncryptWindow)
        assert "akk-tui rekey" in app.told()

    async def command(app: Driven, _clock: Any) -> None:
        await _go(app)
        assert i18n.gettext("ya: perintah kunci") in _line(app)

    i18n.use(lang)
    try:
        drive(home, plain)
        home.encrypt()
        home.unlock()
        drive(home, sealed)
        done = home.run("rekey", "--key-command", f"cat {home.secret}")
        assert done.returncode == 0, done.stderr
        drive(home, command)
    finally:
        i18n.use("id")


def test_f10_old_reports_of_crashes_go_and_texts_of_editors_are_named(make_home: MakeHome) -> None:
    home = make_home()
    report, text = home.paths.state / "crash-20251006T070000Z.txt", home.paths.state / "edit" / "1-d1.md"
    for file in (report, text):
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.write_text(NOTE)
    refused = home.run("encrypt")
    assert (refused.returncode, str(text) in refused.stderr) == (1, True)
    assert not vault.sealed(home.paths)
    text.unlink()
    done = home.run("encrypt")
    assert done.returncode == 0, done.stderr
    assert "Yang pernah Anda ekspor" in done.stderr
    assert not report.exists()
    assert readable(home.home, home.secrets()) == []


def test_f10_a_crash_of_an_encrypted_profile_tells_nothing_of_it(make_home: MakeHome) -> None:
    home = make_home()
    home.encrypt()
    home.unlock()

    async def steps(app: Driven, _clock: Any) -> None:
        await app.press("4")
        row = app.store.views.region(app.app.cycle, "35.72")
        try:
            try:
                raise KeyError(row)
            except KeyError as cause:
                cause.add_note(f"{TITLE} {NOTE}")
                raise ValueError(OFFICER, TITLE, NOTE) from cause
        except ValueError:
            said = crash.report(sys.exc_info(), home.paths)
        assert not any(word in said for word in home.secrets())

    drive(home, steps)
    (left,) = home.paths.state.glob("crash-*.txt")
    assert "KeyError" in left.read_text()
    assert readable(home.home, home.secrets()) == []
