"""A text that was to answer a difference which ended while the app was closed: offered among the drafts of notes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import waiting
from work_app import drive, Driven, running

from akk_tui.store.shapes import Draft
from akk_tui.store.store import Store
from akk_tui.ui import draft_merges


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which a session typed into the merge of a difference and was killed."""
    path = waiting.fill_texts(tmp_path_factory.mktemp("left") / "akk.db")

    async def type_and_end() -> None:
        async with running(path, (80, 24), at="sync") as app:
            await app.press("e", "f5", "f6", "ctrl+end")
            await app.type(" Titipan.")
            assert app.app.journal.flush(5)

    asyncio.run(type_and_end())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with Store.open(path) as store:
        (draft,) = store.drafts.list()
        store.drafts.save(msgspec.structs.replace(draft, pid=ended.pid))
    return path


@pytest.fixture
def left(begun: Path, tmp_path: Path) -> Callable[..., Path]:
    """The store, its difference settled elsewhere or not, its draft with other fields."""

    def made(*, settled: bool = True, **fields: Any) -> Path:
        path = tmp_path / "akk.db"
        with Store.open(begun) as store:
            store.db.execute("VACUUM INTO ?", (str(path),))
        with Store.open(path) as store:
            if settled:
                (row,) = store.views.conflicts()
                store.resolve(row.op, "theirs")
            (draft,) = store.drafts.list()
            store.drafts.save(msgspec.structs.replace(draft, **fields))
        return path

    return made


def test_the_text_is_offered_with_what_it_was_for_and_becomes_a_note(left: Callable[..., Path]) -> None:
    async def test(app: Driven) -> None:
        await app.until(lambda: "Ada draf catatan" in app.told(), "the app tells of the draft")
        await app.until(lambda: "Jadikan catatan" in app.text(), "the offer")
        words = " ".join(app.text().split())
        assert "ringkasan · Kota Blitar · 2.4" in words
        assert "Titipan." in words
        await app.press("3")
        assert app.store.drafts.list() != ()
        assert "1 draf belum disimpan (b)" in app.text()
        await app.press("b", "1", "ctrl+s")
        (note,) = (row for row in app.store.views.notes("2025") if row.state == "queued")
        assert note.subject == "35.72:2.4"
        assert app.store.views.note(note.id).body.endswith("Bukti dukung dijanjikan akhir bulan. Titipan.")
        assert app.store.drafts.list() == ()

    drive(left(), test, (80, 24), at="notes")


def test_the_text_is_thrown_away_only_when_asked(left: Callable[..., Path]) -> None:
    async def test(app: Driven) -> None:
        await app.until(lambda: "Jadikan catatan" in app.text(), "the offer")
        await app.press("escape")
        assert app.store.drafts.list() != ()
        await app.press("b", "2")
        assert app.store.drafts.list() == ()

    drive(left(), test, (80, 24), at="notes")


def test_while_the_difference_is_open_the_draft_waits_there(left: Callable[..., Path]) -> None:
    async def test(app: Driven) -> None:
        assert "draf belum disimpan" not in app.text()
        assert draft_merges.left_over(app.store) == []
        await app.press("6", "e")
        assert app.screen._editor.text.endswith("Titipan.")
        (row,) = app.store.views.conflicts()
        app.store.resolve(row.op, "theirs")
        await app.type("x")
        await app.press("escape")
        assert "beda isiannya sudah selesai, b di layar Catatan membukanya lagi" in app.told()

    drive(left(settled=False), test, (80, 24), at="notes")


def _of(subject: str) -> Callable[[Draft], Draft]:
    return lambda draft: msgspec.structs.replace(draft, subject=subject)


def test_the_text_of_ones_own_note_goes_on_in_that_note_and_of_a_row_that_is_gone_anywhere(
    left: Callable[..., Path],
) -> None:
    async def test(app: Driven) -> None:
        await app.until(lambda: "Jadikan catatan" in app.text(), "the offer")
        store = app.store
        (draft,) = draft_merges.left_over(store)
        note = next(row for row in store.views.notes("2025") if row.mine)
        event = store.views.events("2025")[0]
        of_note, of_event = _of(f"merge:body:note:{note.id}")(draft), _of(f"merge:agenda:event:{event.id}")(draft)
        made = draft_merges.as_note(store, of_note)
        assert (made.note, made.title, made.body) == (note.id, note.title, draft.body)
        assert made.base == store.views.note(note.id).seen
        assert draft_merges.present(store, of_note) == store.views.note(note.id).body
        assert draft_merges.as_note(store, of_event).subject == event.id
        assert draft_merges.present(store, of_event) == (store.views.event(event.id).agenda or "")
        assert draft_merges.present(store, _of("merge:summary:assessment:2025:35.72:9.9")(draft)) == ""
        # The row is gone: the officer says what the note is about.
        await app.press("1")
        assert "Catatan baru: daerah" in app.text()
        await app.press("enter", "enter", "ctrl+s")
        assert [row.key for row in store.views.outbox() if row.kind == "note"]
        assert store.drafts.list() == ()

    gone = "merge:agenda:event:0199b5e0-0000-7000-8000-00000000dead"
    drive(left(subject=gone), test, (80, 24), at="notes")


def test_several_are_listed_by_what_they_were_for(left: Callable[..., Path]) -> None:
    path = left()
    with Store.open(path) as store:
        (draft,) = store.drafts.list()
        store.drafts.save(
            msgspec.structs.replace(draft, id="0199b5e0-0000-7000-8000-000000000002", subject="35.72", title="Kedua")
        )

    async def test(app: Driven) -> None:
        await app.until(lambda: "Draf yang belum disimpan" in app.text(), "the list")
        assert "Gabungan ringkasan" in app.text()
        assert "Kedua" in app.text()

    drive(path, test, at="notes")
