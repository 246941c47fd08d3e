"""Writing a note: templates, references completed, words found, another editor, private notes, follow-ups, tags."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, UTC
from pathlib import Path
from typing import Any

import pytest
from work_app import drive, Driven

from akk_tui import paths as profile
from akk_tui import templates
from akk_tui.contract.limits import NOTE_BYTES
from akk_tui.paths import Paths
from akk_tui.store.shapes import Draft
from akk_tui.store.store import Store
from akk_tui.ui import external
from akk_tui.ui.forms import Form
from akk_tui.ui.screens.note_editor import NoteEditor
from akk_tui.ui.widgets.note_text import NoteText

DRAFT = "0199b5e0-0000-7000-8000-000000000001"


@pytest.fixture
def home(tmp_path: Path) -> Paths:
    return profile.find(tmp_path / "home")


async def new(app: Driven, indicator: str = "seluruh") -> NoteText:
    """The editor of a new note about Mataram."""
    await app.press("n")
    await app.type("mataram")
    await app.press("enter")
    await app.type(indicator)
    await app.press("enter")
    assert isinstance(app.screen, NoteEditor)
    editor = app.screen.query_one(NoteText)
    editor.focus()
    await app.settle()
    return editor


def last(app: Driven) -> Any:
    """The newest note."""
    return app.store.views.note(app.store.views.notes("2025")[0].id)


# --- templates


def test_a_new_note_begins_from_a_template_filled_with_what_is_known(store_path: Path, home: Paths) -> None:
    async def test(app: Driven) -> None:
        await app.press("N")
        assert "Monitoring dan evaluasi" in app.text()
        await app.press("3")
        await app.type("mataram")
        await app.press("enter")
        await app.type("lhkpn")
        await app.press("enter")
        text = app.text()
        assert "Monev Kota Mataram, 6 Okt 2025" in text
        assert "Senin, 6 Oktober 2025" in text
        assert "**Petugas:** Petugas Contoh 1" in text
        assert "2.4 Kepatuhan Pelaporan LHKPN (100%): sebelum" in text
        await app.press("ctrl+s")
        assert last(app).row.tags == ("monev",)
        assert last(app).row.title == "Monev Kota Mataram, 6 Okt 2025"

    drive(store_path, test, at="notes", paths=home)


def test_a_template_goes_where_the_cursor_is_and_is_undone(store_path: Path, home: Paths) -> None:
    async def test(app: Driven) -> None:
        editor = await new(app)
        app.screen.query_one("#title").value = "Judul saya"
        await app.type("awal")
        await app.press("f8", "1")
        assert editor.text.startswith("awal\n**Hari, tanggal:**")
        assert app.screen.query_one("#title").value == "Judul saya"
        assert app.screen.query_one("#tags").value == "observasi"
        await app.press("ctrl+z")
        assert editor.text == "awal"

    drive(store_path, test, at="notes", paths=home)


def test_the_template_of_an_activity_knows_its_place_and_day(store_path: Path, home: Paths) -> None:
    with Store.open(store_path) as store:
        event = next(row for row in store.views.events("2025") if row.place)

    async def test(app: Driven) -> None:
        from akk_tui.ui.note_subject import write_about

        write_about(app.screen, event.id)
        await app.settle()
        await app.press("f8", "2")
        body = app.screen.query_one(NoteText).text
        assert f"**Kegiatan:** {event.title}" in body
        assert f"**Tempat:** {event.place}" in body

    drive(store_path, test, at="notes", paths=home)


def test_templates_are_copied_where_they_can_be_changed_and_then_used(store_path: Path, home: Paths) -> None:
    async def test(app: Driven) -> None:
        await new(app)
        await app.press("f8", "5")
        folder = templates.folder(home.config)
        assert f"Templat disalin ke {folder}" in app.told()
        (folder / "monev.md").write_text("nama: Monev kami\n---\nisi {daerah}\n")
        (folder / "bimtek.md").write_text("judul: a\n---\n{daera}\n")
        await app.press("f8")
        assert "Monev kami" in app.text()
        assert "templat Anda" in app.text()
        assert "bimtek.md, baris 3: {daera} tidak dikenal" in app.told()
        await app.press("3")
        assert app.screen.query_one(NoteText).text == "isi Kota Mataram"
        await app.press("escape")
        await app.app.run_command("notes.copy_templates")
        await app.settle()
        assert "tidak ada yang ditimpa" in app.told()

    drive(store_path, test, at="notes", paths=home)


def test_a_settings_folder_that_cannot_be_made_is_said(store_path: Path, home: Paths) -> None:
    home.config.parent.mkdir(parents=True)
    home.config.write_text("no folder")

    async def test(app: Driven) -> None:
        await app.app.run_command("notes.copy_templates")
        await app.settle()
        assert "tidak dapat dipakai" in app.told()
        await app.press("N", "escape")

    drive(store_path, test, at="notes", paths=home)


def test_without_a_profile_there_is_nowhere_to_copy_to(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await app.app.run_command("notes.copy_templates")
        await app.settle()
        assert "Tidak ada folder setelan" in app.told()

    drive(store_path, test, at="notes")


# --- references


@pytest.mark.parametrize("size", [(120, 40), (40, 15)])
def test_a_reference_is_completed_while_one_types(store_path: Path, size: tuple[int, int]) -> None:
    async def test(app: Driven) -> None:
        editor = await new(app)
        await app.press("l", "@")
        assert not app.screen.query_one("#offers").is_open, "an address is no reference"
        await app.press("space", "@")
        assert app.screen.query_one("#offers").cursor_key == "52.71", "the region of the note stands first"
        await app.type("lhkpn")
        assert "Kepatuhan Pelaporan" in app.text()
        await app.press("down", "up", "enter")
        assert editor.text == "l@ [[2.4]]"
        await app.type(" dan [[kota bl")
        assert "Kota Blitar" in app.text()
        await app.press("tab")
        assert editor.text == "l@ [[2.4]] dan [[35.72]]"
        assert editor.has_focus
        assert not app.screen.query_one("#offers").is_open

    drive(store_path, test, size, at="notes")


def test_esc_withdraws_what_is_offered_and_the_text_goes_on(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        editor = await new(app)
        await app.type("@bl")
        offers = app.screen.query_one("#offers")
        assert offers.is_open
        await app.press("escape")
        assert isinstance(app.screen, NoteEditor)
        assert not offers.is_open
        await app.type("i")
        assert not offers.is_open, "what was withdrawn is not offered again"
        await app.press("enter")
        assert editor.text == "@bli\n"
        await app.type("@bl")
        assert offers.is_open
        await app.press("up", "pagedown", "pageup", "left", "left", "left", "left")
        assert not offers.is_open, "the cursor has left the line"
        await app.press("ctrl+end")
        await app.type(" ")
        await app.type("qqq")
        assert not offers.is_open

    drive(store_path, test, at="notes")


def test_a_command_begins_a_reference_and_the_preview_opens_it(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        editor = await new(app)
        await app.press("f3")
        assert "Belum ada isinya." in app.text()
        await app.app.run_command("editor.reference")
        await app.settle()
        await app.type("2.4")
        await app.press("enter", "f3")
        assert editor.text == "[[2.4]]"
        assert "2.4 Kepatuhan Pelaporan LHKPN (100%)" in app.text()
        await app.press("enter")
        assert (type(app.screen).__name__, app.screen.region_code) == ("RegionScreen", "52.71")
        await app.app.action_back()
        await app.settle()
        assert isinstance(app.screen, NoteEditor)
        assert [draft.body for draft in app.store.drafts.list()] == ["[[2.4]]"]

    drive(store_path, test, at="notes")


# --- finding words


def test_words_are_found_in_the_text_and_selected(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        editor = await new(app)
        editor.load_text("Sekda ragu\nsékda\nlain SEKDA")
        editor.move_cursor((1, 0))
        await app.press("ctrl+f")
        await app.type("sekda")
        assert "2 dari 3" in app.text()
        assert editor.selected_text == "sékda"
        await app.press("enter")
        assert (editor.selected_text, "3 dari 3" in app.text()) == ("SEKDA", True)
        await app.press("alt+n")
        assert editor.selection.start[0] == 0
        await app.press("up")
        assert "3 dari 3" in app.text()
        await app.press("alt+shift+n")
        assert editor.selected_text == "sékda"
        assert any("reverse" in str(span.style) for span in editor.get_line(0).spans)
        await app.type("zz")
        assert "tidak ada" in app.text()
        await app.press("escape")
        assert editor.has_focus
        assert isinstance(app.screen, NoteEditor)
        assert editor.get_line(0).spans == []
        await app.press("alt+n")
        assert app.screen.query_one("FindBar").is_open

    drive(store_path, test, at="notes")


def test_words_are_found_in_the_preview_too(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        editor = await new(app)
        editor.load_text("a\nsekda\nb")
        await app.press("f3", "ctrl+f")
        await app.type("sekda")
        assert "1 dari 1" in app.text()
        assert app.screen._preview.line == "sekda"
        await app.press("escape", "escape")
        assert editor.has_focus

    drive(store_path, test, at="notes")


# --- another editor


@contextmanager
def _aside() -> Iterator[None]:
    yield


@pytest.fixture
def editor_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that appends to its file what stands in ``add``, or fails when that is not there."""
    add = tmp_path / "add"
    script = tmp_path / "editor.py"
    script.write_text(f"import sys\ntext = open({str(add)!r}).read()\nopen(sys.argv[1], 'a').write(text)\n")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    return add


def test_another_editor_has_the_text_and_what_it_leaves_is_the_draft(
    store_path: Path, home: Paths, editor_script: Path
) -> None:
    editor_script.write_text("dari luar\n")

    async def test(app: Driven) -> None:
        app.app.suspend = _aside  # type: ignore[method-assign]
        editor = await new(app)
        await app.type("awal ")
        await app.press("f3", "f9")
        assert editor.text == "awal dari luar"
        assert editor.has_focus
        assert [draft.body for draft in app.store.drafts.list()] == ["awal dari luar"]
        assert list((home.state / "edit").iterdir()) == []
        await app.press("ctrl+z")
        assert editor.text == "awal "
        await app.press("ctrl+s")
        assert last(app).body == "awal "

    drive(store_path, test, at="notes", paths=home)


def test_an_editor_that_fails_is_said_and_nothing_is_lost(
    store_path: Path, home: Paths, editor_script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(app: Driven) -> None:
        editor = await new(app)
        await app.type("awal")
        await app.press("ctrl+o")
        assert "Terminal ini tidak dapat dipinjamkan" in app.told()
        app.app.suspend = _aside  # type: ignore[method-assign]
        await app.press("ctrl+o")
        assert "gagal. Catatan tidak diubah" in app.told()
        editor_script.write_text("x" * NOTE_BYTES)
        await app.press("ctrl+o")
        assert "Tulisan dari penyunting terlalu besar (32 kB; paling banyak 32 kB)" in app.told()
        monkeypatch.delenv("EDITOR")
        await app.press("ctrl+o")
        assert "Tidak ada penyunting" in app.told()
        assert editor.text == "awal"
        assert isinstance(app.screen, NoteEditor)

    drive(store_path, test, at="notes", paths=home)


def test_without_a_profile_no_other_editor_is_used(store_path: Path, editor_script: Path) -> None:
    async def test(app: Driven) -> None:
        await new(app)
        await app.press("f9")
        assert "Tidak ada folder untuk berkas sementara" in app.told()

    drive(store_path, test, at="notes")


def test_what_an_editor_held_at_a_crash_is_in_the_draft_at_the_next_start(store_path: Path, home: Paths) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    at = datetime(2025, 10, 6, 1, 0, tzinfo=UTC)
    with Store.open(store_path) as store:
        store.drafts.save(
            Draft(DRAFT, None, "35.72", "2025", "Terputus", "awal", (), None, at, ended.pid, private=True)
        )
    folder = profile.private_folder(home.state / "edit")
    (folder / f"{ended.pid}-{DRAFT}.md").write_text("awal\ndari penyunting\n")
    orphan = folder / f"{ended.pid}-{DRAFT[:-1]}9.md"
    orphan.write_text("tanpa draf")

    async def test(app: Driven) -> None:
        await app.until(lambda: "Draf “Terputus”" in app.text(), "the offer")
        await app.settle()
        assert "pribadi · catatan baru, 2 baris teks" in app.text()
        assert "+ dari penyunting" in app.text()
        assert list(folder.iterdir()) == [orphan]
        await app.press("1")
        assert app.screen.query_one(NoteText).text == "awal\ndari penyunting"
        await app.press("ctrl+s")
        assert last(app).row.state == "private"

    drive(store_path, test, at="notes", paths=home)


def test_a_text_that_is_too_large_stays_in_its_file(store_path: Path, home: Paths) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    folder = profile.private_folder(home.state / "edit")
    left = folder / f"{ended.pid}-{DRAFT}.md"
    with Store.open(store_path) as store:
        at = datetime(2025, 10, 6, 1, 0, tzinfo=UTC)
        store.drafts.save(Draft(DRAFT, None, "35.72", "2025", "", "awal", (), None, at, ended.pid))
        left.write_text("x" * (NOTE_BYTES + 1))
        assert external.recover(store, folder) == 0
        assert left.exists()
        left.write_text("awal\n")
        assert external.recover(store, folder) == 0
        assert not left.exists()
        assert external.recover(store, None) == 0


# --- private notes, follow-ups, tags, words


def test_a_new_note_is_made_private_and_never_waits_to_be_sent(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await new(app)
        await app.press("alt+p")
        assert "pribadi, tidak pernah dikirim · Kota Mataram" in app.text()
        await app.press("alt+p")
        assert "pribadi, tidak" not in app.text()
        await app.press("alt+p")
        await app.type("rahasia")
        await app.press("escape")
        await app.until(lambda: any(one.private for one in app.store.drafts.list()), "the draft is on disk")
        app.app.data_changed()
        await app.settle()
        await app.press("b", "1")
        assert "pribadi, tidak pernah dikirim" in app.text(), "a draft stays private"
        await app.press("ctrl+s")
        assert "disimpan di komputer ini saja" in app.told()
        assert last(app).row.state == "private"
        assert app.store.views.outbox() == ()
        assert app.screen._table.here.title == "rahasia", "the cursor is on what was saved"

    drive(store_path, test, at="notes")


def test_a_shared_note_cannot_become_private(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        app.screen._table.go_to(next(row.id for row in app.store.views.notes("2025") if row.mine))
        await app.press("e", "alt+p")
        assert "hanya catatan baru dapat dibuat pribadi" in app.told()

    drive(store_path, test, at="notes")


def test_ctrl_t_makes_a_follow_up_from_the_line_and_the_text_stays(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        editor = await new(app, "lhkpn")
        await app.press("ctrl+t")
        assert "Baris ini kosong" in app.told()
        await app.type("- [ ] Kirim SK [[2.4]]")
        await app.press("ctrl+t")
        assert isinstance(app.screen, Form)
        await app.press("ctrl+s")
        (made,) = [one for one in app.store.views.followups("2025") if one.text.startswith("Kirim SK 2.4 Kep")]
        assert made.subject == "52.71:2.4"
        assert app.screen.query_one(NoteText) is editor
        assert app.store.drafts.list()[0].body == "- [ ] Kirim SK [[2.4]]"
        await app.press("f3", "ctrl+t")
        assert app.screen.box("text").typed.startswith("Kirim SK")

    drive(store_path, test, at="notes")


def test_tags_are_completed_from_those_of_other_notes(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await new(app)
        tags = app.screen.query_one("#tags")
        tags.focus()
        await app.type("wbs, lh")
        await app.press("tab")
        assert tags.value == "wbs, lhkpn"
        assert app.screen._complete_tags("wbs, wb") is None
        assert app.screen._complete_tags("") is None
        assert app.screen._complete_tags("#LH") == "#LHkpn"
        await app.press("tab")
        assert app.screen.query_one(NoteText).has_focus

    drive(store_path, test, at="notes")


def test_words_are_counted_while_one_types(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        await new(app)
        assert "0 kata · 0,0 kB dari 32 kB" in app.text()
        await app.type("dua kata")
        assert "2 kata" in app.text()
        await app.press("enter")
        await app.type("- [ ] tiga")
        assert "3 kata" in app.text()

    drive(store_path, test, (80, 24), at="notes")
