"""Exports: E2 (HTML is data), E3 (names of files), E4 (modes and marks). CSV, XLSX and PDF do not exist."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from apis import KOTA, records, Server, UNIT
from programs import clean_env, Home, ServerProcess
from sealedhome import Home as SealedHome

from akk_tui.contract import endpoints

pytestmark = [pytest.mark.security, pytest.mark.sqlite]

VILE = '<script>alert(1)</script> {{7*7}} #read("/etc/passwd") <img src=x onerror=alert(1)> [a](javascript:alert(1))'
DAYS = ("--from", "2025-10-06", "--to", "2025-10-06")


@pytest.fixture
def vile(synced: Home) -> Home:
    """A profile in which an activity and a note say what a browser would run."""
    synced.ok("event", "add", "35.72", "--title", VILE[:200], "--start", "2025-10-06T09:00", "--place", "<b onclick=x>")
    synced.ok("note", "add", "--subject", "35.72", "--title", "<i>judul</i>", text=VILE)
    return synced


def test_e2_html_holds_text_and_nothing_that_runs_or_loads(vile: Home, tmp_path: Path) -> None:
    target = tmp_path / "laporan.html"
    assert vile.run("report", *DAYS, "-o", str(target)).code == 0
    page = target.read_text()
    assert "&lt;script&gt;" in page
    assert "{{7*7}}" in page
    assert not re.search(
        r"<script|<img|<iframe|<object|<link|<b onclick|\son\w+=\"|href=\"javascript", page, re.IGNORECASE
    )
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)\s*=\s*\"(?:https?:)?//", page)
    assert "root:" not in page


def test_e2_each_of_the_two_doors_holds_by_itself() -> None:
    """Text becomes Markdown in which it is text, and of Markdown no HTML passes into the page."""
    from akk_tui.reports import html, markdown
    from akk_tui.reports.document import Bullets, Document, Facts, Heading, Paragraph, Table, Written

    page = html.page(VILE, f"{VILE}\n\n<script>alert(2)</script>\n\n<http://a.example>\n")
    body = page.partition("<body>")[2]
    assert "<title>&lt;script&gt;" in page
    assert "&lt;script&gt;" in body
    assert not re.search(r"<(?:script|img|a)\b", body, re.IGNORECASE)
    blocks = (Heading(2, VILE), Paragraph(VILE), Facts(((VILE, VILE),)), Bullets((VILE,)), Table((VILE,), ((VILE,),)))
    for text in (markdown.render(Document(VILE, blocks)), markdown.render(Document("x", (Written(VILE),)))):
        assert re.search(r"\\<script", text)
        assert not re.search(r"(?<!\\)<(?:script|img)", text)


@pytest.mark.parametrize("name", ["../../x.md", "a/b.md", "x" * 300 + ".md", "tidak-ada/x.md"])
def test_e3_a_file_goes_where_it_was_asked_or_nowhere(vile: Home, tmp_path: Path, name: str) -> None:
    deep = tmp_path / "in" / "side"
    deep.mkdir(parents=True)
    done = vile.run("report", *DAYS, "-o", f"{deep}/{name}")
    made = [path for path in tmp_path.rglob("*.md") if path.is_file()]
    if name.startswith("../"):
        assert made == [tmp_path / "x.md"]
    else:
        assert done.code == 1, done
        assert "Traceback" not in done.err
        assert made == []


def test_e3_names_come_from_codes_and_days_and_nothing_is_overwritten(vile: Home, tmp_path: Path) -> None:
    assert vile.run("report", *DAYS, "-o", str(tmp_path)).code == 0
    (made,) = tmp_path.glob("laporan*")
    assert re.fullmatch(r"laporan(?:-[0-9.a-z-]+)?-2025-10-06\.md", made.name)
    before = made.read_bytes()
    assert vile.run("report", *DAYS, "-o", str(tmp_path)).code == 1
    assert made.read_bytes() == before
    assert vile.run("report", *DAYS, "-o", str(tmp_path), "--force").code == 0
    for odd in ("-rf", "--help"):
        assert vile.run("report", *DAYS, f"--output={tmp_path}/{odd}").code == 0 or not (tmp_path / odd).exists()


class TestExports:
    """E4: of the officer alone, marked, and known to the server's audit."""

    def test_e4_what_is_exported_is_the_officers_alone_and_says_whose_it_is(self, vile: Home, tmp_path: Path) -> None:
        unsent, report, page = tmp_path / "isian.json", tmp_path / "laporan.md", tmp_path / "laporan.html"
        assert vile.run("outbox", "export", str(unsent)).code == 0
        for path in (report, page):
            assert vile.run("report", *DAYS, "-o", str(path)).code == 0
        for path in (unsent, report, page):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        whole = json.loads(unsent.read_text())
        assert (whole["officer"], whole["scope"]) == ("contoh1", ["2025:35.72"])
        assert datetime.fromisoformat(whole["made"]).tzinfo is not None
        assert whole.pop("sha256") == hashlib.sha256(_compact(whole)).hexdigest()
        for path in (report, page):
            text = path.read_text()
            for said in ("Petugas Contoh 1", "Dibuat oleh", "35.72", "6 Okt"):
                assert said in text, (path, said)
            above, last = re.fullmatch(r"(.*\n)(.*?)\n", text, re.DOTALL).groups()  # type: ignore[union-attr]
            assert re.search(r"[0-9a-f]{64}", last)[0] == hashlib.sha256(above.encode()).hexdigest()  # type: ignore[index]

    def test_e4_the_server_is_told_of_each_once(self, vile: Home, server: ServerProcess, tmp_path: Path) -> None:
        unsent, report = tmp_path / "isian.json", tmp_path / "laporan.md"
        assert vile.run("outbox", "export", str(unsent)).code == 0
        assert vile.run("report", *DAYS, "-o", str(report)).code == 0
        # Refused, and so no export.
        assert vile.run("report", *DAYS, "-o", str(report)).code == 1
        assert vile.run("report", *DAYS, "-o", str(tmp_path / "none" / "x.md")).code == 1
        assert vile.run("report", *DAYS).code == 0
        for _ in range(2):
            assert vile.run("sync").code == 0
        told = _audited(server)
        assert [event for event, _, _ in told] == ["export.outbox", "export.report"]
        assert {actor for _, actor, _ in told} == {"contoh1"}
        assert [one["sha256"] for _, _, one in told] == [
            json.loads(unsent.read_text())["sha256"],
            re.findall("[0-9a-f]{64}", report.read_text())[-1],
        ]
        assert told[0][2]["scope"] == ["2025:35.72"]
        assert "2025:35.72" in told[1][2]["scope"]
        assert told[0][2]["count"] == 2
        assert str(tmp_path) not in json.dumps(told)
        server.admin("verify-log")

    def test_e4_one_that_fails_is_no_export(self, vile: Home, server: ServerProcess, tmp_path: Path) -> None:
        """The disk refuses after it was written down: it is taken back."""
        closed = tmp_path / "closed"
        closed.mkdir()
        command = [sys.executable, "-c", REFUSED, str(closed), *vile.argv("report", *DAYS, "-o", f"{closed}/x.md")[3:]]
        done = subprocess.run(command, env=clean_env(), capture_output=True, text=True)
        assert done.returncode == 1, done
        assert list(closed.iterdir()) == []
        assert vile.run("sync").code == 0
        assert _audited(server) == []

    def test_e4_what_cannot_be_written_down_is_not_exported_but_for_unsent_work(
        self, vile: Home, tmp_path: Path
    ) -> None:
        """A disk that is full takes no record, and is why the work must be saved elsewhere."""
        report, unsent = tmp_path / "laporan.md", tmp_path / "isian.json"
        for words in (("report", *DAYS, "-o", str(report)), ("outbox", "export", str(unsent))):
            command = [sys.executable, "-c", FULL, *vile.argv(*words)[3:]]
            done = subprocess.run(command, env=clean_env(), capture_output=True, text=True)
            assert done.returncode == (6 if words[0] == "report" else 0), done
        assert not report.exists()
        assert len(json.loads(unsent.read_text())["operations"]) == 2

    def test_e4_an_export_that_is_told_again_is_recorded_once(self, api: Server) -> None:
        ani = api.officer("ani", KOTA)
        one = {"id": "01900000-0000-7000-8000-00000000ee01", "at": "2025-10-06T09:00:00Z", "what": "report"}
        one |= {"scope": [UNIT], "sha256": "a" * 64, "count": 1}
        for exports in ([one], [one, one], [{**one, "what": "outbox"}]):
            answer = api.client.post("/v1/exports", headers=ani.headers, json={"exports": exports})
            assert (answer.status_code, answer.json()) == (200, {"noted": 1})
        (kept,) = records(api.database, "export.")
        assert (kept.event, kept.actor) == ("export.report", "ani")
        assert json.loads(kept.detail) == {name: one[name] for name in ("at", "count", "scope", "sha256", "what")}
        for wrong in (
            {"officer": "budi"},
            {"what": "x"},
            {"scope": ["x"]},
            {"sha256": "x"},
            {"id": "x"},
            {"count": -1},
        ):
            answer = api.client.post("/v1/exports", headers=ani.headers, json={"exports": [{**one, **wrong}]})
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid")

    def test_e4_doctor_says_when_the_server_is_too_old_to_be_told(
        self, make_home: Callable[..., SealedHome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = make_home()

        def said() -> dict[str, str]:
            done = home.run("doctor", "--json")
            return next(one for one in json.loads(done.stdout)["checks"] if one["id"] == "exports")

        assert (said()["level"], said()["detail"]) == ("ok", "semua diketahui server")
        assert home.run("outbox", "export", str(tmp_path / "isian.json")).returncode == 0
        assert (said()["level"], said()["detail"]) == ("ok", "1 diberitahukan saat sinkron")
        # The server of a version that had no such call.
        kept = tuple(one for one in endpoints.ENDPOINTS if one != endpoints.EXPORTS)
        monkeypatch.setattr(endpoints, "ENDPOINTS", kept)
        home.server.restart()
        old = said()
        assert old["level"] == "warn"
        assert "1 ekspor hanya tercatat di komputer ini" in old["detail"]
        assert "akk-server" in old["cure"]
        assert home.run("sync").returncode == 0
        assert said()["detail"] == old["detail"]
        monkeypatch.undo()
        home.server.restart()
        assert home.run("sync").returncode == 0
        assert said()["detail"] == "semua diketahui server"

    def test_e4_the_servers_own_export_of_the_audit_too(self, server: ServerProcess, tmp_path: Path) -> None:
        target = tmp_path / "audit.jsonl"
        server.admin("audit", "export", str(target))
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        *_, last, heads = (json.loads(line) for line in target.read_text().splitlines())
        assert last["event"] == "admin.audit_export"
        assert last["detail"]["by"]
        assert datetime.fromisoformat(heads["at"]).tzinfo is not None
        assert heads["audit"] == {"n": last["n"], "hash": last["hash"]}


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _audited(server: ServerProcess) -> list[tuple[str, str, Any]]:
    """Event, actor and detail of the exports in the audit."""
    with closing(sqlite3.connect(server.db)) as db:
        found = db.execute("SELECT event, actor, detail FROM audit WHERE event LIKE 'export.%' ORDER BY n").fetchall()
    return [(event, actor, json.loads(detail)) for event, actor, detail in found]


REFUSED = """
import os, sys
whole = os.open
def refusing(path, flags, *more, **named):
    if str(path).startswith(sys.argv[1]) and flags & os.O_CREAT:
        raise OSError(28, "No space left on device")
    return whole(path, flags, *more, **named)
os.open = refusing
from akk_tui.cli import main
sys.exit(main(sys.argv[2:]))
"""
FULL = """
import sys
from akk_tui.store import meta
from akk_tui.store.errors import StoreFull
def full(self, name, value):
    raise StoreFull(path="x", reason="full")
meta.Meta.set = full
from akk_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
