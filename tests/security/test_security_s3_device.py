"""Identity, S3: the device grant. Ten minutes, once, slow_down, few wrong codes, and the page tells who asks."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from identity_api import new_refresh, PASSWORD, title, World, wrong

from akk_tui.contract.identity import CLIENT_ID
from akk_tui.server.address import networks
from akk_tui.server.identity import devices
from akk_tui.server.options import Options

pytestmark = pytest.mark.security


class Terminal:
    """Polls as a client does, on the world's clock: the pause, five seconds more after each ``slow_down``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.device = world.device()
        self.token = new_refresh()
        self.pause = self.device["interval"]
        self.told: list[str] = []

    def poll(self, after: float | None = None) -> str:
        """The error of one question, or ``token``."""
        self.world.now += self.pause if after is None else after
        response = self.world.fetch(self.device, self.token)
        told = "token" if response.status_code == 200 else self.world.error(response)
        if told == "slow_down":
            self.pause += 5
        self.told.append(told)
        return told


@pytest.fixture
def terminal(world: World) -> Terminal:
    world.account("ani")
    return Terminal(world)


def test_s3_it_waits_until_the_officer_approves(world: World, terminal: Terminal) -> None:
    assert [terminal.poll(), terminal.poll()] == ["authorization_pending"] * 2
    world.approve(terminal.device, "ani")
    assert terminal.poll() == "token"


def test_s3_what_the_officer_denies_is_denied(world: World, terminal: Terminal) -> None:
    page = world.login(terminal.device["user_code"], "ani")
    assert title(world.decide(page, "deny")) == "Permintaan ditolak"
    assert [terminal.poll(), terminal.poll()] == ["access_denied"] * 2


def test_s3_it_ends_after_ten_minutes(world: World, terminal: Terminal) -> None:
    assert terminal.device["expires_in"] == 600
    while len(terminal.told) < 119:
        assert terminal.poll() == "authorization_pending"
    assert terminal.poll() == "expired_token"
    assert wrong(world.code(terminal.device["user_code"])).keys() == {"code"}


def test_s3_an_approval_that_comes_too_late_gives_nothing(world: World, terminal: Terminal) -> None:
    page = world.login(terminal.device["user_code"], "ani")
    world.now += 601
    assert title(world.decide(page)) == "Kode tidak berlaku lagi"
    world.now -= 100
    world.approve(terminal.device, "ani")
    world.now += 200
    assert terminal.poll() == "expired_token"


def test_s3_who_asks_too_early_waits_longer(world: World, terminal: Terminal) -> None:
    assert terminal.pause == 5
    assert [terminal.poll(), terminal.poll(0.5), terminal.poll()] == [
        "authorization_pending", "slow_down", "authorization_pending",
    ]  # fmt: skip
    assert terminal.pause == 10
    # The old pause is too short from now on.
    assert [terminal.poll(5), terminal.poll()] == ["slow_down", "authorization_pending"]
    assert terminal.pause == 15
    world.approve(terminal.device, "ani")
    assert terminal.poll() == "token"


def test_s3_a_device_code_is_good_for_one_session(world: World, terminal: Terminal) -> None:
    """A repetition with the same refresh token is the lost answer; any other ends what the code began."""
    world.approve(terminal.device, "ani")
    first, again = (world.fetch(terminal.device, terminal.token).json() for _ in range(2))
    assert first["session"] == again["session"]
    for told in (first, again):
        headers = {"Authorization": f"Bearer {told['access_token']}"}
        assert world.client.get("/v1/reference", headers=headers).status_code == 200
    assert world.error(world.fetch(terminal.device, new_refresh())) == "invalid_grant"
    response = world.client.get("/v1/reference", headers={"Authorization": f"Bearer {again['access_token']}"})
    assert response.status_code == 401
    assert world.error(world.fetch(terminal.device, terminal.token)) == "invalid_grant"


def test_s3_a_repetition_after_the_first_refresh_is_theft(world: World, terminal: Terminal) -> None:
    world.approve(terminal.device, "ani")
    world.fetch(terminal.device, terminal.token)
    assert world.refresh(terminal.token, new_refresh()).status_code == 200
    assert world.error(world.fetch(terminal.device, terminal.token)) == "invalid_grant"


def test_s3_a_decision_is_made_once(world: World, terminal: Terminal) -> None:
    page = world.login(terminal.device["user_code"], "ani")
    assert title(world.decide(page)) == "Kembali ke terminal"
    assert title(world.decide(page, "deny")) == "Kode tidak berlaku lagi"
    assert terminal.poll() == "token"
    assert wrong(world.code(terminal.device["user_code"])).keys() == {"code"}


def test_s3_six_wrong_codes_lock_the_address_for_a_minute(world: World, terminal: Terminal) -> None:
    for number in range(5):
        response = world.code(f"BCDF-GHJ{'KLMNP'[number]}")
        assert response.status_code == 422
        assert wrong(response).keys() == {"code"}
    locked = world.code("BCDF-GHJQ")
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) <= 60
    # Not even the right one, and not for who has no account.
    assert world.code(terminal.device["user_code"]).status_code == 429
    assert world.login(terminal.device["user_code"], "ani", "salah").status_code == 422
    world.now += 61
    assert world.code(terminal.device["user_code"]).status_code == 200


def test_s3_a_guesser_does_not_stop_the_officers_behind_the_same_address(world: World, terminal: Terminal) -> None:
    for number in range(30):
        world.code(f"BCDF-GHJ{devices.ALPHABET[number % 20]}")
    asked = world.code(terminal.device["user_code"])
    # Whether that code waits is not told before somebody has signed in.
    assert asked.status_code == 429
    assert title(asked) == title(world.code("BCDF-GHJQ")) == "Masuk ke AKK"
    assert 'name="password"' in asked.text
    world.approve(terminal.device, "ani")
    assert terminal.poll() == "token"


@pytest.mark.sqlite
def test_s3_an_account_guesses_no_more_codes_than_an_address(world: World, terminal: Terminal) -> None:
    world.account("budi")
    for number in range(6):
        world.code(f"BCDF-GHJ{devices.ALPHABET[number]}")
    answers = [world.login(f"BCDF-GHK{devices.ALPHABET[number]}", "budi").status_code for number in range(8)]
    assert answers == [404] * 5 + [429] * 3
    # The right one is not taken from him any more; a colleague goes on.
    assert title(world.login(terminal.device["user_code"], "budi")) != "Apakah ini Anda?"
    world.approve(terminal.device, "ani")
    assert terminal.poll() == "token"


def test_s3_a_right_code_does_not_make_up_for_wrong_ones(world: World, terminal: Terminal) -> None:
    """Else somebody with a code of his own could try for ever."""
    answers = Counter[int]()
    for number in range(10):
        answers[world.code(f"BCDF-GHJ{devices.ALPHABET[number]}").status_code] += 1
        world.code(terminal.device["user_code"])
    assert answers == {422: 5, 429: 5}


def test_s3_a_code_dies_after_five_wrong_passwords(world: World, terminal: Terminal) -> None:
    code = terminal.device["user_code"]
    for number in range(4):
        # Each from another address and for another name, so that only the code counts.
        assert world.login(code, f"nama{number}", "salah").status_code == 422
    response = world.login(code, "nama4", "salah")
    assert (response.status_code, title(response)) == (422, "Kode tidak berlaku lagi")
    assert world.login(code, "ani").status_code == 422
    assert terminal.poll() == "access_denied"


def test_s3_the_page_tells_computer_user_and_time(world: World) -> None:
    world.account("ani")
    device = world.device(host="laptop-<b>14</b>\x1b[31m", user="ani\u202er", client="x")
    world.now += 190
    page = world.login(device["user_code"], "ani")
    assert title(page) == "Apakah ini Anda?"
    assert "laptop-&lt;b&gt;14&lt;/b&gt;" in page.text
    assert "\x1b" not in page.text
    assert "\u202e" not in page.text
    assert "18 Nov 2026" in page.text
    assert "WIB" in page.text
    assert "3 menit yang lalu" in page.text
    english = world.client.post(
        "/device?lang=en",
        data={"step": "sign-in", "code": device["user_code"], "name": "ani", "password": PASSWORD},
    )
    assert title(english) == "Is this you?"
    assert "3 minutes ago" in english.text


def test_s3_nobody_decides_without_the_secret_of_the_sign_in(world: World, terminal: Terminal) -> None:
    world.login(terminal.device["user_code"], "ani")
    for confirm in ("", "x", terminal.device["user_code"], terminal.device["device_code"]):
        form = {"step": "decide", "confirm": confirm, "decision": "approve", "code": terminal.device["user_code"]}
        assert world.client.post("/device", data=form).status_code == 404
    assert terminal.poll() == "authorization_pending"


def test_s3_who_signs_in_last_decides_for_himself(world: World, terminal: Terminal) -> None:
    """Two officers at one code: the page of the first is over, the session belongs to who approved."""
    world.account("budi")
    ani, budi = (world.login(terminal.device["user_code"], name) for name in ("ani", "budi"))
    assert title(world.decide(ani)) == "Kode tidak berlaku lagi"
    assert title(world.decide(budi)) == "Kembali ke terminal"
    told = world.fetch(terminal.device, terminal.token).json()
    reference = world.client.get("/v1/reference", headers={"Authorization": f"Bearer {told['access_token']}"})
    assert reference.json()["officer"]["name"] == "budi"


def test_s3_codes_are_of_twenty_consonants_and_read_however_they_are_typed(world: World) -> None:
    seen = Counter[str]()
    for number in range(40):
        if number % 20 == 0:
            world.now += 700
        code = world.device()["user_code"]
        assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", code)
        seen.update(code)
    assert len(seen) == 21
    for typed in ("bcdf-ghjk", " BCDF GHJK ", "bcdfghjk", "b.c.d.f.g.h.j.k"):
        assert devices.typed(typed) == "BCDFGHJK"
    for typed in ("", "BCDFGHJ", "BCDFGHJKL", "ABCDEFGH", "BCDF-GHJ1"):
        assert devices.typed(typed) is None


def test_s3_an_address_cannot_fill_the_database_with_codes(world: World) -> None:
    for _ in range(devices.PENDING):
        world.device()
    response = world.client.post("/v1/device", data={"client_id": CLIENT_ID})
    assert world.error(response, 429) == "slow_down"
    assert int(response.headers["retry-after"]) > 0
    world.now += 601
    world.device()


def test_s3_another_client_is_refused(world: World) -> None:
    assert world.error(world.client.post("/v1/device", data={"client_id": "lain"}), 401) == "invalid_client"
    assert world.error(world.client.post("/v1/device", data={})) == "invalid_request"
    form = {"grant_type": "password", "client_id": CLIENT_ID, "next": new_refresh()}
    assert world.error(world.client.post("/v1/token", data=form)) == "unsupported_grant_type"


def test_s3_a_forged_forwarded_address_does_not_reset_the_count(world: World) -> None:
    answers = [
        world.code("BCDF-GHJK", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code for number in range(7)
    ]
    assert answers == [422] * 5 + [429] * 2


def test_s3_behind_a_trusted_proxy_each_address_counts_for_itself(world: World) -> None:
    behind = World(world.server, options=Options(trusted_proxies=networks(["127.0.0.1", "10.9.0.0/16"])))

    def code(forwarded: str) -> int:
        return behind.code("BCDF-GHJK", headers={"X-Forwarded-For": forwarded}).status_code

    assert [code("203.0.113.7") for _ in range(6)] == [422] * 5 + [429]
    # What stands left of the first address that is no proxy of ours was written by the sender.
    assert code("198.51.100.1, 203.0.113.7") == 429
    assert code("203.0.113.7, 10.9.1.1") == 429
    assert code("203.0.113.8") == 422
    assert [code("2001:db8::1"), code("2001:db8::2")] == [422, 422]
    assert [code(f"2001:db8::{number}") for number in range(3, 7)] == [422, 422, 422, 429]
