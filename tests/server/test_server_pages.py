"""The pages for a browser, in a real Chromium: read, typed into, by keys alone, in both languages, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser import Browser
from identity_api import new_refresh, PASSWORD, title, World
from server_api import Server

from akk_tui.contract.identity import CLIENT_ID, GRANT_DEVICE
from akk_tui.server import administration, embedded, setup

PHONE, DESK = (390, 800), (1280, 800)


@pytest.fixture
def running(server: Server) -> Iterator[embedded.Running]:
    """The server on loopback with ani, who has no password yet."""
    setup.add_user(server.database, "ani", display="Ani Rahmawati")
    made = embedded.start(server.where)
    yield made
    made.stop()


@pytest.fixture
def browse(tmp_path: Path) -> Iterator[Callable[..., Browser]]:
    opened: list[Browser] = []

    def make(**options: Any) -> Browser:
        folder = tmp_path / f"browser{len(opened)}"
        folder.mkdir()
        opened.append(Browser(folder, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def _device(url: str) -> dict[str, Any]:
    place = {"client_id": CLIENT_ID, "host": "laptop-korsup-14", "user": "ani.rahmawati", "client": "akk-tui"}
    return httpx.post(url + "/v1/device", data=place).json()


def _fetch(url: str, device: dict[str, Any]) -> httpx.Response:
    form = {"grant_type": GRANT_DEVICE, "client_id": CLIENT_ID, "device_code": device["device_code"]}
    return httpx.post(url + "/v1/token", data={**form, "next": new_refresh()})


@pytest.mark.sqlite
def test_from_the_invitation_to_the_terminal_on_a_phone(
    running: embedded.Running, browse: Callable[..., Browser]
) -> None:
    """The whole way of an officer who has never seen any of it."""
    browser = browse(size=PHONE, lang="id")
    browser.open(f"{running.url}/invite/{administration.invite(running.database, 'ani')}")
    assert browser.text("h1") == "Buat kata sandi"
    assert browser.focused() == "password"
    browser.type("#password", "kilat7")
    browser.type("#again", "kilat7")
    browser.click("button")
    assert browser.text(".wrong") == "Terlalu pendek: sedikitnya 15 karakter."
    assert browser.focused() == "password"
    browser.type("#password", PASSWORD)
    browser.type("#again", PASSWORD)
    browser.click("button")
    assert browser.text("h1") == "Kata sandi tersimpan"

    device = _device(running.url)
    browser.open(device["verification_uri"])
    browser.type("#code", "bcdf ghjk")
    browser.click("button")
    assert "Tidak ada terminal" in browser.text(".wrong")
    browser.type("#code", device["user_code"].lower())
    browser.click("button")
    assert browser.text("h1") == "Masuk ke AKK"
    assert device["user_code"] in browser.text("main")
    browser.type("#name", "ani")
    browser.type("#password", "salah")
    browser.click("button")
    assert browser.text(".wrong") == "Nama akun atau kata sandi tidak cocok."
    browser.type("#password", PASSWORD)
    browser.click("button")
    assert browser.text("h1") == "Apakah ini Anda?"
    shown = browser.text("dl")
    for word in ("laptop-korsup-14", "ani.rahmawati", "WIB", "baru saja"):
        assert word in shown
    # Both answers stand on the first screen of a phone, and a thumb meets them.
    for button in ("button[value=approve]", "button[value=deny]"):
        rect = browser.rect(button)
        assert rect["y"] + rect["height"] <= PHONE[1]
        assert rect["height"] >= 44
    assert _fetch(running.url, device).json()["error"] == "authorization_pending"
    browser.click("button[value=approve]")
    assert browser.text("h1") == "Kembali ke terminal"
    assert _fetch(running.url, device).status_code == 200


def test_in_english_by_keys_alone_with_the_code_in_the_address(
    running: embedded.Running, browse: Callable[..., Browser]
) -> None:
    token = administration.invite(running.database, "ani")
    httpx.post(f"{running.url}/invite/{token}", data={"password": PASSWORD, "again": PASSWORD})
    device = _device(running.url)
    browser = browse(size=DESK, lang="en", dark=True)
    browser.open(device["verification_uri_complete"])
    assert browser.text("h1") == "Connect a terminal"
    assert browser.text("main p") == (
        "Compare: this code must be the one that your terminal shows. If it differs, do not go on."
    )
    browser.keys_to_page("\ue004\ue004\ue006")
    assert browser.text("h1") == "Sign in to AKK"
    assert browser.focused() == "name"
    browser.keys_to_page(f"ani\ue004{PASSWORD}\ue006")
    assert browser.text("h1") == "Is this you?"
    assert "just now" in browser.text("dl")
    browser.keys_to_page("\ue004\ue004\ue006")
    assert browser.text("h1") == "Request denied"
    assert _fetch(running.url, device).json()["error"] == "access_denied"


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.sqlite
def test_everything_is_named_and_can_be_read(
    running: embedded.Running, browse: Callable[..., Browser], dark: bool
) -> None:
    """Labels as a screen reader says them, the language of the page, contrast of WCAG AA, the focus to be seen."""
    browser = browse(size=PHONE, dark=dark, lang="id")
    browser.open(running.url + "/device")
    background = browser.css("main", "background-color")
    assert (_luminance(background) < 0.1) == dark
    assert browser.label("#code") == "Kode"
    browser.type("#code", "BCDF-GHJK")
    browser.click("button")
    assert browser.attribute("html", "lang") == "id"
    assert browser.attribute("#code", "aria-invalid") == "true"
    assert browser.attribute("#code", "aria-describedby") == "code-wrong code-hint"
    for selector in ("h1", "main p", "label", ".hint", ".wrong", "input"):
        assert _contrast(browser.css(selector, "color"), background) >= 4.5, selector
    button = "button"
    assert _contrast(browser.css(button, "color"), browser.css(button, "background-color")) >= 4.5
    ground = browser.css("body", "background-color")
    for selector in ("footer p", "footer a", ".step", ".mark"):
        assert _contrast(browser.css(selector, "color"), ground) >= 4.5, selector
    # Boundaries of what can be operated, and the mark of the focus: three to one.
    assert _contrast(browser.css("input", "border-top-color"), background) >= 3
    assert browser.focused() == "code"
    assert browser.css("#code", "outline-style") == "solid"
    assert _contrast(browser.css("#code", "outline-color"), background) >= 3
    # Nothing sticks out of a phone's screen.
    assert browser.script("return document.documentElement.scrollWidth") <= PHONE[0]


def test_no_script_no_foreign_part_no_cookie_and_the_strictest_policy(running: embedded.Running) -> None:
    token = administration.invite(running.database, "ani")
    for path in ("/device", "/device?code=BCDF-GHJK", f"/invite/{token}", "/invite/x"):
        response = httpx.get(running.url + path)
        assert "<script" not in response.text
        assert not re.search(r"\bon\w+=", response.text)
        assert not re.search(r'(src|href)="(?!/)', response.text)
        assert "set-cookie" not in response.headers
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        for part in ("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy
        assert "unsafe" not in policy
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"


def test_the_style_is_let_in_by_its_hash(running: embedded.Running, browse: Callable[..., Browser]) -> None:
    browser = browse(size=PHONE)
    browser.open(running.url + "/device")
    assert browser.css("button", "background-color") == "rgba(143, 29, 34, 1)"


@pytest.mark.parametrize(
    ("query", "accepted", "expected"),
    [
        ("", "", "Sambungkan terminal"),
        ("", "en-GB,en;q=0.9,id;q=0.8", "Connect a terminal"),
        ("", "fr-FR,fr;q=0.9,en;q=0.5", "Connect a terminal"),
        ("", "id-ID,id;q=0.9,en;q=0.8", "Sambungkan terminal"),
        ("", "in", "Sambungkan terminal"),
        ("?lang=en", "id", "Connect a terminal"),
        ("?lang=xx", "en", "Connect a terminal"),
        ("?lang=<b>", "\x7f,;;q=x", "Sambungkan terminal"),
    ],
)
def test_the_language(server: Server, query: str, accepted: str, expected: str) -> None:
    world = World(server)
    response = world.client.get(f"/device{query}", headers={"Accept-Language": accepted.encode("latin-1")})
    assert title(response) == expected
    assert f'<html lang="{response.headers["content-language"]}">' in response.text


def test_the_terminal_s_language_holds_where_the_browser_names_none(server: Server) -> None:
    world = World(server)
    assert title(world.code(world.device(lang="en")["user_code"])) == "Sign in to AKK"
    assert title(world.code(world.device(lang="x")["user_code"])) == "Masuk ke AKK"


def test_what_is_sent_comes_back_as_text(server: Server) -> None:
    world = World(server)
    world.account("ani")
    hostile = '"><script>alert(1)</script>'
    for response in (
        world.code(hostile),
        world.login(world.device()["user_code"], hostile, hostile),
        world.client.get("/device", params={"code": hostile, "lang": hostile}),
        world.client.get(f"/invite/{'x' * 300}"),
    ):
        assert "<script" not in response.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422), (b"step=code", 422), (b"step=code&code=%ff", 400), (b"step=x&step=y", 400), (b"a" * 40_000, 413),
        (b"=", 422), (b"%", 400), (b"step=decide", 404), (b"step=sign-in", 422), (b"&".join([b"a=b"] * 99), 400),
    ],
)  # fmt: skip
def test_forms_that_are_none(server: Server, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = server.client.post("/device", content=body, headers=headers)
    assert response.status_code == status, response.text
    assert server.client.post("/device", json={}).status_code == 415


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost", "http://localhost"),
        ("[::1]:9", "http://[::1]:9"),
        ("akk.example.go.id", "https://akk.example.go.id"),
        ("evil.example/x?", "http://localhost"),
        ("a b", "http://localhost"),
    ],
)
def test_the_address_of_the_page_is_the_one_that_was_asked(server: Server, host: str, expected: str) -> None:
    response = server.client.post("/v1/device", data={"client_id": CLIENT_ID}, headers={"Host": host})
    assert response.json()["verification_uri"] == expected + "/device"
