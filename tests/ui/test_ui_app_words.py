"""Data in words and figures, filters and sorts: pure functions."""

from __future__ import annotations

from datetime import date, datetime, UTC
from typing import Any

import pytest

from akk_tui import i18n
from akk_tui.store.shapes import Attention, Change, CriterionRow, Forecast, RegionRow, StageStep, StatusLine
from akk_tui.ui import overview, words
from akk_tui.ui.step_words import step_words
from akk_tui.ui.widgets import heat, lines

NOW = datetime(2025, 10, 6, 12, 0, tzinfo=UTC)


def region(**fields: Any) -> RegionRow:
    given: dict[str, Any] = {
        "cycle": "2025", "code": "35.72", "name": "Kota Blitar", "province": "Jawa Timur", "zone": "WIB",
        "writable": True, "stage": "pendampingan", "stage_date": None, "official": 77.5, "official_as_of": None,
        "official_source": None, "estimate": 79.1, "gap": 12.51, "components": (), "trend": (),
        "forecast": Forecast("no_data"), "readiness": "nearly", "criteria_met": 8, "criteria_known": 8,
        "criteria_total": 8, "overdue": 0, "needs_work": 0, "team": (), "touched": None, "stale_days": None,
        "pending": 0, "conflicts": 0, "invented": False,
    }  # fmt: skip
    return RegionRow(**{**given, **fields})


def attention(kind: Any, **fields: Any) -> Attention:
    given: dict[str, Any] = {
        "cycle": "2025", "region": "52.71", "region_name": "Kota Mataram", "indicator": "2.4", "item": "2.4.2",
        "title": "Tingkat kepatuhan", "owner": "BKPSDM", "days": 6, "points": 4.0, "weight": 1.0,
        "title_en": "Compliance rate",
    }  # fmt: skip
    return Attention(kind, **{**given, **fields})


def criterion(**fields: Any) -> CriterionRow:
    given: dict[str, Any] = {
        "id": "mcp", "title": "Skor MCP", "title_en": "MCP", "form": "number", "threshold": "75", "scale": (),
        "value": "77.48", "year": 2024, "as_of": None, "source": "KPK", "verdict": "met", "band": None,
        "band_en": None, "band_colour": None, "hidden": False, "mark": "official", "pending": False,
        "conflict": False,
    }  # fmt: skip
    return CriterionRow(**{**given, **fields})


def test_scores_are_never_rounded_up_to_a_mark_they_do_not_reach() -> None:
    assert words.whole(89.99) == "89"
    assert words.whole(None) == "–"
    assert words.score(92.15) == "92,15"
    i18n.use("en")
    assert words.score(92.15) == "92.15"


def test_the_best_score_says_whether_it_is_an_estimate() -> None:
    assert words.best(region()) == "77,50"
    assert words.best(region(official=None)) == "~79,10"
    assert words.best(region(official=None, estimate=None)) == "–"


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (0.0, ""), (1.84, "+1,8"), (0.031, "+0,03")])
def test_gain(value: float | None, shown: str) -> None:
    assert words.points(value) == shown


@pytest.mark.parametrize(
    ("value", "at_mark", "shown"),
    [
        (None, False, ""),
        (0.0, False, "ambang terlampaui"),
        (12.51, False, "kurang > 12,50"),
        (12.5, True, "kurang 12,50"),
    ],
)
def test_the_gap_is_more_than_the_distance_where_the_mark_does_not_pass(
    value: float | None, at_mark: bool, shown: str
) -> None:
    assert words.gap(value, at_mark) == shown
    assert words.missing(0.0, at_mark) == "–"


def test_bars_and_sparks() -> None:
    assert words.bar(100, 4) == "████"
    assert words.bar(50, 4) == "██"
    assert words.bar(12.5, 4) == "▌"
    assert words.bar(None, 4) == words.bar(80, 0) == ""
    assert words.spark(()) == ""
    assert words.spark((50, 51)) == "▁▁"
    assert words.spark(tuple(range(0, 80, 10)), 8) == "▁▂▃▄▅▆▇█"
    assert len(words.spark(tuple(range(30)))) == 6


@pytest.mark.parametrize(
    ("forecast", "short", "long"),
    [
        (Forecast("passed"), "lulus ✓", "proyeksi: sudah > 90"),
        (Forecast("date", date(2025, 10, 27)), "27 Okt", "proyeksi > 90: 27 Okt 2025"),
        (
            Forecast("date", date(2025, 10, 27), date(2025, 10, 20), date(2025, 11, 9)),
            "27 Okt",
            "proyeksi > 90: 27 Okt 2025 (20 Okt – 9 Nov)",
        ),
        (
            Forecast("not_by_assessment", date(2025, 11, 9)),
            "9 Nov!",
            "proyeksi > 90: 9 Nov 2025, sesudah hari penilaian",
        ),
        (Forecast("not_by_assessment"), "belum tercapai!", "proyeksi > 90: belum tercapai pada laju ini"),
        (Forecast("no_data"), "–", "proyeksi: belum ada data"),
    ],
)
def test_a_forecast_in_words(forecast: Forecast, short: str, long: str) -> None:
    assert words.forecast(forecast) == short
    assert words.forecast_sentence(forecast, words.pass_mark(90.0, False)) == long
    assert isinstance(words.forecast_tone(forecast), str)


def test_a_forecast_in_another_year_than_the_assessment_names_the_year() -> None:
    assessment = date(2025, 11, 4)
    assert words.forecast(Forecast("not_by_assessment", date(2026, 4, 10)), assessment) == "Apr 2026!"
    assert words.forecast(Forecast("not_by_assessment", date(2025, 11, 9)), assessment) == "9 Nov!"
    assert words.forecast(Forecast("date", date(2025, 12, 27)), date(2026, 2, 1)) == "Des 2025"


def test_the_pass_mark_says_whether_it_passes_itself() -> None:
    assert words.pass_mark(90.0, False) == "> 90"
    assert words.pass_mark(90.0, True) == "≥ 90"
    assert words.pass_mark(90.25, True) == "≥ 90,25"


@pytest.mark.parametrize(
    ("found", "head", "fact"),
    [
        (attention("overdue"), "Kota Mataram 2.4.2 Tingkat kepatuhan", "terlambat 6 hari · BKPSDM"),
        (attention("needs_work", owner=None), "Kota Mataram 2.4.2 Tingkat kepatuhan", "perlu perbaikan"),
        (attention("conflict", item=None), "Kota Mataram 2.4 Tingkat kepatuhan", "beda isian · BKPSDM"),
        (attention("stale", days=21), "Kota Mataram", "tanpa perubahan 21 hari"),
        (attention("dropped", component="3"), "Kota Mataram", "komponen 3 turun 4,0"),
        (attention("dropped"), "Kota Mataram", "Tingkat kepatuhan turun 4,0"),
        (attention("late_forecast"), "Kota Mataram", "proyeksi: belum tercapai pada hari penilaian"),
        (attention("criterion", title="SAKIP"), "Kota Mataram", "kriteria: SAKIP belum terpenuhi"),
    ],
)
def test_attention_in_words(found: Attention, head: str, fact: str) -> None:
    assert words.attention(found) == (head, fact)
    assert len(words.attention_glyph(found.kind)) == 1


@pytest.mark.parametrize(
    ("kind", "key", "field", "value", "shown"),
    [
        ("assessment", "2025:35.72:2.4", "item.2.4.2", "diterima", "Budi: 35.72 2.4.2 → diterima"),
        ("assessment", "2025:35.72:2.4", "item.2.4.2", None, "Budi: 35.72 2.4.2 → belum ada"),
        ("assessment", "2025:35.72:2.4", "due", "2025-09-30", "Budi: 35.72 2.4 batas waktu → 30 Sep 2025"),
        ("criterion", "2025:35.72:mcp", "value", "98.00", "Budi: 35.72 mcp → 98,00"),
        ("score", "2025:35.72:2025-09-08", "value", "77.50", "Budi: 35.72 nilai resmi → 77,50"),
        ("score", "2025:35.72:2025-09-08", "source", "KPK", "Budi: 35.72 nilai resmi · sumber → KPK"),
        ("assessment", "2025:35.72:2.4", "owners", "Setda", "Budi: 35.72 2.4 penanggung jawab → Setda"),
        ("standing", "2025:35.72", "stage", "bimtek", "Budi: 35.72 tahapan → bimtek"),
        ("standing", "2025:35.72", "date", None, "Budi: 35.72 tanggal → –"),
        ("note", "uuid", "", "Rapat", "Budi: 35.72 catatan → Rapat"),
        ("followup", "uuid", "", None, "Budi: 35.72 tindak lanjut"),
        ("event", "uuid", "place", "Aula", "Budi: 35.72 kegiatan · tempat → Aula"),
        ("event", "uuid", "attendance.Setda", "tidak_hadir", "Budi: 35.72 kegiatan · kehadiran Setda → tidak hadir"),
        ("event", "uuid", "deleted", "True", "Budi: 35.72 kegiatan · dihapus"),
        ("event", "uuid", "deleted", None, "Budi: 35.72 kegiatan · dihapus → tidak lagi"),
        ("followup", "uuid", "due", "2025-10-08", "Budi: 35.72 tindak lanjut · batas waktu → 8 Okt 2025"),
    ],
)
def test_changes_in_words(kind: str, key: str, field: str, value: str | None, shown: str) -> None:
    assert words.change(Change("Budi", None, "2025", "35.72", "Kota Blitar", kind, key, field, value)) == shown


@pytest.mark.parametrize(
    ("fields", "value", "threshold"),
    [
        ({}, "77,48", "≥ 75"),
        ({"value": None}, "–", "≥ 75"),
        ({"form": "grade", "value": "BB", "threshold": "B"}, "BB", "≥ B"),
        ({"form": "opinion", "value": "2023:WTP 2024:WTP", "threshold": "2"}, "WTP 2023–2024", "WTP 2 tahun"),
        ({"form": "opinion", "value": "2023:WDP 2024:WTP", "threshold": "2"}, "WDP 2023, WTP 2024", "WTP 2 tahun"),
        ({"form": "yesno", "value": "ya", "threshold": "tidak"}, "ya", "tidak"),
        ({"form": "yesno", "value": "tidak", "threshold": "ya"}, "tidak", "ya"),
    ],
)
def test_criteria_in_words(fields: dict[str, Any], value: str, threshold: str) -> None:
    row = criterion(**fields)
    assert words.criterion_value(row) == value
    assert words.criterion_threshold(row) == threshold


def test_criteria_counts_say_what_is_unknown() -> None:
    assert words.criteria(region()) == "8/8 ✓"
    assert words.criteria(region(criteria_met=6, criteria_known=8)) == "6/8"
    assert words.criteria(region(criteria_met=5, criteria_known=6)) == "5/8, 2 belum ada data"
    assert words.mark_note("assumption") == " (asumsi)"
    assert words.mark_note("official") == ""


def test_due_dates_and_days() -> None:
    assert words.due(None, None) == ""
    assert words.due(date(2025, 9, 30), None) == "batas waktu 30 Sep"
    assert words.due(date(2025, 9, 30), 6) == "batas waktu 30 Sep (terlambat 6 hari)"
    assert words.iso_day("2024-12-31") == "31 Des 2024"
    assert words.iso_day("akhir tahun") == "akhir tahun"
    assert words.iso_day(None) == ""


def test_text_flows_between_parts() -> None:
    assert words.flow(["satu", "dua", "tiga"], 11) == "satu · dua\ntiga"
    assert words.flow(["panjang sekali", "b"], 5) == "panjang sekali\nb"


def test_the_stage_line_drops_the_past_when_narrow() -> None:
    stages = [
        StageStep("observasi", "done"),
        StageStep("bimtek", "done", date(2025, 2, 11), date(2025, 2, 13)),
        StageStep("pendampingan", "now"),
        StageStep("penilaian", "ahead", date(2025, 11, 4)),
    ]
    full = "observasi ✓  bimtek 11–13 Feb ✓  pendampingan ●  penilaian 4 Nov"
    assert words.stage_line(stages, 80) == full
    assert words.stage_line(stages, 40) == "… pendampingan ●  penilaian 4 Nov"
    assert words.stage_line(stages, 5) == "… penilaian 4 Nov"
    assert words.stage_word(None) == "–"
    assert words.stage_word("lain") == "lain"


def status(**fields: Any) -> StatusLine:
    given: dict[str, Any] = {
        "cycle": "2025", "cycles": ("2025",), "cycle_state": "open", "assessment": None, "days_left": 29,
        "today": date(2025, 10, 6), "sample": False, "officer": "budi", "role": "petugas", "last_sync": None,
        "pending": 0, "conflicts": 0, "refused": 0,
    }  # fmt: skip
    return StatusLine(**{**given, **fields})


def test_the_status_line() -> None:
    assert lines.status_parts(None, None, None, "WIB", NOW) == ["○ luring"]
    assert lines.status_parts(status(), True, None, "WIB", NOW) == ["● daring", "belum pernah sinkron"]
    synced = status(last_sync=datetime(2025, 10, 6, 2, 14, tzinfo=UTC), pending=3, conflicts=1, refused=2)
    assert lines.status_parts(synced, True, None, "WIB", NOW) == [
        "● daring", "sinkron terakhir 09.14 WIB", "3 belum terkirim", "1 beda isian", "2 ditolak",
    ]  # fmt: skip
    assert lines.status_parts(synced, False, "mengambil 12", "WIT", NOW)[:2] == ["○ luring", "↻ mengambil 12"]
    old = status(last_sync=datetime(2025, 10, 5, 2, 14, tzinfo=UTC))
    assert lines.status_parts(old, True, None, "WITA", NOW)[1] == "sinkron terakhir 5 Okt 10.14 WITA"
    assert lines.status_parts(old, True, None, "WITA", NOW, 1)[1] == "5 Okt 10.14 WITA"
    assert lines.status_parts(synced, True, None, "WIB", NOW, 2)[2:] == ["↑3 ≠1 ✗2"]
    assert lines.status_parts(status(), True, None, "WIB", NOW, 2) == ["● daring", "belum pernah sinkron"]


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (None, ""),
        (29, "Penilaian 29 hari lagi"),
        (0, "Penilaian hari ini"),
        (-3, "Penilaian 3 hari lalu"),
    ],
)
def test_the_countdown(days: int | None, shown: str) -> None:
    assert lines.countdown(days) == shown


def test_fuzzy_matches_are_ranked() -> None:
    assert overview.fuzzy("kota", "Kota Blitar") == 0
    assert overview.fuzzy("bli", "Kota Blitar") == 1
    assert overview.fuzzy("lit", "Kota Blitar") == 2
    assert overview.fuzzy("mnhs", "Kab. Minahasa") == 3
    assert overview.fuzzy("xyz", "Kota Blitar") is None
    assert overview.fuzzy("zq", "Kota Blitar") is None


def test_filters_sorts_and_search() -> None:
    blitar = region()
    kabupaten = region(code="35.05", name="Kab. Blitar", stage="tidak_terpilih", official=None, readiness="behind")
    minahasa = region(
        code="71.07", name="Kab. Minahasa Tenggara", province="Sulawesi Utara", official=74.9, overdue=3, pending=1,
        forecast=Forecast("date", date(2025, 11, 9)), team=("Budi",), readiness="behind", writable=False,
    )  # fmt: skip
    passed = region(code="52.71", name="Kota Mataram", forecast=Forecast("passed"), stage=None, estimate=None)
    rows = [kabupaten, passed, minahasa, blitar]

    def codes(*args: Any) -> list[str]:
        return [row.code for row in overview.arrange(rows, *args)]

    assert codes() == ["35.72", "71.07", "35.05", "52.71"]
    assert codes("behind") == ["71.07", "35.05"]
    assert codes("overdue") == codes("waiting") == ["71.07"]
    assert "71.07" not in codes("mine")
    assert codes("ready") == []
    assert codes("all", "forecast")[0] == "52.71"
    assert codes("all", "overdue")[0] == "71.07"
    assert codes("all", "low")[0] == "71.07"
    assert codes("all", "high")[0] == "35.05"
    assert codes("all", "province")[-1] == "71.07"
    assert codes("all", "name", "blitar") == ["35.05", "35.72"]
    assert codes("all", "name", "35.72") == ["35.72"]
    assert codes("all", "name", "budi") == ["71.07"]
    assert codes("all", "name", "sulawesi teng") == ["71.07"]
    assert codes("all", "name", "mnhs") == ["71.07"]
    assert codes("all", "name", "tak ada") == []


@pytest.mark.parametrize(
    ("width", "keys"),
    [
        (37, ["mark", "name", "score"]),
        (52, ["mark", "name", *[f"c{n}" for n in range(1, 7)], "score"]),
        (70, ["mark", "name", *[f"c{n}" for n in range(1, 7)], "score", "forecast"]),
        (71, ["mark", "name", *[f"c{n}" for n in range(1, 7)], "score", "gap", "forecast"]),
        (77, ["mark", "name", *[f"c{n}" for n in range(1, 7)], "score", "gap", "trend", "forecast"]),
        (104, ["mark", "name", *[f"c{n}" for n in range(1, 7)], "score", "gap", "trend", "forecast"]),
        (105, ["mark", "name", *[f"c{n}" for n in range(1, 7)], "score", "gap", "late", "trend", "forecast"]),
    ],
)
def test_columns_of_the_map_fall_away_in_order(width: int, keys: list[str]) -> None:
    found = heat.columns("dashboard", width, [str(n) for n in range(1, 7)], "> 90")
    assert [column.key for column in found] == keys
    assert sum(column.width or 0 for column in found) <= width


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Kota Blitar · 2.4 due (+14)", "Kota Blitar · 2.4 batas waktu (+14)"),
        ("Kota Blitar · 2.4 owners", "Kota Blitar · 2.4 penanggung jawab"),
        ("Kota Blitar · 2.4.1", "Kota Blitar · 2.4.1"),
        ("Kota Blitar · tidak_lulus", "Kota Blitar · tidak lulus"),
        ("Kota Blitar · team", "Kota Blitar · tim"),
        ("Kota Blitar · event", "Kota Blitar · kegiatan"),
        ("Kota Blitar · 2025-10-06", "Kota Blitar · nilai resmi 6 Okt 2025"),
        ("Kota Blitar · Rapat · (+1)", "Kota Blitar · Rapat · (+1)"),
        ("Rahasia", "Rahasia"),
    ],
)
def test_a_step_of_the_undo_list_in_words(title: str, shown: str) -> None:
    assert step_words(title) == shown
