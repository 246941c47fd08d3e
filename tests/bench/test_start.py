"""How long ``status --json`` takes, as a ratio to a process that only imports what any such program needs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import encrypted
import pytest

REFERENCE = "import argparse, msgspec, sqlite3, platformdirs, gettext, tomllib"
if encrypted.ON:
    # What any program needs that reads an encrypted database; what the key command takes counts as ours.
    REFERENCE += ", sqlcipher3.dbapi2"
RUNS = 21
MOST = 1.5

pytestmark = pytest.mark.bench


@pytest.fixture
def home(make_server, tmp_path: Path) -> Path:
    """A synced home of an officer with all 36 regions of the sample's cycle."""
    from akk_tui import config, paths
    from akk_tui.server.demo import sample
    from akk_tui.sync import runner

    server = make_server(demo=True)
    token = server.officer("semua", sample.regions("2025"), cycle="2025")
    place = paths.find(tmp_path / "home")
    account = runner.sign_in(place, server.url, token, config.Settings())
    runner.sync_once(place, account, config.Settings())
    return encrypted.as_asked(tmp_path / "home")


def seconds(command: list[str], env: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def test_status_json_starts_fast(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    env = {**os.environ, "AKK_HOME": str(home)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    own = [str(Path(sys.executable).with_name("akk-tui")), "status", "--json"]
    reference = [sys.executable, "-c", REFERENCE]
    first = subprocess.run(own, env=env, capture_output=True, check=True)
    assert len(json.loads(first.stdout)["regions"]) == 36
    seconds(reference, env)
    pairs = [(seconds(reference, env), seconds(own, env)) for _ in range(RUNS)]
    base, mine = (statistics.median(times) for times in zip(*pairs, strict=True))
    with capsys.disabled():
        print(
            f"\n{encrypted.WORDS}status --json, 36 regions: {mine / base:.2f} × reference (limit {MOST}); "
            f"reference {base * 1000:.0f} ms"
        )
    assert mine / base <= MOST
