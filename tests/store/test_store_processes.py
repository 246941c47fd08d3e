"""Several processes on one store, and processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from modelserver import UNITS
from storeclient import Client

from akk_tui.store.store import Store

EDITS = """
import sys
from pathlib import Path
from akk_tui.store.store import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
for n in range(40):
    store.edit("assessment", "2025:35.72:" + sys.argv[2], {"summary": f"{sys.argv[2]} {n}"}, seen=None)
store.close()
"""
SAVES = """
import sys
from pathlib import Path
from akk_tui.store.store import Store
store = Store.open(Path(sys.argv[1]))
for n in range(10_000):
    made = store.edit("assessment", "2025:35.72:1.1", {"summary": f"teks {n}"}, seen=None)
    print(made.op, flush=True)
"""
OPENS = """
import sys
from pathlib import Path
from akk_tui.store.store import Store
print("ready", flush=True)
sys.stdin.readline()
store = Store.open(Path(sys.argv[1]))
store.meta.set("x" + sys.argv[2], "1")
"""


def start(code: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def together(processes: list[subprocess.Popen[str]]) -> None:
    """Let all of them go at once and see that each ends well."""
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.close()
    for process in processes:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait() == 0


def test_processes_that_edit_at_once_neither_fail_nor_lose(budi: Client) -> None:
    together([start(EDITS, str(budi.path), indicator) for indicator in ("1.1", "2.1", "2.2")])
    found = budi.store.db.execute("SELECT n, key, body FROM outbox ORDER BY n").fetchall()
    assert [row[0] for row in found] == list(range(1, 121))
    assert {key for _, key, _ in found} == {f"{UNITS[0]}:{indicator}" for indicator in ("1.1", "2.1", "2.2")}
    assert set(budi.push().values()) == {"applied"}
    budi.pull()
    assert budi.store.db.value("SELECT count(*) FROM outbox") == 0


def test_a_store_that_several_make_at_once_is_made_once(fast: Any) -> None:
    path = fast / "new" / "akk.db"
    together([start(OPENS, str(path), str(n)) for n in range(4)])
    from akk_tui.store.store import Store

    with Store.open(path) as store:
        assert store.db.value("SELECT count(*) FROM meta WHERE name LIKE 'x%'") == 4


def test_kill_9_between_saved_and_sync_loses_nothing(budi: Client) -> None:
    process = start(SAVES, str(budi.path))
    assert process.stdout is not None
    saved = [process.stdout.readline().strip() for _ in range(25)]
    os.kill(process.pid, signal.SIGKILL)
    saved += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()
    budi.reopen()
    kept = [op for op, _ in budi.outbox()]
    assert kept[: len(saved)] == saved
    assert len(kept) - len(saved) <= 1
    assert set(budi.push().values()) == {"applied"}
    assert budi.server.rows["assessment", f"{UNITS[0]}:1.1"][3]["summary"] == f"teks {len(kept) - 1}"


def test_a_pull_in_another_process_is_seen_at_once(budi: Client) -> None:
    from akk_tui.store.store import Store

    with Store.open(budi.path) as screen:
        before = screen.version()
        budi.server.put("assessment", f"{UNITS[0]}:1.1", UNITS[0], {"due": "2025-10-01"})
        budi.pull()
        assert screen.version() > before
        assert screen.db.value("SELECT count(*) FROM base") == 1


def test_opening_a_store_once_more_keeps_the_locks_of_this_process(tmp_path: Path) -> None:
    """Else another process that ends takes the database for unused, and away goes the log that this one writes to."""
    path = tmp_path / "akk.db"
    with Store.open(path) as store:
        store.meta.set("here", "1")
        log = path.with_name("akk.db-wal")
        before = log.stat().st_ino
        Store.open(path).close()
        other = "import sys\nfrom pathlib import Path\nfrom akk_tui.store.store import Store\n"
        other += "with Store.open(Path(sys.argv[1])) as store:\n    store.meta.set('there', '1')\n"
        subprocess.run([sys.executable, "-c", other, str(path)], check=True, timeout=120)
        assert log.stat().st_ino == before
        assert store.meta.get("there") == "1"
