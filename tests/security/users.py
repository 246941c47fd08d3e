"""Two users of one machine: numbers without names are enough for the system. Only root can run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

OWNER, OTHER = 54_321, 54_322


def as_owner(*words: str) -> list[str]:
    """A command line as the first user. It may read the interpreter and this tree wherever they are."""
    return [
        "setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups",
        "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--", *words,
    ]  # fmt: skip


def as_other(*words: str) -> list[str]:
    """A command line as the second user, who may nothing."""
    return [
        "setpriv", f"--reuid={OTHER}", f"--regid={OTHER}", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all",
        "--", *words,
    ]  # fmt: skip


def other(*words: str) -> subprocess.CompletedProcess[str]:
    """What the second user gets when it runs a command."""
    return subprocess.run(as_other(*words), capture_output=True, text=True, errors="replace", timeout=60, cwd="/")


def shared_host() -> Iterator[Path]:
    """A folder that all users may look into; skips where there cannot be two users."""
    if os.geteuid() != 0:
        pytest.skip("needs root to be two users")
    if shutil.which("setpriv") is None:
        pytest.skip("no setpriv")
    place = Path(tempfile.mkdtemp(prefix="akk-host-"))
    try:
        place.chmod(0o755)
        if other("ls", str(place)).returncode != 0:
            pytest.skip("another user cannot look into the folder for temporary files")
        if subprocess.run(as_owner("true"), capture_output=True).returncode != 0:
            pytest.skip("no ambient capabilities: the first user could not run this tree")
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def give(path: Path, *more: Path) -> None:
    """Make files the first user's."""
    for one in (path, *more):
        os.chown(one, OWNER, OWNER)


def pids_of(user: int) -> Sequence[int]:
    """The processes of a user."""
    found: list[int] = []
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and _uid(int(name)) == user:
                found.append(int(name))
        except OSError:
            continue
    return found


def _uid(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("Uid:"):
            return int(line.split()[1])
    return -1
