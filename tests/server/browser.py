"""A real Chromium, driven over the W3C WebDriver protocol by plain HTTP; None of it when it is not installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Browser:
    """One window without a screen. ``dark`` prefers dark colours, ``scripts`` may be off, ``lang`` is the preferred."""

    def __init__(self, folder: Path, *, size: tuple[int, int], dark: bool = False, lang: str = "id") -> None:
        driver = shutil.which("chromedriver")
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        if driver is None or chromium is None:
            pytest.skip("Chromium and its driver are not installed (Debian: chromium, chromium-driver)")
        self._process = subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder
        )
        assert self._process.stdout is not None
        line = ""
        while "successfully on port" not in line:
            line = self._process.stdout.readline()
            assert line, "chromedriver ended"
        self._base = f"http://127.0.0.1:{line.rstrip().rstrip('.').rpartition(' ')[2]}"
        arguments = [
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
            "--no-proxy-server", "--disable-background-networking", f"--user-data-dir={folder / 'profile'}",
        ]  # fmt: skip
        if dark:
            arguments.append("--blink-settings=preferredColorScheme=0")
        options = {
            "binary": chromium,
            "args": arguments,
            "prefs": {"intl.accept_languages": lang},
            "mobileEmulation": {"deviceMetrics": {"width": size[0], "height": size[1], "pixelRatio": 1.0}},
        }
        try:
            made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
        except BaseException:
            self.close()
            raise
        self._base += f"/session/{made['sessionId']}"

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with _OPENER.open(request, timeout=40) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as cause:
            raise AssertionError(json.load(cause)["value"]["message"]) from cause

    def open(self, url: str) -> None:
        self._call("POST", "/url", {"url": url})

    def element(self, selector: str) -> str:
        found = self._call("POST", "/element", {"using": "css selector", "value": selector})
        return found[_ELEMENT]

    def elements(self, selector: str) -> list[str]:
        found = self._call("POST", "/elements", {"using": "css selector", "value": selector})
        return [one[_ELEMENT] for one in found]

    def text(self, selector: str) -> str:
        return self._call("GET", f"/element/{self.element(selector)}/text")

    def type(self, selector: str, text: str) -> None:
        """Type like a person: into what was there, emptied."""
        element = self.element(selector)
        self._call("POST", f"/element/{element}/clear")
        self._call("POST", f"/element/{element}/value", {"text": text})

    def click(self, selector: str) -> None:
        """Press what leads to another page, and wait until that is there."""
        before = self.elements("html")
        self._call("POST", f"/element/{self.element(selector)}/click")
        while self.elements("footer") == [] or self.elements("html") == before:
            pass

    def keys_to_page(self, text: str) -> None:
        """Keys that end in another page (\ue004 is Tab, \ue006 Enter); waits until that is there."""
        before = self.elements("html")
        actions = [{"type": kind, "value": char} for char in text for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})
        while self.elements("footer") == [] or self.elements("html") == before:
            pass

    def focused(self) -> str:
        """The id of the element that has the focus."""
        found = self._call("GET", "/element/active")[_ELEMENT]
        return self._call("GET", f"/element/{found}/attribute/id") or ""

    def attribute(self, selector: str, name: str) -> str | None:
        return self._call("GET", f"/element/{self.element(selector)}/attribute/{name}")

    def css(self, selector: str, name: str) -> str:
        return self._call("GET", f"/element/{self.element(selector)}/css/{name}")

    def label(self, selector: str) -> str:
        """The name by which programs that read aloud call the element."""
        return self._call("GET", f"/element/{self.element(selector)}/computedlabel")

    def rect(self, selector: str) -> dict[str, float]:
        return self._call("GET", f"/element/{self.element(selector)}/rect")

    def script(self, text: str) -> Any:
        return self._call("POST", "/execute/sync", {"script": text, "args": []})

    def picture(self, path: Path) -> None:
        path.write_bytes(b64decode(self._call("GET", "/screenshot")))

    def close(self) -> None:
        """End the window and the driver."""
        if "/session/" in self._base:
            with suppress(AssertionError, OSError):
                self._call("DELETE", "")
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
