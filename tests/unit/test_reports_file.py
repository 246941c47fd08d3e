"""Files of reports: whole or not at all, one's own, never in place of another by accident."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from akk_tui.reports import file

DAY = date(2025, 10, 6)


def test_the_format_is_the_one_asked_for_or_that_of_the_ending() -> None:
    assert file.format_of(None, None) == "md"
    assert file.format_of(None, "html") == "html"
    assert file.format_of("x.HTM", None) == "html"
    assert file.format_of("x.markdown", None) == "md"
    assert file.format_of("x.txt", None) == "md"
    assert file.format_of("x.html", "md") == "md"


def test_names_tell_regions_and_days() -> None:
    assert file.default_name((), DAY, DAY, "md") == "laporan-2025-10-06.md"
    assert file.default_name(("35.72",), DAY, date(2025, 10, 8), "html") == "laporan-35.72-2025-10-06-2025-10-08.html"
    assert file.default_name(("35.72", "52.71"), DAY, DAY, "md") == "laporan-2-daerah-2025-10-06.md"


def test_home_is_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert file.place("~/", "a.md") == (tmp_path / "a.md", False)
    assert file.place("~/b.md", "a.md") == (tmp_path / "b.md", False)


def test_a_file_system_without_links_does_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = file.save(str(tmp_path), "a.md", "isi")
    assert path.read_text() == "isi"
    assert os.listdir(tmp_path) == ["a.md"]


def test_one_that_came_in_between_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("punya orang")
    monkeypatch.setattr(file, "place", lambda name, default: file.Place(tmp_path / "a.md", False))
    with pytest.raises(file.FileThere):
        file.save("a.md", "a.md", "isi")
    assert (tmp_path / "a.md").read_text() == "punya orang"
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_disk_that_refuses_says_why_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(file.NotWritten, match="penyimpanan penuh"):
        file.save(str(tmp_path), "a.md", "isi")
    assert os.listdir(tmp_path) == []


def test_a_link_is_there_too_and_only_the_link_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "lain.md").write_text("lain")
    (tmp_path / "a.md").symlink_to(tmp_path / "lain.md")
    (tmp_path / "putus.md").symlink_to(tmp_path / "tidak-ada")
    with pytest.raises(file.FileThere):
        file.refuse_taken(str(tmp_path / "putus.md"), "x")
    file.save(str(tmp_path / "a.md"), "x", "isi", force=True)
    assert (tmp_path / "lain.md").read_text() == "lain"
    assert (tmp_path / "a.md").read_text() == "isi"
