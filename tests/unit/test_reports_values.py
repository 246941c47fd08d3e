"""Values, days and clocks in the words of reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from akk_tui import i18n
from akk_tui.reports import values, words


@pytest.fixture(autouse=True)
def _indonesian() -> Iterator[None]:
    i18n.use("id")
    yield
    i18n.use("id")


@pytest.mark.parametrize(
    ("kind", "field", "found", "said"),
    [
        ("assessment", "item.2.4.1", {"item.2.4.1": "perlu_perbaikan"}, "perlu perbaikan"),
        ("assessment", "item.2.4.1", None, "belum ada"),
        ("assessment", "item.2.4.1", {"item.2.4.1": None}, "belum ada"),
        (
            "assessment", "evidence.2.4.1.1",
            {"evidence.2.4.1.1": {"title": "SK", "number": "1/2", "date": "2025-10-02", "capaian": "412/429",
                                  "per": "2025-10-01", "link": "https://bukti.example"}},
            "SK · 1/2 · 2 Okt 2025 · 412/429 · https://bukti.example · per 1 Okt 2025",
        ),
        ("assessment", "evidence.2.4.1.1", {"evidence.2.4.1.1": None}, "–"),
        ("assessment", "evidence.2.4.1.1", {"evidence.2.4.1.1": {}}, "–"),
        ("assessment", "pic", {"pic": {"name": "Budi", "phone": "0812"}}, "Budi"),
        ("assessment", "pic", {"pic": None}, "–"),
        ("assessment", "pic", {"pic": {"phone": "0812"}}, "–"),
        ("assessment", "owners", {"owners": ["BKPSDM", "Setda"]}, "BKPSDM, Setda"),
        ("assessment", "due", {"due": "2025-10-31"}, "31 Okt 2025"),
        ("assessment", "summary", {"summary": None}, "–"),
        ("assessment", "score", {"score": "77.50", "as_of": "2025-09-08", "source": "KPK"}, "77,50 (8 Sep 2025, KPK)"),
        ("assessment", "score", {"score": None, "as_of": None, "source": None}, "–"),
        ("criterion", "value", {"value": "98.00", "year": 2024, "as_of": "2025-02-13", "source": "KPK"},
         "98,00 (13 Feb 2025, 2024, KPK)"),
        ("criterion", "value", {"value": "BB"}, "BB"),
        ("score", "value", {"value": "84.05", "source": "KPK"}, "84,05 (KPK)"),
        ("score", "value", {"value": "84.05", "retracted": True}, "ditarik"),
        ("standing", "stage", {"stage": "tidak_lulus", "date": "2025-11-04"}, "tidak lulus (4 Nov 2025)"),
        ("standing", "stage", {"stage": None, "date": None}, "–"),
        ("standing", "team", {"team": ["a", "b"]}, "a, b"),
    ],
)  # fmt: skip
def test_a_value_in_words(kind: str, field: str, found: dict[str, Any] | None, said: str) -> None:
    assert values.shown(kind, field, found) == said


def test_numbers_have_the_decimal_sign_of_the_language() -> None:
    i18n.use("en")
    assert values.shown("score", "value", {"value": "84.05"}) == "84.05"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (None, None, ""),
        (date(2025, 2, 11), None, "11 Feb 2025"),
        (date(2025, 2, 11), date(2025, 2, 11), "11 Feb 2025"),
        (date(2025, 2, 11), date(2025, 2, 13), "11–13 Feb 2025"),
        (date(2025, 12, 30), date(2026, 1, 2), "30 Des 2025 – 2 Jan 2026"),
    ],
)
def test_days(start: date | None, end: date | None, said: str) -> None:
    assert words.days(start, end) == said


def test_clocks_are_those_of_the_regions_zone() -> None:
    assert words.clocks("2025-10-08T09:00", "2025-10-08T12:30", "WITA") == "09.00–12.30 WITA"
    assert words.clocks("2025-10-08T09:00", None, None) == "09.00"
    assert words.clocks("2025-10-08T01:00+00:00", None, "WIT") == "10.00 WIT"
    assert words.clocks("2025-10-08", "2025-10-09", "WIB") == ""
    assert words.clocks("besok T", None, "WIB") == ""
    i18n.use("en")
    assert words.clocks("2025-10-08T09:00", None, "WIB") == "09:00 WIB"


def test_words_of_colleagues_stay_as_they_are() -> None:
    assert words.event_kind("kunjungan") == "kunjungan"
    assert words.event_kind(None) == ""
    assert words.attendance("daring") == "daring"
    assert words.followup_state("ditunda") == "ditunda"
    assert words.outbox_state("lain") == "lain"
    assert (words.state("baru"), words.glyph("baru"), words.stage("baru")) == ("?", "?", "–")
    assert (words.state("diterima"), words.glyph("diterima"), words.stage("calon")) == ("diterima", "✓", "calon")
    assert (words.field("item_due.2.4.1"), words.field("warna")) == ("batas waktu", "warna")


def test_values_of_any_form() -> None:
    assert words.value(True) == "ya"
    assert words.value(False) == "tidak"
    assert words.value({"a": "x", "b": None, "c": ["y", "z"]}) == "x; y, z"
    assert words.value([]) == "–"
    assert words.value("diterima") == "diterima"
    assert words.value("tidak_lulus") == "tidak lulus"
    assert words.score(None) == "–"
    assert words.score(77.5) == "77,50"


def test_days_and_minutes_of_the_file_form() -> None:
    assert words.iso("2025-10-06") == "6 Okt 2025"
    assert words.iso("2025-10-06T09:00") == "6 Okt 2025 09.00"
    assert words.iso("kemarin") == "kemarin"
    assert words.iso(None) == ""
    i18n.use("en")
    assert words.iso("2025-10-06T09:00") == "6 Oct 2025 09:00"


def test_refusals_say_why() -> None:
    assert words.refusal(None) == ""
    assert words.refusal({"code": "cycle_closed"}) == "siklus sudah ditutup"
    assert words.refusal({"code": "baru"}) == "ditolak server (baru)"
