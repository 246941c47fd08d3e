"""The background sync: a child process whose lines become words; and one real round against a real server."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from work_app import drive, Driven

from akk_tui.paths import find
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync.handed import Keeper
from akk_tui.ui import sync_runner
from akk_tui.ui.launch import home_of, sync_command, terminal_refused

SYNC = ("sync", "--json", "--progress", "--handed")
PROGRESS = '{"stage": "%s", "rows": %d, "rows_total": %d, "bytes": 10, "bytes_total_est": 20, "rate": 1.0}'


MERGED = "1 isian Anda digabung dengan isian rekan; aslinya ada di layar 6, tab Dilepas."


def child(tmp_path: Path, text: str) -> tuple[str, ...]:
    """A program that stands for a round."""
    path = tmp_path / "round.py"
    path.write_text(f"import sys, time\nsay = lambda *w: print(*w, file=sys.stderr, flush=True)\n{text}\n")
    return (sys.executable, str(path))


@pytest.mark.parametrize(
    ("text", "online", "told"),
    [
        ('print(\'{"pushed": 3, "pulled": 17}\')', True, "Sinkron selesai: 3 terkirim, 17 diterima."),
        ("print('{}'); sys.exit(5)", True, "Sinkron selesai; ada yang menunggu jawaban (layar 6)."),
        ('print(\'{"pushed": 1, "pulled": 0, "merged": 1}\')', True, f"1 terkirim, 0 diterima. {MERGED}"),
        ("print('{\"merged\": 1}'); sys.exit(5)", True, f"menunggu jawaban (layar 6). {MERGED}"),
        ("say('Server tidak dapat dihubungi.'); sys.exit(3)", False, "Server tidak dapat dihubungi."),
        ("say('Anda perlu masuk lagi.'); sys.exit(4)", False, "Anda perlu masuk lagi."),
        ("sys.exit(7)", None, "Sinkronisasi gagal (kode 7)."),
        ("print('[1]'); sys.exit(130)", None, "Sinkronisasi dibatalkan; tidak ada yang hilang."),
    ],
)
def test_how_a_round_ends_is_told(
    sample_store: Path, tmp_path: Path, text: str, online: bool | None, told: str
) -> None:
    async def steps(app: Driven) -> None:
        assert app.app.online is None
        await app.press("s")
        await app.until(lambda: told in app.told(), "the end is told")
        assert app.app.online is online
        assert app.app.sync.unavailable() is None
        await app.settle()
        assert ("● daring" if online else "○ luring") in app.lines()[0]

    drive(sample_store, steps, sync_command=child(tmp_path, text))


def test_what_was_merged_is_told_of_a_round_that_nobody_asked_for_too(sample_store: Path, tmp_path: Path) -> None:
    async def steps(app: Driven) -> None:
        app.app.sync.round(asked=False)
        await app.until(lambda: MERGED in app.told(), "the merge is told")
        assert "Sinkron selesai" not in app.told()

    drive(sample_store, steps, sync_command=child(tmp_path, 'print(\'{"pushed": 1, "pulled": 0, "merged": 1}\')'))


@pytest.mark.parametrize(
    ("stage", "rows", "total", "shown"),
    [
        ("wait", 0, 0, "↻ menunggu sinkron lain"),
        ("connect", 0, 0, "↻ menyambung"),
        ("push", 12, 0, "↻ mengirim 12"),
        ("pull", 1200, 5300, "↻ mengambil 1.200 dari 5.300"),
        ("pull", 40, 0, "↻ mengambil 40"),
    ],
)
def test_progress_stands_in_the_status_line_and_cancel_ends_it(
    sample_store: Path, tmp_path: Path, stage: str, rows: int, total: int, shown: str
) -> None:
    line = PROGRESS % (stage, rows, total)

    async def steps(app: Driven) -> None:
        assert "Tidak ada sinkronisasi yang berjalan." not in app.told()
        await app.pilot.press("S")
        await app.pilot.press("s")
        await app.until(lambda: shown in app.lines()[0], "the progress is shown")
        await app.pilot.press("s")
        await app.until(lambda: "Sinkronisasi sedang berjalan." in app.told(), "a second round is refused")
        await app.pilot.press("S")
        await app.until(lambda: "Sinkronisasi dibatalkan" in app.told(), "it is cancelled")
        assert app.app.sync.words() is None

    drive(sample_store, steps, sync_command=child(tmp_path, f"say('{line}'); time.sleep(60)"))


def test_a_round_is_cancelled_also_before_its_program_has_started(
    sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed = threading.Event()
    start = Keeper.start

    def late(*args: object, **kept: object) -> object:
        pressed.wait(20)
        return start(*args, **kept)  # type: ignore[arg-type]

    monkeypatch.setattr(Keeper, "start", late)

    async def steps(app: Driven) -> None:
        await app.pilot.press("s", "S")
        pressed.set()
        await app.until(lambda: "Sinkronisasi dibatalkan" in app.told(), "it is cancelled")
        assert not app.app.sync.running

    drive(sample_store, steps, sync_command=child(tmp_path, "time.sleep(60)"))


def test_a_background_round_that_finds_no_server_says_nothing(sample_store: Path, tmp_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.until(lambda: app.app.online is False, "the round ends")
        assert app.told() == ""

    command = child(tmp_path, "say('tidak terjangkau'); sys.exit(3)")
    drive(sample_store, steps, sync_command=command, sync_at_start=True)


def test_a_round_follows_the_rhythm_only_while_online(sample_store: Path, tmp_path: Path) -> None:
    async def steps(app: Driven) -> None:
        sync = app.app.sync
        sync._again()
        assert not sync.running
        sync.online = True
        sync._again()
        assert sync.running
        sync._again()
        await app.until(lambda: not sync.running, "it ends")

    drive(sample_store, steps, sync_command=child(tmp_path, "print('{}')"))


FAILED = '{"stage": "failed", "code": "%s", "passing": %s, "retry_after": %s}'


def failing(code: str = "unreachable", passing: str = "true", retry_after: str = "null", exit_code: int = 3) -> str:
    line = FAILED % (code, passing, retry_after)
    return f"say('{line}'); say('Server sibuk.'); sys.exit({exit_code})"


def test_what_passes_by_itself_is_tried_again_until_it_succeeds(sample_store: Path, tmp_path: Path) -> None:
    tries = tmp_path / "tries"
    text = f"""tries = open({str(tries)!r}, 'a+'); tries.write('x'); tries.flush(); tries.seek(0)
if len(tries.read()) < 4: {failing()}
print('{{}}')"""

    async def steps(app: Driven) -> None:
        app.app.sync._backoff._random = lambda: 0.0
        await app.until(lambda: app.app.online is True, "it succeeds")
        assert len(tries.read_text()) == 4
        assert app.told() == ""
        assert app.app.sync.seconds_left is None

    drive(sample_store, steps, sync_command=child(tmp_path, text), sync_at_start=True)


def test_a_try_draws_nothing_until_it_gets_through_and_becomes_the_one_that_is_asked_for(
    sample_store: Path, tmp_path: Path
) -> None:
    tries, go = tmp_path / "tries", tmp_path / "go"
    text = f"""import os
tries = open({str(tries)!r}, 'a+'); tries.write('x'); tries.flush(); tries.seek(0)
n = len(tries.read())
say('{PROGRESS % ("connect", 0, 0)}')
while n > 1 and not os.path.exists({str(go)!r} + str(n)): time.sleep(0.01)
if n < 3: {failing()}
say('{PROGRESS % ("pull", 7, 9)}')
time.sleep(60)"""

    async def steps(app: Driven) -> None:
        sync = app.app.sync
        sync._backoff._random = lambda: 0.0
        await app.until(lambda: sync.running and tries.exists() and len(tries.read_text()) == 2, "a second try runs")
        assert "↻" not in app.lines()[0]
        assert sync.unavailable() is None
        await app.pilot.press("s")
        await app.until(lambda: "↻ menyambung" in app.lines()[0], "it is the one that was asked for")
        (tmp_path / "go2").touch()
        await app.until(lambda: "Server sibuk." in app.told(), "its end is told")
        await app.until(lambda: len(tries.read_text()) == 3, "a third try runs")
        assert "↻" not in app.lines()[0]
        (tmp_path / "go3").touch()
        await app.until(lambda: "↻ mengambil 7 dari 9" in app.lines()[0], "it gets through")
        await app.pilot.press("S")
        await app.until(lambda: not sync.running, "it is cancelled")

    drive(sample_store, steps, sync_command=child(tmp_path, text), sync_at_start=True)


@pytest.mark.parametrize(("passing", "minutes"), [("false", 5), ("true", 0)])
def test_what_no_waiting_mends_or_nobody_wants_is_not_tried_again(
    sample_store: Path, tmp_path: Path, passing: str, minutes: int
) -> None:
    async def steps(app: Driven) -> None:
        await app.press("s")
        await app.until(lambda: "Server sibuk." in app.told(), "it fails")
        assert app.app.sync.seconds_left is None

    command = child(tmp_path, failing(passing=passing))
    drive(sample_store, steps, sync_command=command, sync_minutes=minutes)


def test_the_servers_wait_is_obeyed_and_counted_down(
    store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, start = [0.0], sync_runner.monotonic()
    monkeypatch.setattr(sync_runner, "monotonic", lambda: start + now[0])

    async def steps(app: Driven) -> None:
        app.app.sync._backoff._random = lambda: 0.0
        await app.press("s")
        await app.until(lambda: "dicoba lagi dalam 40 detik" in app.text(), "the wait is shown")
        now[0] = 15.0
        await app.until(lambda: "dicoba lagi dalam 25 detik" in app.text(), "it is counted down")
        app.app.clear_notifications()
        now[0] = 40.0
        await app.until(lambda: "dicoba lagi dalam 40 detik" in app.text(), "it was tried again")
        # What was said once is not said at each try.
        assert app.told() == ""
        app.app.sync.set_rhythm(0)
        await app.until(lambda: "dicoba lagi" not in app.text(), "nothing is tried any more")

    with Store.open(store_path) as store:
        store.runs.add(started=store.now(), seconds=0.1, outcome="busy", words="Server sibuk.")
    command = child(tmp_path, failing("busy", retry_after="40"))
    drive(store_path, steps, sync_command=command, at="sync")


@pytest.mark.parametrize(("fast", "shown"), [(True, "41 detik"), (False, "50 detik")])
def test_on_a_slow_line_it_is_counted_in_steps(fast: bool, shown: str) -> None:
    assert sync_runner.again_words(41.2, fast) == f"dicoba lagi dalam {shown}"
    assert sync_runner.again_words(0.0, fast=True) == "dicoba lagi dalam 1 detik"
    assert sync_runner.again_words(170.0, fast) == "dicoba lagi dalam 3 menit"


def test_a_program_that_cannot_be_started_is_told(sample_store: Path, tmp_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("s")
        await app.until(lambda: "berkas atau folder tidak ada" in app.told(), "what the system says is told")

    drive(sample_store, steps, sync_command=(str(tmp_path / "missing"),))


def test_without_an_account_the_command_says_so(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("s")
        assert "Belum masuk ke server; jalankan akk-tui login." in app.told()
        app.app.sync.round()
        app.app.sync.cancel()
        assert not app.app.sync.running

    drive(sample_store, steps)


def test_the_first_round_brings_the_regions(tmp_path: Path) -> None:
    """The real child against the real server."""
    from akk_tui.server import embedded
    from akk_tui.sync.transport import Transport

    db = tmp_path / "server.db"
    token = _server_with_sample(db)
    running = embedded.start(db)
    try:
        paths = find(tmp_path / "home")
        transport = Transport(running.url, token, replica="0" * 8)
        account = accounts.login(paths, token, transport)
        transport.close()
        path = Path(account.store)
        with Store.open(path) as store:
            assert not store.views.regions("2025")

        async def steps(app: Driven) -> None:
            await app.until(lambda: "Kota Blitar" in app.text(), "the first regions arrive")
            await app.until(lambda: app.app.online is True, "the round ends")
            assert "DATA CONTOH" in app.lines()[0]

        drive(path, steps, sync_command=sync_command(paths), sync_at_start=True)
    finally:
        running.stop()


def _server_with_sample(db: Path) -> str:
    """A server's database with the sample data, and a token of contoh1."""
    import subprocess

    def admin(*words: str) -> str:
        command = [sys.executable, "-m", "akk_tui.server.cli", *words, "--db", str(db)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    admin("init", "--demo")
    return admin("token", "contoh1").split()[-1]


def test_the_childs_command_names_the_home_of_the_profile(tmp_path: Path) -> None:
    paths = find(tmp_path)
    assert home_of(paths) == tmp_path
    assert sync_command(paths)[1:] == ("-P", "-m", "akk_tui.cli", "--home", str(tmp_path), "--lang", "id", *SYNC)
    elsewhere = paths._replace(cache=tmp_path / "other")
    assert home_of(elsewhere) is None
    assert "--home" not in sync_command(elsewhere)


def test_a_terminal_that_cannot_show_the_app_is_refused_in_words() -> None:
    assert terminal_refused({"TERM": "xterm-256color"}, tty=True) is None
    assert "memerlukan terminal" in str(terminal_refused({"TERM": "xterm"}, tty=False))
    assert "TERM=dumb" in str(terminal_refused({"TERM": "dumb"}, tty=True))
