"""Signing in with an OpenID provider: discovery, its device grant, its identity token for a session of ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from front import Front
from hostile import answer, Asked, Hostile
from syncworld import Server

from akk_tui import config, paths
from akk_tui.sync import errors, openid, places, runner, signing, signing_errors
from akk_tui.sync.account import Account
from akk_tui.sync.device import Code

SETTINGS = config.Settings()
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbmkifQ.c2ln"


class Idp:
    """A provider whose answers a test can change."""

    def __init__(self) -> None:
        self.server = Hostile(self.say)
        self.discovery: dict[str, Any] = {}
        self.device: dict[str, Any] = {}
        self.pending = 1
        self.forms: list[dict[str, str]] = []

    def say(self, asked: Asked) -> Iterable[bytes]:
        url = self.server.url
        assert "authorization" not in asked.headers
        assert not [name for name in asked.headers if name.startswith("akk-")]
        if asked.target == "/realms/kpk/.well-known/openid-configuration":
            found = {
                "issuer": f"{url}/realms/kpk",
                "token_endpoint": f"{url}/realms/kpk/token",
                "device_authorization_endpoint": f"{url}/realms/kpk/device",
                "scopes_supported": ["openid"],
            }
            return answer(json.dumps(found | self.discovery).encode())
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert "content-encoding" not in asked.headers
        form = dict(parse_qsl(asked.body.decode()))
        self.forms.append(form)
        if asked.target == "/realms/kpk/device":
            made = {
                "device_code": "d" * 30,
                "user_code": "WDJB-MJHT",
                "verification_uri": f"{url}/realms/kpk/aktif",
                "expires_in": 600,
                "interval": 1,
            }
            return answer(json.dumps(made | self.device).encode())
        assert asked.target == "/realms/kpk/token"
        if self.pending > 0:
            self.pending -= 1
            return answer(b'{"error":"authorization_pending"}', status="428 Wait")
        return answer(json.dumps({"access_token": "theirs", "token_type": "Bearer", "id_token": TOKEN}).encode())


@pytest.fixture
def idp() -> Iterator[Idp]:
    made = Idp()
    with made.server:
        yield made


@pytest.fixture
def front(server: Server, idp: Idp) -> Iterator[Front]:
    with Front(server.url, server.token("ani")) as made:
        made.grants.issuer = f"{idp.server.url}/realms/kpk"
        made.grants.assertion = TOKEN
        yield made


def sign_in(front: Front, tmp_path: Path, issuer: str, shown: list[Code] | None = None) -> Account:
    profile = paths.find(tmp_path / "home", {})
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += max(seconds, 0.05)

    return openid.by_provider(
        profile, front.url, issuer, SETTINGS, places.FILE,
        show=(shown if shown is not None else []).append, tell=lambda _wait: None, lang="id",
        now=lambda: now[0], sleep=sleep,
    )  # fmt: skip


def test_a_code_of_the_provider_becomes_a_session_of_ours(front: Front, idp: Idp, tmp_path: Path) -> None:
    shown: list[Code] = []
    made = sign_in(front, tmp_path, front.grants.issuer + "/", shown)
    where = f"{idp.server.url}/realms/kpk/aktif"
    assert shown == [Code("WDJB-MJHT", where, where, 600)]
    assert made.officer == "ani"
    assert made.session
    assert idp.forms[0] == {"client_id": "akk", "scope": "openid profile"}
    grant = next(form for path, form in front.forms if path == "/v1/token")
    assert grant["next"].startswith("akk_rt_")
    assert runner.sync_once(paths.find(tmp_path / "home", {}), made, SETTINGS).requests > 0


def test_a_lost_answer_is_asked_for_again_with_the_same_successor(front: Front, tmp_path: Path) -> None:
    front.lose["/v1/token"] = 1
    sign_in(front, tmp_path, front.grants.issuer)
    assert len({form["next"] for path, form in front.forms if path == "/v1/token"}) == 1
    assert len(front.grants.sessions) == 1


def test_only_the_provider_that_the_server_names_is_asked(front: Front, idp: Idp, tmp_path: Path) -> None:
    with pytest.raises(signing_errors.OtherIssuer) as caught:
        sign_in(front, tmp_path, "https://lain.example")
    assert f"--issuer {front.grants.issuer}" in caught.value.words()
    front.grants.issuer = ""
    with pytest.raises(signing_errors.NoIssuer):
        sign_in(front, tmp_path, "https://lain.example")
    assert not idp.forms
    assert not idp.server.asked


def test_without_the_provider_the_command_is_said(front: Front, tmp_path: Path) -> None:
    with pytest.raises(signing_errors.NoDevice) as caught:
        signing.by_device(
            paths.find(tmp_path / "home", {}), front.url, SETTINGS, places.FILE,
            show=lambda _code: None, tell=lambda _wait: None, lang="id",
        )  # fmt: skip
    assert f"akk-tui login --server {front.url} --issuer {front.grants.issuer}" in caught.value.words()


@pytest.mark.parametrize(
    ("discovery", "device", "error"),
    [
        ({"issuer": "https://evil.example"}, {}, errors.BadAnswer),
        ({"device_authorization_endpoint": ""}, {}, signing_errors.NoProviderDevice),
        ({"device_authorization_endpoint": "http://192.0.2.1/device"}, {}, errors.BadAddress),
        ({"token_endpoint": 5}, {}, errors.BadAnswer),
        ({}, {"user_code": "[@click=x]"}, errors.BadAnswer),
        ({}, {"verification_uri": "http://192.0.2.1/x"}, errors.BadAnswer),
        ({}, {"verification_uri": "javascript:alert(1)"}, errors.BadAnswer),
    ],
)
def test_what_is_not_as_it_should_be_is_not_shown(
    front: Front, idp: Idp, tmp_path: Path, discovery: dict[str, Any], device: dict[str, Any], error: type[Exception]
) -> None:
    idp.discovery, idp.device = discovery, device
    shown: list[Code] = []
    with pytest.raises(error):
        sign_in(front, tmp_path, front.grants.issuer, shown)
    assert shown == []


def test_an_identity_that_the_server_does_not_take_leaves_nothing(front: Front, tmp_path: Path) -> None:
    front.grants.assertion = "other"
    with pytest.raises(signing_errors.GrantRefused):
        sign_in(front, tmp_path, front.grants.issuer)
    assert not list((tmp_path / "home").rglob("account.json"))
