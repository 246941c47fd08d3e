"""Identity, S2: passwords by invitation alone, argon2id, two hashes at a time, no hint which names exist."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import anyio.to_thread
import httpx
import psutil
import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from identity_api import PASSWORD, title, World, wrong
from sqlalchemy import select

from akk_tui.server import administration, embedded, setup
from akk_tui.server.db.tables import PASSWORD as STORED
from akk_tui.server.identity import choice, guesses, passwords
from akk_tui.server.identity.passwords import Busy, Hashing

pytestmark = [pytest.mark.security, pytest.mark.sqlite]


def test_s2_what_is_stored_is_argon2id_of_19_mib(world: World) -> None:
    world.account("ani")
    with world.server.database.reading() as connection:
        (hashed,) = connection.execute(select(STORED.c.hash)).scalars()
    found = extract_parameters(hashed)
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19 * 1024, 2, 1)
    assert (found.salt_len, found.hash_len) == (16, 32)
    # What is computed for a name that nobody has costs the same.
    assert extract_parameters(passwords._NOBODY) == found


def test_s2_at_most_two_hashes_at_a_time_and_a_crowd_is_turned_away() -> None:
    most = 0
    running = 0
    lock = threading.Lock()
    turned: list[int] = []

    class Counting(Hashing):
        def _verify(self, stored: str, password: str) -> bool:
            nonlocal most, running
            with lock:
                running += 1
                most = max(most, running)
            try:
                return super()._verify(stored, password)
            finally:
                with lock:
                    running -= 1

    async def main() -> None:
        hashing = Counting()

        async def one() -> None:
            try:
                assert not await hashing.matches(None, "x")
            except Busy:
                turned.append(1)

        async with anyio.create_task_group() as group:
            for _ in range(40):
                group.start_soon(one)

    anyio.run(main)
    assert most == 2
    assert len(turned) == 40 - passwords.AT_A_TIME - passwords.WAITING


def test_s2_while_twenty_sign_in_others_are_served_and_memory_stays_bounded(world: World) -> None:
    for number in range(10):
        setup.add_user(world.server.database, f"p{number}")
    running = embedded.start(world.where)
    process = psutil.Process()
    peak = [0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            peak[0] = max(peak[0], process.memory_info().rss)

    try:
        codes = []
        for _ in range(20):
            told = httpx.post(
                running.url + "/v1/device", data={"client_id": "akk-tui", "host": "h", "user": "u"}
            ).json()
            codes.append(told["user_code"])
        before = process.memory_info().rss
        watcher = threading.Thread(target=watch)
        watcher.start()

        def login(number: int) -> int:
            form = {"step": "sign-in", "code": codes[number], "name": f"p{number % 10}", "password": "x" * 20}
            return httpx.post(running.url + "/device", data=form, timeout=60).status_code

        with ThreadPoolExecutor(20) as pool:
            answers = [pool.submit(login, number) for number in range(20)]
            served = [httpx.get(running.url + "/v1/health", timeout=60).status_code for _ in range(10)]
            assert served == [200] * 10
            assert {answer.result() for answer in answers} == {422}
    finally:
        done.set()
        running.stop()
    watcher.join()
    # Two of 19 MiB, and what the threads of this test take themselves; twenty would be 380.
    assert peak[0] - before < 120 * 2**20


def test_s2_a_name_that_nobody_has_gives_the_same_words_and_takes_as_long(world: World) -> None:
    """The least processor time: for a wrong password, for a name that nobody has, for one without a password."""
    world.account("ani")
    world.server.officer("budi")
    device = world.device()
    pages: dict[str, str] = {}
    times: dict[str, list[float]] = {"ani": [], "tidak": [], "budi": []}
    for number in range(15):
        for name in times:
            if number % 4 == 0:
                device = world.device()
            world.now += 61
            started = time.process_time()
            response = world.login(device["user_code"], name, "kata sandi yang salah")
            times[name].append(time.process_time() - started)
            assert response.status_code == 422
            if title(response) == "Masuk ke AKK":
                pages[name] = wrong(response)["password"]
            else:
                device = world.device()
    assert set(pages.values()) == {"Nama akun atau kata sandi tidak cocok."}
    least = {name: min(taken) for name, taken in times.items()}
    assert max(least.values()) < 1.4 * min(least.values()), least


def test_s2_the_same_work_is_done_for_every_name(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """What the clock can show only roughly: one hash of the same cost for each sign-in, whoever is named."""
    world.account("ani")
    world.server.officer("budi")
    hashed: list[str] = []
    real = Hashing._verify

    def noted(self: Hashing, stored: str, password: str) -> bool:
        hashed.append(stored)
        return real(self, stored, password)

    monkeypatch.setattr(Hashing, "_verify", noted)
    for name in ("ani", "tidak", "budi", "../x", "x" * 64):
        world.login(world.device()["user_code"], name, "salah")
    assert len(hashed) == 5
    assert {str(extract_parameters(one)) for one in hashed} == {str(extract_parameters(passwords._NOBODY))}


def test_s2_too_many_attempts_at_an_account_have_to_wait(world: World) -> None:
    world.account("ani")
    for _ in range(5):
        assert world.login(world.device()["user_code"], "ani", "salah").status_code == 422
    response = world.login(world.device()["user_code"], "ani")
    assert response.status_code == 429
    assert "detik" in wrong(response)["password"]
    assert 0 < int(response.headers["retry-after"]) <= 60
    # Another officer at the same address is not held up.
    world.account("budi")
    assert world.login(world.device()["user_code"], "budi").status_code == 200
    world.now += 61
    assert world.login(world.device()["user_code"], "ani").status_code == 200


def test_s2_an_account_is_not_guessed_from_many_addresses(world: World) -> None:
    world.account("ani")
    answers: list[int] = []
    device = world.device()
    for number in range(35):
        world.now += 13
        if number % 4 == 0:
            device = world.device()
        answers.append(world.login(device["user_code"], "ani", "salah").status_code)
    assert answers.count(429) >= 5


def test_s2_a_closed_account_is_told_to_who_knows_its_password_alone(world: World) -> None:
    world.account("ani")
    setup.disable_user(world.server.database, "ani")
    device = world.device()
    assert wrong(world.login(device["user_code"], "ani", "salah"))["password"].startswith("Nama akun atau kata sandi")
    assert wrong(world.login(device["user_code"], "ani"))["password"].startswith("Akun ini ditutup")


def test_s2_the_name_is_found_however_it_is_typed_and_the_password_as_it_is(world: World) -> None:
    world.account("ani", password="kuda hijau lompat pagaré")
    for name, password, status in [
        (" Ani ", "kuda hijau lompat pagar\u00e9", 200),
        ("ani", "kuda hijau lompat pagare\u0301", 200),
        ("ani", "Kuda hijau lompat pagar\u00e9", 422),
        ("ani", "kuda hijau lompat pagar\u00e9 ", 422),
    ]:
        assert world.login(world.device()["user_code"], name, password).status_code == status


class TestInvitation:
    def test_s2_an_invitation_is_good_for_one_use(self, world: World) -> None:
        world.server.officer("ani")
        token = administration.invite(world.server.database, "ani")
        assert title(world.client.get(f"/invite/{token}")) == "Buat kata sandi"
        assert title(world.invited(token)) == "Kata sandi tersimpan"
        for response in (world.client.get(f"/invite/{token}"), world.invited(token, password="lain sama sekali kini")):
            assert (response.status_code, title(response)) == (404, "Tautan tidak berlaku")
        assert world.login(world.device()["user_code"], "ani").status_code == 200

    def test_s2_of_two_who_use_it_at_the_same_moment_one_wins(self, world: World) -> None:
        world.server.officer("ani")
        token = administration.invite(world.server.database, "ani")
        chosen = ["payung kuning di loteng", "sepeda tua tanpa rem"]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda one: world.invited(token, password=one).status_code, chosen))
        assert sorted(answers) == [200, 404]
        winner = chosen[answers.index(200)]
        for password in chosen:
            expected = 200 if password == winner else 422
            assert world.login(world.device()["user_code"], "ani", password).status_code == expected

    def test_s2_it_ends_after_three_days_and_with_the_next_one(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("time.time", lambda: world.now)
        world.server.officer("ani")
        first = administration.invite(world.server.database, "ani")
        second = administration.invite(world.server.database, "ani")
        assert world.client.get(f"/invite/{first}").status_code == 404
        world.now += 72 * 3600 - 1
        assert world.client.get(f"/invite/{second}").status_code == 200
        world.now += 1
        assert world.invited(second).status_code == 404

    def test_s2_a_closed_account_has_none(self, world: World) -> None:
        world.server.officer("ani")
        token = administration.invite(world.server.database, "ani")
        setup.disable_user(world.server.database, "ani")
        assert world.client.get(f"/invite/{token}").status_code == 404
        with pytest.raises(administration.AccountClosed):
            administration.invite(world.server.database, "ani")

    def test_s2_a_new_password_ends_what_the_old_one_opened(self, world: World) -> None:
        world.account("ani")
        session = world.signed_in("ani")
        world.invited(administration.invite(world.server.database, "ani"), password="payung kuning di loteng")
        assert session.code() == (401, "unauthorized")
        assert world.login(world.device()["user_code"], "ani", PASSWORD).status_code == 422
        assert world.login(world.device()["user_code"], "ani", "payung kuning di loteng").status_code == 200

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"password": "kilat7"}, {"password": "sedikitnya 15"}),
            ({"password": "x1 " * 50}, {"password": "paling banyak 128"}),
            ({"password": "Indonesia1234567"}, {"password": "mudah ditebak"}),
            ({"password": "ani ani ani ani 1"}, {"password": "mudah ditebak"}),
            ({"password": PASSWORD, "again": "lain"}, {"again": "tidak sama"}),
            ({"password": ""}, {"password": "sedikitnya 15"}),
        ],
    )
    def test_s2_what_cannot_be_a_password_is_told_beside_its_field(
        self, world: World, given: dict[str, Any], words: dict[str, str]
    ) -> None:
        world.server.officer("ani")
        token = administration.invite(world.server.database, "ani")
        response = world.invited(token, **given)
        assert response.status_code == 422
        assert wrong(response).keys() == words.keys()
        for name, text in words.items():
            assert text in wrong(response)[name]
        if given["password"]:
            assert given["password"] not in response.text
        assert world.client.get(f"/invite/{token}").status_code == 200


class TestGuesses:
    @pytest.mark.parametrize(
        "password",
        [
            "passwordpassword", "indonesia1234567", "P@ssw0rd2026Jakarta", "qwertyuiopasdfgh", "aaaaaaaaaaaaaaaaaaaa",
            "123456789012345", "correcthorsebatterystaple", "ani.rahmawati2026", "bismillah123bismillah",
            "jakartabandung2026", "17081945merdeka", "1q2w3e4r5t6y7u8i", "AntiKorupsiKPK2026",
            "rahasia rahasia rahasia",
        ],
    )  # fmt: skip
    def test_s2_what_everybody_tries_is_refused(self, password: str) -> None:
        with pytest.raises(choice.TooCommon) as caught:
            choice.check_password(password, "ani", "Ani Rahmawati")
        assert password not in caught.value.words()

    @pytest.mark.parametrize(
        "password",
        [
            PASSWORD,
            "tukang sate naik perahu",
            "Xk2#9vQ!mLp0zR7w",
            "aku cinta indonesia raya",
            "日本語のとても長い言葉です",
        ],
    )
    def test_s2_what_is_hard_to_guess_is_taken(self, password: str) -> None:
        choice.check_password(password + " 7", "ani", "Ani Rahmawati")

    def test_s2_a_long_password_is_judged_quickly(self) -> None:
        """No more work than the length asks for: four times as long, at most some forty times the work."""
        assert guesses.bits("aB3$" * 31 + "zzzz") > 0
        assert guesses.bits("q7" + "".join(chr(97 + (i * 7) % 26) for i in range(126))) > 100
