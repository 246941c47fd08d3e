"""Identity, S4: what ends all sessions ends approvals that were not fetched too; a token serves its own account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from identity_api import new_refresh, title, World
from server_api import KOTA
from sqlalchemy import select

from akk_tui.contract.endpoints import LINES
from akk_tui.server import administration, setup
from akk_tui.server.db.tables import AUDIT
from akk_tui.sync.credentials import Access, keep, SessionToken
from akk_tui.sync.places import FilePlace

pytestmark = pytest.mark.security


def _new_password(world: World) -> None:
    invited = administration.invite(world.server.database, "ani")
    assert world.invited(invited, password="empat gajah main catur").status_code == 200


def _ended_by_the_officer(world: World) -> None:
    assert world.signed_in("ani").post("/v1/sessions/end", json={"all": True}).status_code == 200


def _ended_by_the_administrator(world: World) -> None:
    administration.end_sessions(world.server.database, "ani")


def _disabled_and_enabled(world: World) -> None:
    setup.disable_user(world.server.database, "ani")
    administration.enable_user(world.server.database, "ani")


ENDS = [_new_password, _ended_by_the_officer, _ended_by_the_administrator, _disabled_and_enabled]


@pytest.mark.parametrize("end", ENDS)
def test_s4_an_approval_that_was_not_fetched_ends_with_the_sessions(world: World, end: Callable[[World], None]) -> None:
    world.account("ani", KOTA)
    waiting = world.device()
    world.approve(waiting, "ani")
    end(world)
    assert world.error(world.fetch(waiting, new_refresh())) == "access_denied"


@pytest.mark.parametrize("end", ENDS)
def test_s4_who_was_about_to_approve_signs_in_again(world: World, end: Callable[[World], None]) -> None:
    world.account("ani", KOTA)
    waiting = world.device()
    page = world.login(waiting["user_code"], "ani")
    end(world)
    assert title(world.decide(page)) == "Kode tidak berlaku lagi"
    assert world.error(world.fetch(waiting, new_refresh())) == "authorization_pending"


def test_a1_an_approval_that_is_made_void_has_its_record(world: World) -> None:
    world.account("ani", KOTA)
    world.approve(world.device(), "ani")
    assert administration.end_sessions(world.server.database, "ani") == 0
    with world.server.database.reading() as connection:
        told = connection.execute(select(AUDIT.c.event, AUDIT.c.detail).order_by(AUDIT.c.n.desc())).first()
    assert told is not None
    assert told.event == "admin.session"
    assert '"approvals":1' in told.detail


def test_s4_the_order_to_destroy_comes_though_a_thief_used_the_token(world: World) -> None:
    world.account("ani", KOTA)
    ani = world.signed_in("ani")
    assert world.refresh(ani.refresh_token, new_refresh()).status_code == 200
    administration.wipe_session(world.server.database, ani.id)
    ani.renew()
    assert ani.code() == (403, "wipe")
    headers = {**ani.headers, "Content-Type": LINES}
    assert world.client.post("/v1/push", content=b"{}", headers=headers).json()["code"] == "wipe"
    assert ani.post("/v1/sessions/wiped").status_code == 200
    # Without such an order the family is dead, as ever.
    other = world.signed_in("ani")
    assert world.refresh(other.refresh_token, new_refresh()).status_code == 200
    assert world.error(world.refresh(other.refresh_token, new_refresh())) == "invalid_grant"


def test_s4_an_access_token_that_was_handed_over_serves_its_own_account_alone(tmp_path: Path) -> None:
    place = FilePlace(tmp_path / "secret")
    keep(place, "https://akk.example", new_refresh())
    asked: list[str] = []

    def ask(fields: object) -> object:
        asked.append("refresh")
        raise RuntimeError

    def made(access: Access) -> SessionToken:
        return SessionToken(place, "https://akk.example", tmp_path / "lock", of="budi's", access=access)

    ours = Access(token="akk_at_12345678", until=9e9, of="budi's")
    assert made(ours).token(ask) == "akk_at_12345678"  # type: ignore[arg-type]
    for foreign in (Access(token="akk_at_12345678", until=9e9, of="ani's"), Access(token="akk_at_12345678", until=9e9)):
        with pytest.raises(RuntimeError):
            made(foreign).token(ask)  # type: ignore[arg-type]
    assert asked == ["refresh"] * 2
