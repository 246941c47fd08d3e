"""An officer at a terminal and at a browser, as far as HTTP goes: device codes, pages, refresh tokens."""

from __future__ import annotations

import re
import secrets
from html import unescape
from pathlib import Path
from typing import Any

import httpx
from server_api import Client, Server

from akk_tui.contract.identity import CLIENT_ID, GRANT_DEVICE, GRANT_REFRESH
from akk_tui.server import administration
from akk_tui.server.app import create_app
from akk_tui.server.options import Options

PASSWORD = "kuda hijau lompat pagar"
PLACE = {"host": "laptop-14", "user": "ani.r", "client": "akk-tui 0.1", "lang": "id"}


def new_refresh() -> str:
    """A refresh token as the client makes it."""
    return "akk_rt_" + secrets.token_urlsafe(32)


def title(response: httpx.Response) -> str:
    """The heading of a page."""
    found = re.search(r"<h1>(.*?)</h1>", response.text, re.DOTALL)
    assert found is not None, response.text
    return unescape(found[1])


def wrong(response: httpx.Response) -> dict[str, str]:
    """What a page says beside its fields."""
    found = re.findall(r'<p class="wrong" id="(\w+)-wrong" role="alert">(.*?)</p>', response.text, re.DOTALL)
    return {name: unescape(text) for name, text in found}


class World:
    """A server with a clock that stands until it is moved, and accounts with passwords."""

    def __init__(self, server: Server, *, options: Options | None = None) -> None:
        self.server = server
        self.now = 1_795_000_000.0
        self.options = (options or Options())._replace(clock=lambda: self.now)
        server.client.close()
        server.client = Client(create_app(server.database, self.options))

    @property
    def client(self) -> Client:
        return self.server.client

    @property
    def db(self) -> Path:
        return self.server.db

    @property
    def where(self) -> Path | str:
        return self.server.where

    def account(self, name: str, *regions: str, password: str = PASSWORD, **more: Any) -> None:
        """An officer with a password, set through an invitation."""
        self.server.officer(name, *regions, **more)
        response = self.invited(administration.invite(self.server.database, name), password=password)
        assert response.status_code == 200, response.text

    def invited(self, token: str, *, password: str = PASSWORD, again: str | None = None, **more: str) -> httpx.Response:
        data = {"password": password, "again": password if again is None else again, **more}
        return self.client.post(f"/invite/{token}", data=data)

    # the terminal

    def device(self, **place: str) -> dict[str, Any]:
        response = self.client.post("/v1/device", data={"client_id": CLIENT_ID, **PLACE, **place})
        assert response.status_code == 200, response.text
        return response.json()

    def fetch(self, device: dict[str, Any] | str, following: str) -> httpx.Response:
        code = device if isinstance(device, str) else device["device_code"]
        form = {"grant_type": GRANT_DEVICE, "client_id": CLIENT_ID, "device_code": code, "next": following}
        return self.client.post("/v1/token", data=form)

    def refresh(self, token: str, following: str) -> httpx.Response:
        form = {"grant_type": GRANT_REFRESH, "client_id": CLIENT_ID, "refresh_token": token, "next": following}
        return self.client.post("/v1/token", data=form)

    def error(self, response: httpx.Response, status: int = 400) -> str:
        """The error of an answer without a token."""
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/json"
        assert response.headers["cache-control"] == "no-store"
        return response.json()["error"]

    # the browser

    def code(self, code: str, **more: Any) -> httpx.Response:
        return self.client.post("/device", data={"step": "code", "code": code}, **more)

    def login(self, code: str, name: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        form = {"step": "sign-in", "code": code, "name": name, "password": password}
        return self.client.post("/device", data=form, **more)

    def decide(self, page: httpx.Response, decision: str = "approve") -> httpx.Response:
        found = re.search(r'name="confirm" value="([^"]+)"', page.text)
        assert found is not None, page.text
        return self.client.post("/device", data={"step": "decide", "confirm": found[1], "decision": decision})

    def approve(self, device: dict[str, Any], name: str, password: str = PASSWORD) -> None:
        page = self.login(device["user_code"], name, password)
        assert page.status_code == 200, page.text
        assert title(self.decide(page)) == "Kembali ke terminal"

    def signed_in(self, name: str, **place: str) -> Session:
        """Signed in at a terminal from the first step to the last."""
        device = self.device(**place)
        self.approve(device, name)
        token = new_refresh()
        response = self.fetch(device, token)
        assert response.status_code == 200, response.text
        return Session(self, token, response.json())


class Session:
    """What a signed-in terminal holds."""

    def __init__(self, world: World, token: str, told: dict[str, Any]) -> None:
        self.world = world
        self.refresh_token = token
        self.id: str = told["session"]
        self.access: str = told["access_token"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}

    def get(self, path: str = "/v1/reference") -> httpx.Response:
        return self.world.client.get(path, headers=self.headers)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.world.client.post(path, headers=self.headers, **more)

    def code(self, path: str = "/v1/reference") -> tuple[int, str]:
        """Status and problem code of an ordinary call; 200 without a code."""
        response = self.get(path)
        return response.status_code, "" if response.status_code == 200 else response.json()["code"]

    def renew(self) -> Session:
        """Refresh, as a client does when its access token is over."""
        following = new_refresh()
        response = self.world.refresh(self.refresh_token, following)
        assert response.status_code == 200, response.text
        self.refresh_token, self.access = following, response.json()["access_token"]
        return self
