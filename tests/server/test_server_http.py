"""The calls themselves: bodies, compression, limits, caching, and every error a problem document."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from typing import Any

import anyio
import pytest
from server_api import KOTA, Officer, OTHER, Server, UNIT

from akk_tui.contract import endpoints
from akk_tui.contract.endpoints import JSON, LINES, PROBLEM
from akk_tui.contract.limits import BATCH_OPERATIONS, BODY_BYTES
from akk_tui.server import setup
from akk_tui.server.app import create_app
from akk_tui.server.db.engine import Database

ROW = f"{UNIT}:2.4"


def check_problem(response: Any, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    problem = response.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"]
    assert "</" not in response.text
    assert "Traceback" not in response.text
    assert "SELECT" not in response.text


class TestSignIn:
    """A matrix over the endpoint table: a new call without its line here fails."""

    SIGNED = {
        "reference",
        "pull",
        "push",
        "log",
        "logs",
        "sessions",
        "sessions_end",
        "sessions_wiped",
        "exports",
        "replica",
    }
    OPEN = {
        "health": 200,
        "ready": 200,
        "metrics": 200,
        "sign_in": 200,
        "device": 200,
        "token": 400,
        "revoke": 200,
        "device_page": 200,
        "device_post": 422,
        "invite_page": 404,
        "invite_post": 404,
    }
    BODIES = {
        "pull": "{}",
        "push": "",
        "sessions_end": '{"all":true}',
        "replica": f'{{"replica":"01900000-0000-7000-8000-00000000ee02","key":"{"0" * 64}"}}',
        "exports": '{"exports":[{"id":"01900000-0000-7000-8000-00000000ee01","at":"","what":"outbox","scope":[],'
        f'"sha256":"{"0" * 64}","count":0}}]}}',
        "device": "client_id=akk-tui",
        "token": f"client_id=akk-tui&grant_type=refresh_token&refresh_token=x&next=akk_rt_{'x' * 43}",
        "revoke": "token=x",
        "device_post": "step=code",
        "invite_post": "password=x",
    }

    def call(self, server: Server, call: endpoints.Endpoint, headers: dict[str, str]) -> Any:
        path = call.path + {"log": f"?kind=assessment&key={ROW}", "logs": f"?units={UNIT}@0"}.get(call.name, "")
        media = {"Content-Type": call.body_media} if call.body else {}
        body = self.BODIES.get(call.name)
        return server.client.request(
            call.method, path.replace("{token}", "x"), content=body, headers={**media, **headers}
        )

    def test_every_call_is_here(self) -> None:
        assert {call.name for call in endpoints.ENDPOINTS} == self.SIGNED | self.OPEN.keys()
        assert {call.name for call in endpoints.ENDPOINTS if call.signed_in} == self.SIGNED

    @pytest.mark.parametrize("call", endpoints.ENDPOINTS, ids=lambda call: call.name)
    def test_who_may_call(self, server: Server, ani: Officer, call: endpoints.Endpoint) -> None:
        revoked = setup.issue_token(server.database, "ani")
        setup.revoke_token(server.database, revoked.id)
        bad = [
            None,
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "Bearer x",
            "Bearer " + "x" * 500,
            f"Bearer {revoked.token}",
        ]
        for header in bad:
            response = self.call(server, call, {} if header is None else {"Authorization": header})
            if call.name in self.OPEN:
                assert response.status_code == self.OPEN[call.name]
            else:
                check_problem(response, 401, "unauthorized")
                assert response.headers["www-authenticate"].startswith("Bearer")
        # This token has no session that could be wiped.
        right = 404 if call.name == "sessions_wiped" else self.OPEN.get(call.name, 200)
        assert self.call(server, call, ani.headers).status_code == right
        setup.disable_user(server.database, "ani")
        response = self.call(server, call, ani.headers)
        if call.name in self.OPEN:
            assert response.status_code == right
        else:
            check_problem(response, 403, "disabled")

    @pytest.mark.sqlite
    def test_the_database_holds_no_token(self, server: Server, ani: Officer) -> None:
        token = ani.headers["Authorization"].removeprefix("Bearer ")
        assert token.startswith("akk_at_")
        assert len(token) >= 7 + 43
        server.close()
        assert token.encode() not in server.db.read_bytes()
        server.reopen()


class TestHeaders:
    @pytest.mark.parametrize("call", endpoints.ENDPOINTS, ids=lambda call: call.name)
    def test_every_answer_has_them(self, server: Server, ani: Officer, call: endpoints.Endpoint) -> None:
        for headers in ({}, ani.headers):
            response = TestSignIn().call(server, call, headers)
            assert response.headers["akk-sync"] == "1"
            assert response.headers["akk-schema"] == "1"
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["content-security-policy"].startswith("default-src 'none'")
            assert "server" not in response.headers
            kept = "private" if call.name == "reference" and response.status_code == 200 else "no-store"
            assert response.headers["cache-control"] == kept

    def test_another_protocol_is_refused_on_a_pull_but_never_on_a_push(self, server: Server, ani: Officer) -> None:
        headers = {**ani.headers, "Akk-Sync": "2"}
        check_problem(server.client.post("/v1/pull", json={}, headers=headers), 426, "protocol")
        check_problem(server.client.get("/v1/reference", headers=headers), 426, "protocol")
        ani.headers = headers
        assert ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})[1] == "applied"


class TestNotHere:
    @pytest.mark.parametrize("path", ["/", "/v1", "/v1/pull/", "/v1/nix", "/docs", "/openapi.json", "/v1/../etc"])
    def test_an_unknown_path(self, server: Server, path: str) -> None:
        check_problem(server.client.get(path), 404, "not_found")

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
    def test_a_method_that_the_path_does_not_have(self, server: Server, method: str) -> None:
        for call in endpoints.ENDPOINTS:
            response = server.client.request(method, call.path)
            check_problem(response, 405, "method")
            assert call.method in response.headers["allow"]
            assert "access-control-allow-origin" not in response.headers


class TestReference:
    def test_unchanged_is_304_until_something_changes(self, server: Server, ani: Officer) -> None:
        first = ani.get("/v1/reference")
        etag = first.headers["etag"]
        assert etag.startswith('"')
        assert first.headers["vary"].startswith("Authorization")
        for header in (etag, etag.strip('"'), f'W/{etag}, "x"', "*"):
            response = server.client.get("/v1/reference", headers={**ani.headers, "If-None-Match": header})
            assert response.status_code == 304
            assert response.headers["etag"] == etag
            assert response.content == b""
            assert response.headers["cache-control"] == "private"
        setup.assign(server.database, "ani", [OTHER])
        response = server.client.get("/v1/reference", headers={**ani.headers, "If-None-Match": etag})
        assert response.status_code == 200
        assert response.headers["etag"] != etag
        assert ani.pull().head["reference"] == response.headers["etag"]

    def test_it_holds_what_this_officer_may_see(self, ani: Officer, budi: Officer) -> None:
        one, two = (officer.get("/v1/reference").json() for officer in (ani, budi))
        assert [region["code"] for region in one["regions"]] == [KOTA, "71.07"]
        assert {region["code"]: region["zone"] for region in one["regions"]} == {KOTA: "WIB", "71.07": "WITA"}
        assert [region["code"] for region in two["regions"]] == [KOTA, OTHER]
        assert one["officer"] == {"name": "ani", "display": "ani", "role": "petugas", "zone": "WIB"}
        assert one["cycles"][0]["id"] == "2025"
        assert one["cycles"][0]["state"] == "open"
        assert one["sample"] is None
        assert "Inspektorat" in {agency["id"] for agency in one["agencies"]}

    def test_counts_of_the_whole_country_are_numbers_and_follow_the_stages(
        self, server: Server, ani: Officer, budi: Officer
    ) -> None:
        adi = server.officer("adi", KOTA, role="admin")
        etag = ani.get("/v1/reference").headers["etag"]
        stage = {"stage": "bimtek", "date": "2025-02-11"}
        budi.do("standing", f"2025:{OTHER}", stage, {"stage": None, "date": None})
        adi.do("standing", UNIT, {"stage": "tidak_lulus", "date": "2025-12-01"}, {"stage": None, "date": None})
        assert ani.get("/v1/reference").json()["cycles"][0]["reached"] == {"bimtek": 1, "penilaian": 1}
        assert ani.pull().head["reference"] != etag
        adi.do("standing", UNIT, {"stage": None, "date": None}, {"stage": "tidak_lulus", "date": "2025-12-01"})
        assert ani.get("/v1/reference").json()["cycles"][0]["reached"] == {"bimtek": 1}

    def test_an_edit_of_a_row_leaves_it_as_it_is(self, ani: Officer) -> None:
        etag = ani.get("/v1/reference").headers["etag"]
        ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
        assert ani.pull().head["reference"] == etag


class TestBodies:
    def push(self, officer: Officer, body: bytes, **headers: str) -> Any:
        given = {name.replace("_", "-").title(): value for name, value in headers.items()}
        made = {**officer.headers, "Content-Type": LINES, **given}
        return officer.client.post("/v1/push", content=body, headers=made)

    def test_gzip_in_and_out(self, ani: Officer) -> None:
        op = ani.op("assessment", ROW, {"summary": "x" * 2000}, {"summary": None})
        response = self.push(ani, gzip.compress(json.dumps(op).encode()), content_encoding="gzip")
        assert json.loads(response.text.splitlines()[0])[1] == "applied"
        plain = ani.client.post("/v1/pull", json={}, headers={**ani.headers, "Accept-Encoding": "identity"})
        packed = ani.client.post("/v1/pull", json={}, headers={**ani.headers, "Accept-Encoding": "gzip"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.text == plain.text
        for refused in ("gzip;q=0", "br", ""):
            response = ani.client.get("/v1/reference", headers={**ani.headers, "Accept-Encoding": refused})
            assert "content-encoding" not in response.headers
        response = ani.client.get("/v1/reference", headers={**ani.headers, "Accept-Encoding": "br, gzip;q=0.5"})
        assert response.headers["content-encoding"] == "gzip"

    def test_a_gzip_bomb_is_refused_before_it_is_unpacked(self, ani: Officer) -> None:
        packer = zlib.compressobj(9, wbits=31)
        bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200)) + packer.flush()
        assert len(bomb) < BODY_BYTES
        tracemalloc.start()
        response = self.push(ani, bomb, content_encoding="gzip")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        check_problem(response, 413, "too_large")
        assert peak < 4 * BODY_BYTES

    def test_a_body_past_the_limit(self, ani: Officer) -> None:
        check_problem(self.push(ani, b" " * (BODY_BYTES + 1)), 413, "too_large")
        headers = {**ani.headers, "Content-Type": JSON}
        response = ani.client.post("/v1/pull", content=b" " * BODY_BYTES + b"{}", headers=headers)
        check_problem(response, 413, "too_large")

    def test_broken_gzip(self, ani: Officer) -> None:
        good = gzip.compress(b"{}")
        for body in (b"no gzip", good[:-4], good + b"x", b"\x1f\x8b\x08\xff" + b"\0" * 20, b""):
            check_problem(self.push(ani, body, content_encoding="gzip"), 400, "malformed")

    @pytest.mark.parametrize("coding", ["br", "gzip, gzip", "deflate"])
    def test_another_coding(self, ani: Officer, coding: str) -> None:
        check_problem(self.push(ani, b"", content_encoding=coding), 415, "media")

    def test_another_media_type(self, ani: Officer) -> None:
        check_problem(self.push(ani, b"", content_type="text/xml"), 415, "media")
        response = ani.client.post("/v1/pull", content=b"{}", headers={**ani.headers, "Content-Type": LINES})
        check_problem(response, 415, "media")
        assert self.push(ani, b"", content_type=f"{LINES}; charset=utf-8").status_code == 200

    def test_a_batch_past_its_limits(self, ani: Officer) -> None:
        line = json.dumps(ani.op("assessment", ROW, {"due": "2025-10-10"}, {"due": None})).encode() + b"\n"
        check_problem(self.push(ani, line * (BATCH_OPERATIONS + 1)), 413, "too_large")
        check_problem(self.push(ani, b'{"x":"' + b"x" * 300_000 + b'"}'), 413, "too_large")

    def test_deep_json(self, ani: Officer) -> None:
        deep = b"[" * 100_000
        check_problem(self.push(ani, deep), 422, "invalid")
        headers = {**ani.headers, "Content-Type": JSON}
        check_problem(ani.client.post("/v1/pull", content=deep, headers=headers), 422, "invalid")
        name = b'{"op":"01900000-0000-7000-8000-000000000001","set":'
        check_problem(self.push(ani, name + b'{"a":' * 20_000 + b"1" + b"}" * 20_001), 400, "malformed")

    @pytest.mark.parametrize("body", [b"{", b"nul", b'{"op": "\xff"}', b"\xff\xfe"])
    def test_no_json(self, ani: Officer, body: bytes) -> None:
        check_problem(self.push(ani, body), 400, "malformed")

    @pytest.mark.parametrize("body", [b"{}", b"[]", b"1", b'{"op":"x"}', b"null"])
    def test_a_line_without_an_operation_id(self, ani: Officer, body: bytes) -> None:
        response = self.push(ani, b"\n" + body)
        check_problem(response, 422, "invalid")
        assert response.json()["pointer"] == "/1"

    @pytest.mark.parametrize(
        "body",
        [
            {"at": -1},
            {"at": "1"},
            {"witness": [1]},
            {"witness": [1, "x"]},
            {"behind": {"35.72": 1}},
            {"behind": {UNIT: -1}},
            {"want": {"cycles": ["x"]}},
            {"admin": True},
            {"want": {"log": "x"}},
            {"want": {"log": True}},
            {"want": {"regions": ["35"]}},
        ],
    )
    def test_a_pull_of_another_form(self, ani: Officer, body: Any) -> None:
        check_problem(ani.ask(**body), 422, "invalid")

    def test_an_empty_push_is_answered_with_the_head(self, ani: Officer) -> None:
        response = self.push(ani, b"")
        assert json.loads(response.text)["head"] == ani.pull().head["head"]

    def test_a_client_that_leaves_in_the_middle_of_its_body(self, server: Server, ani: Officer) -> None:
        """The connection ends before the body does: nothing is carried out, and nobody is told."""
        op = json.dumps(ani.op("assessment", ROW, {"due": "2025-10-10"}, {"due": None})).encode()
        parts = [{"type": "http.request", "body": op, "more_body": True}, {"type": "http.disconnect"}]
        sent = self.raw(server, ani, "/v1/push", LINES, parts)
        assert sent[0]["status"] == 400
        assert ani.pull().rows == []

    def test_a_line_that_breaks_in_the_middle_of_an_answer(
        self, server: Server, ani: Officer, caplog: pytest.LogCaptureFixture
    ) -> None:
        """What has begun cannot become a problem document: the connection ends, and the record says why."""
        parts = [{"type": "http.request", "body": b"{}", "more_body": False}]
        sent = self.raw(server, ani, "/v1/pull", JSON, parts, breaks=True)
        assert [message["type"] for message in sent] == ["http.response.start"]
        assert "/v1/pull" in caplog.text

    def test_another_kind_of_connection_is_none_of_ours(self, server: Server) -> None:
        async def nothing(*_: Any) -> Any:
            return {"type": "lifespan.shutdown"}

        anyio.run(create_app(server.database), {"type": "lifespan"}, nothing, nothing)

    def raw(
        self, server: Server, ani: Officer, path: str, media: str, parts: list[Any], *, breaks: bool = False
    ) -> list[Any]:
        """The messages that the app sends for a request in ``parts``; with ``breaks`` its first part fails."""
        sent: list[Any] = []
        headers = [(b"authorization", ani.headers["Authorization"].encode()), (b"content-type", media.encode())]
        scope = {
            "type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
            "query_string": b"", "headers": headers, "scheme": "http", "server": ("server", 80), "root_path": "",
        }  # fmt: skip

        async def receive() -> Any:
            return parts.pop(0) if parts else await anyio.sleep_forever()

        async def send(message: Any) -> None:
            if breaks and message["type"] == "http.response.body":
                raise RuntimeError("line")
            sent.append(message)

        async def call() -> None:
            database = Database(server.where)
            try:
                await create_app(database)(scope, receive, send)
            except Exception:
                assert breaks
            finally:
                database.close()

        anyio.run(call)
        return sent


class TestLog:
    def test_who_changed_what(self, ani: Officer, budi: Officer) -> None:
        day = "2025-10-06T09:00:00+07:00"
        ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None}, at=day)
        budi.do("assessment", ROW, {"due": "2025-10-11"}, {"due": "2025-10-10"})
        budi.do("assessment", ROW, {"due": "2025-10-11"}, {"due": "2025-10-10"})
        entries = ani.get("/v1/log", kind="assessment", key=ROW).json()["entries"]
        assert [(entry["by"], entry["changed"], entry["was"]) for entry in entries] == [
            ("ani", {"due": "2025-10-10"}, {"due": None}),
            ("budi", {"due": "2025-10-11"}, {"due": "2025-10-10"}),
        ]
        assert entries[0]["client_at"] == day
        assert entries[0]["seq"] < entries[1]["seq"]

    def test_a_row_that_never_changed(self, ani: Officer) -> None:
        assert ani.get("/v1/log", kind="assessment", key=ROW).json() == {"entries": []}

    def test_what_is_not_there_and_what_is_out_of_scope_look_the_same(self, ani: Officer, budi: Officer) -> None:
        key = "01900000-0000-7000-8000-00000000aa01"
        made = {"cycle": "2025", "region": OTHER, "subject": OTHER, "author": "budi", "title": "x"}
        budi.do("note", key, made, None)
        assert budi.get("/v1/log", kind="note", key=key).status_code == 200
        answers = [
            ani.get("/v1/log", kind=kind, key=key)
            for kind, key in (
                ("assessment", f"2025:{OTHER}:2.4"), ("assessment", "2025:99.99:2.4"), ("assessment", "x"),
                ("note", key), ("note", key[:-1] + "2"), ("scope", UNIT), ("token", "x"),
            )
        ]  # fmt: skip
        for answer in answers:
            check_problem(answer, 404, "not_found")
        assert len({answer.text for answer in answers}) == 1

    @pytest.mark.parametrize(
        "query", [{}, {"kind": "note"}, {"kind": "note", "key": "x", "all": "1"}, {"kind": "n" * 30, "key": "x"}]
    )
    def test_another_query(self, ani: Officer, query: dict[str, str]) -> None:
        check_problem(ani.get("/v1/log", **query), 422, "invalid")


class TestHealth:
    def test_counters(self, server: Server, ani: Officer) -> None:
        ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})
        ani.pull()
        text = server.client.get("/metrics").text
        assert 'akk_operations_total{result="applied"} 1' in text
        assert "akk_pulled_rows_total 1" in text
        assert "# TYPE akk_requests_total counter" in text
        assert KOTA not in text

    @pytest.mark.sqlite
    def test_ready_needs_the_database(self, server: Server) -> None:
        assert server.client.get("/v1/ready").json()["status"] == "ok"
        with server.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE head RENAME TO away")
        response = server.client.get("/v1/ready")
        check_problem(response, 503, "unavailable")
        assert response.headers["retry-after"]
        assert server.client.get("/v1/health").status_code == 200

    def test_a_failure_tells_only_a_number_that_leads_to_the_record(
        self, server: Server, ani: Officer, caplog: pytest.LogCaptureFixture
    ) -> None:
        with server.database.writing() as connection:
            connection.exec_driver_sql("UPDATE cycle SET instrument = '{'")
        setup.assign(server.database, "ani", [OTHER])
        response = ani.get("/v1/reference")
        check_problem(response, 500, "internal")
        assert response.json()["detail"] in caplog.text
