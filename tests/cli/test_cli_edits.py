"""tick, set, note, conflicts, outbox on a synced home, without a network."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

BLITAR = "35.72"


def region(shell, code: str = BLITAR) -> dict[str, Any]:
    return shell("status", code, "--json").json()["regions"][0]


def indicator(shell, id_: str) -> dict[str, Any]:
    return next(found for found in region(shell)["indicators"] if found["id"] == id_)


def item(shell, id_: str) -> dict[str, Any]:
    inside = indicator(shell, id_.rpartition(".")[0])
    return next(found for found in inside["items"] if found["id"] == id_)


def operations(shell) -> list[dict[str, Any]]:
    return shell("outbox", "list", "--json").json()["operations"]


def test_tick_saves_what_was_seen_and_what_shall_be(shell) -> None:
    before = item(shell, "2.4.3")["state"]
    done = shell("tick", "Kota Blitar", "2.4.3", "diverifikasi", "--json").json()
    assert done["state"] == "queued"
    assert done["item_state"] == "diverifikasi"
    (saved,) = operations(shell)
    assert saved["op"] == done["op"]
    assert saved["key"] == "2025:35.72:2.4"
    assert saved["field"] == "item.2.4.3"
    assert saved["was"] == {"item.2.4.3": before}
    assert item(shell, "2.4.3")["state"] == "diverifikasi"
    assert item(shell, "2.4.3")["pending"]


def test_tick_to_the_state_that_stands_changes_nothing(shell) -> None:
    state = item(shell, "2.4.1")["state"]
    done = shell("tick", BLITAR, "2.4.1", state, "--json")
    assert done.code == 0
    assert done.json() == {"op": None, "state": None, "item_state": state}
    assert operations(shell) == []
    assert "tidak ada yang berubah" in shell("tick", BLITAR, "2.4.1", state).err


def test_tick_reads_states_as_people_write_them(shell) -> None:
    assert shell("tick", BLITAR, "2.4.1", "Perlu Perbaikan", "--json").json()["item_state"] == "perlu_perbaikan"
    said = shell("tick", BLITAR, "2.4.1", "diunggah")
    assert (
        said.out == "35.72 2.4.1 Daftar wajib lapor LHKPN yang ditetapkan kepala daerah: perlu perbaikan → diunggah\n"
    )


def test_evidence_goes_into_the_first_free_place_once(shell) -> None:
    held = len(item(shell, "2.4.3")["evidence"])
    words = ("tick", BLITAR, "2.4.3", "diunggah", "--evidence", "SK sanksi\x1b[31m 2025", "--json")
    assert shell(*words).json()["evidence_op"]
    again = shell(*words).json()
    assert again["op"] is None
    assert "evidence_op" not in again
    evidence = item(shell, "2.4.3")["evidence"]
    assert len(evidence) == held + 1
    assert evidence[-1]["title"] == "SK sanksi 2025"
    for n in range(held + 1, 5):
        assert shell("tick", BLITAR, "2.4.3", "diunggah", "--evidence", f"bukti {n}").code == 0
    full = shell("tick", BLITAR, "2.4.3", "diterima", "--evidence", "satu lagi")
    assert full.code == 1
    assert "5" in full.err
    assert item(shell, "2.4.3")["state"] == "diunggah"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tick", "Kota Blitarr", "2.4.1", "diterima"], ["Kota Blitar"]),
        (["tick", "99.99", "2.4.1", "diterima"], ["99.99"]),
        (["tick", BLITAR, "2.4.9", "diterima"], ["2.4.1", "2.4.4", "LHKPN"]),
        (["tick", BLITAR, "9.1.1", "diterima"], ["1.1", "6.2"]),
        (["tick", BLITAR, "abc", "diterima"], ["1.1", "6.2"]),
        (["tick", BLITAR, "2.4.1", "selesai"], ["belum_ada", "diterima", "tidak_berlaku"]),
        (["set", BLITAR, "colour", "red"], ["stage", "criterion.ID", "pic.INDICATOR"]),
        (["set", BLITAR, "stage", "x"], ["usulan", "pendampingan"]),
        (["set", BLITAR, "criterion.xyz", "1"], ["mcp", "kasus"]),
        (["set", BLITAR, "criterion.mcp", "abc"], ["abc"]),
        (["set", BLITAR, "criterion.sakip", "Z"], ["AA"]),
        (["set", BLITAR, "criterion.mcp", "80", "--year", "95"], ["--year", "95"]),
        (["set", BLITAR, "fulfilment", "101"], ["100"]),
        (["set", BLITAR, "fulfilment", "80", "--as-of", "kemarin"], ["--as-of", "kemarin"]),
        (["set", BLITAR, "score.9.9", "80"], ["9.9"]),
        (["set", BLITAR, "due.2.4", "besok"], ["besok"]),
        (["note", "add", "--subject", "35.72:x"], ["35.72:2.4"]),
        (["note", "add", "--subject", "35.72:9.9"], ["9.9"]),
        (["note", "add", "--subject", BLITAR], ["--title"]),
        (["note", "add", "--subject", BLITAR, "/nowhere/note.md"], ["/nowhere/note.md"]),
        (["note", "add", "--subject", "019a0000-0000-7000-8000-000000000001", "-"], ["019a0000"]),
        (["note", "show", "019a0000-0000-7000-8000-000000000001"], ["019a0000"]),
        (["conflicts", "resolve", "019a0000-0000-7000-8000-000000000001", "--mine"], ["019a0000"]),
        (["conflicts", "resolve", "019a0000-0000-7000-8000-000000000001", "--value", "x"], ["019a0000"]),
        (["status", "--cycle", "1999"], ["1999", "2025"]),
        (["config", "set", "ui.lang", "fr"], ["id, en"]),
        (["config", "set", "ui.langg", "id"], ["ui.lang"]),
    ],
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_bad_input_has_a_sentence_and_changes_nothing(shell, words: list[str], said: list[str], lang: str) -> None:
    done = shell(*words, lang=lang)
    assert done.code in (1, 2)
    assert done.out == ""
    for part in said:
        assert part in done.err
    assert operations(shell) == []


def test_a_region_where_the_officer_may_not_write_is_refused_beforehand(shell) -> None:
    done = shell("tick", BLITAR, "2.4.3", "diterima", "--cycle", "2024")
    assert done.code == 4
    assert operations(shell) == []


def test_set_stage_judges_stage_and_day_together(shell) -> None:
    done = shell("set", BLITAR, "stage", "penilaian", "--as-of", "2025-11-04", "--json").json()
    assert done["state"] == "queued"
    (saved,) = operations(shell)
    assert (saved["kind"], saved["field"]) == ("standing", "stage")
    assert saved["set"] == {"stage": "penilaian", "date": "2025-11-04"}
    assert set(saved["was"]) == {"stage", "date"}
    assert region(shell)["stage"] == "penilaian"
    refused = shell("set", BLITAR, "stage", "percontohan")
    assert refused.code == 4
    assert len(operations(shell)) == 1
    assert shell("set", BLITAR, "stage", "", "--json").json()["value"] == {"stage": None, "date": None}


def test_set_fulfilment_makes_a_score_and_then_corrects_it(shell) -> None:
    words = ("set", BLITAR, "fulfilment", "88,5", "--as-of", "2025-10-05", "--source", "KPK")
    assert shell(*words).code == 0
    score = region(shell)["score"]
    assert (score["official"], score["as_of"], score["source"]) == (88.5, "2025-10-05", "KPK")
    assert operations(shell)[0]["was"] is None
    assert shell(*words, "--json").json()["op"] is None
    assert shell("set", BLITAR, "fulfilment", "89", "--as-of", "2025-10-05", "--source", "KPK").code == 0
    assert region(shell)["score"]["official"] == 89


def test_set_official_score_never_enters_the_estimate(shell) -> None:
    estimate = indicator(shell, "2.4")["score"]
    assert shell("set", BLITAR, "score.2.4", "97.25", "--source", "Panel").code == 0
    assert indicator(shell, "2.4")["official"] == 97.25
    assert indicator(shell, "2.4")["score"] == estimate
    assert shell("set", BLITAR, "score.2.4", "").code == 0
    assert indicator(shell, "2.4")["official"] is None


@pytest.mark.parametrize(
    ("id_", "value", "kept"),
    [
        ("mcp", "98,5", "98.50"),
        ("sakip", "bb", "BB"),
        ("bpk", "2024:wtp 2023:wtp", "2023:WTP 2024:WTP"),
        ("kasus", "tidak", "tidak"),
    ],
)
def test_set_criterion_by_the_form_of_each(shell, id_: str, value: str, kept: str) -> None:
    assert shell("set", "52.71", f"criterion.{id_}", value, "--year", "2024", "--source", "Uji").code == 0
    (saved,) = operations(shell)
    assert saved["key"] == f"2025:52.71:{id_}"
    assert saved["set"] == {"value": kept, "year": 2024, "as_of": "2025-10-06", "source": "Uji"}
    assert shell("set", "52.71", f"criterion.{id_}", "").code == 0


def test_set_owner_due_and_contact(shell) -> None:
    assert shell("set", BLITAR, "owner.2.4", "BKPSDM, Inspektorat , Setda").code == 0
    assert shell("set", BLITAR, "owner.2.4.1", "Bagian Hukum").code == 0
    assert shell("set", BLITAR, "due.2.4", "2025-12-01").code == 0
    assert shell("set", BLITAR, "due.2.4.1", "2025-12-02").code == 0
    assert shell("set", BLITAR, "pic.2.4", "Budi Santoso; 0812-3456").code == 0
    found = indicator(shell, "2.4")
    assert found["owners"] == ["BKPSDM", "Inspektorat", "Setda"]
    assert found["due"] == "2025-12-01"
    assert found["pic"] == {"name": "Budi Santoso", "phone": "0812-3456"}
    assert (item(shell, "2.4.1")["owner"], item(shell, "2.4.1")["due"]) == ("Bagian Hukum", "2025-12-02")
    assert shell("set", BLITAR, "pic.2.4", "").out.endswith("Budi Santoso; 0812-3456 → –\n")
    assert shell("set", BLITAR, "owner.2.4", "").code == 0


def test_note_from_stdin_with_title_and_tags(shell) -> None:
    made = shell(
        "note",
        "add",
        "--subject",
        "Kota Blitar:2.4",
        "--tag",
        "rapat",
        "--tag",
        "BKPSDM",
        "--json",
        stdin="# Rapat\n\nIsi é",
    )
    note = made.json()
    assert note["subject"] == "35.72:2.4"
    assert note["title"] == "Rapat"
    assert note["body"] == "# Rapat\n\nIsi é"
    assert sorted(note["tags"]) == ["BKPSDM", "rapat"]
    assert (note["author"], note["state"]) == ("contoh1", "queued")
    assert shell("note", "show", note["id"], "--json").json() == note
    page = shell("note", "show", note["id"])
    assert "Isi é" in page.out
    assert "Rapat" in page.out


def test_note_from_a_file_and_with_a_title_alone(shell, tmp_path: Path) -> None:
    file = tmp_path / "catatan.md"
    file.write_text("Baris\r\nkedua\x1b[0m\n")
    note = shell("note", "add", "--subject", BLITAR, "--title", "Judul", str(file), "--json").json()
    assert (note["title"], note["body"]) == ("Judul", "Baris\nkedua\n")
    said = shell("note", "add", "--subject", BLITAR, "--title", "Hanya judul")
    assert said.code == 0
    assert shell("note", "show", said.out.strip(), "--json").json()["body"] == ""
    file.write_bytes(b"\xff\xfe")
    assert shell("note", "add", "--subject", BLITAR, str(file)).code == 1


def test_note_list_filters_by_subject_and_words(shell) -> None:
    every = shell("note", "list", "--json").json()["notes"]
    blitar = shell("note", "list", "--subject", BLITAR, "--json").json()["notes"]
    one = shell("note", "list", "--subject", "35.72:2.4", "--json").json()["notes"]
    assert len(every) > len(blitar) > len(one) > 0
    assert all(note["subject"].startswith(BLITAR) for note in blitar)
    found = shell("note", "list", "--search", "LHKPN", "--json").json()["notes"]
    assert 0 < len(found) < len(every)
    page = shell("note", "list", "--search", "LHKPN")
    lines = page.out.splitlines()
    place = lines[0].index("Penulis")
    assert all(line[place:].startswith("contoh") for line in lines[1::2])
    assert all(note["id"] in page.out for note in found)
    assert shell("note", "list", "--search", "zzzzzz").out == "Tidak ada catatan.\n"


def own_note(shell) -> dict[str, Any]:
    return next(note for note in shell("note", "list", "--json").json()["notes"] if note["author"] == "contoh1")


def test_note_edit_from_stdin_keeps_what_was_not_named(shell) -> None:
    note = own_note(shell)
    done = shell("note", "edit", note["id"], "--json", stdin="Isi baru\n").json()
    assert done["body"] == "Isi baru\n"
    assert done["title"] == note["title"]
    (saved,) = operations(shell)
    assert saved["was"] == {"body": note["body"] or None}
    titled = shell("note", "edit", note["id"], "--title", "Judul baru", "--tag", "x", "--json").json()
    assert (titled["title"], titled["body"], titled["tags"]) == ("Judul baru", "Isi baru\n", ["x"])


def test_note_edit_refuses_to_empty_a_note_and_to_touch_another_author_s(shell) -> None:
    note = own_note(shell)
    assert shell("note", "edit", note["id"], "--title", "", stdin="").code in (0, 2)
    foreign = next(one for one in shell("note", "list", "--json").json()["notes"] if one["author"] == "contoh2")
    refused = shell("note", "edit", foreign["id"], stdin="milik saya")
    assert refused.code == 4
    assert "contoh2" in refused.err


@pytest.mark.parametrize("stdin", ["", "\n"])
def test_an_empty_stdin_opens_the_editor_and_never_empties_the_note(
    shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stdin: str
) -> None:
    note = own_note(shell)
    assert shell("note", "edit", note["id"], stdin=stdin).code == 2
    assert shell("note", "show", note["id"], "--json").json()["body"] == note["body"]
    assert operations(shell) == []
    monkeypatch.setenv("EDITOR", editor(tmp_path, 'echo tambahan >> "$1"'))
    done = shell("note", "edit", note["id"], "--json", stdin=stdin).json()
    assert done["body"].startswith(note["body"])
    assert "tambahan" in done["body"]


def test_a_text_without_end_or_without_letters_is_refused_in_words(shell) -> None:
    endless = shell("note", "add", "--subject", BLITAR, "/dev/zero")
    assert endless.code == 1
    assert "terlalu panjang" in endless.err
    assert shell("note", "add", "--subject", BLITAR, stdin=b"\0\x1b[31m\n").code == 2
    assert operations(shell) == []


def editor(folder: Path, script: str) -> str:
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


def test_note_edit_in_the_editor(shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = own_note(shell)
    seen = tmp_path / "mode"
    monkeypatch.setenv("EDITOR", editor(tmp_path, f'stat -c %a "$1" > {seen}; echo tambahan >> "$1"'))
    done = shell("note", "edit", note["id"], "--json", terminal=True).json()
    assert done["body"].startswith(note["body"])
    assert "tambahan" in done["body"]
    assert seen.read_text().strip() == "600"
    left = list((shell.home / "state" / "edit").iterdir())
    assert left == []
    assert stat.S_IMODE((shell.home / "state" / "edit").stat().st_mode) == 0o700


def test_a_failing_editor_leaves_the_note_and_the_text(shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = own_note(shell)
    monkeypatch.setenv("VISUAL", editor(tmp_path, 'echo hilang >> "$1"; exit 3'))
    done = shell("note", "edit", note["id"], terminal=True)
    assert done.code == 1
    (left,) = (shell.home / "state" / "edit").iterdir()
    assert str(left) in done.err
    assert "hilang" in left.read_text()
    assert operations(shell) == []
    monkeypatch.setenv("VISUAL", os.devnull + "/none")
    assert shell("note", "edit", note["id"], terminal=True).code == 1
    monkeypatch.delenv("VISUAL")
    assert shell("note", "edit", note["id"], terminal=True).code == 2


def test_outbox_page_names_place_field_and_value(shell) -> None:
    assert shell("outbox", "list").out == "Semua sudah terkirim.\n"
    shell("tick", BLITAR, "2.4.3", "diterima")
    shell("set", BLITAR, "pic.2.4", "Budi; 08")
    page = shell("outbox", "list").out
    for part in ("belum terkirim", "Kota Blitar", "keadaan", "diterima", "PIC", "Budi; 08"):
        assert part in page
    assert max(map(len, page.splitlines())) <= 80
    assert "accepted" in shell("outbox", "list", lang="en").out


def test_outbox_export_writes_a_private_file(shell, tmp_path: Path) -> None:
    shell("tick", BLITAR, "2.4.3", "diterima")
    path = tmp_path / "tas" / "unsent.json"
    assert shell("outbox", "export", str(path)).out == f"1 perubahan ditulis ke {path}.\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["operations"] == operations(shell)
    assert written["file"] == "akk-outbox"
    shell("tick", BLITAR, "2.4.1", "perlu_perbaikan")
    assert len(shell("outbox", "export", str(path), "--json").json()["operations"]) == 2
    assert len(json.loads(path.read_text(encoding="utf-8"))["operations"]) == 2


def test_outbox_export_never_replaces_another_file(shell, tmp_path: Path) -> None:
    path = tmp_path / "surat.txt"
    path.write_text("penting")
    refused = shell("outbox", "export", str(path))
    assert refused.code == 1
    assert "sudah ada dan bukan ekspor" in refused.err
    assert path.read_text() == "penting"
    assert shell("outbox", "export", str(tmp_path)).code == 1
    assert "tidak dapat dipakai" in shell("outbox", "export", f"{path}/lain.json").err


def test_a_private_note_is_kept_and_never_waits_to_be_sent(shell, tmp_path: Path) -> None:
    file = tmp_path / "isi.md"
    file.write_text("Sekda ragu\n")
    done = shell("note", "add", "--subject", BLITAR, "--private", "--tag", "rahasia", str(file))
    assert "tidak pernah dikirim" in done.err
    key = done.out.strip()
    assert shell("note", "show", key, "--json").json()["state"] == "private"
    assert [one["id"] for one in shell("note", "list", "--tag", "rahasia", "--json").json()["notes"]] == [key]
    assert "· pribadi" in shell("note", "list", "--tag", "rahasia").out
    changed = shell("note", "edit", key, "--title", "Lain", "--json").json()
    assert (changed["title"], changed["op"]) == ("Lain", None)
    assert "tidak pernah dikirim" in shell("note", "edit", key, "--title", "Baru").err
    assert operations(shell) == []
