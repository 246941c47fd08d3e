"""The filter language: terms, values, negation, what it did not understand, and what it offers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from akk_tui import i18n
from akk_tui.contract.states import ITEM_STATES
from akk_tui.store.shapes import ChecklistRow, ItemRow
from akk_tui.ui.checklist_language import checklist_language
from akk_tui.ui.filter_language import compared, Field, holds, Language
from akk_tui.ui.widgets.checklist_rows import Sheet

TODAY = date(2025, 10, 6)
NAMES = {"35.05": "Kab. Blitar", "35.72": "Kota Blitar", "52.71": "Kota Mataram"}
SHEET = Sheet(
    (),
    NAMES,
    ("Bagian Hukum", "BKPSDM", "Inspektorat"),
    {
        "2.4.1": "2.4.1\ndaftar wajib lapor\nlist of reporters\nkepatuhan lhkpn\ncompliance",
        "2.5.1": "2.5.1\nmou apip-aph\nmou\nsinergi apip dan aph\nsynergy",
    },
    {"2": ("Peningkatan Kualitas Pengawasan", "Oversight"), "3": ("Pelayanan Publik", "Public service")},
    {"2.4": ("Kepatuhan LHKPN", "Compliance"), "2.5": ("Sinergi APIP", "Synergy")},
    {},
)


@pytest.fixture(autouse=True)
def _indonesian() -> Iterator[None]:
    i18n.use("id")
    yield
    i18n.use("id")


def made(id: str = "2.4.1", region: str = "35.72", **fields: object) -> ChecklistRow:  # noqa: A002
    item = {
        "id": id, "pos": int(id[-1]), "title": "Daftar wajib lapor", "title_en": "List", "state": "belum_ada",
        "owner": "BKPSDM", "due": None, "overdue_days": None, "gain": 1.0, "evidence": (), "pending": False,
        "conflict": False, "seen": "belum_ada", **fields,
    }  # fmt: skip
    indicator = id.rsplit(".", 1)[0]
    return ChecklistRow("2025", region, NAMES[region], id[0], indicator, "", "", ItemRow(**item), True)  # type: ignore[arg-type]


def language() -> Language[ChecklistRow]:
    return checklist_language(SHEET, TODAY)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", True),
        ("   ", True),
        ("-", True),
        ("wajib", True),
        ("-wajib", False),
        ("WAJIB lapor", True),
        ("wajib notula", False),
        ("lhkpn", True),
        ("2.4.1", True),
        ("blitar", True),
        ("bkpsdm", True),
        ("opd:bkpsdm", True),
        ("owner:BKPSDM", True),
        ("agency:BKPSDM", True),
        ("OPD:bk", True),
        ("opd:Inspektorat", False),
        ("-opd:Inspektorat", True),
        ("opd:Inspektorat,BKPSDM", True),
        ("-opd:Inspektorat,BKPSDM", False),
        ('opd:"Bagian Hukum",bkpsdm', True),
        ("opd:bagian_hukum", False),
        ("opd:tanpa", False),
        ("daerah:35.72", True),
        ("wilayah:blit", True),
        ("region:blit", True),
        ("daerah:kota_blitar", True),
        ("daerah:kab._blitar", False),
        ("daerah:52.71", False),
        ("daerah:35", True),
        ("status:belum", True),
        ("status:belum_ada", True),
        ('status:"belum ada"', True),
        ("state:diterima", False),
        ("status:kurang", True),
        ("status:diterima,belum", True),
        ("komponen:2", True),
        ("komponen:pengawasan", True),
        ("component:3", False),
        ("indikator:2.4", True),
        ("indikator:lhkpn", True),
        ("indicator:2.5", False),
        ("batas:lewat", True),
        ("batas:7", True),
        ("batas:minggu", False),
        ("batas:bulan", False),
        ("batas:hari_ini", False),
        ("-batas:bulan", True),
        ("batas:tanpa", False),
        ("tenggat:2025-09-30", True),
        ("batas:<2025-10-10", True),
        ("batas:<2025-09-30", False),
        ("batas:<=2025-09-30", True),
        ("batas:>2025-09-29", True),
        ("batas:>=2025-10-01", False),
        ("batas:2025-09-01..2025-09-30", True),
        ("batas:2025-10-01..2025-10-31", False),
        ("due:2025-09-29", False),
        ("batas:minggu,lewat", True),
        ("opd:", True),
        ("opd:,", True),
        ('"wajib lapor"', True),
        ('"lapor wajib"', False),
        ("wajib_lapor", True),
    ],
)  # fmt: skip
def test_the_filter_keeps_what_it_says(text: str, kept: bool) -> None:
    row = made(due=date(2025, 9, 30), overdue_days=6)
    wanted = language().parse(text)
    assert wanted.complaints == ()
    assert wanted.keeps(row) is kept
    assert wanted.of([row]) == ([row] if kept else [])


def test_all_terms_must_hold() -> None:
    wanted = language().parse("opd:BKPSDM daerah:35.72 status:diunggah komponen:2")
    assert wanted.keeps(made(state="diunggah"))
    assert not wanted.keeps(made(state="diunggah", region="52.71"))
    assert not wanted.keeps(made())


def test_a_whole_name_means_that_region_alone() -> None:
    assert not language().parse("daerah:kota_blitar").keeps(made(region="35.05"))
    assert language().parse("daerah:blitar").keeps(made(region="35.05"))


def test_an_owner_that_is_nobody() -> None:
    assert language().parse("opd:tanpa").keeps(made(owner=None))
    assert language().parse("-opd:bkpsdm").keeps(made(owner=None))
    assert language().parse("batas:tanpa").keeps(made())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("xyz:1 wajib", "Kata kunci “xyz:” tidak dikenal; yang ada: opd, daerah, status, batas, komponen, indikator."),
        ("oppd:BKPSDM", "Kata kunci “oppd:” tidak dikenal; mungkin maksudnya “opd:”?"),
        ("tengat:7", "mungkin maksudnya “tenggat:”?"),
        ("status:hilang", "Status “hilang” tidak dikenal; yang ada: belum ada"),
        ("status:di", "Status “di” tidak dikenal"),
        ("batas:besok", "Batas waktu “besok” tidak dimengerti; tulis lewat"),
        ("batas:2025-13-01", "Batas waktu “2025-13-01” tidak dimengerti"),
        ("batas:2025-10-01..x", "tidak dimengerti"),
    ],
)
def test_what_is_not_understood_is_told_and_left_out(text: str, words: str) -> None:
    wanted = language().parse(text)
    assert words in " ".join(wanted.complaints)
    assert wanted.keeps(made())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("opd:BKPSMD", "opd: tidak ada “bkpsmd”; mungkin maksudnya “BKPSDM”?"),
        ("daerah:blitra", "mungkin maksudnya “Blitar”?"),
        ("komponen:9", "komponen: tidak ada “9” di sini."),
    ],
)
def test_a_value_that_is_not_there_is_told_and_keeps_nothing(text: str, words: str) -> None:
    wanted = language().parse(text)
    assert words in " ".join(wanted.complaints)
    assert not wanted.keeps(made())


def test_an_item_that_is_done_is_not_late() -> None:
    wanted = language().parse("batas:lewat")
    assert not wanted.keeps(made(state="diterima", due=date(2025, 9, 30), overdue_days=6))
    assert not wanted.keeps(made(due=date(2025, 10, 30)))


def test_weeks_and_months_are_those_of_the_calendar() -> None:
    week = language().parse("batas:minggu")
    kept = [day for day in range(1, 32) if week.keeps(made(due=date(2025, 10, day)))]
    assert kept == [6, 7, 8, 9, 10, 11, 12]
    month = language().parse("batas:bulan")
    assert month.keeps(made(due=date(2025, 10, 31)))
    assert not month.keeps(made(due=date(2025, 11, 1)))


def test_a_state_is_named_in_the_readers_language() -> None:
    i18n.use("en")
    for state in ITEM_STATES:
        assert language().parse(f"status:{state}").complaints == ()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", None),
        ("o", "opd:"),
        ("-o", "-opd:"),
        ("wajib da", "wajib daerah:"),
        ("te", "tenggat:"),
        ("wi", "wilayah:"),
        ("opd:", "opd:Bagian_Hukum"),
        ("opd:bk", "opd:bkPSDM"),
        ("opd:bagian_h", "opd:bagian_hukum"),
        ('opd:"bagian h', 'opd:"bagian hukum"'),
        ("opd:BKPSDM,in", "opd:BKPSDM,inspektorat"),
        ("opd:BKPSDM", None),
        ("opd:zz", None),
        ("daerah:kota_m", "daerah:kota_mataram"),
        ("daerah:mat", "daerah:mataram"),
        ("daerah:35.0", "daerah:35.05"),
        ("status:perlu", "status:perlu_perbaikan"),
        ("batas:l", "batas:lewat"),
        ("komponen:pel", "komponen:pelayanan_Publik"),
        ("xyz:a", None),
        ("xyz", None),
        ("opd:BKPSDM ", None),
        ('"wajib', None),
    ],
)
def test_what_is_offered(typed: str, offered: str | None) -> None:
    found = language().complete(typed)
    assert (found and found.casefold()) == (offered and offered.casefold())
    assert found is None or found.startswith(typed)


def test_what_is_offered_is_understood() -> None:
    for start in ("opd:", "daerah:", "status:", "batas:", "komponen:", "indikator:", 'opd:"'):
        offered = language().complete(start)
        assert offered is not None
        assert language().parse(offered).complaints == ()


def test_keys_are_offered_in_the_readers_language() -> None:
    i18n.use("en")
    assert language().complete("ow") == "owner:"
    assert language().complete("o") == "owner:"
    assert "owner, region, state, due, component, indicator" in language().parse("zzz:1").complaints[0]


def test_a_quote_in_a_value_is_never_offered() -> None:
    fields = (Field[str]("k", "k", lambda value: lambda row: value in row, lambda: ('a"b', "a,b", "ab")),)
    odd = Language[str](fields, lambda word: lambda row: word in row)
    assert odd.complete("k:a") == "k:ab"
    assert odd.complete('k:"a') == 'k:"a,b"'
    assert odd.complete('k:"x"a') is None


def test_comparisons() -> None:
    assert compared("<90", float) == ("<", 90.0)
    assert compared(">= 77.5", float) == (">=", 77.5)
    assert compared("90", float) == ("=", 90.0)
    assert compared("", float) is None
    assert compared("<", lambda text: None) is None
    assert [holds(sign, 2, 2) for sign in ("<", ">", "<=", ">=", "=")] == [False, False, True, True, True]
