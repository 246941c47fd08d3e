"""A damaged store: found, its indexes made anew, or all that can be read brought into a new one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from modelserver import UNITS
from storeclient import Client, draft

from akk_tui.paths import PathRefused
from akk_tui.store import health, salvage, schema
from akk_tui.store.db import connect
from akk_tui.store.errors import RepairFailed, StoreForeign, StoreFull, StoreUnusable
from akk_tui.store.store import Store

PAGE = 4096


PLACE = {"cycle": UNITS[0][:4], "region": UNITS[0][5:], "subject": UNITS[0][5:]}


@pytest.fixture
def budi(budi: Client) -> Client:
    """Some of his work is on the server, some waits, a draft and a private note are nowhere else."""
    budi.sync()
    budi.tick("1.1.1", "diunggah")
    budi.sync()
    budi.tick("1.1.2", "diunggah")
    budi.store.drafts.save(draft())
    budi.store.private.save({**PLACE, "title": "Rahasia", "body": "hanya di sini", "tags": []})
    return budi


def root(store: Store, name: str) -> int:
    return int(store.db.value("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)))


def spoil(path: Path, page: int, bytes_: bytes = b"\xff" * 200, at: int = 8) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE + at)
        file.write(bytes_)


def closed(client: Client, *names: str) -> list[int]:
    """Close the store with all in one file; the root pages of the tables ``names``."""
    pages = [root(client.store, name) for name in names]
    client.store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    client.store.close()
    return pages


def one(path: Path, op: str) -> bool:
    """Whether the row of an edit can be read when it is asked for by its id alone."""
    try:
        with closing(connect(path)) as db:
            return db.one("SELECT * FROM outbox WHERE op = ?", (op,)) is not None
    except StoreUnusable:
        return False


def left(path: Path) -> set[str]:
    return {one.name for one in path.parent.iterdir()} - {"unsent"}


def without(store: Store, index: str, change: Callable[[], object]) -> None:
    """Make a change that ``index`` does not learn of."""
    db = store.db
    sql = db.value("SELECT sql FROM sqlite_master WHERE name = ?", (index,))
    for made in (f"{sql} WHERE 0", sql):
        db.execute("PRAGMA writable_schema=ON")
        db.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (made, index))
        db.execute("PRAGMA writable_schema=RESET")
        if made != sql:
            change()


def test_a_sound_store_is_whole(budi: Client) -> None:
    assert health.look(budi.store.db) == "whole"
    with Store.open(budi.path, read_only=True) as store:
        assert health.look(store.db) == "whole"


def test_an_index_that_lacks_a_row_is_found_and_made_anew(budi: Client) -> None:
    without(budi.store, "outbox_row", lambda: budi.tick("1.1.3", "diunggah"))
    assert budi.store.db.value("PRAGMA quick_check") == "ok", "what compares no index sees nothing"
    assert health.look(budi.store.db) == "index"
    before = budi.outbox()
    assert health.mend(budi.store.db)
    assert health.look(budi.store.db) == "whole"
    assert budi.outbox() == before
    budi.sync()
    assert budi.outbox() == []


@pytest.mark.parametrize("index", ["note_fts", "agenda_fts"])
def test_an_index_of_words_that_lost_them_is_found_and_made_anew(budi: Client, index: str) -> None:
    db = budi.store.db
    budi.store.create("note", {**PLACE, "title": "Pakta", "body": "integritas"})
    budi.store.create("followup", {**PLACE, "text": "Rapat kedua", "status": "belum"})
    assert health.look(db) == "whole"
    db.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")
    assert health.look(db) == "index"
    assert health.mend(db)
    assert health.look(db) == "whole"


def test_what_cannot_be_mended_says_so(budi: Client) -> None:
    (page,) = closed(budi, "base")
    spoil(budi.path, page)
    with closing(connect(budi.path)) as db:
        assert health.look(db) == "damaged"
        assert not health.mend(db)


@pytest.mark.parametrize("table", ["base", "change", "summary", "note_doc", "unit", "reference", "sent"])
def test_a_damage_in_what_the_server_has_costs_a_sync(budi: Client, sari: Client, table: str) -> None:
    waiting = budi.outbox()
    assert waiting
    (page,) = closed(budi, table)
    spoil(budi.path, page)
    before = budi.path.read_bytes()
    saved = salvage.salvage(budi.path)
    assert saved == salvage.Saved(saved.kept, work=3, lost=0, whole=True)
    assert saved.kept.read_bytes() == before
    assert saved.kept.stat().st_mode & 0o777 == 0o600
    assert left(budi.path) == {budi.path.name, saved.kept.name}
    budi.reopen()
    assert health.look(budi.store.db) == "whole"
    assert budi.outbox() == waiting
    assert len(budi.store.drafts.list()) == 1
    assert budi.store.private.count() == 1
    if table != "base":
        assert budi.state("1.1.1") == "diunggah", "shown before there is a network"
    sari.sync()
    sari.tick("2.1.1", "diterima")
    sari.sync()
    budi.sync()
    sari.sync()
    assert budi.outbox() == []
    assert [budi.state(item) for item in ("1.1.1", "1.1.2", "2.1.1")] == ["diunggah", "diunggah", "diterima"]
    assert budi.base() == sari.base()


def test_of_a_damaged_outbox_each_edit_is_saved_or_told(budi: Client, sari: Client) -> None:
    """Many pages of edits, the middle one overwritten: those before and behind it are there, the others are counted."""
    for n in range(60):
        budi.store.create("followup", {**PLACE, "text": f"Tindak lanjut {n} " * 20, "status": "belum"})
    ops = {op for op, _state in budi.outbox()}
    count = int(budi.store.db.value("PRAGMA page_count"))
    (top,) = closed(budi, "outbox")
    sound = budi.path.read_bytes()
    hit = 0
    for page in range(2, count + 1):
        budi.path.write_bytes(sound)
        spoil(budi.path, page, b"\xff" * (PAGE - 100))
        try:
            with closing(connect(budi.path)) as db:
                try:
                    lost_here = db.value("SELECT count(*) FROM outbox NOT INDEXED") != len(ops)
                except StoreUnusable:
                    lost_here = True
        except StoreUnusable:
            continue  # a page of the schema
        if not lost_here or page == top:
            continue
        hit += 1
        readable = {op for op in ops if one(budi.path, op)}
        saved = salvage.salvage(budi.path)
        with Store.open(budi.path) as store:
            kept = {op for (op,) in store.db.execute("SELECT op FROM outbox").fetchall()}
            assert health.look(store.db) == "whole"
        assert kept == readable
        assert 0 < len(kept) < len(ops)
        assert not saved.whole
        assert saved.work == len(kept) + 2
        assert saved.lost == len(ops) - len(kept), page
        saved.kept.unlink()
        if hit == 2:
            break
    assert hit == 2
    budi.reopen()
    budi.sync()
    sari.sync()
    assert budi.outbox() == []
    assert budi.base() == sari.base()


def test_a_file_of_which_nothing_can_be_read_is_kept(budi: Client) -> None:
    closed(budi)
    budi.path.write_bytes(before := os.urandom(3 * PAGE))
    saved = salvage.salvage(budi.path)
    assert (saved.work, saved.whole) == (0, False)
    assert saved.kept.read_bytes() == before
    budi.reopen()
    budi.sync()
    assert budi.state("1.1.1") == "diunggah"


def test_another_programs_file_stays_as_it_is(budi: Client, tmp_path: Path) -> None:
    budi.store.db.execute("PRAGMA application_id=7")
    closed(budi)
    before = budi.path.read_bytes()
    with pytest.raises(StoreForeign):
        salvage.salvage(budi.path)
    assert budi.path.read_bytes() == before
    assert left(budi.path) == {budi.path.name}


def test_a_damaged_store_of_an_earlier_version_is_read_as_what_it_is(tmp_path: Path) -> None:
    """Its upgrade is what found the damage; a column and a table of this version are not in it yet."""
    path = tmp_path / "akk.db"
    path.touch(0o600)
    with closing(connect(path)) as db:
        schema.migrate(db, tuple(schema.steps())[:1])
        db.execute("INSERT INTO draft VALUES ('d', NULL, '35.72', '2025', 'Judul', 'Isi', '[]', NULL, '2025-10-06', 1)")
        db.execute("INSERT INTO meta VALUES ('replica', 'abc')")
        page = int(db.value("SELECT rootpage FROM sqlite_master WHERE name = 'base'"))
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    spoil(path, page, b"\xff" * 60, at=0)
    saved = salvage.repair(path)
    assert saved is not None
    assert (saved.work, saved.lost, saved.whole) == (1, 0, True)
    with Store.open(path) as store:
        assert health.look(store.db) == "whole"
        assert [one.body for one in store.drafts.list()] == ["Isi"]
        assert store.meta.get("replica") == "abc"


@pytest.mark.parametrize("step", ["copyfile", "fsync", "replace", "_fill"])
def test_where_the_disk_is_full_nothing_changes_and_it_says_what_to_do(
    budi: Client, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (page,) = closed(budi, "base")
    spoil(budi.path, page)
    before = budi.path.read_bytes()

    def full(_from: object, to: object = None, *_: object) -> None:
        if step == "copyfile":
            Path(str(to)).write_bytes(before[:PAGE])
        if step == "_fill":
            raise StoreFull(path=budi.path, reason="disk penuh")
        raise OSError(28, "No space left on device")

    place = {"copyfile": salvage.shutil, "_fill": salvage}.get(step, os)
    monkeypatch.setattr(place, step, full)
    with pytest.raises(RepairFailed) as found:
        salvage.salvage(budi.path)
    monkeypatch.undo()
    assert found.value.exit_code == 6
    assert "akk-tui doctor --repair" in found.value.words()
    assert "tidak berubah" in found.value.words()
    assert "tidak ada yang dapat disimpan" not in found.value.words()
    assert budi.path.read_bytes() == before
    assert left(budi.path) == {budi.path.name}
    assert salvage.salvage(budi.path).work == 3


def test_a_folder_that_cannot_take_the_copy_is_told_in_words(budi: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    (page,) = closed(budi, "base")
    spoil(budi.path, page)

    def refused(path: Path) -> Path:
        raise PathRefused(path=path, reason="No space left on device")

    monkeypatch.setattr(salvage, "private_file", refused)
    with pytest.raises(RepairFailed) as found:
        salvage.salvage(budi.path)
    assert "akk-tui doctor --repair" in found.value.words()
    assert left(budi.path) == {budi.path.name}


def test_what_a_killed_repair_left_goes_with_the_next_start(budi: Client) -> None:
    closed(budi)
    torn = budi.path.with_name(f".akk.db.damaged.{2**22 + 1}")
    torn.write_bytes(b"part")
    budi.reopen()
    assert not torn.exists()


@pytest.mark.parametrize("names", [("customers", "orders"), ("customers", "meta")])
def test_another_programs_file_without_a_mark_stays_as_it_is(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = tmp_path / "akk.db"
    path.touch(0o600)
    with closing(connect(path)) as db:
        for name in names:
            db.execute(f"CREATE TABLE {name} (name TEXT PRIMARY KEY, value TEXT)")
        db.execute(f"INSERT INTO {names[0]} VALUES ('Siti', 'only here')")
    before = path.read_bytes()
    for mend in (salvage.repair, salvage.salvage):
        with pytest.raises(StoreForeign) as found:
            mend(path)
        assert "bukan milik akk-tui" in found.value.words()
    assert path.read_bytes() == before
    assert left(path) == {path.name}


def test_our_own_file_that_lost_its_mark_is_repaired(budi: Client) -> None:
    budi.store.db.execute("PRAGMA application_id=0")
    closed(budi)
    assert salvage.salvage(budi.path).work == 3
    budi.reopen()
    assert health.look(budi.store.db) == "whole"


def test_a_file_that_is_not_encrypted_is_not_replaced_in_an_encrypted_profile(
    budi: Client, request: pytest.FixtureRequest
) -> None:
    """The officer's own copy from before, or another program's file: neither is a damaged store."""
    why = "tidak terenkripsi" if request.getfixturevalue("sealed") else "application_id"
    closed(budi)
    budi.path.unlink()
    with closing(sqlite3.connect(budi.path)) as db:
        db.execute("CREATE TABLE meta (name TEXT)")
    before = budi.path.read_bytes()
    with pytest.raises(StoreForeign) as found:
        salvage.salvage(budi.path)
    assert f"({why})" in found.value.words()
    assert budi.path.read_bytes() == before


def test_a_second_repair_within_a_second_keeps_both_damaged_files(budi: Client) -> None:
    closed(budi)
    sound = budi.path.read_bytes()
    kept: list[Path] = []
    for n in range(2):
        budi.path.write_bytes(sound[:-PAGE] + bytes([n]) * PAGE)
        kept.append(salvage.salvage(budi.path).kept)
    assert [one.read_bytes()[-1] for one in kept] == [0, 1]
