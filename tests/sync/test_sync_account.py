"""Signing in and out, settings of a round, the log of rounds, the waits of a watch."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hostile import answer, Hostile
from syncworld import Officer, REGIONS, Server

from akk_tui import config, paths
from akk_tui.server import setup
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import errors, runner, signing_errors
from akk_tui.sync.backoff import Backoff
from akk_tui.sync.lock import SyncLock

SETTINGS = config.Settings()


@pytest.fixture
def profile(tmp_path: Path) -> paths.Paths:
    return paths.find(tmp_path / "home", {})


def everything(profile: paths.Paths) -> list[Path]:
    root = profile.config.parent
    return sorted(path for path in root.rglob("*") if path.is_file())


class TestLogin:
    def test_account_token_and_store_are_private(self, server: Server, profile: paths.Paths) -> None:
        token = server.token("ani")
        account = runner.sign_in(profile, server.url, f" {token}\n", SETTINGS)
        assert (account.server, account.officer, account.display) == (server.url, "ani", "Ani")
        assert (account.role, account.regions, account.token_store) == ("petugas", len(REGIONS), "file")
        assert accounts.load(profile) == account
        assert accounts.token(profile, account) == token
        assert token not in profile.account_file.read_text()
        for path in everything(profile):
            assert path.stat().st_mode & 0o777 == 0o600, path
            assert path.parent.stat().st_mode & 0o777 == 0o700, path
        with Store.open(Path(account.store)) as store:
            assert store.meta.get("officer") == "ani"
            assert store.meta.get("server") == server.url
            assert store.reference() is not None

    def test_the_same_officer_finds_the_store_again(self, server: Server, ani: Officer) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")
        with ani.store() as store:
            replica = store.meta.get("replica")
        accounts.logout(ani.paths)
        again = runner.sign_in(ani.paths, server.url, server.token("ani"), SETTINGS)
        assert again.store == ani.account.store
        assert ani.waiting() == [("item.2.4.1", "queued")]
        with ani.store() as store:
            assert store.meta.get("replica") == replica
            assert len(replica or "") == 36

    def test_another_officer_gets_another_store(self, server: Server, ani: Officer) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")
        other = runner.sign_in(ani.paths, server.url, server.token("budi"), SETTINGS)
        assert other.store != ani.account.store
        assert accounts.load(ani.paths).officer == "budi"
        assert ani.waiting() == [("item.2.4.1", "queued")]

    def test_a_wrong_token_leaves_nothing_behind(self, server: Server, profile: paths.Paths) -> None:
        with pytest.raises(errors.SignedOut) as caught:
            runner.sign_in(profile, server.url, "akk_at_" + "x" * 43, SETTINGS)
        assert caught.value.exit_code == 4
        assert everything(profile) == []

    @pytest.mark.parametrize("text", ["", "two words", "short", "x" * 500, "tok\x1b[31mén-abcdef"])
    def test_what_is_no_token_is_not_sent(self, profile: paths.Paths, text: str) -> None:
        with pytest.raises(signing_errors.BadToken) as caught:
            runner.sign_in(profile, "https://akk.example", text, SETTINGS)
        assert not text or text not in caught.value.words()

    def test_another_program_at_the_address(self, profile: paths.Paths) -> None:
        with Hostile(lambda _: answer(b"<h1>It works!</h1>", status="404 X", media="text/html")) as server:
            with pytest.raises(errors.NotAkkServer):
                runner.sign_in(profile, server.url, "akk_at_" + "x" * 43, SETTINGS)
            assert "authorization" not in server.asked[0].headers
        assert everything(profile) == []

    def test_a_moved_profile_still_finds_its_store(self, ani: Officer, tmp_path: Path) -> None:
        ani.sync()
        moved = tmp_path / "moved"
        ani.paths.config.parent.rename(moved)
        found = accounts.load(paths.find(moved, {}))
        assert Path(found.store).exists()


class TestNobody:
    def test_nobody_is_signed_in(self, profile: paths.Paths) -> None:
        assert accounts.find(profile) is None
        with pytest.raises(signing_errors.NotSignedIn) as caught:
            accounts.load(profile)
        assert caught.value.exit_code == 4
        assert accounts.logout(profile) is None

    def test_a_broken_account_file_counts_as_none(self, profile: paths.Paths) -> None:
        paths.write_private(profile.account_file, b"{")
        assert accounts.find(profile) is None

    def test_a_lost_token_is_a_sentence(self, ani: Officer) -> None:
        accounts.token_path(ani.paths, ani.account).unlink()
        with pytest.raises(signing_errors.NotSignedIn):
            ani.sync()


class TestLogout:
    def test_the_store_stays(self, ani: Officer) -> None:
        ani.sync()
        assert accounts.logout(ani.paths) == ani.account
        assert accounts.find(ani.paths) is None
        assert not accounts.token_path(ani.paths, ani.account).exists()
        assert ani.path.exists()

    def test_wipe_asks_while_work_is_unsent(self, ani: Officer) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")
        with pytest.raises(signing_errors.UnsentWork, match="1"):
            accounts.logout(ani.paths, wipe=True)
        assert accounts.load(ani.paths) == ani.account
        assert ani.waiting() == [("item.2.4.1", "queued")]
        accounts.logout(ani.paths, wipe=True, force=True)
        assert not ani.path.parent.exists()

    def test_wipe_asks_while_a_private_note_is_only_here(self, ani: Officer) -> None:
        ani.sync()
        with ani.store() as store:
            store.private.save({"cycle": "2025", "region": "35.72", "subject": "35.72", "body": "Kesan"})
        with pytest.raises(signing_errors.UnsentWork, match="1"):
            accounts.logout(ani.paths, wipe=True)
        assert ani.path.exists()

    def test_wipe_without_unsent_work(self, ani: Officer) -> None:
        ani.sync()
        accounts.logout(ani.paths, wipe=True)
        assert not ani.path.parent.exists()

    def test_wipe_of_a_store_that_is_gone(self, ani: Officer) -> None:
        import shutil

        shutil.rmtree(ani.path.parent)
        assert accounts.pending(ani.account) == 0
        assert accounts.logout(ani.paths, wipe=True) == ani.account


class TestRounds:
    def test_each_round_leaves_a_line(self, server: Server, ani: Officer) -> None:
        ani.sync()
        server.stop()
        with pytest.raises(errors.Refused) as caught:
            ani.sync()
        with ani.store() as store:
            failed, done = store.runs.list()
        assert (done.outcome, done.words, done.requests) == ("done", None, 1)
        assert done.bytes_down > done.bytes_up > 0
        assert (failed.outcome, failed.words) == ("unreachable", caught.value.words())

    def test_a_revoked_token_deletes_nothing(self, server: Server, ani: Officer) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")
        rows = ani.base()
        setup.revoke_all(server.db, "ani")
        with pytest.raises(errors.SignedOut) as caught:
            ani.sync()
        assert caught.value.exit_code == 4
        assert ani.base() == rows
        assert ani.state("2.4.1") == "diunggah"
        assert ani.waiting() == [("item.2.4.1", "queued")]
        ani.account = runner.sign_in(ani.paths, server.url, server.token("ani"), SETTINGS)
        assert ani.sync().pushed == 1

    def test_a_disabled_account(self, server: Server, ani: Officer) -> None:
        ani.sync()
        setup.disable_user(server.db, "ani")
        with pytest.raises(errors.SignedOut):
            ani.sync()

    def test_a_round_waits_for_another_process_and_says_so(self, ani: Officer) -> None:
        lock = SyncLock(ani.path.parent)
        lock.acquire()
        stages: list[str] = []

        def progress(step: object) -> None:
            stages.append(step.stage)  # type: ignore[attr-defined]
            if stages == ["wait"]:
                threading.Timer(0.01, lock.release).start()

        runner.sync_once(ani.paths, ani.account, SETTINGS, progress=progress)  # type: ignore[arg-type]
        assert stages[:2] == ["wait", "connect"]
        assert stages[-1] == "done"

    def test_cancelled_at_once_nothing_is_lost(self, ani: Officer) -> None:
        ani.sync()
        ani.tick("2.4.1", "diunggah")
        with pytest.raises(errors.Cancelled) as caught:
            ani.sync(cancelled=lambda: True)
        assert caught.value.exit_code == 130
        assert ani.waiting() == [("item.2.4.1", "queued")]
        assert ani.sync().pushed == 1


class TestWatch:
    def test_a_success_keeps_the_rhythm(self) -> None:
        waits = Backoff(lambda: 1.0)
        waits.after_failure()
        waits.after_failure()
        assert runner.pause_after(None, waits, 5) == 300
        assert runner.pause_after(None, waits, 0) == 300
        assert runner.pause_after(errors.Refused(server="s"), waits, 5) == 1

    def test_a_passing_failure_waits_longer_each_time(self) -> None:
        waits = Backoff(lambda: 1.0)
        busy = errors.ServerBusy(server="s", status=503, problem="p", title="t")
        busy.retry_after = 40
        assert runner.pause_after(errors.Cut(server="s"), waits, 5) == 1
        assert runner.pause_after(errors.Silent(server="s", seconds=45), waits, 5) == 2
        assert runner.pause_after(busy, waits, 5) == 41

    @pytest.mark.parametrize("error", [errors.SignedOut(server="s"), signing_errors.NotSignedIn(), errors.Cancelled()])
    def test_what_no_waiting_mends_ends_the_watch(self, error: errors.SyncError) -> None:
        with pytest.raises(type(error)):
            runner.pause_after(error, Backoff(lambda: 1.0), 5)
