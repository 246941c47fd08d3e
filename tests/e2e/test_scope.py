"""An officer sees the assigned regions alone, and cannot tell a foreign one from one that is not there."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from programs import Home, ServerProcess


def call(server: ServerProcess, path: str, token: str, body: bytes | None = None) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/jsonl"}
    request = urllib.request.Request(server.url + path, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def codes(home: Home) -> set[str]:
    return {region["code"] for region in home.ok("status")["regions"]}


def operation(op: str, key: str) -> bytes:
    made = {"op": op, "n": 1, "kind": "assessment", "key": key, "set": {"due": "2025-11-01"}, "was": {"due": None}}
    return json.dumps(made).encode()


def test_each_officer_sees_the_assigned_regions_only(server: ServerProcess, tmp_path: Path) -> None:
    server.admin("user", "add", "baru", "--role", "petugas")
    server.admin("assign", "baru", "35.72", "52.71")
    home = Home(tmp_path / "baru").login(server, "baru")
    home.ok("sync")
    assert codes(home) == {"35.72", "52.71"}
    unknown = home.run("status", "Mataraam")
    assert unknown.code == 2
    assert "Kota Mataram" in unknown.err
    foreign = home.run("status", "71.07")
    nowhere = home.run("status", "99.99")
    assert foreign.code == nowhere.code == 2
    assert foreign.err.replace("71.07", "X") == nowhere.err.replace("99.99", "X")

    server.admin("unassign", "baru", "52.71")
    home.ok("sync")
    assert codes(home) == {"35.72"}


def test_foreign_and_unknown_regions_look_the_same_on_the_wire(server: ServerProcess) -> None:
    server.admin("user", "add", "baru", "--role", "petugas")
    server.admin("assign", "baru", "35.72")
    token = server.token_file("baru").read_text().strip()
    answers: list[Any] = []
    for op, region in (
        ("019a0000-0000-7000-8000-000000000001", "71.07"),
        ("019a0000-0000-7000-8000-000000000002", "99.99"),
    ):
        status, body = call(server, "/v1/push", token, operation(op, f"2025:{region}:2.4"))
        assert status == 200, body
        line = json.loads(body.splitlines()[0])
        answers.append((status, line[1:]))
    assert answers[0] == answers[1]
    assert answers[0][1][0] == "forbidden"
    logs = [call(server, f"/v1/log?kind=assessment&key=2025:{region}:2.4", token) for region in ("71.07", "99.99")]
    assert [status for status, _ in logs] == [404, 404]
    assert logs[0][1] == logs[1][1]


def test_tokens_of_nobody_and_of_the_disabled_open_nothing(server: ServerProcess, officers: tuple[Home, Home]) -> None:
    assert call(server, "/v1/reference", "akk_at_" + "0" * 43)[0] == 401
    first, _second = officers
    first.ok("tick", "35.72", "1.1.1", "perlu_perbaikan")
    server.admin("user", "disable", "contoh1")
    done = first.run("sync", "--json")
    assert done.code == 4
    assert done.err.strip()
    assert len(first.ok("outbox", "list")["operations"]) == 1
    assert codes(first)
