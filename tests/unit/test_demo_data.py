"""The sample data: published facts as they are, a story alive on its own day, invented parts that say so."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from akk_tui.contract import fields, ids
from akk_tui.contract.states import ITEM_STATES, unpack
from akk_tui.domain import criteria, readiness, steps
from akk_tui.domain.attention import overdue_days
from akk_tui.domain.forecast import Forecast, forecast
from akk_tui.domain.instrument import Index
from akk_tui.server.demo import candidates, places, sample
from akk_tui.server.demo.rows import INVENTED, Row
from akk_tui.server.instruments import built_in

ROWS = sample.rows()
INSTRUMENT = built_in("2025")
INDEX = Index(INSTRUMENT)
TODAY = date.fromisoformat(sample.TODAY)
CANDIDATES = ("35.72", "52.71", "71.07")
BY_KEY = {(row.kind, row.key): row for row in ROWS}


def of(kind: str, region: str, cycle: str = "2025") -> list[Row]:
    return [row for row in ROWS if (row.kind, row.region, row.cycle) == (kind, region, cycle)]


def history(region: str, cycle: str = "2025") -> list[tuple[date, float]]:
    return [(date.fromisoformat(row.key[-10:]), float(row.fields["value"])) for row in of("score", region, cycle)]


def projected(region: str) -> Forecast:
    assessment = date.fromisoformat(INSTRUMENT.assessment)
    return forecast(history(region), INSTRUMENT.pass_mark, INSTRUMENT.pass_at_mark, TODAY, assessment)


def states(region: str) -> dict[str, str]:
    return {row.key.rpartition(":")[2]: row.fields["items"] for row in of("assessment", region)}


# --- form -------------------------------------------------------------------------------------------------------


def test_every_value_is_in_its_one_form() -> None:
    for row in ROWS:
        assert row.fields
        for name, value in row.fields.items():
            if row.kind == "assessment" and name in ("items", "instrument"):
                continue
            assert fields.is_canonical(row.kind, name, value), (row.key, name, value)
            assert value != fields.empty(row.kind, name), (row.key, name)


def test_every_row_has_its_place_and_a_key_of_its_own() -> None:
    assert len(BY_KEY) == len(ROWS)
    assert len({row.key for row in ROWS if row.kind in ("note", "event", "followup")}) == sum(
        row.kind in ("note", "event", "followup") for row in ROWS
    )
    for row in ROWS:
        place = ids.place(row.kind, row.key)
        if place is None:
            assert (row.fields["cycle"], row.fields["region"]) == (row.cycle, row.region)
        else:
            assert place.unit == f"{row.cycle}:{row.region}"
        assert row.region in sample.regions(row.cycle)
        places.region(row.region)


def test_item_states_fit_the_instrument() -> None:
    for row in ROWS:
        if row.kind != "assessment":
            continue
        indicator = INDEX.indicators[row.key.rpartition(":")[2]]
        assert row.fields["instrument"] == INSTRUMENT.version
        assert len(row.fields["items"]) <= len(indicator.items)
        assert not row.fields["items"].endswith("0")
        for name in row.fields:
            if name.startswith(("item_", "evidence.")):
                item = ".".join(name.split(".")[1:4])
                assert INDEX.indicator_of[item] is indicator


def test_criterion_values_are_in_the_form_of_their_criterion() -> None:
    for row in ROWS:
        if row.kind == "criterion":
            criterion = INDEX.criteria[row.key.rpartition(":")[2]]
            assert criteria.canonical_value(criterion, row.fields["value"]) == row.fields["value"]
            assert row.fields["source"]


def test_references_lead_somewhere() -> None:
    for row in ROWS:
        if row.kind == "followup":
            assert ("event", row.fields["event"]) in BY_KEY
        if row.kind in ("note", "followup"):
            region, _, indicator = row.fields["subject"].partition(":")
            assert region == row.region
            assert not indicator or indicator in INDEX.indicators
        if row.kind == "note":
            assert row.fields["author"] == row.by


def test_who_and_when() -> None:
    names = {officer.name for officer in sample.officers()}
    units = {officer.name: set(officer.units) for officer in sample.officers()}
    for row in ROWS:
        assert row.by in names
        assert row.at.endswith("Z")
        assert len(row.at) == 20
        if row.cycle == "2025":
            assert f"2025:{row.region}" in units[row.by]
    assert [row.at for row in ROWS] == sorted(row.at for row in ROWS)


def test_it_is_the_same_every_time() -> None:
    assert sample.rows() == ROWS
    blitar = next(row for row in of("event", "35.72") if row.fields["kind"] == "bimtek")
    assert blitar.key.startswith("0194")
    assert blitar.key == next(row.key for row in sample.rows() if row.fields.get("participants") == 64)


# --- time -------------------------------------------------------------------------------------------------------


def test_nothing_of_2025_is_later_than_its_today() -> None:
    for row in ROWS:
        if row.cycle != "2025":
            assert row.at < "2025-01-01"
            continue
        assert row.at[:10] <= sample.TODAY
        for name, value in row.fields.items():
            planned = row.kind == "event" and "outcome" not in row.fields and "(contoh)" in row.fields["title"]
            if name in ("date", "as_of", "done_at", "end", "start") and not planned:
                assert value <= sample.TODAY, (row.key, name)
            if name.startswith("evidence."):
                assert value.get("date", "") <= row.at[:10]
                assert value.get("per", "") <= row.at[:10]
        if row.kind == "score":
            assert row.key[-10:] <= sample.TODAY
    assert "92.15" not in {row.fields.get("value") for row in ROWS}


# --- regions and officers ---------------------------------------------------------------------------------------


def test_thirty_six_regions_in_sixteen_provinces() -> None:
    codes = sample.regions("2025")
    assert len(set(codes)) == 36
    assert len({code[:2] for code in codes}) == 16
    assert sum(code[:2] == "35" for code in codes) == 4
    known = {"18.09", "18.02", "73.71", "73.09", "73.03", "64.72", "64.74", *CANDIDATES}
    assert known <= set(codes)
    assert {unit for unit in sample.invented() if unit != "*"} == {f"2025:{code}" for code in set(codes) - known}
    assert len(sample.invented()) == 27
    assert places.region("16.12").full_name == "Kab. Penukal Abab Lematang Ilir"
    assert "16.12" in codes
    for code in codes:
        assert len(of("standing", code)) == 1
    stages = Counter(of("standing", code)[0].fields["stage"] for code in codes)
    assert stages["pendampingan"] == 3
    assert set(stages) == {"pendampingan", "observasi", "tidak_terpilih"}


def test_officers_overlap_in_the_candidates_and_together_hold_all() -> None:
    first, second, reader = sample.officers()
    assert [o.name for o in (first, second, reader)] == ["contoh1", "contoh2", "contoh-verifikator"]
    assert [o.role for o in (first, second, reader)] == ["petugas", "petugas", "verifikator"]
    both = {unit for unit in set(first.units) & set(second.units) if unit.startswith("2025")}
    assert both == {f"2025:{code}" for code in CANDIDATES}
    every = {f"2025:{code}" for code in sample.regions("2025")}
    assert {unit for unit in {*first.units, *second.units} if unit.startswith("2025")} == every
    assert every <= set(reader.units)
    for officer in (first, second):
        assert 15 <= len(officer.units) <= 22
        assert any(unit.startswith("2024") for unit in officer.units)


@pytest.mark.parametrize(("code", "zone"), [("35.72", "WIB"), ("61.71", "WIB"), ("71.07", "WITA"), ("91.06", "WIT")])
def test_zones(code: str, zone: str) -> None:
    assert places.region(code).zone == zone


def test_all_regions_of_the_country() -> None:
    assert len(places.regions()) == 514
    assert len({region.province_code for region in places.regions()}) == 38
    assert Counter(region.zone for region in places.regions()).keys() == {"WIB", "WITA", "WIT"}
    assert (places.region("35.05").full_name, places.region("35.72").full_name) == ("Kab. Blitar", "Kota Blitar")


def test_agencies_are_those_that_instruments_and_rows_name() -> None:
    known = {agency.id for agency in sample.agencies()}
    named = {owner for indicator in INDEX.indicators.values() for owner in indicator.owners}
    named |= {item.owner for item in INDEX.items.values() if item.owner}
    for row in ROWS:
        for name, value in row.fields.items():
            if name == "owner" or name.startswith("item_owner."):
                named.add(value)
    assert named <= known
    assert all(agency.name and agency.name_en for agency in sample.agencies())


# --- published facts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "key", "values"),
    [
        ("score", "2025:35.72:2025-09-08", {"value": "77.50", "source": "KPK"}),
        ("score", "2024:34.01:2024-11-13", {"value": "95.10", "source": "KPK"}),
        ("score", "2024:13.76:2024-11-12", {"value": "94.75", "source": "KPK"}),
        ("criterion", "2025:35.72:mcp", {"value": "98.00", "year": 2024, "source": "KPK"}),
        ("criterion", "2025:71.07:mcp", {"value": "99.39", "year": 2025, "source": "KPK"}),
        ("criterion", "2025:71.07:spi", {"value": "77.48", "source": "KPK"}),
        ("criterion", "2025:64.74:mcp", {"value": "95.00", "source": "KPK"}),
        ("criterion", "2025:64.74:spi", {"value": "77.60", "source": "KPK"}),
        ("criterion", "2024:33.72:spi", {"value": "83.00", "source": "KPK"}),
        ("criterion", "2024:61.71:sakip", {"value": "BB", "year": 2023}),
        ("standing", "2024:33.72", {"stage": "percontohan", "date": "2024-12-09"}),
        ("standing", "2024:51.03", {"stage": "percontohan", "date": "2024-12-09"}),
    ],
)
def test_published_facts(kind: str, key: str, values: dict[str, object]) -> None:
    assert values.items() <= BY_KEY[kind, key].fields.items()


def test_scores_that_were_not_published_are_not_there() -> None:
    assert of("score", "33.72", "2024") == []
    assert of("score", "51.03", "2024") == []
    published = {"2025:35.72:2025-09-08", "2024:34.01:2024-11-13", "2024:13.76:2024-11-12"}
    for row in ROWS:
        if row.kind == "score":
            assert (row.fields["source"] == "KPK") == (row.key in published)
            assert row.fields["source"] in ("KPK", INVENTED)


def test_the_bimtek_of_kota_blitar() -> None:
    event = next(row.fields for row in of("event", "35.72") if row.fields["kind"] == "bimtek")
    assert (event["start"], event["end"], event["zone"]) == ("2025-02-11", "2025-02-13", "WIB")
    assert event["participants"] == 64
    assert set(event["institutions"]) == {"KemenPAN-RB", "Kemendagri", "Kemenkeu", "Ombudsman RI", "BPKP"}


# --- the story --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CANDIDATES)
def test_a_candidate_is_complete(code: str) -> None:
    rows = of("assessment", code)
    assert {row.key.rpartition(":")[2] for row in rows} == set(INDEX.indicators)
    packed = states(code)
    used = {unpack(packed[i.id], item.pos) for i in INDEX.indicators.values() for item in i.items}
    assert used == set(ITEM_STATES)
    evidence = [value for row in rows for name, value in row.fields.items() if name.startswith("evidence.")]
    assert sum("capaian" in one and "per" in one for one in evidence) >= 5
    assert sum("summary" in row.fields for row in rows) >= 5
    assert sum("pic" in row.fields for row in rows) >= 5
    assert any(name.startswith("item_owner.") for row in rows for name in row.fields)
    assert any(name.startswith("item_due.") for row in rows for name in row.fields)
    assert len(of("note", code)) >= 4
    assert {row.by for row in of("note", code)} == {"contoh1", "contoh2"}
    assert len(of("followup", code)) >= 2
    assert {criterion.key.rpartition(":")[2] for criterion in of("criterion", code)} >= {"mcp", "spi", "bpk"}
    overdue = [
        item.id
        for row in rows
        for item in INDEX.indicators[row.key.rpartition(":")[2]].items
        if (due := row.fields.get(f"item_due.{item.id}") or row.fields.get("due"))
        and overdue_days(unpack(row.fields["items"], item.pos), date.fromisoformat(due), TODAY)
    ]
    assert 2 <= len(overdue) <= 12
    assert 60 < (readiness.estimate(INSTRUMENT, packed).total or 0) < 90
    assert steps.plan(INSTRUMENT, packed).reaches


def test_412_of_429() -> None:
    fields_ = BY_KEY["assessment", "2025:35.72:2.4"].fields
    assert fields_["items"] == "421"
    assert fields_["evidence.2.4.2.1"]["capaian"] == "412/429 = 96,1 %"
    assert overdue_days("diunggah", date.fromisoformat(fields_["due"]), TODAY) == 6


def test_kota_blitar_is_projected_to_pass_near_27_october() -> None:
    found = projected("35.72")
    assert found.kind == "date"
    assert found.day == date(2025, 10, 27)
    assert len(history("35.72")) >= 8


def test_the_others_are_projected_past_the_assessment() -> None:
    late = {code: projected(code) for code in ("52.71", "71.07")}
    assert {one.kind for one in late.values()} == {"not_by_assessment"}
    assert late["52.71"].day is not None
    assert late["52.71"].day.month == 11


def test_words_of_readiness() -> None:
    words = {}
    for code in sample.regions("2025"):
        points = history(code)
        verdicts = [
            criteria.verdict(INDEX.criteria[row.key.rpartition(":")[2]], row.fields["value"])
            for row in of("criterion", code)
        ]
        words[code] = readiness.word(
            INSTRUMENT,
            official=points[-1][1] if points else None,
            estimate=readiness.estimate(INSTRUMENT, states(code)).total,
            forecast=projected(code),
            verdicts=verdicts,
        )
    assert words["35.72"] == "nearly"
    assert words["52.71"] == words["71.07"] == "behind"


def test_no_region_is_said_to_be_under_investigation() -> None:
    for row in ROWS:
        if row.kind == "criterion" and row.key.endswith(":kasus"):
            assert row.fields["value"] == "ya"


def test_a_region_named_in_public_gets_no_invented_failure() -> None:
    invented = set(sample.invented())
    for row in ROWS:
        if row.kind == "criterion" and f"{row.cycle}:{row.region}" not in invented:
            criterion = INDEX.criteria[row.key.rpartition(":")[2]]
            assert criteria.verdict(criterion, row.fields["value"]) != "not_met", row.key


def test_the_observed_regions_are_sparse() -> None:
    items: defaultdict[str, int] = defaultdict(int)
    for row in ROWS:
        if row.kind == "assessment" and row.region not in CANDIDATES:
            items[row.region] += len(row.fields["items"].replace("0", ""))
            assert not set(row.fields["items"]) & {"4"}
    assert len(items) == 33
    assert max(items.values()) <= 16


def test_what_the_reference_says() -> None:
    made = sample.sample()
    assert made.today == "2025-10-06"
    assert "*" in made.invented
    assert sample.CYCLES == (("2024", "closed"), ("2025", "open"))


def test_every_checklist_covers_every_item() -> None:
    for checklist in candidates.CHECKLISTS.values():
        for name, packed in checklist.states.items():
            assert len(packed) == len(INDEX.indicators[name].items)
