"""conflicts show, edit and merged: texts that two changed, on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from clishell import Shell

from akk_tui.contract.limits import TEXT_BYTES
from akk_tui.contract.records import PushEnd
from akk_tui.store.store import Store

KEY = "2025:35.72:2.4"
BASE = "Rapat Senin.\nSanksi belum ada."
MINE = "Rapat Senin.\nSanksi berupa teguran."
THEIRS = "Rapat Kamis.\nSanksi diatur peraturan."
MARKED = """\
Rapat Kamis.
=== 1/1: isian saya ===
Sanksi berupa teguran.
=== 1/1: isian rekan (contoh2) ===
Sanksi diatur peraturan.
=== 1/1: sampai di sini ===
"""


def differ(shell: Shell, field: str, seen: Any, mine: Any, theirs: Any) -> str:
    """Save ``mine`` and let the server answer that ``theirs`` stands there; the operation."""
    with Store.open(next(shell.home.rglob("akk.db"))) as store:
        op = str(store.edit("assessment", KEY, {field: mine}, seen={field: seen}).op)
        batch = store.queue.batch()
        detail = {"now": {field: theirs}, "by": "contoh2", "at": "2025-10-06T02:14:00Z", "rev": 99}
        end = PushEnd(head=(99_999, "0123456789abcdef"), at="2025-10-06T12:42:00Z")
        store.queue.answer([(op, "conflict", 0, detail)], end, batch)
    return op


@pytest.fixture
def op(shell: Shell) -> str:
    return differ(shell, "summary", BASE, MINE, THEIRS)


def waiting(shell: Shell) -> list[dict[str, Any]]:
    return shell("outbox", "list", "--json").json()["operations"]


def editor(folder: Path, script: str) -> str:
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize("theirs", ["Pendek.", "Sanksi diatur peraturan. " * 20])
def test_whose_text_it_is_and_since_when_is_never_cut(shell: Shell, theirs: str) -> None:
    differ(shell, "summary", BASE, MINE, theirs)
    assert "(contoh2, 6 Okt 2025 09.14 WIB)" in shell("conflicts").out


def test_the_list_tells_of_places_and_how_to_see_them(shell: Shell, op: str) -> None:
    differ(shell, "due", None, "2025-12-01", "2025-12-02")
    text, due = shell("conflicts", "--json").json()["conflicts"]
    assert (text["op"], text["places"], due["places"]) == (op, 1, None)
    shown = shell("conflicts")
    assert "gabungan     1 tempat perlu dipilih" in shown.out
    assert "akk-tui conflicts show|edit OPERASI" in shown.err
    assert shell("conflicts", lang="en").out.count("1 place to decide") == 1
    assert max(map(len, shown.out.splitlines())) <= 80


def test_show_prints_the_merge_with_its_places(shell: Shell, op: str) -> None:
    assert shell("conflicts", "show", op).out == MARKED
    document = shell("conflicts", "show", op, "--json").json()
    assert document == {"op": op, "field": "summary", "places": 1, "text": MARKED.rstrip("\n")}
    assert "=== 1/1: theirs (contoh2) ===" in shell("conflicts", "show", op, lang="en").out


def test_after_a_restore_all_that_differs_is_open_and_theirs_may_be_the_older(shell: Shell, op: str) -> None:
    assert shell("conflicts", "--json").json()["conflicts"][0]["older"] is False
    with Store.open(next(shell.home.rglob("akk.db"))) as store:
        store.meta.set("restored_n", str(store.meta.number("n")))
    (one,) = shell("conflicts", "--json").json()["conflicts"]
    assert (one["older"], one["places"]) == (True, 1)
    assert "server dipulihkan: mungkin lebih lama daripada semula" in shell("conflicts").out
    assert shell("conflicts", "show", op).out.splitlines()[1:3] == MINE.split("\n")


def test_edit_answers_with_the_text_of_a_file_or_of_stdin(shell: Shell, op: str, tmp_path: Path) -> None:
    file = tmp_path / "teks"
    file.write_text("Rapat Kamis.\nSanksi diatur.\n")
    done = shell("conflicts", "edit", op, str(file), "--json")
    (saved,) = waiting(shell)
    assert done.json() == {"op": saved["op"], "state": "queued"}
    assert (saved["set"], saved["was"]) == ({"summary": file.read_text()}, {"summary": THEIRS})
    assert shell("conflicts").out == "Tidak ada beda isian.\n"
    other = differ(shell, "summary", THEIRS, "Lain.", "Lagi.")
    assert shell("conflicts", "edit", other, stdin="Beres.").out == "Beda isian selesai.\n"
    assert [one["set"] for one in waiting(shell)] == [{"summary": "Beres."}]


def test_edit_opens_the_editor_also_where_stdin_is_empty(
    shell: Shell, op: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", editor(tmp_path, 'grep -v === "$1" > "$1.new"; mv "$1.new" "$1"'))
    done = shell("conflicts", "edit", op)
    assert done.code == 0, done.err
    (saved,) = waiting(shell)
    assert saved["set"]["summary"] == "Rapat Kamis.\nSanksi berupa teguran.\nSanksi diatur peraturan."
    assert list((shell.home / "state" / "edit").iterdir()) == []


def test_marked_places_are_refused_and_the_text_is_kept(
    shell: Shell, op: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (["edit", op, "-"], ["resolve", op, "--value", MARKED]):
        refused = shell("conflicts", *words, stdin=MARKED)
        assert refused.code == 1
        assert "Teks itu masih bertanda === … === (tempat: 1)" in refused.err
    monkeypatch.setenv("EDITOR", editor(tmp_path, 'echo tambahan >> "$1"'))
    refused = shell("conflicts", "edit", op, terminal=True)
    assert refused.code == 1
    (left,) = (shell.home / "state" / "edit").iterdir()
    assert str(left) in refused.err.replace("\r\n", "\n")
    assert left.read_text() == MARKED + "tambahan\n"
    assert [one["state"] for one in waiting(shell)] == ["conflict"]


def test_what_is_no_text_or_no_difference_is_refused_in_words(shell: Shell) -> None:
    due = differ(shell, "due", None, "2025-12-01", "2025-12-02")
    for action in ("show", "edit"):
        refused = shell("conflicts", action, due)
        assert (refused.code, "bukan tentang satu teks" in refused.err) == (2, True)
        assert shell("conflicts", action, "019a0000-0000-7000-8000-000000000001").code == 1


def test_a_merge_past_the_limit_is_told(shell: Shell) -> None:
    much = "x" * (TEXT_BYTES // 2)
    op = differ(shell, "summary", "a", f"a\n{much}B", f"a\n{much}C")
    (one,) = shell("conflicts", "--json").json()["conflicts"]
    assert one["places"] == 0
    assert "melebihi batas panjang; perlu dipendekkan" in shell("conflicts").out
    assert len(shell("conflicts", "show", op).out) > TEXT_BYTES


def test_merged_lists_what_needed_no_answer(shell: Shell) -> None:
    assert shell("conflicts", "merged").out == "Tidak ada isian yang digabung.\n"
    op = differ(shell, "owners", ["BKPSDM"], ["BKPSDM", "Setda"], ["BKPSDM", "Inspektorat"])
    (one,) = shell("conflicts", "merged", "--json").json()["merged"]
    assert {"op": op, "field": "owners", "set": {"owners": ["BKPSDM", "Setda"]}}.items() <= one.items()
    page = shell("conflicts", "merged").out
    assert "Kota Blitar" in page
    assert "isian saya  BKPSDM, Setda" in page
    assert json.loads(shell("conflicts", "--json").out) == {"conflicts": []}
