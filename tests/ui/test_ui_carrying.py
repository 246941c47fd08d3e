"""Unsent work as a sealed file from the app, and the answers that come back, with a real server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from work_app import drive, Driven

sys.path.append(str(Path(__file__).parent.parent / "sync"))

from syncworld import CYCLE, note, Officer, REGIONS, Server

from akk_tui.server import bundle, carried, setup
from akk_tui.server.db.engine import Database
from akk_tui.store import netfs


@pytest.fixture
def ani(tmp_path: Path) -> Iterator[Officer]:
    """An officer with two edits that wait."""
    folder = tmp_path / "server"
    folder.mkdir()
    server = Server(folder)
    setup.init_database(server.db)
    bundle.make_key(server.db, None)
    server.officer("ani", *REGIONS)
    server.start()
    made = Officer(tmp_path / "ani", server, "ani")
    made.sync()
    made.tick("2.4.1", "diunggah")
    note(made, "Rapat")
    server.stop()
    yield made
    server.stop()


def judged(ani: Officer, path: Path) -> bytes:
    database = Database(ani.server.db)
    try:
        opened = bundle.opened(path, bundle.key_path(ani.server.db, None))
        return carried.take(database, path, opened, carried.Overrides()).answers
    finally:
        database.close()


def test_work_is_sealed_from_the_sync_screen_and_its_answers_are_read_there(ani: Officer, tmp_path: Path) -> None:
    target, answers = tmp_path / "usb" / "kiriman.age", tmp_path / "usb" / "jawaban.age"

    async def test(app: Driven) -> None:
        await app.press("E")
        box = app.screen.box("path")
        assert box.typed == "~/akk-belum-terkirim-2025-10-06-1942.age"
        assert "hanya server yang dapat membukanya" in app.text()
        box.input.put(str(tmp_path / "isian.json"))
        await app.press("enter")
        assert "2 perubahan ditulis ke" in app.told()
        await app.press("E")
        app.screen.box("path").input.put(str(target))
        await app.press("enter")
        assert f"2 perubahan disegel ke {target}. Bawa ke admin server; J membaca jawabannya." in app.told()
        answers.write_bytes(judged(ani, target))

        await app.press("J")
        app.screen.box("path").input.put(str(target))
        await app.press("enter")
        assert "ditolak" in app.text()
        app.screen.box("path").input.put(str(answers))
        await app.press("enter")
        assert "Diterima 2, beda isian 0, ditolak 0, menunggu 0." in app.told()
        assert app.store.views.outbox() == ()
        assert app.app.status.pending == 0
        app.store.meta.set("witness", '[9999,"0123456789abcdef"]')
        await app.press("J")
        app.screen.box("path").input.put(str(answers))
        await app.press("enter")
        assert "lebih lama daripada yang sudah diketahui" in app.told()

    drive(ani.path, test, at="sync", paths=ani.paths)


def test_without_a_way_to_seal_the_readable_copy_is_offered_with_the_reason(ani: Officer) -> None:
    with ani.store() as store:
        store.meta.set("carry_known", None)

    async def test(app: Driven) -> None:
        await app.press("E")
        assert app.screen.box("path").typed.endswith(".json")
        assert "server belum mengenal komputer ini" in " ".join(app.text().split())

    drive(ani.path, test, at="sync", paths=ani.paths)


def test_the_app_works_on_a_network_file_system_and_says_once_that_it_is_one(
    ani: Officer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text("1 0 0:1 / / rw - nfs4 server:/x rw\n")
    monkeypatch.setattr(netfs, "TABLE", table)
    netfs.remote.cache_clear()

    async def first(app: Driven) -> None:
        assert "Profil ini ada di sistem berkas jaringan (nfs4)" in app.told()
        assert app.store.db.value("PRAGMA journal_mode") == "truncate"
        with ani.store() as other:
            other.edit("assessment", f"{CYCLE}:{REGIONS[0]}:2.4", {"summary": "Dari proses lain"}, seen=None)
        await app.press("6")
        await app.until(lambda: "menunggu 3 perubahan" in app.text(), "what the other process saved is shown")

    async def second(app: Driven) -> None:
        assert "sistem berkas jaringan" not in app.told()

    try:
        drive(ani.path, first, paths=ani.paths)
        drive(ani.path, second, paths=ani.paths)
    finally:
        netfs.remote.cache_clear()
