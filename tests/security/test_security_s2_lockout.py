"""Identity, S2: who guesses is held up, and holds up nobody else."""

from __future__ import annotations

from itertools import count

import pytest
from identity_api import World

from akk_tui.contract.identity import CLIENT_ID
from akk_tui.server.address import is_within, networks
from akk_tui.server.options import Options

pytestmark = pytest.mark.security

_PLACES = count()
HOME, AWAY, THIEF = "203.0.113.1", "203.0.113.2", "198.51.100.9"


@pytest.fixture
def behind(world: World) -> World:
    """A server behind a proxy, so that requests come from several addresses; ani signed in from HOME once."""
    made = World(world.server, options=Options(trusted_proxies=networks(["127.0.0.1"])))
    made.account("ani")
    assert _try(made, HOME, "kuda hijau lompat pagar") == 200
    return made


def _try(world: World, address: str, password: str = "salah", code: str = "") -> int:
    code = code or _code(world)
    return world.login(code, "ani", password, headers={"X-Forwarded-For": address}).status_code


def _code(world: World) -> str:
    """A code that a terminal somewhere shows; each terminal is at a place of its own."""
    place = {"X-Forwarded-For": f"10.{next(_PLACES) // 200}.{next(_PLACES) % 200}.7"}
    return world.client.post("/v1/device", data={"client_id": CLIENT_ID}, headers=place).json()["user_code"]


@pytest.mark.sqlite
def test_s2_what_is_turned_away_does_not_lock_the_account_elsewhere(behind: World) -> None:
    code = _code(behind)
    answers = [_try(behind, THIEF, code=code) for _ in range(4)]
    answers += [_try(behind, THIEF) for _ in range(60)]
    assert answers == [422] * 5 + [429] * 59
    assert _try(behind, AWAY, "kuda hijau lompat pagar") == 200


@pytest.mark.sqlite
def test_s2_one_address_alone_does_not_lock_the_account_however_patient(behind: World) -> None:
    tried = 0
    for _ in range(15):
        tried += [_try(behind, THIEF) for _ in range(7)].count(422)
        behind.now += 59.5
    assert tried <= 15
    assert _try(behind, AWAY, "kuda hijau lompat pagar") == 200


@pytest.mark.sqlite
def test_s2_many_addresses_lock_strangers_out_and_not_the_officers_own_place(behind: World) -> None:
    answers = [_try(behind, f"192.0.2.{number}") for number in range(40)]
    assert answers == [422] * 30 + [429] * 10
    assert _try(behind, AWAY, "kuda hijau lompat pagar") == 429
    assert _try(behind, HOME, "kuda hijau lompat pagar") == 200
    # The place is known for a month, and no longer than a month.
    behind.now += 31 * 86_400
    assert [_try(behind, f"192.0.2.{number}") for number in range(40)] == [422] * 30 + [429] * 10
    assert _try(behind, HOME, "kuda hijau lompat pagar") == 429


def test_s2_the_officers_own_place_is_held_up_as_any_other_when_it_guesses(behind: World) -> None:
    assert [_try(behind, HOME) for _ in range(7)] == [422] * 5 + [429] * 2


def test_s2_a_clock_that_was_ahead_locks_nobody_out_after_it_is_set_right(behind: World) -> None:
    behind.now += 86_400
    assert [_try(behind, AWAY) for _ in range(6)][-1] == 429
    behind.now -= 86_400
    assert _try(behind, AWAY, "kuda hijau lompat pagar") == 200


def test_s6_a_proxy_is_known_also_where_its_address_is_mapped_into_the_newer_kind() -> None:
    assert is_within("::ffff:10.1.2.3", networks(["10.0.0.0/8"]))
    assert not is_within("::ffff:11.1.2.3", networks(["10.0.0.0/8"]))
