"""Exports: E2 (HTML is data), E3 (names of files), E4 (modes and marks). CSV, XLSX and PDF do not exist."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from programs import Home

pytestmark = pytest.mark.security

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


def test_e4_what_is_exported_is_the_officers_alone_and_says_whose_it_is(vile: Home, tmp_path: Path) -> None:
    unsent, report = tmp_path / "isian.json", tmp_path / "laporan.md"
    assert vile.run("outbox", "export", str(unsent)).code == 0
    assert vile.run("report", *DAYS, "-o", str(report)).code == 0
    for path in (unsent, report):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert '"officer"' in unsent.read_text()
    assert '"made"' in unsent.read_text()
    assert "Petugas Contoh 1" in report.read_text()
