"""Who may do what: the table of ``design: sync``, Rights, and nothing of it depends on the client."""

from __future__ import annotations

from typing import Any

import pytest
from server_api import KOTA, Officer, Server, UNIT

from akk_tui.server import setup

ROW = f"{UNIT}:2.4"
NOTE = "01900000-0000-7000-8000-00000000aa01"
FOLLOWUP = "01900000-0000-7000-8000-00000000aa02"
EVENT = "01900000-0000-7000-8000-00000000aa03"
PLACE = {"cycle": "2025", "region": KOTA}


def code(answer: list[Any]) -> str:
    return answer[1] if answer[1] != "rejected" else answer[3]["code"]


def stage(name: str | None, day: str | None = None) -> dict[str, Any]:
    return {"stage": name, "date": day}


@pytest.fixture
def vera(server: Server) -> Officer:
    return server.officer("vera", KOTA, role="verifikator")


@pytest.fixture
def adi(server: Server) -> Officer:
    return server.officer("adi", KOTA, role="admin")


@pytest.mark.parametrize("role", ["petugas", "verifikator", "admin"])
def test_a_read_grant_writes_nothing(server: Server, role: Any) -> None:
    reader = server.officer("tia", KOTA, role=role, write=False)
    assert code(reader.do("assessment", ROW, {"item.2.4.1": "diterima"}, {"item.2.4.1": None})) == "read_only"
    made = {**PLACE, "subject": KOTA, "author": "tia", "title": "x"}
    assert code(reader.do("note", NOTE, made, None)) == "read_only"
    assert reader.pull().head["scope"] == [{"unit": UNIT, "write": False}]


def test_a_petugas_sets_any_state(ani: Officer) -> None:
    was = None
    for state in ("diterima", "tidak_berlaku", "perlu_perbaikan", "diverifikasi", "diunggah", "belum_ada"):
        assert code(ani.do("assessment", ROW, {"item.2.4.1": state}, {"item.2.4.1": was})) == "applied"
        was = state


@pytest.mark.parametrize(
    ("kind", "key", "set_", "expected"),
    [
        ("assessment", ROW, {"item.2.4.1": "diverifikasi"}, "applied"),
        ("assessment", ROW, {"item.2.4.1": "perlu_perbaikan"}, "applied"),
        ("assessment", ROW, {"item.2.4.1": "diterima"}, "applied"),
        ("assessment", ROW, {"item.2.4.1": "diunggah"}, "role"),
        ("assessment", ROW, {"item.2.4.1": "tidak_berlaku"}, "role"),
        ("assessment", ROW, {"due": "2025-10-10"}, "role"),
        ("assessment", ROW, {"item_owner.2.4.1": "x"}, "role"),
        ("assessment", ROW, {"score": "90.00", "as_of": None, "source": None}, "role"),
        ("criterion", f"{UNIT}:mcp", {"value": "98.00", "year": 2024, "as_of": None, "source": None}, "role"),
        ("standing", UNIT, {"team": ["x"]}, "role"),
    ],
)
def test_a_verifikator_writes_three_states(
    vera: Officer, kind: str, key: str, set_: dict[str, Any], expected: str
) -> None:
    assert code(vera.do(kind, key, set_, dict.fromkeys(set_))) == expected


def test_a_verifikator_writes_notes_and_followups_but_no_events_or_scores(vera: Officer) -> None:
    assert code(vera.do("note", NOTE, {**PLACE, "subject": KOTA, "author": "vera", "title": "x"}, None)) == "applied"
    assert code(vera.do("note", NOTE, {"body": "Isi.\n"}, {"body": None})) == "applied"
    assert code(vera.do("followup", FOLLOWUP, {**PLACE, "text": "Lengkapi."}, None)) == "applied"
    assert code(vera.do("event", EVENT, {**PLACE, "title": "Monev"}, None)) == "role"
    assert code(vera.do("score", f"{UNIT}:2025-09-08", {"value": "77.50"}, None)) == "role"


@pytest.mark.parametrize("name", ["percontohan", "tidak_lulus", "tidak_terpilih", "dicabut"])
def test_the_last_word_on_a_region_is_the_admins(ani: Officer, adi: Officer, name: str) -> None:
    assert code(ani.do("standing", UNIT, stage(name, "2025-12-09"), stage(None))) == "role"
    assert code(adi.do("standing", UNIT, stage(name, "2025-12-09"), stage(None))) == "applied"
    assert code(ani.do("standing", UNIT, stage("calon", "2025-12-10"), stage(name, "2025-12-09"))) == "role"
    assert code(ani.do("standing", UNIT, {"team": ["ani"]}, {"team": None})) == "applied"
    assert code(adi.do("standing", UNIT, stage("calon", "2025-12-10"), stage(name, "2025-12-09"))) == "applied"


def test_a_petugas_moves_a_region_along_its_path(ani: Officer) -> None:
    assert code(ani.do("standing", UNIT, stage("bimtek", "2025-02-11"), stage(None))) == "applied"


def test_only_its_author_edits_a_note(ani: Officer, budi: Officer, adi: Officer) -> None:
    ani.do("note", NOTE, {**PLACE, "subject": KOTA, "author": "ani", "title": "x"}, None)
    for other in (budi, adi):
        assert code(other.do("note", NOTE, {"title": "y"}, {"title": "x"})) == "not_author"
    assert code(budi.do("note", NOTE, {"deleted": True}, {"deleted": None})) == "not_author"
    assert code(adi.do("note", NOTE, {"deleted": True}, {"deleted": None})) == "applied"


def test_a_note_bears_the_name_of_its_author(ani: Officer, adi: Officer) -> None:
    made = {**PLACE, "subject": KOTA, "author": "budi", "title": "x"}
    assert code(ani.do("note", NOTE, made, None)) == "not_author"
    assert code(adi.do("note", NOTE, made, None)) == "not_author"


@pytest.mark.parametrize(
    ("kind", "key", "made"),
    [("event", EVENT, {**PLACE, "title": "Monev"}), ("followup", FOLLOWUP, {**PLACE, "text": "Lengkapi."})],
)
def test_others_deletions_are_the_admins(
    ani: Officer, budi: Officer, adi: Officer, kind: str, key: str, made: dict[str, Any]
) -> None:
    gone, there = {"deleted": True}, {"deleted": None}
    ani.do(kind, key, made, None)
    assert code(budi.do(kind, key, gone, there)) == "role"
    assert code(ani.do(kind, key, gone, there)) == "applied"
    assert code(budi.do(kind, key, there, gone)) == "applied"
    assert code(adi.do(kind, key, gone, there)) == "applied"


@pytest.mark.parametrize("role", ["petugas", "admin"])
def test_a_closed_cycle_takes_nothing_until_it_is_opened(server: Server, role: Any) -> None:
    officer = server.officer("tia", KOTA, role=role)
    setup.set_cycle(server.database, "2025", "closed")
    op = officer.op("assessment", ROW, {"item.2.4.1": "diterima"}, {"item.2.4.1": None})
    assert code(officer.one(op)) == "cycle_closed"
    setup.set_cycle(server.database, "2025", "open")
    assert code(officer.one(op)) == "applied"


def test_a_change_of_role_holds_at_once(server: Server, ani: Officer) -> None:
    setup.set_role(server.database, "ani", "verifikator")
    assert code(ani.do("assessment", ROW, {"due": "2025-10-10"}, {"due": None})) == "role"
    assert ani.get("/v1/reference").json()["officer"]["role"] == "verifikator"
