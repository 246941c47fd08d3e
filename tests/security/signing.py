"""An officer who signs in to a real server: the program asks for a code, the pages confirm it, without a browser."""

from __future__ import annotations

import os
import re
from html import unescape
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import forked
from programs import clean_env, CLIENT, Home, ServerProcess, wait_for

_CODE = re.compile(r"\b[B-Z]{4}-[B-Z]{4}\b")
PASSWORD = "tujuh kuda makan rumput"


def post(url: str, **fields: str) -> str:
    """The page that answers a form."""
    request = Request(url, urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"})
    with urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def give_password(server: ServerProcess, name: str) -> None:
    """The officer follows the invitation of the administrator."""
    link = next(word for word in server.admin("user", "invite", name).split() if "/invite/" in word)
    post(f"{server.url}/invite/{link.rpartition('/')[2]}", password=PASSWORD, again=PASSWORD)


def confirm(server: ServerProcess, code: str, name: str, decision: str = "approve") -> str:
    """Sign in on the page of devices and decide; the page that asked."""
    asked = post(f"{server.url}/device", step="sign-in", code=code, name=name, password=PASSWORD)
    secret = re.search(r'name="confirm" value="([^"]+)"', asked)
    assert secret is not None, asked
    post(f"{server.url}/device", step="decide", confirm=unescape(secret[1]), decision=decision)
    return asked


def sign_in(
    home: Home, server: ServerProcess, name: str, *words: str, decision: str = "approve"
) -> tuple[int, str, str]:
    """Run ``login`` to its end; exit code, stdout, stderr."""
    line = home.argv("login", "--server", server.url, "--store-token", "file", *words)[len(CLIENT) :]
    with open(os.devnull, "rb") as nothing, TemporaryFile("w+") as out, TemporaryFile("w+") as err:

        def said(file: IO[str]) -> str:
            return os.pread(file.fileno(), 100_000, 0).decode()

        child = forked.Process(forked.CLIENT, line, clean_env(), (nothing.fileno(), out.fileno(), err.fileno()))
        wait_for(lambda: _CODE.search(said(err)) or child.poll() is not None, "the code is shown")
        found = _CODE.search(said(err))
        assert found is not None, said(err)
        confirm(server, found[0], name, decision)
        return child.wait(60), said(out), said(err)


__all__ = ["PASSWORD", "confirm", "give_password", "post", "sign_in", "wait_for"]
