"""E1 and E5 have nothing to hold for: there are no tables for a spreadsheet and no attachments. This is what says so,
and what fails where one comes and its rule does not.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from apis import Officer, UNIT
from programs import Home

import akk_tui
from akk_tui.contract import endpoints
from akk_tui.reports.file import FORMATS

pytestmark = pytest.mark.security

SOURCE = sorted(Path(akk_tui.__file__).parent.rglob("*.py"))


def using(pattern: str) -> set[str]:
    """The modules whose text matches."""
    root = Path(akk_tui.__file__).parent
    return {str(path.relative_to(root)) for path in SOURCE if re.search(pattern, path.read_text(), re.MULTILINE)}


@pytest.mark.parametrize("form", ["csv", "xlsx", "tsv", "ods"])
def test_e1_no_export_is_opened_by_a_spreadsheet(synced: Home, tmp_path: Path, form: str) -> None:
    """A cell that begins with ``=`` is text wherever it is exported: Markdown, HTML, JSON."""
    synced.ok("note", "add", "--subject", "35.72", "--title", "=HYPERLINK(1)", text="=1+1")
    done = synced.run("report", "--from", "2025-10-06", "--format", form, "-o", str(tmp_path / "x"))
    assert done.code == 2, done
    assert list(tmp_path.glob("x*")) == []
    assert FORMATS == ("md", "html")
    assert using(r"\b(?:xlsxwriter|openpyxl|odf|pandas)\b|csv\.(?:writer|DictWriter)|\.writerows?\(") == set()


def test_e5_nothing_but_text_travels(ani: Officer) -> None:
    """A photo is named in an evidence's words, and is neither sent, kept nor opened."""
    media = {call.body_media for call in endpoints.ENDPOINTS} | {call.answer_media for call in endpoints.ENDPOINTS}
    text = {"application/json", "application/jsonl", "text/plain", "application/x-www-form-urlencoded", "text/html"}
    assert media <= text
    key = f"{UNIT}:2.4"
    for field in ("attachment", "file", "photo"):
        for value in ({"data": "AAAA"}, "AAAA", ["AAAA"]):
            answer = ani.do("assessment", key, {field: value}, {field: None})
            assert (answer[1], answer[3]["code"]) == ("rejected", "bad_value")
    answer = ani.do("assessment", key, {"evidence.2.4.1.1": {"data": "AAAA"}}, {"evidence.2.4.1.1": None})
    assert (answer[1], answer[3]["code"]) == ("rejected", "bad_value")
    assert using(r"^\s*(?:from|import) (?:PIL|zipfile|tarfile|shutil\.unpack_archive|imghdr|magic)\b") == set()
