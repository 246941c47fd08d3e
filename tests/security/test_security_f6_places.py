"""Where the secret of a sign-in is kept: keyring, memory, file; which is taken, and what each refuses."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from akk_tui import paths
from akk_tui.sync import choosing, keyrings, places, signing_errors

pytestmark = pytest.mark.security


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> paths.Paths:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return paths.find(tmp_path / "home", {})


@pytest.fixture
def ring() -> Iterator[Any]:
    """A keyring in memory, in place of the system's: ``ring(priority=5, lies=False, hangs=None)``."""
    keyring = pytest.importorskip("keyring")
    before = keyring.get_keyring()

    def use(priority: float = 5, *, lies: bool = False, hangs: threading.Event | None = None) -> dict[str, str]:
        kept: dict[str, str] = {}

        class Memory(keyring.backend.KeyringBackend):
            def get_password(self, service: str, username: str) -> str | None:
                return "other" if lies else kept.get(username)

            def set_password(self, service: str, username: str, password: str) -> None:
                if hangs is not None:
                    hangs.wait(20)
                kept[username] = password

            def delete_password(self, service: str, username: str) -> None:
                del kept[username]

        Memory.priority = priority  # type: ignore[assignment]
        keyring.set_keyring(Memory())
        return kept

    yield use
    keyring.set_keyring(before)


def test_f6_a_real_keyring_is_taken_first_and_the_probe_is_gone(profile: paths.Paths, ring: Any) -> None:
    kept = ring()
    assert choosing.choose(profile, "auto") == "keyring"
    assert kept == {}
    place = places.opened(profile, "keyring", "abc")
    assert place is not None
    assert place.read() is None
    place.write("rahasia")
    assert place.read() == "rahasia"
    place.delete()
    place.delete()
    assert kept == {}


@pytest.mark.parametrize("fault", ["refuses", "plain file", "lies"])
def test_f6_a_keyring_that_is_none_is_not_taken(profile: paths.Paths, ring: Any, fault: str) -> None:
    ring(priority={"refuses": 0, "plain file": 0.5}.get(fault, 5), lies=fault == "lies")
    with pytest.raises(signing_errors.NoPlace) as caught:
        choosing.choose(profile, "auto")
    assert caught.value.exit_code == 2
    with pytest.raises(signing_errors.NoSuchPlace):
        choosing.choose(profile, "keyring")


def test_f6_a_keyring_that_never_answers_is_given_up(
    profile: paths.Paths, ring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()
    ring(hangs=done)
    monkeypatch.setattr(keyrings, "SECONDS", 0.2)
    assert not keyrings.works()
    done.set()


def test_f6_what_a_keyring_says_of_its_fault_is_not_repeated(ring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ring()
    import keyring

    def broken(*_args: str) -> None:
        raise RuntimeError("cannot store 'akk_rt_secret'")

    monkeypatch.setattr(type(keyring.get_keyring()), "set_password", broken)
    with pytest.raises(signing_errors.KeyringFailed) as caught:
        keyrings.KeyringPlace("abc").write("akk_rt_secret")
    assert "akk_rt_secret" not in caught.value.words()
    assert "RuntimeError" in caught.value.words()


def test_f6_a_file_is_only_taken_with_leave(profile: paths.Paths, ring: Any) -> None:
    ring(priority=0)
    asked: list[bool] = []

    def answer() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(signing_errors.NoPlace):
        choosing.choose(profile, "auto", answer)
    assert choosing.choose(profile, "auto", answer) == "file"
    assert choosing.choose(profile, "file") == "file"


@pytest.mark.parametrize("named", ["", "relative", "missing", "link", "open"])
def test_f3_only_a_runtime_folder_of_ones_own_counts(tmp_path: Path, named: str) -> None:
    own = tmp_path / "run"
    own.mkdir(mode=0o700)
    assert places.runtime_folder({"XDG_RUNTIME_DIR": str(own)}) == own / "akk-tui"
    link = tmp_path / "link"
    link.symlink_to(own)
    open_ = tmp_path / "open"
    open_.mkdir()
    open_.chmod(0o750)
    given = {"relative": os.path.relpath(own), "missing": "/nowhere", "link": str(link), "open": str(open_)}
    assert places.runtime_folder({"XDG_RUNTIME_DIR": given.get(named, "")}) is None


def test_f2_a_file_that_is_a_link_or_is_not_there_holds_nothing(tmp_path: Path) -> None:
    place = places.FilePlace(tmp_path / "tokens" / "abc")
    assert place.read() is None
    place.write("rahasia")
    assert place.path.stat().st_mode & 0o777 == 0o600
    assert place.read() == "rahasia"
    link = places.FilePlace(tmp_path / "tokens" / "link")
    link.path.symlink_to(place.path)
    assert link.read() is None
