"""S6: rates per token, officer and address, shared between processes, and an address that nobody can forge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from apis import KOTA, records, Server, UNIT
from server_api import Client
from sqlalchemy import func, select

from akk_tui.server import limits, setup
from akk_tui.server.app import create_app
from akk_tui.server.db.engine import Database
from akk_tui.server.db.tables import BUCKET
from akk_tui.server.options import Options, Rate, RATES

pytestmark = pytest.mark.security


class Clock:
    """The Unix time that the limits go by."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


class Processes:
    """Server processes over one database, each with counters of its own, on one clock."""

    def __init__(self, db: Path) -> None:
        self.db = db
        self.clock = Clock()
        self._open: list[tuple[Client, Database]] = []

    def start(self, rates: dict[str, Rate], **more: Any) -> Client:
        database = Database(self.db)
        client = Client(create_app(database, Options(rates=rates, clock=self.clock, **more)))
        self._open.append((client, database))
        return client

    def close(self) -> None:
        for client, database in self._open:
            client.close()
            database.close()


@pytest.fixture
def processes(api: Server) -> Iterator[Processes]:
    made = Processes(api.where)
    yield made
    made.close()


def ask(client: Client, token: str, **headers: str) -> httpx.Response:
    return client.get("/v1/reference", headers={"Authorization": f"Bearer {token}", **headers})


def served(client: Client, token: str, most: int = 500) -> int:
    """How many requests are served before one is refused."""
    for count in range(most):
        if ask(client, token).status_code == 429:
            return count
    raise AssertionError("never refused")


def test_a1_what_is_told_of_a_refused_request_holds_no_invitation(api: Server, processes: Processes) -> None:
    client = processes.start({**RATES, "address": Rate(1, 0.1)})
    link = "/invite/akk_in_" + "x" * 43
    while client.get(link).status_code != 429:
        pass
    client.service.refusals.flush()
    found = [one.detail for one in records(api.database, "refused")]
    assert any("/invite/" in one for one in found)
    assert not any("xxx" in one for one in found)


@pytest.mark.parametrize("kind", ["token", "officer", "address"])
def test_s6_past_the_rate_there_is_a_problem_that_says_when_to_come_again(
    api: Server, processes: Processes, kind: str
) -> None:
    token = api.officer("ani", KOTA).headers["Authorization"].split()[1]
    client = processes.start({kind: Rate(40, 2.0)})
    assert 40 <= served(client, token) <= 42
    response = ask(client, token)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() | {"title": ""} == {"status": 429, "code": "rate", "title": "", "detail": kind}
    wait = int(response.headers["retry-after"])
    assert 1 <= wait <= 2
    processes.clock.now += wait
    assert ask(client, token).status_code == 200
    processes.clock.now += 3600
    assert 40 <= served(client, token) <= 42


def test_s6_a_push_is_limited_and_comes_through_later(api: Server, processes: Processes) -> None:
    ani = api.officer("ani", KOTA)
    ani.client = processes.start({"token": Rate(20, 1.0)})
    op = ani.op("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None})
    while (response := ani.send(op)).status_code == 200:
        pass
    assert response.status_code == 429
    processes.clock.now += int(response.headers["retry-after"])
    assert ani.one(op)[1] == "applied"


def test_s6_two_processes_count_together(api: Server, processes: Processes) -> None:
    token = api.officer("ani", KOTA).headers["Authorization"].split()[1]
    rates = {"officer": Rate(100, 0.001)}
    one, other = processes.start(rates), processes.start(rates)
    total = 0
    alive = [one, other]
    while alive and total < 300:
        for client in list(alive):
            if ask(client, token).status_code == 200:
                total += 1
            else:
                alive.remove(client)
    assert 100 <= total <= 100 + 2 * limits.portion(Rate(100, 0.001))
    # A third one begins with nothing, as does one of these that is started anew.
    assert served(processes.start(rates), token) <= limits.portion(Rate(100, 0.001))


def test_s6_one_officer_has_no_more_with_many_tokens(api: Server, processes: Processes) -> None:
    api.officer("ani", KOTA)
    tokens = [setup.issue_token(api.database, "ani").token for _ in range(5)]
    client = processes.start({"token": Rate(1000, 1.0), "officer": Rate(40, 0.001)})
    total = 0
    while ask(client, tokens[total % 5]).status_code == 200:
        total += 1
    assert 40 <= total <= 42
    other = api.officer("budi", KOTA).headers["Authorization"].split()[1]
    assert ask(client, other).status_code == 200


class TestS6Address:
    """In-process requests come from 127.0.0.1."""

    RATES = {"address": Rate(40, 0.001)}

    def spend(self, client: Client, headers: Callable[[int], dict[str, str]]) -> int:
        for count in range(200):
            if client.get("/v1/ready", headers=headers(count)).status_code == 429:
                return count
        return 200

    def test_s6_a_forged_header_does_not_help(self, processes: Processes) -> None:
        client = processes.start(self.RATES)
        assert self.spend(client, lambda i: {"X-Forwarded-For": f"10.0.0.{i}", "Forwarded": f"for=10.0.0.{i}"}) <= 42

    def test_s6_a_named_proxy_is_believed_for_its_own_hop_only(self, processes: Processes) -> None:
        proxied = {"trusted_proxies": (ip_network("127.0.0.0/8"),)}
        client = processes.start(self.RATES, **proxied)
        assert self.spend(client, lambda i: {"X-Forwarded-For": f"198.51.100.{i}"}) == 200
        # What the client itself wrote stands further left.
        assert self.spend(client, lambda i: {"X-Forwarded-For": f"10.0.0.{i}, 203.0.113.9"}) <= 42

    def test_s6_an_ipv6_customer_is_one_address(self, processes: Processes) -> None:
        proxied = {"trusted_proxies": (ip_network("127.0.0.0/8"),)}
        client = processes.start(self.RATES, **proxied)
        assert self.spend(client, lambda i: {"X-Forwarded-For": f"2001:db8:1:2::{i:x}"}) <= 42
        assert client.get("/v1/ready", headers={"X-Forwarded-For": "2001:db8:1:3::1"}).status_code == 200

    def test_s6_health_is_always_told(self, processes: Processes) -> None:
        client = processes.start(self.RATES)
        self.spend(client, lambda _: {})
        assert client.get("/v1/health").status_code == 200


def test_s6_few_requests_write_nothing_and_full_buckets_go(api: Server, processes: Processes) -> None:
    token = api.officer("ani", KOTA).headers["Authorization"].split()[1]

    def buckets() -> int:
        with api.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(BUCKET)).scalar_one()

    client = processes.start(dict(RATES))
    for _ in range(20):
        ask(client, token)
    assert buckets() == 0
    client = processes.start({"token": Rate(20, 10.0)})
    tokens = [setup.issue_token(api.database, "ani").token for _ in range(3)]
    for one in tokens:
        ask(client, one)
    assert buckets() == 3
    processes.clock.now += 7200
    for _ in range(60):
        ask(client, token)
        processes.clock.now += 1
    assert buckets() == 1


def test_s6_a_sync_of_the_whole_country_stays_far_below_the_default() -> None:
    """514 regions with their log: a pull of some hundred requests and a page or two for each region."""
    for kind in ("token", "officer", "address"):
        assert RATES[kind].burst >= 3 * (514 * 2 + 200)


def test_s6_the_clock_that_goes_back_gives_nothing_and_takes_nothing(api: Server) -> None:
    rate = Rate(10, 1.0)
    with api.database.writing() as connection:
        assert limits.take(connection, 1000.0, "x", rate, 10) == 0
        assert limits.take(connection, 500.0, "x", rate, 1) == 1
        # The bucket goes on from the clock as it is now.
        assert limits.take(connection, 505.0, "x", rate, 4) == 0


def test_s6_nobody_is_refused_for_as_long_as_a_clock_was_ahead(api: Server, processes: Processes) -> None:
    token = api.officer("ani", KOTA).headers["Authorization"].split()[1]
    client = processes.start({"token": Rate(40, 2.0)})
    processes.clock.now += 86_400
    served(client, token)
    processes.clock.now -= 86_400
    # The bucket goes on from the clock as it is now, within the seconds that it takes to fill again.
    for _ in range(3):
        response = ask(client, token)
        processes.clock.now += 2
    assert response.status_code == 200


class TestA1Refusals:
    """Refusals are recorded, and no flood of them is a flood of records."""

    def wait(self, api: Server, count: int) -> list[Any]:
        while len(found := records(api.database, "refused")) < count:
            pass
        return found

    def test_a1_each_kind_of_refusal_has_its_record(self, api: Server) -> None:
        ani = api.officer("ani", KOTA)
        assert api.client.get("/v1/reference").status_code == 401
        (first,) = self.wait(api, 1)
        assert (first.actor, first.address) == ("", "127.0.0.1")
        assert ani.get("/v1/log", unit="2025:11.01").status_code == 404
        assert ani.do("assessment", "2025:11.01:2.4", {"due": "2025-10-10"}, {"due": None})[1] == "forbidden"
        setup.disable_user(api.database, "ani")
        assert ani.ask().status_code == 403
        api.client.service.close()
        told = {(one.actor, detail(one)["code"], detail(one)["call"]) for one in records(api.database, "refused")}
        assert told == {
            ("", "unauthorized", "/v1/reference"),
            ("ani", "not_found", "/v1/log"),
            ("ani", "scope", "/v1/push"),
            ("", "disabled", "/v1/pull"),
        }

    def test_a1_a_flood_is_a_handful_of_records(self, api: Server, processes: Processes) -> None:
        proxied = {"trusted_proxies": (ip_network("127.0.0.0/8"),)}
        client = processes.start({}, **proxied)
        client.get("/v1/reference")
        self.wait(api, 1)
        for i in range(300):
            client.get("/v1/reference", headers={"X-Forwarded-For": f"198.51.{i // 250}.{i % 250}"})
        assert len(records(api.database, "refused")) == 1
        client.service.close()
        found = records(api.database, "refused")
        assert len(found) <= 33
        assert sum(detail(one)["count"] for one in found) == 301

    def test_a1_what_cannot_be_recorded_now_is_recorded_later(self, api: Server) -> None:
        api.take_no_more("audit")
        for _ in range(3):
            assert api.client.get("/v1/reference").status_code == 401
        api.client.service.close()
        api.take_again()
        api.client.service.close()
        assert [detail(one)["count"] for one in records(api.database, "refused")] == [3]


def detail(record: Any) -> dict[str, Any]:
    return json.loads(record.detail)
