"""What encryption costs: the first frame and keys on the same store, plain and encrypted, in turns.

Run with ``pytest -m bench tests/bench/test_sealed_bench.py -s``. A key command that prints the key itself opens
the encrypted profile: what argon2id takes is wanted, and is no part of a frame.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "e2e"))

from programs import clean_env, Home
from test_first_frame import full_home, measure, ours_useful
from test_keys import DOWN, share
from timed import TimedTerminal

__all__ = ["full_home"]
pytestmark = pytest.mark.bench
RUNS = 5
KEYS = (("regions", "2"), *[("down", DOWN)] * 8, ("checklist", "3"), *[("down", DOWN)] * 8, ("dashboard", "1"))


@pytest.fixture(scope="module")
def sealed_home(full_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same profile, encrypted."""
    folder = tmp_path_factory.mktemp("sealed")
    shutil.copytree(full_home, folder / "home")
    (folder / "key").write_text("5a" * 32 + "\n")
    made = Home(folder / "home")
    done = made.run("encrypt", "--key-command", f"cat {folder / 'key'}")
    assert done.code == 0, done
    return made.folder


def test_encryption_costs_little(full_home: Path, sealed_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first: dict[str, list[float]] = {}
    keys: dict[str, list[float]] = {}
    for turn in range(RUNS + 1):
        for name, home in (("plain", full_home), ("encrypted", sealed_home)):
            found = measure([sys.executable, "-m", "akk_tui.cli", "--home", str(home), "--lang", "id"], ours_useful)
            if turn:
                first.setdefault(name, []).append(found.first)
    env = clean_env(TERM="xterm-256color", COLORTERM="truecolor")
    for name, home in (("plain", full_home), ("encrypted", sealed_home)):
        with TimedTerminal(Home(home).argv(), env) as app:
            app.wait("Kota")
            keys[name] = [app.key(what, key, 0.3).wall for what, key in KEYS]
    with capsys.disabled():
        for name in first:
            print(
                f"\n{name}: first frame {statistics.median(first[name]):.3f} s;"
                f" a key {statistics.median(keys[name]):.1f} ms, 95 % {share(keys[name]):.1f} ms"
            )
    # A screen that is opened for the first time is among them: that one is measured with the other keys.
    assert statistics.median(keys["encrypted"]) < 50.0
