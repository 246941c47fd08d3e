"""Days as they are typed."""

from __future__ import annotations

from datetime import date

import pytest

from akk_tui import i18n
from akk_tui.ui import dates

TODAY = date(2025, 10, 6)  # a Monday


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025-10-06", "2025-10-06"),
        ("2025-1-6", "2025-01-06"),
        ("6 okt", "2025-10-06"),
        ("6okt", "2025-10-06"),
        ("6 Okt 2024", "2024-10-06"),
        ("6 oktober 24", "2024-10-06"),
        ("6 oct", "2025-10-06"),
        ("oct 6", "2025-10-06"),
        ("Oct 6, 2024", "2024-10-06"),
        ("17 agu", "2025-08-17"),
        ("17 August", "2025-08-17"),
        ("1 mei 2026", "2026-05-01"),
        ("6/10", "2025-10-06"),
        ("6/10/2025", "2025-10-06"),
        ("6.10.25", "2025-10-06"),
        ("06-10-2025", "2025-10-06"),
        ("4 jan", "2026-01-04"),
        ("1 jun", "2025-06-01"),
        ("29 feb", "2024-02-29"),
        ("+7", "2025-10-13"),
        ("-3", "2025-10-03"),
        ("+ 0", "2025-10-06"),
        ("hari ini", "2025-10-06"),
        ("besok", "2025-10-07"),
        ("Tomorrow", "2025-10-07"),
        ("lusa", "2025-10-08"),
        ("kemarin", "2025-10-05"),
        ("senin", "2025-10-13"),
        ("sel", "2025-10-07"),
        ("jumat", "2025-10-10"),
        ("sunday", "2025-10-12"),
        ("  Min ", "2025-10-12"),
        ("Sen, 6 Okt 2025", "2025-10-06"),
        ("mon, 6 oct 2025", "2025-10-06"),
    ],
)
def test_a_day_is_understood(text: str, wanted: str) -> None:
    assert dates.parse(text, TODAY) == date.fromisoformat(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("6 okt", "2025-10-06"),
        ("7 okt", "2024-10-07"),
        ("1 mar", "2025-03-01"),
        ("31/12", "2024-12-31"),
        ("senin", "2025-10-06"),
        ("sel", "2025-09-30"),
        ("minggu", "2025-10-05"),
        ("besok", "2025-10-07"),
        ("7 okt 2025", "2025-10-07"),
        ("29 feb", "2024-02-29"),
    ],
)
def test_of_days_that_have_been_the_newest_is_meant(text: str, wanted: str) -> None:
    assert dates.parse(text, TODAY, past=True) == date.fromisoformat(wanted)


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "31 feb", "30/2", "6 xyz", "2025-13-01", "se", "6/10/2", "besokk", "+99999", "xyz, 6 okt", "32/1",
     "xyz 6"],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert dates.parse(text, TODAY) is None


def test_a_day_past_the_end_of_the_calendar_is_none() -> None:
    assert dates.parse("+9", date(9999, 12, 30)) is None
    assert dates.parse("29 feb", date(2101, 3, 1)) is None


def test_a_day_is_shown_with_its_weekday_in_both_languages() -> None:
    try:
        assert dates.shown(TODAY) == "Sen, 6 Okt 2025"
        i18n.use("en")
        assert dates.shown(TODAY) in ("Mon, 6 Oct 2025", "Sen, 6 Oct 2025")
    finally:
        i18n.use("id")


def test_what_is_shown_is_understood_again() -> None:
    for language in i18n.LANGUAGES:
        i18n.use(language)
        for n in range(0, 400, 13):
            value = date.fromordinal(TODAY.toordinal() + n)
            assert dates.parse(dates.shown(value), TODAY) == value
    i18n.use("id")
