"""Templates of notes: the built-in ones, the user's own, what is wrong with a file, and how they are filled."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from akk_tui import templates
from akk_tui.contract.limits import NOTE_BYTES
from akk_tui.i18n import gettext as _
from akk_tui.templates import BadTemplate, BUILT_IN, GAP, PLACEHOLDERS, Template

VALUES = {
    "daerah": "Kota Blitar", "kode": "35.72", "provinsi": "Jawa Timur", "tanggal": "6 Okt 2025",
    "petugas": "Petugas Contoh 1",
}  # fmt: skip


def own(tmp_path: Path, name: str, text: str | bytes) -> Path:
    folder = templates.folder(tmp_path)
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_built_in_template_fills_without_a_brace_left(language: str) -> None:
    there = templates.load(None, language)
    assert [one.file for one in there.found] == list(BUILT_IN)
    assert there.refused == ()
    for one in there.found:
        made = templates.fill(one, dict.fromkeys(PLACEHOLDERS, "x"))
        assert made.title
        assert made.tags
        assert "{" not in made.title + made.body
        assert GAP not in made.body
        assert "- [ ]" in made.body
        assert len(made.body.encode()) < NOTE_BYTES


def test_the_built_in_ones_say_the_same_in_both_languages() -> None:
    indonesian, english = templates.load(None, "id").found, templates.load(None, "en").found
    assert [one.tags for one in indonesian] == [one.tags for one in english]
    for one, other in zip(indonesian, english, strict=True):
        assert one.name != other.name
        assert one.body.count("\n## ") == other.body.count("\n## "), one.file
        assert one.body.count("- [ ]") == other.body.count("- [ ]"), one.file


def test_words_in_braces_are_filled_and_a_gap_is_left_where_nothing_is_known() -> None:
    made = templates.parse(
        "judul: {daerah} ({code})\ntanda: a, #b, a\n---\n{{bukan}} {tempat} {region} {petugas}", "x.md"
    )
    filled = templates.fill(made, VALUES)
    assert filled.title == "Kota Blitar (35.72)"
    assert filled.tags == ("a", "b")
    assert filled.body == "{bukan} … Kota Blitar Petugas Contoh 1"


def test_a_file_without_a_head_is_all_text() -> None:
    assert templates.parse("## Rapat\n\n- hadir", "rapat.md") == Template(
        "rapat.md", "rapat", "", (), "## Rapat\n\n- hadir", own=False
    )
    assert templates.parse("Catatan: lihat bawah", "a.md").body == "Catatan: lihat bawah"
    assert templates.parse("---\nname: Meeting\n---\ntext", "a.md").name == "Meeting"


def test_an_own_file_takes_the_place_of_a_built_in_one_and_others_are_added(tmp_path: Path) -> None:
    folder = own(tmp_path, "monev.md", "nama: Monev kami\n---\nisi kami")
    own(tmp_path, "rapat.md", "- hadir")
    own(tmp_path, ".rapat.md.swp", "x")
    found = {one.file: one for one in templates.load(folder, "id").found}
    assert list(found) == [*BUILT_IN, "rapat.md"]
    assert (found["monev.md"].name, found["monev.md"].own) == ("Monev kami", True)
    assert not found["bimtek.md"].own


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("judul: a\nwarna: merah\n---\nisi", 2, "“warna” bukan judul, nama, atau tanda"),
        ("judul: a\n---\nisi\n{daera}", 4, "{daera} tidak dikenal. Mungkin maksudnya {daerah}?"),
        (b"isi\nbukan \xff teks", 2, "bukan teks UTF-8"),
        ("x" * (NOTE_BYTES + 1), 1, "lebih besar daripada yang dimuat catatan"),
        ("x" * (NOTE_BYTES * 5), 1, "lebih besar daripada yang dimuat catatan"),
    ],
)
def test_a_bad_file_is_named_with_line_and_reason_and_the_built_in_one_stays(
    tmp_path: Path, text: str | bytes, line: int, words: str
) -> None:
    folder = own(tmp_path, "monev.md", text)
    there = templates.load(folder, "id")
    (refused,) = there.refused
    assert refused.words(_).startswith(f"monev.md, baris {line}: ")
    assert words in refused.words(_)
    assert not next(one for one in there.found if one.file == "monev.md").own


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = own(tmp_path, "a.md", "x")
    (folder / "folder.md").mkdir()
    (refused,) = templates.load(folder, "id").refused
    assert refused.params["file"] == "folder.md"
    assert isinstance(refused, BadTemplate)


def test_control_characters_never_come_out_of_a_template(tmp_path: Path) -> None:
    folder = own(tmp_path, "a.md", "judul: A\x1b[31m\n---\nisi\x07")
    made = next(one for one in templates.load(folder, "id").found if one.file == "a.md")
    assert "\x1b" not in made.title + made.body
    assert "\x07" not in made.body


def test_copying_lays_the_built_in_ones_beside_what_is_there_and_overwrites_nothing(tmp_path: Path) -> None:
    folder = own(tmp_path, "monev.md", "punya saya")
    os.umask(0o022)
    assert templates.copy_built_in(folder, "id") == ("observasi.md", "bimtek.md", "penilaian.md")
    assert (folder / "monev.md").read_text() == "punya saya"
    assert stat.S_IMODE((folder / "bimtek.md").stat().st_mode) == 0o600
    assert templates.copy_built_in(folder, "id") == ()
    assert [one.own for one in templates.load(folder, "id").found] == [True] * 4


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    assert len(templates.load(tmp_path / "nothing", "id").found) == len(BUILT_IN)
