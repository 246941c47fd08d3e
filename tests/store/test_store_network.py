"""A store on a network file system: found by the kernel's table, no WAL there, and several processes all the same."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from akk_tui.store import netfs, schema
from akk_tui.store.store import Store

TEXT = """\
21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
22 21 0:5 / /proc rw shared:1 - proc proc rw
40 21 0:50 /x {folder}/a\\040b rw,relatime shared:2 master:3 - nfs4 server:/x rw
41 40 8:1 /y {folder}/a\\040b/lokal rw - ext4 /dev/sda1 rw
42 21 0:51 / {folder}/sshfs rw - fuse.sshfs ani@host: rw
43 21 0:52 / {folder}/kripto rw - fuse.gocryptfs /dev/fuse rw
44 21 0:53 / {folder}/dua rw - autofs systemd-1 rw
45 44 0:54 / {folder}/dua rw - cifs //server/dua rw
46
47 21 0:55 / {folder}/rusak rw -
"""
PROCESS = """
import sys
from pathlib import Path
from akk_tui.store import netfs
from akk_tui.store.store import Store
netfs.TABLE = Path(sys.argv[1])
path, name = Path(sys.argv[2]), sys.argv[3]
"""
EDITS = (
    PROCESS
    + """
print("ready", flush=True)
sys.stdin.readline()
with Store.open(path) as store, Store.open(path, read_only=True) as reader:
    for n in range(30):
        with store.db.write():
            store.meta.set("n", str(store.meta.number("n") + 1))
            store.meta.set(f"{name}-{n}", "1")
        assert reader.meta.get(f"{name}-{n}") == "1"
        reader.db.execute("SELECT count(*) FROM meta").fetchall()
"""
)
SAVES = (
    PROCESS
    + """
with Store.open(path) as store:
    for n in range(10_000):
        store.meta.set(f"{name}-{n}", "x" * 2000)
        print(n, flush=True)
"""
)
Table = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """``table(kind)``: from now on the kernel says that the test's folder is on that."""
    file = tmp_path / "mountinfo"

    def says(kind: str) -> Path:
        file.write_text(f"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:5 / {tmp_path} rw - {kind} what rw\n")
        netfs.remote.cache_clear()
        monkeypatch.setattr(netfs, "TABLE", file)
        return file

    yield says
    netfs.remote.cache_clear()


def mode(store: Store) -> str:
    return store.db.value("PRAGMA journal_mode")


def start(code: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("name", "kind", "remote"),
    [
        ("a b/profil", "nfs4", "nfs4"),
        ("a bc", "ext4", ""),
        ("a b/lokal/x", "ext4", ""),
        ("sshfs", "fuse.sshfs", "fuse.sshfs"),
        ("kripto", "fuse.gocryptfs", ""),
        ("dua/x", "cifs", "cifs"),
        ("rusak", "ext4", ""),
    ],
)
def test_the_longest_and_latest_mount_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str, remote: str
) -> None:
    (tmp_path / "mountinfo").write_text(TEXT.format(folder=tmp_path))
    monkeypatch.setattr(netfs, "TABLE", tmp_path / "mountinfo")
    netfs.remote.cache_clear()
    assert netfs.kind(tmp_path / name) == kind
    assert netfs.remote(tmp_path / name) == remote
    netfs.remote.cache_clear()


def test_a_link_counts_as_where_it_leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mountinfo").write_text(TEXT.format(folder=tmp_path))
    monkeypatch.setattr(netfs, "TABLE", tmp_path / "mountinfo")
    (tmp_path / "sshfs").mkdir()
    (tmp_path / "rumah").symlink_to(tmp_path / "sshfs")
    assert netfs.kind(tmp_path / "rumah" / "akk") == "fuse.sshfs"


def test_without_the_table_the_number_of_statfs_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    monkeypatch.setattr(netfs, "TABLE", tmp_path / "missing")
    assert netfs.kind(tmp_path / "not" / "there") == ""
    if not sys.platform.startswith("linux"):
        return
    told = (ctypes.c_long * 64)()
    assert ctypes.CDLL(None).statfs(os.fsencode(tmp_path), ctypes.byref(told)) == 0
    monkeypatch.setattr(netfs, "_MAGIC", {told[0] & 0xFFFFFFFF: "nfs"})
    assert netfs.kind(tmp_path / "not" / "there") == "nfs"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert netfs.kind(tmp_path) == ""


def test_a_real_mount_is_read_from_the_kernels_own_table(tmp_path: Path) -> None:
    if shutil.which("unshare") is None or not Path("/proc/self/mountinfo").exists():
        pytest.skip("no unshare here")
    place = tmp_path / "a b"
    place.mkdir()
    told = "import sys\nfrom pathlib import Path\nfrom akk_tui.store import netfs\n"
    told += "print(netfs.kind(Path(sys.argv[1]) / 'x'))"
    script = 'mount -t ramfs none "$1" && exec "$2" -c "$3" "$1"'
    words = ["unshare", "-rm", "sh", "-c", script, "sh", str(place), sys.executable, told]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode and ("unshare" in done.stderr or "mount" in done.stderr):
        pytest.skip(f"no mounts of one's own here: {done.stderr.strip()}")
    assert done.stdout == "ramfs\n", done.stderr


def test_a_new_store_there_has_no_wal_and_says_so_once(tmp_path: Path, table: Table) -> None:
    table("nfs4")
    path = tmp_path / "akk.db"
    with Store.open(path) as store:
        assert (mode(store), store.meta.get("network")) == ("truncate", "nfs4")
        store.meta.set("x", "1")
        assert {one.name for one in tmp_path.glob("akk.db*")} <= {"akk.db", "akk.db-journal"}
        with Store.open(path, read_only=True) as reader:
            assert reader.meta.get("x") == "1"
            store.meta.set("x", "2")
            assert reader.meta.get("x") == "2"
            with pytest.raises(Exception, match="hanya dapat dibaca"):
                reader.meta.set("x", "3")


def test_a_wal_from_before_is_given_up_and_used_again_at_home(tmp_path: Path, table: Table) -> None:
    path = tmp_path / "akk.db"
    table("ext4")
    with Store.open(path) as store:
        store.meta.set("x", "1")
        assert mode(store) == "wal"
    table("cifs")
    with Store.open(path) as store:
        assert (mode(store), store.meta.get("x"), store.meta.get("network")) == ("truncate", "1", "cifs")
    assert not path.with_name("akk.db-shm").exists()
    table("ext4")
    with Store.open(path) as store:
        assert (mode(store), store.meta.get("x"), store.meta.get("network")) == ("wal", "1", "")


def test_what_a_killed_process_left_in_the_wal_is_kept(tmp_path: Path, table: Table) -> None:
    path = tmp_path / "akk.db"
    file = table("ext4")
    Store.open(path).close()
    process = start(SAVES, str(file), str(path), "a")
    assert process.stdout is not None
    last = [process.stdout.readline() for _ in range(20)][-1].strip()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert path.with_name("akk.db-wal").stat().st_size
    table("nfs")
    with Store.open(path) as store:
        assert (mode(store), store.meta.get(f"a-{last}")) == ("truncate", "x" * 2000)


def test_while_another_process_uses_the_wal_it_stays(tmp_path: Path, table: Table) -> None:
    path = tmp_path / "akk.db"
    table("ext4")
    with Store.open(path) as first:
        first.meta.set("x", "1")
        table("nfs")
        with Store.open(path) as second:
            assert (mode(second), second.meta.get("x")) == ("wal", "1")
    with Store.open(path) as store:
        assert mode(store) == "truncate"


def test_processes_that_edit_and_read_at_once_neither_fail_nor_lose(tmp_path: Path, table: Table) -> None:
    file, path = table("nfs4"), tmp_path / "new" / "akk.db"
    processes = [start(EDITS, str(file), str(path), name) for name in "abc"]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 3
    with Store.open(path) as store:
        assert (store.meta.number("n"), mode(store)) == (90, "truncate")
        assert store.db.value("SELECT count(*) FROM meta WHERE name GLOB '[abc]-*'") == 90


def test_killed_in_the_middle_of_a_commit_the_next_reader_undoes_it(tmp_path: Path, table: Table) -> None:
    """A journal that is still hot: only who may write can undo it, and a reader must not read past it."""
    path = tmp_path / "akk.db"
    file = table("nfs4")
    with Store.open(path) as store:
        store.meta.set("x", "1")
    code = PROCESS + (
        "store = Store.open(path)\n"
        "store.db.execute('PRAGMA cache_size=1')\n"
        "store.db.execute('PRAGMA cache_spill=1')\n"
        "store.db.execute('BEGIN IMMEDIATE')\n"
        "store.db.execute(\"UPDATE meta SET value = '2' WHERE name = 'x'\")\n"
        "for n in range(400):\n"
        "    store.db.execute('INSERT INTO meta VALUES (?, ?)', (f'y{n}', 'z' * 3000))\n"
        "import os\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = start(code, str(file), str(path), "a")
    done.communicate()
    assert done.returncode == -signal.SIGKILL
    assert path.with_name("akk.db-journal").stat().st_size
    with Store.open(path, read_only=True) as reader:
        assert reader.meta.get("x") == "1"
        assert reader.db.value("PRAGMA integrity_check") == "ok"
        assert schema.current(reader.db)


def test_a_commit_that_a_slow_reader_holds_up_is_asked_for_again(
    tmp_path: Path, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table("nfs4")
    path = tmp_path / "akk.db"
    with Store.open(path) as store, Store.open(path, read_only=True) as reader:
        reader.db.execute("BEGIN")
        reader.meta.get("x")
        store.db.execute("PRAGMA busy_timeout=1")
        asked = 0
        whole = store.db.execute

        def execute(sql: str, *parameters: object) -> object:
            nonlocal asked
            if sql == "COMMIT":
                asked += 1
                if asked == 3:
                    reader.db.execute("ROLLBACK")
            return whole(sql, *parameters)

        monkeypatch.setattr(store.db, "execute", execute)
        store.meta.set("x", "1")
        assert (asked, reader.meta.get("x")) == (3, "1")
