"""What encryption costs: the same work on the same store, plain and encrypted, in turns in one run.

Run with ``pytest -m bench tests/bench/test_sealed_bench.py -s``; ``AKK_BENCH=encrypted`` holds the other benchmarks to
their limits on encrypted profiles. A key command that prints the key itself opens the encrypted profile. What the
passphrase costs (argon2id, once, before the app begins) is wanted; it is told apart, and no part of a frame.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "e2e"))

import encrypted
import stores
from programs import clean_env, Home
from test_first_frame import full_home, measure, ours_useful
from test_keys import DOWN, share
from test_search import PHRASES, typed
from test_start import home as start_home
from timed import TimedTerminal

from akk_tui import config, paths
from akk_tui.store import keys as ring
from akk_tui.store.store import Store
from akk_tui.sync import keyfile, runner

__all__ = ["full_home", "start_home"]
pytestmark = [pytest.mark.bench, pytest.mark.skipif(encrypted.ON, reason="compares with plain profiles itself")]
FRAMES, STARTS, ROUNDS, NOTES = 5, 15, 9, 20_000
KEYS = (("regions", "2"), *[("down", DOWN)] * 8, ("checklist", "3"), *[("down", DOWN)] * 8, ("dashboard", "1"))
PER_START = 0.060
"""Seconds that a start may take longer: SQLCipher is loaded, the key command runs, pages are decrypted."""


def _copies(home: Path, folder: Path) -> dict[str, Path]:
    """The profile twice: as it is, and encrypted."""
    shutil.copytree(home, folder / "sealed")
    return {"plain": home, "encrypted": encrypted.encrypt(folder / "sealed")}


def _turns(count: int, work: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """What each piece of ``work`` measures, in turns; a first time each does not count."""
    found: dict[str, list[float]] = {name: [] for name in work}
    for turn in range(count + 1):
        for name, one in work.items():
            value = one()
            if turn:
                found[name].append(value)
    return found


def _tell(capsys: pytest.CaptureFixture[str], what: str, found: dict[str, list[float]]) -> float:
    """Print the medians in ms; their ratio."""
    plain, sealed = (statistics.median(found[name]) * 1000 for name in ("plain", "encrypted"))
    with capsys.disabled():
        print(f"\n{what}: plain {plain:.1f} ms, encrypted {sealed:.1f} ms, {sealed / plain:.2f} ×")
    return sealed / plain


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_status(start_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    homes = _copies(start_home, tmp_path)
    own = str(Path(sys.executable).with_name("akk-tui"))
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def start(home: Path) -> float:
        words = [own, "--home", str(home), "status", "--json"]
        return _seconds(lambda: subprocess.run(words, env=env, stdout=subprocess.DEVNULL, check=True))

    found = _turns(STARTS, {name: lambda home=home: start(home) for name, home in homes.items()})
    _tell(capsys, "status --json", found)
    assert statistics.median(found["encrypted"]) - statistics.median(found["plain"]) < PER_START


def test_first_frame_and_keys(full_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    homes = _copies(full_home, tmp_path)
    own = {name: Home(home).argv() for name, home in homes.items()}
    found = _turns(FRAMES, {name: lambda argv=argv: measure(argv, ours_useful).first for name, argv in own.items()})
    ratio = _tell(capsys, "first frame", found)
    env = clean_env(TERM="xterm-256color", COLORTERM="truecolor")
    walls: dict[str, list[float]] = {}
    with TimedTerminal(own["plain"], env) as plain, TimedTerminal(own["encrypted"], env) as sealed:
        both = {"plain": plain, "encrypted": sealed}
        for app in both.values():
            app.wait("Kota")
        for what, key in KEYS:
            for name, app in both.items():
                walls.setdefault(name, []).append(app.key(what, key, 0.3).wall / 1000)
    keys = _tell(capsys, "a key", walls)
    with capsys.disabled():
        print(f"95 % of the keys: {share(walls['plain']) * 1000:.1f} ms, {share(walls['encrypted']) * 1000:.1f} ms")
    assert ratio < 1.2
    assert keys < 1.25
    # One that opens a screen is among them: a table of 514 rows is read and decrypted.
    assert share(walls["encrypted"]) < 1.5 * share(walls["plain"]) + 0.010


def test_round(start_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], make_server) -> None:
    """The first round, which writes everything, and one with an edit to send."""
    server = make_server(demo=True)
    from akk_tui.server.demo import sample

    token = server.officer("semua2", sample.regions("2025"), cycle="2025")
    places = {"plain": tmp_path / "plain", "encrypted": encrypted.encrypt(tmp_path / "sealed")}
    profiles = {name: paths.find(place, {}) for name, place in places.items()}
    accounts = {
        name: runner.sign_in(profile, server.url, token, config.Settings()) for name, profile in profiles.items()
    }

    def first(name: str) -> float:
        folder = Path(accounts[name].store).parent
        for one in folder.iterdir() if folder.exists() else ():
            one.unlink()
        return _seconds(lambda: runner.sync_once(profiles[name], accounts[name], config.Settings()))

    def edit(name: str) -> float:
        with Store.open(Path(accounts[name].store)) as store:
            about = {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "Rapat", "tags": []}
            store.create("note", {**about, "body": "Isi"})
        return _seconds(lambda: runner.sync_once(profiles[name], accounts[name], config.Settings()))

    whole = _tell(capsys, "first round", _turns(5, {name: lambda name=name: first(name) for name in places}))
    small = _tell(
        capsys, "a round with an edit", _turns(ROUNDS, {name: lambda name=name: edit(name) for name in places})
    )
    assert whole < 1.6
    assert small < 1.4


def test_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    homes = {name: tmp_path / name for name in ("plain", "encrypted")}
    ring.use(homes["encrypted"], bytes.fromhex(encrypted.KEY))
    for folder in homes.values():
        folder.mkdir()
        with Store.open(folder / "akk.db") as made:
            stores.fill(made, 36, 2, NOTES, evidence=False)
    opened = {name: Store.open(folder / "akk.db", cache_kib=256) for name, folder in homes.items()}
    strokes: dict[str, list[float]] = {name: [] for name in opened}
    for phrase in PHRASES:
        for cycle in ("2025", None):
            for name, store in opened.items():
                strokes[name] += [stroke.cpu / 1000 for stroke in typed(store, phrase, cycle)]
    for store in opened.values():
        store.close()
    ratio = _tell(capsys, f"a letter of a search over {NOTES} notes", strokes)
    with capsys.disabled():
        print(f"95 %: {share(strokes['plain']) * 1000:.1f} ms, {share(strokes['encrypted']) * 1000:.1f} ms")
    assert ratio < 1.6
    assert share(strokes["encrypted"]) < 0.016


def test_passphrase(capsys: pytest.CaptureFixture[str]) -> None:
    secret, key = b"jalan kaki ke pasar pagi", bytes.fromhex(encrypted.KEY)
    file = keyfile.made(key, secret, "passphrase")
    took = statistics.median(_seconds(lambda: keyfile.opened(file, secret)) for _ in range(5))
    direct = keyfile.made(key, encrypted.KEY.encode(), "command")
    command = statistics.median(_seconds(lambda: keyfile.opened(direct, encrypted.KEY.encode())) for _ in range(5))
    with capsys.disabled():
        print(
            f"\nargon2id of a passphrase: {took * 1000:.0f} ms, once a start; "
            f"a key that a command prints: {command * 1000:.2f} ms"
        )
    assert command < took / 20
