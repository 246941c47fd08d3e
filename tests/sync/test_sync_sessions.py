"""Sessions: signing in by a code, access tokens of an hour, and a refresh token that no fault on the way may lose."""

from __future__ import annotations

import json
import multiprocessing
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from front import Front
from syncworld import Server

from akk_tui import config, paths
from akk_tui.contract import identity
from akk_tui.store.store import Store
from akk_tui.sync import account as accounts
from akk_tui.sync import credentials, device, errors, places, runner, signing, signing_errors, wipe_errors
from akk_tui.sync.account import Account
from akk_tui.sync.credentials import Access, kept
from akk_tui.sync.device import Code, Wait

SETTINGS = config.Settings()


@pytest.fixture
def front(server: Server) -> Iterator[Front]:
    with Front(server.url, server.token("ani")) as made:
        yield made


@dataclass
class Signed:
    front: Front
    paths: paths.Paths
    account: Account

    def place(self) -> places.Place:
        found = accounts.place_of(self.paths, self.account)
        assert found is not None
        return found

    def kept(self) -> credentials.Kept:
        found = kept(self.place(), self.account.server)
        assert found is not None
        return found

    def sync(self) -> runner.RoundResult:
        return runner.sync_once(self.paths, self.account, SETTINGS)

    @property
    def refreshes(self) -> int:
        return sum(form.get("grant_type") == "refresh_token" for _path, form in self.front.forms)


def sign_in(front: Front, profile: paths.Paths, decision: str = "approved", **options: object) -> Account:
    shown: list[Code] = []

    def show(code: Code) -> None:
        shown.append(code)

    def tell(_wait: Wait) -> None:
        front.grants.decide(decision)

    return signing.by_device(
        profile,
        front.url,
        SETTINGS,
        places.FILE,
        show=show,
        tell=tell,
        lang="id",
        **options,  # type: ignore[arg-type]
    )


@pytest.fixture
def signed(front: Front, tmp_path: Path) -> Signed:
    profile = paths.find(tmp_path / "home", {})
    made = Signed(front, profile, sign_in(front, profile))
    front.asked.clear()
    front.forms.clear()
    return made


class TestSignIn:
    def test_a_code_is_shown_and_its_session_kept(self, front: Front, tmp_path: Path) -> None:
        profile = paths.find(tmp_path / "home", {})
        codes: list[Code] = []
        waits: list[Wait] = []

        def tell(wait: Wait) -> None:
            waits.append(wait)
            front.grants.decide("approved")

        account = signing.by_device(profile, front.url, SETTINGS, places.FILE, show=codes.append, tell=tell, lang="en")
        assert codes == [
            Code("BCDF-GHJK", f"{front.url}/device", f"{front.url}/device?code=BCDF-GHJK", 600),
        ]
        assert waits[0] == Wait(599, False) or waits[0] == Wait(600, False)
        assert (account.officer, account.token_store) == ("ani", "file")
        assert account.session in front.grants.sessions
        assert accounts.load(profile) == account
        form = next(form for path, form in front.forms if path == "/v1/device")
        assert form["client_id"] == "akk-tui"
        assert form["lang"] == "en"
        assert form["host"]
        assert form["user"]
        secret = accounts.token_path(profile, account)
        assert secret.stat().st_mode & 0o777 == 0o600
        assert "akk_rt_" in secret.read_text()
        assert "akk_at_" not in "".join(
            path.read_text(errors="replace")
            for path in tmp_path.rglob("*")
            if path.is_file() and "server" not in path.parts
        )

    def test_denial_is_said_and_leaves_nothing(self, front: Front, tmp_path: Path) -> None:
        profile = paths.find(tmp_path / "home", {})
        with pytest.raises(signing_errors.SignInDenied):
            sign_in(front, profile, "denied")
        assert accounts.find(profile) is None

    def test_a_code_that_nobody_enters_expires(self, front: Front, tmp_path: Path) -> None:
        front.grants.seconds = 1
        with pytest.raises(signing_errors.CodeExpired):
            sign_in(front, paths.find(tmp_path / "home", {}), "pending")

    def test_a_lost_answer_is_asked_for_again(self, front: Front, tmp_path: Path) -> None:
        front.lose["/v1/token"] = 1
        account = sign_in(front, paths.find(tmp_path / "home", {}))
        assert account.officer == "ani"
        nexts = {form["next"] for path, form in front.forms if path == "/v1/token"}
        assert len(nexts) == 1
        assert len(front.grants.sessions) == 1

    def test_another_officer_is_not_let_in_where_one_is_expected(self, front: Front, tmp_path: Path) -> None:
        profile = paths.find(tmp_path / "home", {})
        with pytest.raises(signing_errors.OtherOfficer):
            sign_in(front, profile, expected="budi")
        assert accounts.find(profile) is None
        assert not any(one["live"] for one in front.grants.sessions.values())

    def test_signing_in_again_ends_the_session_before(self, signed: Signed) -> None:
        before = accounts.token_path(signed.paths, signed.account)
        again = sign_in(signed.front, signed.paths)
        assert again.store == signed.account.store
        assert not before.exists()
        assert [one["live"] for one in signed.front.grants.sessions.values()] == [False, True]


class TestCode:
    SERVER = "https://akk.example/app"

    def answer(self, **more: object) -> identity.DeviceAnswer:
        fields = {
            "device_code": "d" * 30,
            "user_code": "BCDF-GHJK",
            "verification_uri": "https://akk.example/app/device",
            "verification_uri_complete": "https://akk.example/app/device?code=BCDF-GHJK",
            "expires_in": 600,
            "interval": 5,
        }
        return msgspec.convert({**fields, **more}, identity.DeviceAnswer, dec_hook=lambda kind, value: kind(value))

    def test_the_servers_own_page_is_shown_as_it_says(self) -> None:
        code = device.code_of(self.answer(), self.SERVER)
        assert code == Code("BCDF-GHJK", f"{self.SERVER}/device", f"{self.SERVER}/device?code=BCDF-GHJK", 600)

    @pytest.mark.parametrize(
        "uri",
        [
            "https://evil.example/device",
            "http://akk.example/device",
            "https://akk.example:8443/device",
            "https://akk.example@evil.example/device",
            "https://user@akk.example/device",
            "javascript:alert(1)",
            "https://akk.example/a b",
            "https://akk.example/" + "x" * 500,
            "",
        ],
    )
    def test_a_page_of_another_origin_is_never_shown(self, uri: str) -> None:
        code = device.code_of(self.answer(verification_uri=uri, verification_uri_complete=uri), self.SERVER)
        assert code.uri == f"{self.SERVER}/device"
        assert code.whole_uri == f"{self.SERVER}/device?code=BCDF-GHJK"

    @pytest.mark.parametrize("code", ["", "bcdf-ghjk", "BCDF GHJK", "[b]X[/b]", "B" * 60])
    def test_what_is_no_code_is_not_shown(self, code: str) -> None:
        with pytest.raises(errors.BadAnswer):
            device.code_of(self.answer(user_code=code), self.SERVER)

    def test_slow_down_adds_five_seconds_and_a_bad_line_waits_longer(self) -> None:
        now, asked = [0.0], [0.0]
        said: list[Exception] = [
            signing_errors.GrantRefused(server="s", error="authorization_pending"),
            signing_errors.GrantRefused(server="s", error="slow_down"),
            signing_errors.GrantRefused(server="s", error="authorization_pending"),
            errors.Cut(server="s"),
            signing_errors.GrantRefused(server="s", error="expired_token"),
        ]
        waits: list[Wait] = []

        def ask() -> None:
            asked.append(now[0])
            raise said.pop(0)

        def sleep(seconds: float) -> None:
            now[0] += max(seconds, 0.01)

        with pytest.raises(signing_errors.CodeExpired):
            device.poll(
                ask, seconds=600, interval=5, now=lambda: now[0], sleep=sleep, tell=waits.append,
                cancelled=lambda: False,
            )  # fmt: skip
        assert [round(late - early) for early, late in pairwise(asked)] == [5, 5, 10, 10, 20]
        assert [wait.offline for wait in waits][-1] is True
        assert waits[0] == Wait(600, False)


class TestRefresh:
    def test_a_round_refreshes_once_and_the_next_one_again(self, signed: Signed) -> None:
        first = signed.kept().current
        signed.sync()
        assert signed.refreshes == 1
        second = signed.kept()
        assert second.current != first
        assert second.next == ""
        signed.sync()
        assert signed.refreshes == 2
        assert signed.front.grants.reused == []

    def test_a_lost_answer_is_no_theft(self, signed: Signed) -> None:
        signed.front.lose["/v1/token"] = 1
        with pytest.raises(errors.Cut):
            signed.sync()
        waiting = signed.kept()
        assert waiting.next
        assert signed.sync().requests > 0
        assert signed.kept().current == waiting.next
        assert signed.front.grants.reused == []

    def test_an_access_token_that_ends_early_is_renewed_once(self, signed: Signed) -> None:
        held: list[Access] = []
        proof = accounts.credentials(signed.paths, signed.account, SETTINGS, hand_back=held.append)
        with signing.door(signed.front.url, proof, SETTINGS) as transport:
            transport.reference()
            signed.front.grants.expire()
            transport.reference()
        assert signed.refreshes == 2
        assert len(held) == 2
        assert signed.front.asked["/v1/reference"] == 3

    def test_a_session_that_was_ended_is_said_and_work_stays(self, signed: Signed) -> None:
        signed.sync()
        for one in signed.front.grants.sessions.values():
            one["live"] = False
        with pytest.raises(errors.SignedOut) as caught:
            signed.sync()
        assert caught.value.exit_code == 4
        assert Path(signed.account.store).exists()
        assert signed.refreshes == 2

    def test_a_copied_secret_dies_with_the_next_use_by_either_side(self, signed: Signed) -> None:
        stolen = signed.kept()
        signed.sync()
        thief = credentials.FixedToken("", "")
        with signing.door(signed.front.url, thief, SETTINGS) as transport, pytest.raises(signing_errors.GrantRefused):
            transport.grant(
                {
                    "grant_type": "refresh_token",
                    "refresh_token": stolen.current,
                    "next": credentials.new_refresh_token(),
                    "client_id": "akk-tui",
                }
            )
        with pytest.raises(errors.SignedOut):
            signed.sync()
        assert len(signed.front.grants.reused) == 1

    def test_a_token_that_was_handed_over_needs_no_refresh(self, signed: Signed) -> None:
        held: list[Access] = []
        proof = accounts.credentials(signed.paths, signed.account, SETTINGS, hand_back=held.append)
        with signing.door(signed.front.url, proof, SETTINGS) as transport:
            transport.reference()
        again = accounts.credentials(signed.paths, signed.account, SETTINGS, access=held[0])
        with signing.door(signed.front.url, again, SETTINGS) as transport:
            transport.reference()
        assert signed.refreshes == 1

    def test_the_clock_of_the_computer_does_not_matter(self, signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
        import time

        real, shift = time.time, [0.0]
        monkeypatch.setattr(time, "time", lambda: real() + shift[0])
        held: list[Access] = []
        proof = accounts.credentials(signed.paths, signed.account, SETTINGS, hand_back=held.append)
        with signing.door(signed.front.url, proof, SETTINGS) as transport:
            for jump in (0, 10 * 365 * 86_400, -10 * 365 * 86_400):
                shift[0] = jump
                transport.reference()
        assert len(held) == 1

    def test_a_place_that_cannot_be_written_stops_before_anything_is_sent(
        self, signed: Signed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_self: object, _text: str) -> None:
            raise paths.PathRefused(path="x", reason="penyimpanan penuh")

        monkeypatch.setattr(places.FilePlace, "write", full)
        with pytest.raises(paths.PathRefused):
            signed.sync()
        assert signed.refreshes == 0
        monkeypatch.undo()
        signed.sync()

    def test_a_disk_that_fills_behind_the_answer_costs_nothing(
        self, signed: Signed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = places.FilePlace.write
        written: list[str] = []

        def second_fails(self: places.FilePlace, text: str) -> None:
            written.append(text)
            if len(written) == 2:
                raise paths.PathRefused(path="x", reason="penyimpanan penuh")
            real(self, text)

        monkeypatch.setattr(places.FilePlace, "write", second_fails)
        signed.sync()
        monkeypatch.undo()
        assert signed.kept().next
        signed.sync()
        assert signed.front.grants.reused == []

    def test_a_secret_of_another_server_is_never_sent(self, signed: Signed) -> None:
        signed.place().write(json.dumps({"server": "https://lain.example", "current": "akk_rt_" + "x" * 43}))
        with pytest.raises(errors.SignedOut):
            signed.sync()
        assert signed.refreshes == 0


STEPS = ("before the successor is written", "before it is sent", "before the answer is kept", "behind all")
KILLED = """
import os, signal, sys
from pathlib import Path
from akk_tui import config, paths
from akk_tui.contract import identity
from akk_tui.sync import account as accounts, credentials, places, runner, transport

step = int(sys.argv[2])
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
write, grant, writes = places.FilePlace.write, transport.Transport.grant, []

def dying_write(self, text):
    writes.append(text)
    if (step, len(writes)) in ((0, 1), (2, 2)):
        die()
    write(self, text)
    if (step, len(writes)) == (3, 2):
        die()

def dying_grant(self, fields):
    if step == 1:
        die()
    return grant(self, fields)

places.FilePlace.write, transport.Transport.grant = dying_write, dying_grant
profile = paths.find(Path(sys.argv[1]), {})
runner.sync_once(profile, accounts.load(profile), config.Settings())
"""


@pytest.mark.parametrize("step", range(len(STEPS)), ids=STEPS)
def test_a_process_that_is_killed_between_two_steps_leaves_a_session_that_goes_on(signed: Signed, step: int) -> None:
    home = str(signed.paths.config.parent)
    done = subprocess.run([sys.executable, "-c", KILLED, home, str(step)], capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    signed.sync()
    assert signed.front.grants.reused == []
    assert signed.kept().next == ""


def _reference(home: str, rounds: int, barrier: multiprocessing.synchronize.Barrier) -> None:
    profile = paths.find(Path(home), {})
    account = accounts.load(profile)
    barrier.wait(30)
    for _ in range(rounds):
        with signing.door(account.server, accounts.credentials(profile, account, SETTINGS), SETTINGS) as transport:
            transport.reference()


def test_many_processes_of_one_officer_never_look_like_a_thief(signed: Signed) -> None:
    fork = multiprocessing.get_context("spawn")
    barrier = fork.Barrier(4)
    home = str(signed.paths.config.parent)
    children = [fork.Process(target=_reference, args=(home, 5, barrier)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0, 0, 0, 0]
    assert signed.refreshes == 20
    assert signed.front.grants.reused == []


class TestRevoke:
    def test_logout_ends_the_session_at_the_server(self, signed: Signed) -> None:
        assert signing.revoke(signed.paths, signed.account, SETTINGS) is True
        assert not any(one["live"] for one in signed.front.grants.sessions.values())

    def test_a_server_that_is_away_is_no_reason_to_stay_signed_in(self, signed: Signed) -> None:
        signed.front.say = lambda path: (503, {}) if path == "/v1/revoke" else None
        assert signing.revoke(signed.paths, signed.account, SETTINGS) is False

    def test_without_a_secret_there_is_nothing_to_end(self, signed: Signed) -> None:
        signed.place().delete()
        assert signing.revoke(signed.paths, signed.account, SETTINGS) is False
        automation = msgspec.structs.replace(signed.account, session="")
        assert signing.revoke(signed.paths, automation, SETTINGS) is None


class TestSessions:
    ONE = {
        "id": "a1b2c3d4", "host": "laptop", "user": "ani", "client": "akk-tui/0.1.0", "way": "device",
        "made": "2025-10-06T12:00:00Z", "used": "2025-10-06T12:00:00Z", "ends": "2026-01-04T12:00:00Z", "current": True,
    }  # fmt: skip

    def test_they_are_listed_and_ended(self, signed: Signed) -> None:
        answers = {"/v1/sessions": (200, {"sessions": [self.ONE]}), "/v1/sessions/end": (200, {"ended": 1})}
        signed.front.say = answers.get
        (one,) = signing.sessions(signed.paths, signed.account, SETTINGS)
        assert (one.id, one.host, one.current) == ("a1b2c3d4", "laptop", True)
        assert signing.end_sessions(signed.paths, signed.account, SETTINGS, one.id) == 1
        assert signing.end_sessions(signed.paths, signed.account, SETTINGS, None) == 1

    def test_one_that_is_not_there_is_named(self, signed: Signed) -> None:
        problem = {"status": 404, "title": "Not found", "code": "no_session"}
        signed.front.say = lambda path: (404, problem) if path == "/v1/sessions/end" else None
        with pytest.raises(signing_errors.NoSuchSession, match="zz"):
            signing.end_sessions(signed.paths, signed.account, SETTINGS, "zz")
        with pytest.raises(errors.ServerProblem):
            signing.end_sessions(signed.paths, signed.account, SETTINGS, None)


class TestWipe:
    def ordered(self, signed: Signed) -> wipe_errors.Wiped:
        """What a round raises once the server asks for the data to be destroyed."""
        problem = {"status": 403, "title": "Wipe", "code": "wipe"}
        answers, open_ = signed.front.say, ("/v1/token", "/v1/sessions/wiped", "/v1/exports")
        signed.front.say = lambda path: answers(path) or ((403, problem) if path not in open_ else None)
        with pytest.raises(wipe_errors.Wiped) as ended:
            signed.sync()
        return ended.value

    def test_nothing_is_left_when_all_was_sent(self, signed: Signed) -> None:
        signed.sync()
        place = signed.place()
        told = self.ordered(signed)
        assert type(told) is wipe_errors.Wiped
        assert not Path(signed.account.store).exists()
        assert kept(place, signed.account.server) is None
        assert accounts.find(signed.paths) is None
        assert signed.front.asked["/v1/sessions/wiped"] == 1

    def test_what_cannot_be_sealed_is_counted_and_gone(self, signed: Signed) -> None:
        signed.sync()
        with Store.open(Path(signed.account.store)) as store:
            about = {"cycle": "2025", "region": "35.72", "subject": "35.72", "title": "Rapat"}
            store.create("note", {**about, "body": "Isi"})
            store.private.save({**about, "body": "Rahasia"})
        signed.front.say = lambda path: (503, {}) if path == "/v1/push" else None
        told = self.ordered(signed)
        assert isinstance(told, wipe_errors.WipedLost)
        assert (told.params["count"], told.params["private"]) == (1, 1)
        assert list(signed.paths.state.glob("unsent-*")) == []
