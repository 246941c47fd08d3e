"""Identity, S4: an hour of access, refresh tokens that rotate, reuse that ends the family, ends that hold at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from identity_api import new_refresh, Session, World
from server_api import KOTA, UNIT
from sqlalchemy import select

from akk_tui.contract.endpoints import LINES
from akk_tui.server import administration, cli, setup
from akk_tui.server.db.tables import LOG

pytestmark = pytest.mark.security

DAY = 86_400


@pytest.fixture
def ani(world: World) -> Session:
    """ani, signed in at one terminal."""
    world.account("ani", KOTA)
    return world.signed_in("ani")


def _logged(world: World, key: str) -> list[dict[str, object]]:
    """What the append-only log tells of a session."""
    with world.server.database.reading() as connection:
        rows = connection.execute(
            select(LOG.c.body).where(LOG.c.kind == "session", LOG.c.key == key).order_by(LOG.c.seq)
        )
        return [json.loads(row.body)["set"] for row in rows]


def _push(session: Session) -> int:
    op = {"op": "01900000-0000-7000-8000-000000000001", "n": 1, "kind": "assessment", "key": f"{UNIT}:2.4",
          "set": {"due": "2025-10-10"}, "was": {"due": None}}  # fmt: skip
    headers = {**session.headers, "Content-Type": LINES}
    return session.world.client.post("/v1/push", content=json.dumps(op), headers=headers).status_code


def test_s4_an_access_token_lasts_an_hour(world: World, ani: Session) -> None:
    world.now += 3599
    assert ani.code() == (200, "")
    world.now += 2
    assert ani.code() == (401, "unauthorized")
    assert ani.renew().code() == (200, "")


def test_s4_each_refresh_spends_its_token(world: World, ani: Session) -> None:
    chain = [ani.refresh_token, *(new_refresh() for _ in range(4))]
    for token, following in pairwise(chain):
        assert world.refresh(token, following).status_code == 200
    assert world.error(world.refresh(chain[0], new_refresh())) == "invalid_grant"


def test_s4_a_lost_answer_is_asked_for_again(world: World, ani: Session) -> None:
    """The same token with the same successor, as often as the line asks for, until the successor is used."""
    following = new_refresh()
    told = [world.refresh(ani.refresh_token, following).json() for _ in range(3)]
    assert {one["session"] for one in told} == {ani.id}
    assert len({one["access_token"] for one in told}) == 3
    for one in told:
        ani.access = one["access_token"]
        assert ani.code() == (200, "")
    assert world.refresh(following, new_refresh()).status_code == 200
    assert world.error(world.refresh(ani.refresh_token, following)) == "invalid_grant"
    assert ani.code() == (401, "unauthorized")


@pytest.mark.parametrize("thief_first", [True, False])
def test_s4_a_stolen_refresh_token_ends_with_its_next_use_by_either_side(
    world: World, ani: Session, thief_first: bool
) -> None:
    stolen = ani.refresh_token
    first, second = new_refresh(), new_refresh()
    won = world.refresh(stolen, first).json()
    assert world.error(world.refresh(stolen, second)) == "invalid_grant"
    # Both are out, whoever was first.
    assert world.error(world.refresh(first, new_refresh())) == "invalid_grant"
    assert world.error(world.refresh(second, new_refresh())) == "invalid_grant"
    response = world.client.get("/v1/reference", headers={"Authorization": f"Bearer {won['access_token']}"})
    assert response.status_code == 401
    assert ani.code() == (401, "unauthorized")
    assert _logged(world, ani.id)[-1] == {"ended": "token_reuse", "host": "laptop-14"}


def test_s4_reuse_is_logged_once_and_other_sessions_live_on(world: World, ani: Session) -> None:
    other = world.signed_in("ani", host="komputer-kantor")
    spent = ani.refresh_token
    ani.renew()
    for _ in range(3):
        world.error(world.refresh(spent, new_refresh()))
    assert [one for one in _logged(world, ani.id) if one.get("ended")] == [
        {"ended": "token_reuse", "host": "laptop-14"}
    ]
    assert other.code() == (200, "")
    assert other.renew().code() == (200, "")


def test_s4_of_two_who_refresh_at_the_same_moment_one_session_dies(world: World, ani: Session) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.refresh(ani.refresh_token, new_refresh()).status_code, range(8)))
    assert sorted(answers) == [200] + [400] * 7
    assert ani.code() == (401, "unauthorized")


def test_s4_processes_that_repeat_at_the_same_moment_do_no_harm(world: World, ani: Session) -> None:
    following = new_refresh()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.refresh(ani.refresh_token, following).status_code, range(8)))
    assert answers == [200] * 8
    assert world.refresh(following, new_refresh()).status_code == 200


def test_s4_a_successor_that_somebody_named_before_is_refused(world: World, ani: Session) -> None:
    other = world.signed_in("ani")
    assert world.error(world.refresh(ani.refresh_token, other.refresh_token)) == "invalid_request"
    assert world.error(world.refresh(ani.refresh_token, ani.refresh_token)) == "invalid_request"
    assert ani.renew().code() == (200, "")
    assert other.renew().code() == (200, "")


def test_s4_a_session_ends_after_thirty_idle_days(world: World, ani: Session) -> None:
    for _ in range(2):
        world.now += 29 * DAY
        ani.renew()
    world.now += 30 * DAY + 1
    assert world.error(world.refresh(ani.refresh_token, new_refresh())) == "invalid_grant"


@pytest.mark.sqlite
def test_s4_a_session_ends_after_ninety_days_whatever_happens(world: World, ani: Session) -> None:
    for _ in range(89):
        world.now += DAY
        ani.renew()
    world.now += DAY - 600
    response = world.refresh(ani.refresh_token, new := new_refresh())
    assert response.json()["expires_in"] == 600
    world.now += 601
    ani.access = response.json()["access_token"]
    assert ani.code() == (401, "unauthorized")
    assert world.error(world.refresh(new, new_refresh())) == "invalid_grant"


def test_s4_the_officer_sees_and_ends_sessions(world: World, ani: Session) -> None:
    world.now += 60
    other = world.signed_in("ani", host="komputer-kantor", user="ani")
    listed = other.get("/v1/sessions").json()["sessions"]
    assert [(one["host"], one["user"], one["way"], one["current"]) for one in listed] == [
        ("komputer-kantor", "ani", "device", True),
        ("laptop-14", "ani.r", "device", False),
    ]
    assert other.post("/v1/sessions/end", json={"id": ani.id}).json() == {"ended": 1}
    assert ani.code() == (401, "unauthorized")
    assert other.post("/v1/sessions/end", json={"id": ani.id}).status_code == 404
    assert other.post("/v1/sessions/end", json={}).status_code == 422
    assert other.post("/v1/sessions/end", json={"id": "x", "all": True}).status_code == 422
    world.signed_in("ani")
    assert other.post("/v1/sessions/end", json={"all": True}).json() == {"ended": 2}
    assert other.code() == (401, "unauthorized")


def test_s4_nobody_ends_or_sees_the_sessions_of_another(world: World, ani: Session) -> None:
    world.account("budi")
    budi = world.signed_in("budi")
    assert [one["id"] for one in budi.get("/v1/sessions").json()["sessions"]] == [budi.id]
    assert budi.post("/v1/sessions/end", json={"id": ani.id}).status_code == 404
    assert budi.post("/v1/sessions/end", json={"all": True}).json() == {"ended": 1}
    assert ani.code() == (200, "")


def test_s4_signing_out_ends_the_session_by_either_token(world: World, ani: Session) -> None:
    for which in ("refresh_token", "access"):
        session = world.signed_in("ani")
        response = world.client.post("/v1/revoke", data={"token": getattr(session, which)})
        assert (response.status_code, response.json()) == (200, {"ended": 1})
        assert session.code() == (401, "unauthorized")
        assert world.error(world.refresh(session.refresh_token, new_refresh())) == "invalid_grant"
        assert world.client.post("/v1/revoke", data={"token": getattr(session, which)}).json() == {"ended": 0}
    assert world.client.post("/v1/revoke", data={"token": "x"}).status_code == 200
    assert ani.code() == (200, "")


def test_s4_the_administrator_ends_one_session_or_all(
    world: World, ani: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AKK_SERVER_DB", str(world.where))
    monkeypatch.setattr("time.time", lambda: world.now)
    other = world.signed_in("ani", host="komputer-kantor")
    assert cli.main(["session", "list"]) == 0
    listed = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert {(line[0], line[1], line[3]) for line in listed} == {
        (ani.id, "ani", "ani.r@laptop-14"),
        (other.id, "ani", "ani.r@komputer-kantor"),
    }
    assert cli.main(["session", "revoke", ani.id]) == 0
    assert ani.code() == (401, "unauthorized")
    assert cli.main(["session", "revoke", ani.id]) == 1
    assert ani.id in capsys.readouterr().err
    assert cli.main(["session", "list", "ani"]) == 0
    assert capsys.readouterr().out.split("\t")[0] == other.id
    assert cli.main(["session", "revoke", "--all", "ani"]) == 0
    assert other.code() == (401, "unauthorized")
    assert cli.main(["session", "list", "tidak"]) == 1
    assert cli.main(["session", "revoke"]) == 2


def test_s4_a_disabled_officer_is_out_at_once_and_stays_out_when_enabled_again(world: World, ani: Session) -> None:
    other = world.signed_in("ani")
    waiting = world.device()
    world.approve(waiting, "ani")
    setup.disable_user(world.server.database, "ani")
    for session in (ani, other):
        assert session.code() == (403, "disabled")
        assert session.code("/v1/sessions") == (403, "disabled")
        assert _push(session) == 403
        response = world.refresh(session.refresh_token, new_refresh())
        assert (world.error(response), response.json()["error_description"]) == ("invalid_grant", "disabled")
    assert world.error(world.fetch(waiting, new_refresh())) == "access_denied"
    administration.enable_user(world.server.database, "ani")
    assert ani.code() == (401, "unauthorized")
    assert world.signed_in("ani").code() == (200, "")


class TestWipe:
    """A session that is marked: it may push what is left, report, and nothing else."""

    def test_s4_a_marked_session_may_push_and_report_and_no_more(self, world: World, ani: Session) -> None:
        other = world.signed_in("ani")
        administration.wipe_session(world.server.database, ani.id)
        assert ani.code() == (403, "wipe")
        assert ani.code("/v1/sessions") == (403, "wipe")
        assert ani.post("/v1/pull", json={}).json()["code"] == "wipe"
        assert _push(ani) == 200
        world.now += 4000
        assert ani.code() == (401, "unauthorized")
        assert ani.renew().code() == (403, "wipe")
        assert ani.post("/v1/sessions/wiped").json() == {"ended": 1}
        # A client that was killed before it had forgotten who it is hears it again; so does a copy of its profile.
        assert ani.code() == (403, "wipe")
        assert _push(ani) == 403
        assert ani.renew().code() == (403, "wipe")
        assert ani.post("/v1/sessions/wiped").status_code == 404
        assert other.renew().code() == (200, "")
        assert other.post("/v1/sessions/wiped").status_code == 404
        assert _logged(world, ani.id)[-1] == {"wiped": True}

    def test_s4_the_order_reaches_a_session_that_was_ended_or_whose_officer_is_out(
        self, world: World, ani: Session
    ) -> None:
        setup.disable_user(world.server.database, "ani")
        administration.wipe_sessions(world.server.database, "ani")
        world.now += 40 * DAY
        ani.renew()
        assert ani.code() == (403, "wipe")
        # What it would send is not taken any more.
        assert _push(ani) == 403
        assert ani.post("/v1/sessions/wiped").status_code == 200
        assert ani.code() == (403, "wipe")

    def test_s4_who_marks_what(
        self, world: World, ani: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("AKK_SERVER_DB", str(world.where))
        out = world.signed_in("ani")
        world.client.post("/v1/revoke", data={"token": out.access})
        assert cli.main(["session", "wipe", out.id]) == 1, "that terminal kept nothing, or keeps it by its own decision"
        assert cli.main(["session", "wipe", "--all", "ani"]) == 0
        assert "1" in capsys.readouterr().err
        assert cli.main(["session", "list", "ani"]) == 0
        assert "menunggu dihapus" in capsys.readouterr().out
        assert cli.main(["session", "wipe", ani.id]) == 1
        assert ani.code() == (403, "wipe")

    def test_s4_tokens_that_no_wipe_reaches_are_named(
        self, world: World, ani: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("AKK_SERVER_DB", str(world.where))
        setup.revoke_all(world.server.database, "ani")
        assert cli.main(["session", "wipe", ani.id]) == 0
        assert "token otomasi" not in capsys.readouterr().err
        setup.issue_token(world.server.database, "ani")
        setup.issue_token(world.server.database, "ani")
        world.signed_in("ani")
        assert cli.main(["session", "wipe", "--all", "ani"]) == 0
        said = capsys.readouterr().err
        assert "2 token otomasi ani masih berlaku" in said
        assert "akk-server token --revoke --all ani" in said


def test_s4_a_token_does_not_come_back_with_its_officer(world: World) -> None:
    world.account("ani")
    database = world.server.database
    token = setup.issue_token(database, "ani").token

    def code() -> int:
        return world.client.get("/v1/reference", headers={"Authorization": f"Bearer {token}"}).status_code

    assert code() == 200
    setup.disable_user(database, "ani")
    assert code() == 403
    administration.enable_user(database, "ani")
    assert code() == 401
