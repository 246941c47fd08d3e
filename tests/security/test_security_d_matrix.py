"""D1, D2, D7, D8: every endpoint of the table, tried by everybody, with everything, and made to fail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from apis import KOTA, Officer, OTHER, Server, UNIT
from sqlalchemy import insert, select
from starlette.routing import Route

from akk_tui.contract.endpoints import Endpoint, ENDPOINTS, LINES
from akk_tui.server import setup
from akk_tui.server.app import create_app
from akk_tui.server.db.tables import SESSION

pytestmark = [pytest.mark.security, pytest.mark.sqlite]

KEY = f"{UNIT}:2.4"
SESSION_ID = "0123456789abcdef"
FORM = {"client_id": "akk-tui", "host": "laptop", "user": "ani", "client": "akk-tui/1", "lang": "id"}
EXPORT = {"id": "01900000-0000-7000-8000-00000000ee01", "at": "", "what": "report", "count": 1}
EXPORT |= {"scope": [UNIT], "sha256": "0" * 64}
PLACE = {"host": "h", "user": "u", "client": "c", "made": "2026-01-01T00:00:00Z"}
PLACE |= {"used": "2999-01-01T00:00:00Z", "ends": "2999-01-01T00:00:00Z"}
GRANT = {"grant_type": "refresh_token", "refresh_token": f"akk_rt_{'x' * 43}", "next": f"akk_rt_{'y' * 43}"}
LAST = "Teks yang hanya dibaca oleh yang berwenang"


class Actor(NamedTuple):
    """Somebody who calls: headers, and an officer's way of making operations."""

    officer: Officer
    headers: dict[str, str]


class Row(NamedTuple):
    """One endpoint: how it is called, what of the answer counts, and what that is for each actor.

    An actor that ``seen`` does not name sees what ``else_`` says.
    """

    call: Callable[[Server, Actor], httpx.Response]
    told: Callable[[httpx.Response], str]
    seen: Mapping[str, str]


NOBODY = {"no token": "401 unauthorized", "unknown token": "401 unauthorized", "revoked": "401 unauthorized"}
NOBODY |= {"disabled": "403 disabled"}
SIGNED = ("owner", "read only", "lower role", "other region", "admin elsewhere")
ACTORS = (*NOBODY, *SIGNED)
ANYBODY = dict.fromkeys(ACTORS, "200")


def problem(response: httpx.Response) -> str:
    return f"{response.status_code} {response.json()['code']}"


def rows_of(response: httpx.Response) -> str:
    if response.status_code != 200:
        return problem(response)
    return "the row" if LAST in response.text else "nothing"


def answers_of(response: httpx.Response) -> str:
    if response.status_code != 200:
        return problem(response)
    _, result, _, more = json.loads(response.text.splitlines()[0])
    return result + (f" {more['code']}" if more and "code" in more else "")


def regions_of(response: httpx.Response) -> str:
    if response.status_code != 200:
        return problem(response)
    return "the region" if KOTA in {region["code"] for region in response.json()["regions"]} else "nothing"


def noted_of(response: httpx.Response) -> str:
    return "noted" if response.status_code == 200 and response.json() == {"noted": 1} else problem(response)


def status_of(response: httpx.Response) -> str:
    return str(response.status_code)


def session_of(response: httpx.Response) -> str:
    """Of somebody else's session nothing is seen and nothing can be done to it."""
    if response.status_code != 200:
        return problem(response)
    return "the session" if SESSION_ID in response.text or response.json().get("ended") else "nothing"


def ended_of(response: httpx.Response) -> str:
    return str(response.json()["ended"])


def page_of(response: httpx.Response) -> str:
    assert response.headers["content-type"].startswith("text/html")
    return f"{response.status_code} page"


def posted(path: str, **body: Any) -> Callable[[Server, Actor], Any]:
    return lambda api, actor: api.client.post(path, headers=actor.headers, **body)


def pushed(kind: str, key: str, set_: dict[str, Any], was: dict[str, Any] | None) -> Callable[[Server, Actor], Any]:
    def call(api: Server, actor: Actor) -> httpx.Response:
        body = json.dumps(actor.officer.op(kind, key, set_, was))
        return api.client.post("/v1/push", content=body, headers={**actor.headers, "Content-Type": LINES})

    return call


def pulled(body: dict[str, Any]) -> Callable[[Server, Actor], Any]:
    return lambda api, actor: api.client.post("/v1/pull", json=body, headers=actor.headers)


def plain(path: str) -> Callable[[Server, Actor], Any]:
    return lambda api, actor: api.client.get(path, headers=actor.headers)


MATRIX: dict[str, list[Row]] = {
    "reference": [
        Row(
            plain("/v1/reference"),
            regions_of,
            {
                **NOBODY,
                "owner": "the region",
                "read only": "the region",
                "lower role": "the region",
                "other region": "nothing",
                "admin elsewhere": "nothing",
            },
        )
    ],
    "pull": [
        Row(
            pulled(body),
            rows_of,
            {
                **NOBODY,
                "owner": "the row",
                "read only": "the row",
                "lower role": "the row",
                "other region": "nothing",
                "admin elsewhere": "nothing",
            },
        )
        for body in ({}, {"behind": {UNIT: 0}}, {"at": 0, "want": {"cycles": ["2025"]}})
    ],
    "push": [
        Row(
            pushed("assessment", KEY, {"due": "2025-10-10"}, {"due": None}),
            answers_of,
            {
                **NOBODY,
                "owner": "applied",
                "read only": "rejected read_only",
                "lower role": "rejected role",
                "other region": "forbidden scope",
                "admin elsewhere": "forbidden scope",
            },
        ),
        Row(
            pushed("standing", UNIT, {"stage": "dicabut", "date": None}, {"stage": None, "date": None}),
            answers_of,
            {
                **NOBODY,
                "owner": "rejected role",
                "read only": "rejected read_only",
                "lower role": "rejected role",
                "other region": "forbidden scope",
                "admin elsewhere": "forbidden scope",
            },
        ),
    ],
    **{
        name: [
            Row(
                plain(path),
                rows_of,
                {
                    **NOBODY,
                    "owner": "the row",
                    "read only": "the row",
                    "lower role": "the row",
                    "other region": "404 not_found",
                    "admin elsewhere": "404 not_found",
                },
            )
            for path in paths
        ]
        for name, paths in (
            ("log", (f"/v1/log?kind=assessment&key={KEY}", f"/v1/log?unit={UNIT}")),
            ("logs", (f"/v1/logs?units={UNIT}@0",)),
        )
    },
    "replica": [
        Row(
            posted("/v1/replica", json={"replica": EXPORT["id"], "key": "0" * 64}),
            status_of,
            {**{actor: said[:3] for actor, said in NOBODY.items()}, **dict.fromkeys(SIGNED, "200")},
        )
    ],
    "sessions": [Row(plain("/v1/sessions"), session_of, {**NOBODY, **dict.fromkeys(SIGNED, "nothing")})],
    "sessions_end": [
        Row(
            posted("/v1/sessions/end", json={"id": SESSION_ID}),
            session_of,
            {**NOBODY, **dict.fromkeys(SIGNED, "404 not_found")},
        ),
        Row(posted("/v1/sessions/end", json={"all": True}), session_of, {**NOBODY, **dict.fromkeys(SIGNED, "nothing")}),
    ],
    "sessions_wiped": [
        Row(posted("/v1/sessions/wiped"), session_of, {**NOBODY, **dict.fromkeys(SIGNED, "404 not_found")})
    ],
    "exports": [
        Row(
            posted("/v1/exports", json={"exports": [EXPORT]}),
            noted_of,
            {**NOBODY, **dict.fromkeys(SIGNED, "noted")},
        )
    ],
    "sign_in": [Row(plain("/v1/sign-in"), status_of, ANYBODY)],
    "device": [Row(posted("/v1/device", data=FORM), status_of, ANYBODY)],
    "token": [
        Row(posted("/v1/token", data={**FORM, **GRANT}), status_of, dict.fromkeys(ACTORS, "400")),
    ],
    "revoke": [Row(posted("/v1/revoke", data={"token": f"akk_rt_{'x' * 43}"}), ended_of, dict.fromkeys(ACTORS, "0"))],
    "device_page": [Row(plain("/device?code=BCDF-GHJK"), page_of, dict.fromkeys(ACTORS, "200 page"))],
    "device_post": [
        Row(posted("/device", data={"code": "BCDF-GHJK"}), page_of, dict.fromkeys(ACTORS, "422 page")),
        Row(
            posted("/device", data={"step": "decide", "confirm": "x", "decision": "approve"}),
            page_of,
            dict.fromkeys(ACTORS, "404 page"),
        ),
    ],
    "invite_page": [Row(plain("/invite/x"), page_of, dict.fromkeys(ACTORS, "404 page"))],
    "invite_post": [Row(posted("/invite/x", data={"password": "x"}), page_of, dict.fromkeys(ACTORS, "404 page"))],
    "health": [Row(plain("/v1/health"), status_of, ANYBODY)],
    "ready": [Row(plain("/v1/ready"), status_of, ANYBODY)],
    "metrics": [Row(plain("/metrics"), status_of, ANYBODY)],
}
CASES = [(name, i, actor) for name, rows in MATRIX.items() for i in range(len(rows)) for actor in ACTORS]


HEADERS: dict[str, dict[str, str]] = {
    "no token": {},
    "unknown token": {"Authorization": f"Bearer akk_at_{'x' * 43}"},
}
"""Of those who are nobody; they make operations as the owner does."""


class Populated(NamedTuple):
    """A database with everybody in it, to be copied: their names and headers; somebody else wrote the row they want."""

    db: Path
    officers: dict[str, tuple[str, dict[str, str]]]


@pytest.fixture(scope="session")
def populated(tmp_path_factory: pytest.TempPathFactory, server_templates: Callable[[bool], Path]) -> Populated:
    db = tmp_path_factory.mktemp("matrix") / "server.db"
    shutil.copyfile(server_templates(False), db)
    api = Server(db)
    writer = api.officer("wati", KOTA)
    assert writer.do("assessment", KEY, {"summary": LAST}, {"summary": None})[1] == "applied"
    with api.database.writing() as connection:
        connection.execute(insert(SESSION), {"id": SESSION_ID, "officer": "wati", "way": "device", **PLACE})
    made = {
        "owner": api.officer("o1", KOTA),
        "read only": api.officer("o2", KOTA, write=False),
        "lower role": api.officer("o3", KOTA, role="verifikator"),
        "other region": api.officer("o4", OTHER),
        "admin elsewhere": api.officer("o5", OTHER, role="admin"),
        "revoked": api.officer("o6", KOTA),
        "disabled": api.officer("o7", KOTA),
    }
    setup.revoke_all(api.database, "o6")
    setup.disable_user(api.database, "o7")
    api.close()
    return Populated(db, {name: (officer.name, officer.headers) for name, officer in made.items()})


@pytest.fixture
def api(request: pytest.FixtureRequest, tmp_path: Path, server_templates: Callable[[bool], Path]) -> Iterator[Server]:
    """The app over a database of its own: with everybody for a test that asks for ``actors``, else without officers."""
    everybody = "actors" in request.fixturenames
    db = tmp_path / "server.db"
    shutil.copyfile(request.getfixturevalue("populated").db if everybody else server_templates(False), db)
    made = Server(db)
    yield made
    made.close()


@pytest.fixture
def actors(api: Server, populated: Populated) -> dict[str, Actor]:
    """Everybody; the row that they look for was written by somebody else."""
    found = {}
    for name in ACTORS:
        officer, headers = populated.officers.get(name, populated.officers["owner"])
        one = Officer(api.client, officer, headers["Authorization"].removeprefix("Bearer "))
        found[name] = Actor(one, HEADERS.get(name, headers))
    return found


def test_d1_every_endpoint_has_a_row_and_every_route_is_in_the_table(api: Server) -> None:
    assert set(MATRIX) == {call.name for call in ENDPOINTS}
    routes = {(route.path, method) for route in create_app(api.database).routes for method in route.methods}
    assert {one for one in routes if one[1] != "HEAD"} == {(call.path, call.method) for call in ENDPOINTS}


@pytest.mark.parametrize(("name", "number", "actor"), CASES)
def test_d1_who_sees_what(api: Server, actors: dict[str, Actor], name: str, number: int, actor: str) -> None:
    row = MATRIX[name][number]
    response = row.call(api, actors[actor])
    assert row.told(response) == row.seen[actor]
    if row.seen[actor] not in ("the row", "200", "the region"):
        assert LAST not in response.text
    with api.database.reading() as connection:
        found = select(SESSION.c.ended, SESSION.c.wiped).where(SESSION.c.id == SESSION_ID)
        assert connection.execute(found).one() == (None, None)


def test_d1_out_of_scope_and_absent_cannot_be_told_apart(api: Server, actors: dict[str, Actor]) -> None:
    stranger = actors["other region"]
    there = api.client.get("/v1/log", params={"kind": "assessment", "key": KEY}, headers=stranger.headers)
    absent = api.client.get("/v1/log", params={"kind": "assessment", "key": f"{UNIT}:3.1"}, headers=stranger.headers)
    assert (there.status_code, there.content) == (absent.status_code, absent.content)
    answers = [
        json.loads(pushed("assessment", key, {"due": "2025-10-10"}, {"due": None})(api, stranger).text.splitlines()[0])
        for key in (KEY, "2025:99.99:2.4")
    ]
    assert answers[0][1:] == answers[1][1:]


class TestD2:
    """Nobody sets what is not his to set: fields of the server, of other roles, of the row itself."""

    @pytest.mark.parametrize("extra", ["revision", "rev_", "verified_by", "region", "officer", "role", "seq", "result"])
    def test_d2_an_operation_with_more_than_its_fields(self, api: Server, extra: str) -> None:
        ani = api.officer("ani", KOTA)
        op = ani.op("assessment", KEY, {"due": "2025-10-10"}, {"due": None}, **{extra: "1"})
        assert ani.one(op)[1:3] == ["rejected", 0]
        assert ani.pull().rows == []

    @pytest.mark.parametrize("role", ["petugas", "verifikator", "admin"])
    @pytest.mark.parametrize(
        "name",
        [
            "by",
            "at",
            "rev",
            "seq",
            "crc",
            "creator",
            "unit",
            "items",
            "instrument",
            "verified_by",
            "region",
            "__class__",
        ],
    )
    def test_d2_a_field_that_is_the_servers(self, api: Server, role: Any, name: str) -> None:
        ani = api.officer("ani", KOTA, role=role)
        for was in ({name: None}, None):
            answer = ani.do("assessment", KEY, {name: "1"}, was)
            assert answer[1] == "rejected"
            assert answer[3]["code"] in ("bad_value", "role")
        assert ani.pull().rows == []

    def test_d2_place_and_author_of_a_row_stay(self, api: Server) -> None:
        ani = api.officer("ani", KOTA, OTHER)
        key = "01900000-0000-7000-8000-00000000aa01"
        note = {
            "cycle": "2025",
            "region": KOTA,
            "subject": KOTA,
            "author": "ani",
            "title": "a",
            "body": "b",
        }
        assert ani.do("note", key, note, None)[1] == "applied"
        for name, value in (("region", OTHER), ("cycle", "2024"), ("author", "budi")):
            assert ani.do("note", key, {name: value}, {name: note[name]})[3]["code"] == "bad_value"
        other = {**note, "author": "budi"}
        assert ani.do("note", key[:-1] + "2", other, None)[3]["code"] == "not_author"

    @pytest.mark.parametrize("extra", ["officer", "units", "role", "limit", "user"])
    def test_d2_a_pull_or_query_with_more_than_its_fields(self, api: Server, extra: str) -> None:
        ani = api.officer("ani", KOTA)
        assert problem(ani.ask(**{extra: "admin"})) == "422 invalid"
        assert problem(ani.get("/v1/log", unit=UNIT, **{extra: "admin"})) == "422 invalid"
        assert problem(ani.get("/v1/logs", **{"units": f"{UNIT}@0", extra: "admin"})) == "422 invalid"


def forced(api: Server, call: Endpoint) -> httpx.Response:
    """The endpoint's answer when what it does fails with words that nobody may read."""
    app = create_app(api.database)
    for route in app.routes:
        if isinstance(route, Route) and (route.path, call.method) in {(route.path, one) for one in route.methods or ()}:

            async def fail(*_: Any) -> None:
                raise RuntimeError("SELECT hash FROM token; /srv/akk/akk.db; akk_at_secret")

            route.app = fail
    from server_api import Client

    client = Client(app)
    try:
        return client.request(call.method, call.path.replace("{token}", "x"))
    finally:
        client.close()


@pytest.mark.parametrize("call", ENDPOINTS, ids=lambda call: call.name)
def test_d7_a_failure_tells_nothing_but_a_number(api: Server, call: Endpoint, caplog: pytest.LogCaptureFixture) -> None:
    response = forced(api, call)
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body == {"status": 500, "title": "The server failed", "code": "internal", "detail": body["detail"]}
    assert len(body["detail"]) == 8
    assert body["detail"] in caplog.text


def test_d7_a_database_that_fails_is_not_described(api: Server) -> None:
    ani = api.officer("ani", KOTA)
    with api.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE head RENAME TO head_")
    for response in (
        ani.ask(),
        ani.get("/v1/log", unit=UNIT),
        ani.get("/v1/logs", units=f"{UNIT}@0"),
        ani.send(),
        ani.get("/v1/reference"),
        ani.get("/v1/ready"),
    ):
        assert response.status_code in (500, 503)
        assert set(response.json()) <= {"status", "title", "code", "detail"}
        for word in ("head", "SELECT", "sqlite", "table", "Traceback", ".py"):
            assert word not in response.text


class TestD8:
    WANTED = {
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
    }

    def check(self, response: httpx.Response) -> None:
        headers = response.headers
        for name, value in self.WANTED.items():
            assert headers[name] == value, name
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] in ("no-store", "private")
        assert not [name for name in headers if name.startswith("access-control-")]
        assert "server" not in headers
        assert "x-powered-by" not in headers

    @pytest.mark.parametrize("call", ENDPOINTS, ids=lambda call: call.name)
    def test_d8_every_answer_has_the_headers(self, api: Server, call: Endpoint) -> None:
        ani = api.officer("ani", KOTA)
        path = call.path.replace("{token}", "x")
        origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        for headers in ({}, ani.headers, {**ani.headers, **origin}):
            for method in ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"):
                response = api.client.request(method, path, headers=headers)
                self.check(response)
                if method not in ("GET", "POST", "HEAD"):
                    assert response.status_code == 405, method
        self.check(forced(api, call))

    @pytest.mark.parametrize(
        "path",
        ["/", "/docs", "/redoc", "/openapi.json", "/swagger", "/v1", "/v1/", "/admin", "/static/x", "/.git/config"],
    )
    def test_d8_there_is_nothing_but_the_table(self, api: Server, path: str) -> None:
        response = api.client.get(path)
        assert problem(response) == "404 not_found"
        self.check(response)

    def test_d8_only_the_reference_may_be_kept(self, api: Server) -> None:
        ani = api.officer("ani", KOTA)
        kept = {call.name for call in ENDPOINTS if call.method == "GET" and self.cache(api, ani, call) != "no-store"}
        assert kept == {"reference"}
        assert "Authorization" in ani.get("/v1/reference").headers["vary"]

    def cache(self, api: Server, ani: Officer, call: Endpoint) -> str:
        return api.client.get(call.path.replace("{token}", "x"), headers=ani.headers).headers["cache-control"]
