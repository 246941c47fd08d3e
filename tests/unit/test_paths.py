"""Where a profile is, and that only its owner can open it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from akk_tui import paths
from akk_tui.paths import PathRefused


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_home_comes_before_the_environment_before_the_platform(tmp_path: Path) -> None:
    named = paths.find(tmp_path / "a", {"AKK_HOME": str(tmp_path / "b")})
    assert named.config == tmp_path / "a" / "config"
    assert {path.parent for path in named} == {tmp_path / "a"}
    assert paths.find(None, {"AKK_HOME": str(tmp_path / "b")}).data == tmp_path / "b" / "data"
    assert "akk-tui" in paths.find(None, {"AKK_HOME": ""}).data.parts
    assert named.config_file == tmp_path / "a" / "config" / "config.toml"
    assert named.themes == tmp_path / "a" / "config" / "themes"
    assert named.account_file == tmp_path / "a" / "data" / "account.json"


def test_relative_homes_and_tildes_become_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert paths.find(Path("x")).data == tmp_path / "x" / "data"
    assert paths.find(Path("~/y")).data == tmp_path / "y" / "data"


def test_looking_makes_nothing(tmp_path: Path) -> None:
    paths.find(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.security
def test_f1_folders_are_0700_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    made = paths.private_folder(tmp_path / "a" / "b" / "c")
    assert [mode(path) for path in (made, made.parent, made.parent.parent)] == [0o700] * 3


@pytest.mark.security
def test_f1_files_are_0600_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    assert mode(paths.private_file(tmp_path / "a" / "f")) == 0o600
    paths.write_private(tmp_path / "a" / "g", b"data")
    assert mode(tmp_path / "a" / "g") == 0o600


@pytest.mark.security
def test_f1_open_folders_and_files_are_closed(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "open").chmod(0o755)
    assert mode(paths.private_folder(tmp_path / "open")) == 0o700
    (tmp_path / "open" / "f").write_text("kept")
    (tmp_path / "open" / "f").chmod(0o644)
    assert mode(paths.private_file(tmp_path / "open" / "f")) == 0o600
    assert (tmp_path / "open" / "f").read_text() == "kept"


@pytest.mark.security
def test_f1_links_and_other_things_are_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("")
    os.mkfifo(tmp_path / "real" / "pipe")
    (tmp_path / "real" / "to").symlink_to(tmp_path / "file")
    for refused in (tmp_path / "link", tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(PathRefused) as told:
            paths.private_folder(refused)
        assert told.value.exit_code == 6
        assert str(refused) in str(told.value)
    for refused in (tmp_path / "real" / "pipe", tmp_path / "real" / "to"):
        with pytest.raises(PathRefused):
            paths.private_file(refused)


@pytest.mark.security
def test_f1_what_belongs_to_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths.private_file(tmp_path / "a" / "f")
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: 54321)
        with pytest.raises(PathRefused, match="milik pengguna lain"):
            paths.private_folder(tmp_path / "a")
        patch.setattr(paths, "private_folder", lambda path: path)
        with pytest.raises(PathRefused, match="milik pengguna lain"):
            paths.private_file(tmp_path / "a" / "f")


def test_a_folder_whose_rights_cannot_be_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fchmod", refuse)
        with pytest.raises(PathRefused, match="tidak diizinkan"):
            paths.private_folder(tmp_path / "open")


def test_writing_replaces_in_one_step_and_leaves_nothing_beside(tmp_path: Path) -> None:
    target = tmp_path / "a" / "f"
    paths.write_private(target, b"one")
    paths.write_private(target, b"two")
    assert target.read_bytes() == b"two"
    assert list(target.parent.iterdir()) == [target]


def test_a_failed_write_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a" / "f"
    paths.write_private(target, b"one")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(PathRefused, match="penyimpanan penuh"):
            paths.write_private(target, b"two")
    assert target.read_bytes() == b"one"
    assert list(target.parent.iterdir()) == [target]


def test_a_shared_folder_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    with pytest.raises(paths.PathRefused):
        paths.private_folder(shared)
    with pytest.raises(paths.PathRefused):
        paths.write_private(shared / "file", b"")
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777


def test_a_file_for_a_folder_of_others_leaves_the_folder_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    paths.write_private(tmp_path / "token", b"x", ours=False)
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
