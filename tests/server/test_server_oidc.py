"""Signing in through an OpenID provider: a real one in a process of its own, and tokens with every single fault."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from identity_api import new_refresh, World
from provider import Provider
from server_api import Server

from akk_tui.contract.identity import CLIENT_ID, GRANT_ASSERTION
from akk_tui.server import cli, setup
from akk_tui.server.identity import fetching


@pytest.fixture
def world(server: Server, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> World:
    """ani and budi, who have no password; the provider is trusted."""
    monkeypatch.setenv(cli.DB_VARIABLE, str(server.where))
    monkeypatch.setenv("LC_ALL", "C")
    server.officer("ani")
    server.officer("budi")
    assert cli.main(["oidc", "set", "--issuer", provider.issuer, "--client-id", "akk"]) == 0
    return World(server)


def exchange(world: World, token: str, following: str | None = None, **more: str) -> httpx.Response:
    form = {"grant_type": GRANT_ASSERTION, "client_id": CLIENT_ID, "assertion": token, **more}
    return world.client.post("/v1/token", data={**form, "next": following or new_refresh()})


def test_the_way_is_told_and_a_token_opens_a_session(world: World, provider: Provider) -> None:
    told = world.client.get("/v1/sign-in").json()
    assert told == {"device": True, "issuer": provider.issuer, "client_id": "akk"}
    first = new_refresh()
    token = provider.token(world.now, nonce="n1")
    response = exchange(world, token, first, nonce="n1", host="laptop-14", user="ani.r", client="akk-tui")
    assert response.status_code == 200, response.text
    headers = {"Authorization": f"Bearer {response.json()['access_token']}"}
    assert world.client.get("/v1/reference", headers=headers).json()["officer"]["name"] == "ani"
    (session,) = world.client.get("/v1/sessions", headers=headers).json()["sessions"]
    assert (session["way"], session["host"], session["user"]) == ("oidc", "laptop-14", "ani.r")
    assert world.refresh(first, new_refresh()).status_code == 200


def test_a_token_is_exchanged_once_and_a_lost_answer_again(world: World, provider: Provider) -> None:
    token, first = provider.token(world.now), new_refresh()
    told = [exchange(world, token, first).json() for _ in range(2)]
    assert told[0]["session"] == told[1]["session"]
    assert world.error(exchange(world, token)) == "invalid_grant"
    world.refresh(first, new_refresh())
    assert world.error(exchange(world, token, first)) == "invalid_grant"


def test_other_algorithms_and_claims(world: World, provider: Provider) -> None:
    provider.add("curve", "ES256")
    world.now += 61
    assert exchange(world, provider.token(world.now, kid="curve", alg="ES256")).status_code == 200
    assert exchange(world, provider.token(world.now, alg="PS256")).status_code == 200
    assert exchange(world, provider.token(world.now, preferred_username="BUDI")).status_code == 200
    assert exchange(world, provider.token(world.now, aud=["akk", "lain"], azp="akk")).status_code == 200
    assert cli.main(["oidc", "set", "--issuer", provider.issuer, "--client-id", "akk", "--claim", "nip"]) == 0
    assert exchange(world, provider.token(world.now, nip="budi")).status_code == 200


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("issuer", {"iss": "https://evil.example"}),
    ("no issuer", {"iss": None}),
    ("audience", {"aud": "lain"}),
    ("no audience", {"aud": None}),
    ("several without azp", {"aud": ["akk", "lain"]}),
    ("azp of another", {"aud": "akk", "azp": "lain"}),
    ("expired", {"exp": -61}),
    ("no end", {"exp": None}),
    ("end as text", {"exp": "besok"}),
    ("end as nothing", {"exp": True}),
    ("made long ago", {"iat": -700}),
    ("made tomorrow", {"iat": 90}),
    ("no making", {"iat": None}),
    ("not yet", {"nbf": 90}),
    ("nobody", {"preferred_username": "tidak"}),
    ("no name", {"preferred_username": None}),
    ("a name that is none", {"preferred_username": "../ani"}),
    ("a list for a name", {"preferred_username": ["ani"]}),
    ("no subject", {"sub": None}),
]


@pytest.mark.parametrize(("what", "claims"), FAULTS, ids=[name for name, _ in FAULTS])
@pytest.mark.sqlite
def test_what_is_wrong_in_a_token_is_refused(
    world: World, provider: Provider, what: str, claims: dict[str, Any]
) -> None:
    for name in ("exp", "iat", "nbf"):
        if type(claims.get(name)) is int:
            claims = {**claims, name: int(world.now) + claims[name]}
    assert world.error(exchange(world, provider.token(world.now, **claims))) == "invalid_grant", what


def test_a_nonce_that_was_sent_has_to_be_there(world: World, provider: Provider) -> None:
    assert world.error(exchange(world, provider.token(world.now, nonce="n1"), nonce="n2")) == "invalid_grant"
    assert world.error(exchange(world, provider.token(world.now), nonce="n2")) == "invalid_grant"


def test_signatures_that_are_none(world: World, provider: Provider) -> None:
    good = provider.token(world.now)
    head, body, signature = good.split(".")

    def packed(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    other = packed({**json.loads(base64.urlsafe_b64decode(body + "==")), "preferred_username": "budi"})
    # The public key taken for a secret: what a checker falls for that believes the token's own algorithm.
    public = provider.keys["first"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    provider.add("secret", publish=False)
    unsigned = packed({"alg": "none", "kid": "first"})
    sham = f"{packed({'alg': 'HS256', 'kid': 'first'})}.{body}"
    mac = hmac.digest(public, sham.encode(), "sha256")
    confused = f"{sham}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    for token in (
        f"{head}.{other}.{signature}",
        f"{unsigned}.{body}.",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        confused,
        provider.token(world.now, kid="first", key=provider.keys["secret"]),
        provider.token(world.now, kid="secret"),
        "x", "x.y.z", "é", "." * 5000, packed({"alg": "RS256", "kid": ["x"]}) + "." + body + "." + signature,
    ):  # fmt: skip
        assert world.error(exchange(world, token)) == "invalid_grant", token[:80]
    assert exchange(world, good).status_code == 200


@pytest.mark.filterwarnings("ignore:The RSA key is 1024")
def test_a_weak_key_is_not_taken(world: World, provider: Provider) -> None:
    provider.add("weak", "RS256-weak")
    world.now += 61
    assert world.error(exchange(world, provider.token(world.now, kid="weak"))) == "invalid_grant"


def test_keys_are_remembered_and_new_ones_found(world: World, provider: Provider) -> None:
    before = provider.asked
    for _ in range(5):
        assert exchange(world, provider.token(world.now, jti=new_refresh())).status_code == 200
    assert provider.asked == before + 1
    # A name that nobody knows makes the server ask again once a minute at most.
    provider.add("second")
    for _ in range(5):
        exchange(world, provider.token(world.now, kid="second", jti=new_refresh()))
    assert provider.asked == before + 1
    world.now += 61
    assert exchange(world, provider.token(world.now, kid="second")).status_code == 200
    assert provider.asked == before + 2


def test_an_officer_who_is_out_stays_out(world: World, provider: Provider) -> None:
    setup.disable_user(world.server.database, "ani")
    response = exchange(world, provider.token(world.now))
    assert (world.error(response), response.json()["error_description"]) == ("invalid_grant", "disabled")


def test_without_a_provider_the_grant_is_not_there(world: World, provider: Provider) -> None:
    assert cli.main(["oidc", "off"]) == 0
    assert world.error(exchange(world, provider.token(world.now))) == "unsupported_grant_type"
    assert world.client.get("/v1/sign-in").json() == {"device": True, "issuer": None, "client_id": None}


@pytest.mark.parametrize("mode", ["foreign", "plain", "redirect", "endless", "html"])
def test_a_provider_that_misbehaves_is_not_trusted(
    world: World, provider: Provider, mode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.mode(mode)
    assert world.error(exchange(world, provider.token(world.now))) == "invalid_grant"
    assert cli.main(["oidc", "set", "--issuer", provider.issuer, "--client-id", "akk"]) == 1
    assert provider.issuer in capsys.readouterr().err


@pytest.mark.parametrize("issuer", ["http://akk.example", "file:///etc/passwd", "ftp://x", "https://u:p@x", "", "x"])
def test_an_address_that_is_not_asked(world: World, issuer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not fetching.is_safe(issuer)
    assert cli.main(["oidc", "set", f"--issuer={issuer}", "--client-id", "akk"]) == 1
    assert "Traceback" not in capsys.readouterr().err
