"""Identity, S1: tokens are 256 random bits behind a prefix; only their SHA-256 is stored, and they are found by it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from identity_api import new_refresh, PASSWORD, World

from akk_tui.contract.identity import REFRESH_PREFIX
from akk_tui.server import administration, auth, setup
from akk_tui.server.identity import devices

pytestmark = pytest.mark.security

SCANNED = re.compile(r"akk_(at|rt|dc|in)_[A-Za-z0-9_-]{43}\Z")
"""What a secret scanner is told to look for."""


def _everything(db: Path) -> bytes:
    """All bytes of the database, side files too."""
    return b"".join(path.read_bytes() for path in db.parent.glob(db.name + "*"))


@pytest.mark.sqlite
def test_s1_no_secret_lies_in_the_database(world: World) -> None:
    world.account("ani")
    spare = administration.invite(world.server.database, "ani")
    fixed = setup.issue_token(world.server.database, "ani").token
    device = world.device()
    page = world.login(device["user_code"], "ani")
    confirm = re.findall(r'name="confirm" value="([^"]+)"', page.text)[0]
    world.decide(page)
    first, second = new_refresh(), new_refresh()
    access = world.fetch(device, first).json()["access_token"]
    renewed = world.refresh(first, second).json()["access_token"]
    code = device["user_code"]
    secrets = [spare, fixed, device["device_code"], code, code.replace("-", ""), confirm, first, second, access]
    secrets += [renewed, PASSWORD]
    world.server.close()
    stored = _everything(world.db)
    assert b"laptop-14" in stored, "the place of the session is there, so the file was read"
    for secret in secrets:
        assert secret.encode() not in stored
        assert secret.encode().partition(b"_")[2][3:] not in stored or "_" not in secret
    world.server.reopen()


def test_s1_every_token_has_256_random_bits_and_a_prefix_that_scanners_know(world: World) -> None:
    world.account("ani")
    device = world.device()
    session = world.signed_in("ani")
    made = [device["device_code"], session.access, session.refresh_token, auth.new_token()]
    made.append(administration.invite(world.server.database, "ani"))
    assert all(SCANNED.match(token) for token in made), made
    assert session.refresh_token.startswith(REFRESH_PREFIX)
    assert len({auth.new_token() for _ in range(1000)}) == 1000


def test_s1_a_refresh_token_that_is_shorter_is_refused(world: World) -> None:
    """The client makes it, so the server checks that it has its 256 bits."""
    world.account("ani")
    device = world.device()
    world.approve(device, "ani")
    for bad in ("", "x", "akk_rt_" + "x" * 42, "akk_rt_" + "x" * 44, "akk_at_" + "x" * 43, "akk_rt_" + "x" * 42 + "\n"):
        assert world.error(world.fetch(device, bad)) == "invalid_request"
    assert world.fetch(device, new_refresh()).status_code == 200


def test_s1_nothing_but_the_whole_token_opens_anything(world: World) -> None:
    world.account("ani")
    session = world.signed_in("ani")
    assert session.get().status_code == 200
    for bad in (session.access[:-1], session.access + "A", session.access.upper(), auth.hash_of(session.access)):
        response = world.client.get("/v1/reference", headers={"Authorization": f"Bearer {bad}"})
        assert (response.status_code, response.json()["code"]) == (401, "unauthorized")
    # A refresh token is no access token, nor the other way round.
    response = world.client.get("/v1/reference", headers={"Authorization": f"Bearer {session.refresh_token}"})
    assert response.status_code == 401
    assert world.error(world.refresh(session.access, new_refresh())) == "invalid_grant"
    assert devices.typed(session.access) is None
