"""A wipe that meets an open app: its own background round, the history of a row, another command of the same user."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from programs import clean_env, ServerProcess
from pseudo import Terminal
from sealedhome import Home as SealedHome
from sealedhome import PASSPHRASE, readable
from test_security_f8_lock import drive
from test_security_f9_remote import BODY, both, OFFICER, Officer, OTHER, PHRASE, PRIVATE, served
from work_app import Driven

from akk_tui import external_editor
from akk_tui import paths as folders
from akk_tui.store.errors import StoreGone
from akk_tui.store.shapes import Draft
from akk_tui.store.store import Store
from akk_tui.sync import vault
from akk_tui.ui import crash
from akk_tui.ui.launch import sync_command

pytestmark = pytest.mark.security
TYPED = "Uang dititipkan lewat sopir"
__all__ = ["served"]


def _opened(one: Officer, open_app: Callable[..., Terminal]) -> Terminal:
    """The app of an officer, past its passphrase and its guide."""
    app = open_app(one.home, columns=240)
    if one.opened:
        app.wait("Profil ini terenkripsi")
        app.send(PHRASE + "\r")
    app.wait("Panduan singkat")
    app.send("\x1b")
    app.wait(lambda text: "Panduan singkat" not in text)
    return app


def _sync(app: Terminal) -> None:
    """Start a round; what is being typed stays open."""
    app.send("\x1b[54;3u")
    app.wait("Belum terkirim 2")
    app.send("s")


def _said(app: Terminal) -> str:
    """What is left on the terminal once the app has given it back, its lines joined."""
    assert app.ended() == 4, app.text
    text = re.sub(rb"\x1b\[[0-9;?=>]*[A-Za-z]", b"", app.raw.rpartition(b"\x1b[?1049l")[2]).decode()
    return " ".join(text.split())


@both
def test_f9_the_round_of_an_open_app_ends_it_with_the_place_of_the_sealed_file(
    served: ServerProcess, tmp_path: Path, open_app: Callable[..., Terminal], encrypted: bool
) -> None:
    one = Officer(served, tmp_path / "home", encrypted)
    one.ok("note", "add", "--private", "--subject", "35.72", "--title", "Rapat tertutup", text=PRIVATE)
    app = _opened(one, open_app)
    # Once its first round is over: that would send what is done now.
    app.wait("daring · sinkron")
    one.work(OTHER)
    served.admin("unassign", OFFICER, OTHER)
    one.wipe()
    app.send("4n35.72\r\rRapat\t\t" + TYPED)
    app.wait("4 kata")
    _sync(app)
    said = _said(app)
    assert one.sealed(said) == ["assessment", "note"]
    assert "draf yang ikut terhapus: " in said
    assert one.state() == "sudah dihapus"
    assert TYPED not in said
    assert readable(one.home.folder, [TYPED]) == []
    one.gone()


@both
def test_f9_the_history_of_a_row_that_meets_the_order_has_it_carried_out(
    served: ServerProcess, tmp_path: Path, open_app: Callable[..., Terminal], encrypted: bool
) -> None:
    one = Officer(served, tmp_path / "home", encrypted)
    app = _opened(one, open_app)
    app.wait("daring · sinkron")
    one.work(OTHER)
    one.wipe()
    app.send("2")
    app.wait("Kab. Pesawaran")
    app.send("\x1b/kota blitar")
    app.wait("35.72")
    app.send("\r")
    app.wait("1.1 ")
    app.send("H")
    assert "Semua isian sudah diterima" in _said(app)
    assert one.state() == "sudah dihapus"
    one.gone()


EDITOR = """
import pathlib, sys
text = pathlib.Path(sys.argv[1])
print("PENYUNTING", flush=True)
input()
try:
    text.write_text(sys.argv[2])
except OSError as cause:
    print("TIDAK BISA", cause, flush=True)
    sys.exit(1)
"""
"""An editor that saves what was typed when it is told to."""


def test_f9_a_wipe_while_another_editor_has_the_terminal(
    served: ServerProcess, tmp_path: Path, open_app: Callable[..., Terminal]
) -> None:
    one = Officer(served, tmp_path / "home", encrypted=False)
    script = tmp_path / "editor.py"
    script.write_text(EDITOR.replace("sys.argv[2]", repr(TYPED)))
    app = open_app(one.home, columns=240, EDITOR=f"{sys.executable} {script}")
    app.wait("Panduan singkat")
    app.send("\x1b")
    app.wait(lambda text: "Panduan singkat" not in text)
    app.wait("daring · sinkron")
    app.send("4n35.72\r\rRapat\t\tawal ")
    app.wait("1 kata")
    app.send("\x0f")
    app.wait("PENYUNTING")
    (text,) = (one.home.folder / "state" / "edit").iterdir()
    one.wipe()
    assert one.run("sync").code == 4
    assert not text.exists()
    app.send("\r")
    assert "dihapus oleh perintah lain" in _said(app)
    assert b"TIDAK BISA" in app.raw
    assert readable(one.home.folder, [TYPED, "awal "]) == []
    one.gone()


def _another(home: SealedHome) -> None:
    """Another process of the same user takes the data away."""
    code = (
        "import sys; from pathlib import Path; from akk_tui import paths; from akk_tui.sync import account, vault;"
        "found = paths.find(Path(sys.argv[1]), {});"
        "sys.argv[2:] and vault.unlock(found, sys.argv[2].encode());"
        "account.logout(found, wipe=True, force=True)"
    )
    words = [PASSPHRASE] if vault.sealed(home.paths) else []
    subprocess.run([sys.executable, "-c", code, str(home.home), *words], env=clean_env(), check=True, timeout=60)


@both
def test_f9_what_an_open_app_writes_afterwards_comes_to_nothing(
    make_home: Callable[..., SealedHome], encrypted: bool
) -> None:
    home = make_home()
    if encrypted:
        home.encrypt()
        home.unlock()
    left: list[Any] = []

    async def steps(app: Driven, _clock: Any) -> None:
        await app.press("4")
        store: Store = app.store
        _another(home)
        # Before the app has looked: what it tries now is refused, and nothing is made anew.
        fields = {"cycle": app.app.cycle, "region": "35.72", "subject": "35.72", "title": TYPED, "tags": []}
        with pytest.raises(StoreGone):
            store.create("note", {**fields, "body": BODY})
        with pytest.raises(StoreGone):
            store.meta.set("officer", OFFICER)
        with pytest.raises(StoreGone), app.app.reading():
            pass
        app.app.journal.put(
            Draft("d9", None, "35.72", app.app.cycle, TYPED, BODY, (), None, app.app.now(), os.getpid(), False)
        )
        assert not app.app.journal.flush(5)
        try:
            raise ValueError(BODY)
        except ValueError:
            assert crash.report(sys.exc_info(), home.paths)
        app.app._poll()
        await app.pilot.pause()
        left.append(app.app.return_code)

    drive(home, steps, sync_command=None)
    assert left == [4]
    assert readable(home.home, (*home.secrets(), TYPED, BODY)) == []
    there = {one.name for one in home.home.rglob("*") if one.is_file() and not one.name.startswith("crash-")}
    assert there - {"config.toml"} <= {"use.lock"}


def test_f9_the_background_round_of_the_app_carries_it_out(served: ServerProcess, tmp_path: Path) -> None:
    one = Officer(served, tmp_path / "home", encrypted=False)
    one.work()
    one.wipe()
    paths = folders.find(one.home.folder, {})

    class Opened:
        """What the driver of the app asks of a profile."""

    home: Any = Opened()
    home.paths = paths
    left: list[Any] = []

    async def steps(app: Driven, _clock: Any) -> None:
        app.app.sync.online = True
        app.app.sync.set_rhythm(0.001)
        await app.until(lambda: app.app.return_code is not None, "the app ends")
        left.append((app.app.return_code, "".join(str(words) for words in app.app._exit_renderables)))

    drive(home, steps, sync_command=sync_command(paths), sync_at_start=False)
    ((code, said),) = left
    assert code == 4
    assert "Semua isian sudah diterima server" in said
    assert one.state() == "sudah dihapus"
    one.gone()


def test_f9_texts_in_memory_go_with_an_encrypted_profile(
    make_home: Callable[..., SealedHome], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, other = make_home(), make_home()
    memory = Path("/dev/shm") / f"akk-test-{os.getpid()}"
    memory.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(memory))
    try:
        for one in (home, other):
            one.encrypt()
            one.unlock()
            folder = folders.private_folder(external_editor.folder_of(one.paths))
            (folder / f"{os.getpid()}-d1.md").write_text(TYPED)
        _another(home)
        assert len(readable(memory, [TYPED])) == 1
        other.forget()
        done = other.run("encrypt", "--forget", "--yes", passphrase=False)
        assert done.returncode == 0, done.stderr
        assert readable(memory, [TYPED]) == []
    finally:
        subprocess.run(["rm", "-rf", str(memory)], check=True)
