"""The one form of every value, groups and empty values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akk_tui.contract import limits
from akk_tui.contract.errors import BadValue, UnknownField
from akk_tui.contract.fields import canonical, empty, field, group, is_canonical, KINDS
from akk_tui.contract.names import field_words

UUID = "01920000-0000-7000-8000-000000000000"
EVIDENCE = {"title": "SK", "date": "2025-01-02", "capaian": "412/429 = 96,1 %", "per": "2025-10-01"}
GOOD: list[tuple[str, str, Any, Any]] = [
    ("assessment", "item.2.4.1", "diterima", "diterima"),
    ("assessment", "item_owner.2.4.1", " BKPSDM\t", "BKPSDM"),
    ("assessment", "item_owner.2.4.1", "  ", None),
    ("assessment", "item_due.12.4.1", " 2025-10-06 ", "2025-10-06"),
    ("assessment", "evidence.2.4.1.5", {"title": "SK", "link": ""}, {"title": "SK"}),
    ("assessment", "evidence.2.4.1.1", {"title": " ", "photo": None}, None),
    ("assessment", "evidence.2.4.1.1", EVIDENCE, EVIDENCE),
    ("assessment", "owners", ["b", "a ", "b", ""], ["a", "b"]),
    ("assessment", "owners", [], None),
    ("assessment", "pic", {"name": "Rini", "phone": "0800"}, {"name": "Rini", "phone": "0800"}),
    ("assessment", "summary", "a\r\nb", "a\nb"),
    ("assessment", "summary", " \n ", None),
    ("assessment", "score", "92,1", "92.10"),
    ("assessment", "score", 92.15, "92.15"),
    ("assessment", "score", 100, "100.00"),
    ("criterion", "value", " 77.48", "77.48"),
    ("criterion", "year", "2024", 2024),
    ("criterion", "year", 2024, 2024),
    ("standing", "stage", "bimtek", "bimtek"),
    ("standing", "team", ["contoh2", "contoh1"], ["contoh1", "contoh2"]),
    ("score", "retracted", False, None),
    ("score", "retracted", True, True),
    ("note", "subject", "35.72", "35.72"),
    ("note", "subject", "35.72:2.4", "35.72:2.4"),
    ("note", "subject", UUID, UUID),
    ("note", "body", "# Judul\n\x1b[31mmerah", "# Judul\nmerah"),
    ("event", "start", "2025-02-11", "2025-02-11"),
    ("event", "start", "2025-02-11T09:00:30+07:00", "2025-02-11T09:00+07:00"),
    ("event", "participants", 64, 64),
    ("event", "attendance.BKPSDM", "hadir", "hadir"),
    ("followup", "event", UUID, UUID),
    ("followup", "status", "selesai", "selesai"),
    ("note", "cycle", "2025", "2025"),
    ("note", "region", "35.72", "35.72"),
]  # fmt: skip

BAD: list[tuple[str, str, Any, str]] = [
    ("assessment", "item.2.4.1", "selesai", "belum_ada, perlu_perbaikan"),
    ("assessment", "item.2.4.1", 3, "belum_ada"),
    ("assessment", "item_owner.2.4.1", "x" * 301, "terlalu panjang"),
    ("assessment", "item_owner.2.4.1", 7, "bukan teks"),
    ("assessment", "item_due.2.4.1", "6 Okt", "TTTT-BB-HH"),
    ("assessment", "item_due.2.4.1", "2025-02-30", "TTTT-BB-HH"),
    ("assessment", "evidence.2.4.1.1", {"judul": "x"}, "title, number"),
    ("assessment", "evidence.2.4.1.1", "SK", "title, number"),
    ("assessment", "evidence.2.4.1.1", {"date": "kemarin"}, "TTTT-BB-HH"),
    ("assessment", "owners", "BKPSDM", "bukan daftar"),
    ("assessment", "owners", [str(n) for n in range(limits.OWNERS + 1)], "terlalu banyak"),
    ("assessment", "owners", [1], "bukan teks"),
    ("assessment", "summary", "é" * 16_001, "terlalu panjang"),
    ("assessment", "score", "101", "antara 0 dan 100"),
    ("assessment", "score", "-1", "antara 0 dan 100"),
    ("assessment", "score", "nan", "antara 0 dan 100"),
    ("assessment", "score", "baik", "bukan angka"),
    ("assessment", "score", True, "bukan angka"),
    ("assessment", "score", [1], "bukan angka"),
    ("criterion", "year", 1944, "bukan tahun"),
    ("criterion", "year", "duaribu", "bukan tahun"),
    ("criterion", "year", True, "bukan tahun"),
    ("standing", "stage", "lulus", "usulan"),
    ("score", "retracted", "ya", "ya atau tidak"),
    ("note", "subject", "Blitar", "bukan daerah"),
    ("note", "subject", 5, "bukan teks"),
    ("note", "cycle", "25", "bukan tahun"),
    ("note", "region", "3572", "kode daerah"),
    ("event", "start", "besok", "TTTT-BB-HH"),
    ("event", "start", "2025-02-30", "TTTT-BB-HH"),
    ("event", "participants", -1, "bukan bilangan"),
    ("event", "participants", True, "bukan bilangan"),
    ("followup", "event", "x", "bukan kegiatan"),
    ("followup", "status", "jadi", "belum, proses"),
]


@pytest.mark.parametrize(("kind", "name", "value", "made"), GOOD)
def test_values_come_into_their_one_form(kind: str, name: str, value: Any, made: Any) -> None:
    assert canonical(kind, name, value) == made
    assert is_canonical(kind, name, made)
    assert canonical(kind, name, canonical(kind, name, value)) == made
    if value != made or type(value) is not type(made):
        assert not is_canonical(kind, name, value)


@pytest.mark.parametrize(("kind", "name", "value", "reason"), BAD)
def test_a_wrong_value_is_refused_in_words(kind: str, name: str, value: Any, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        canonical(kind, name, value)
    assert reason in caught.value.words()
    assert field_words(name) in caught.value.words()
    assert not is_canonical(kind, name, value)


def test_a_refused_value_is_shown_clean_and_short() -> None:
    with pytest.raises(BadValue) as caught:
        canonical("note", "region", "\x1b[31m" + "x" * 100)
    assert caught.value.params["value"] == "x" * 60


def test_types_count() -> None:
    assert is_canonical("assessment", "score", "92.15")
    assert not is_canonical("assessment", "score", 92.15)
    assert not is_canonical("criterion", "year", "2024")
    assert not is_canonical("score", "retracted", 1)
    assert not is_canonical("event", "participants", False)


def test_empty_values() -> None:
    assert empty("assessment", "item.2.4.1") == "belum_ada"
    assert empty("assessment", "item_due.2.4.1") is None
    assert canonical("assessment", "item.2.4.1", None) == "belum_ada"
    assert canonical("note", "title", None) is None
    assert is_canonical("assessment", "item.2.4.1", None)
    assert is_canonical("note", "title", None)


def test_groups() -> None:
    assert group("criterion", "year") == ("value", "year", "as_of", "source")
    assert group("assessment", "as_of") == ("score", "as_of", "source")
    assert group("event", "end") == ("start", "end", "zone")
    assert group("assessment", "item.2.4.1") == ("item.2.4.1",)
    for kind, known in KINDS.items():
        for one in known:
            for name in one.group:
                assert group(kind, name) == one.group


@pytest.mark.parametrize(
    ("kind", "name"),
    [("assessment", "item.2.4"), ("assessment", "evidence.2.4.1.6"), ("assessment", "owners\n"), ("x", "title"),
     ("note", "judul"), ("event", "attendance."), ("event", "attendance.a.b")],
)  # fmt: skip
def test_an_unknown_field_is_refused(kind: str, name: str) -> None:
    with pytest.raises(UnknownField):
        field(kind, name)


def test_notes_merge_as_text_and_owners_as_sets() -> None:
    assert field("note", "body").merge == "text"
    assert field("assessment", "owners").merge == "set"
    assert field("assessment", "due").merge == "conflict"
    assert field("note", "author").immutable


names = st.sampled_from(sorted({(kind, name) for kind, name, *_ in [*GOOD, *BAD]}))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3000) | st.floats() | st.text(max_size=12)
    | st.sampled_from(["2025-10-06", "35.72", "ya", "diterima", "bimtek", "92,5", "2025-02-11T09:00"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["title", "name", "date", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)  # fmt: skip


@given(names, values)
def test_a_form_of_a_form_is_that_form(place: tuple[str, str], value: Any) -> None:
    kind, name = place
    try:
        made = canonical(kind, name, value)
    except BadValue:
        return
    assert canonical(kind, name, made) == made
    assert is_canonical(kind, name, made)
