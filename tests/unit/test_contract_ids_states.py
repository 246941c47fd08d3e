"""Keys, units, UUIDs, checksums; item states and how they travel."""

from __future__ import annotations

import uuid
from binascii import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akk_tui.contract import ids
from akk_tui.contract.errors import BadKey
from akk_tui.contract.names import kind_words
from akk_tui.contract.states import (
    ADMIN_STAGES,
    ALL_STAGES,
    EXITS,
    ITEM_STATES,
    pack,
    repack,
    STAGES,
    unpack,
    UNREADABLE,
)

states = st.lists(st.sampled_from(ITEM_STATES), max_size=20)
KEY = "01920000-0000-7000-8000-000000000000"


@given(states)
def test_states_travel_and_come_back(given_: list[str]) -> None:
    packed = pack(given_)
    assert [unpack(packed, pos) for pos in range(len(given_))] == given_
    assert unpack(packed, len(given_) + 3) == "belum_ada"
    assert not packed.endswith("0")


@given(states, st.integers(0, 25), st.sampled_from(ITEM_STATES))
def test_one_state_is_replaced_and_no_other(given_: list[str], pos: int, state: str) -> None:
    made = repack(pack(given_), pos, state)
    full = [*given_, *["belum_ada"] * 30]
    full[pos] = state
    assert made == pack(full)


def test_a_character_of_a_later_version_stays() -> None:
    assert unpack("4Z1", 1) == UNREADABLE
    assert repack("4Z1", 0, "diunggah") == "2Z1"


def test_stages() -> None:
    assert set(EXITS) < set(ALL_STAGES)
    assert set(EXITS.values()) < set(STAGES)
    assert set(ALL_STAGES) > ADMIN_STAGES


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))
def test_uuids_are_of_version_7_and_keep_their_time(now: int, bits: int) -> None:
    made = ids.uuid7(now, lambda n: bits & ((1 << n) - 1))
    parsed = uuid.UUID(made)
    assert str(parsed) == made
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122
    assert parsed.int >> 80 == now
    assert ids.UUID.match(made)


@pytest.mark.parametrize(
    ("kind", "key", "place"),
    [
        ("assessment", "2025:35.72:2.4", ("2025", "35.72", "2.4")),
        ("criterion", "2025:35.72:spi", ("2025", "35.72", "spi")),
        ("standing", "2025:35.72", ("2025", "35.72", "")),
        ("score", "2025:35.72:2025-09-08", ("2025", "35.72", "2025-09-08")),
        ("note", KEY, None),
        ("event", KEY, None),
        ("followup", KEY, None),
    ],
)
def test_places(kind: str, key: str, place: tuple[str, str, str] | None) -> None:
    assert ids.place(kind, key) == place


def test_the_unit_of_a_place() -> None:
    place = ids.place("assessment", "2025:35.72:2.4")
    assert place is not None
    assert place.unit == ids.unit("2025", "35.72") == "2025:35.72"


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("assessment", "2025:35.72"),
        ("assessment", "2025:35.72:mcp"),
        ("assessment", "2025:3572:2.4"),
        ("assessment", "25:35.72:2.4"),
        ("assessment", "2025:35.72:2.4\n"),
        ("criterion", "2025:35.72:SPI"),
        ("standing", "2025:35.72:x"),
        ("score", "2025:35.72:kemarin"),
        ("note", "2025:35.72"),
        ("note", KEY.upper().replace("0", "A")),
    ],
)
def test_a_wrong_key_is_refused_in_words(kind: str, key: str) -> None:
    with pytest.raises(BadKey) as caught:
        ids.place(kind, key)
    assert kind_words(kind) in caught.value.words()


rows = st.lists(
    st.tuples(st.sampled_from(["note", "score"]), st.text("ab:", max_size=5), st.integers(0, 9)), max_size=6
)


@given(rows)
def test_a_checksum_does_not_know_order(given_: list[tuple[str, str, int]]) -> None:
    assert ids.checksum(given_) == ids.checksum(given_[::-1]) < 2**32


@given(rows, rows)
def test_checksums_add_up(one: list, other: list) -> None:
    assert ids.checksum([*one, *other]) == (ids.checksum(one) + ids.checksum(other)) % 2**32


def test_a_checksum_by_hand() -> None:
    assert ids.checksum([("note", "k", 3)]) == crc32(b"note\0k\x003")


scopes = st.dictionaries(st.sampled_from(["2025:35.72", "2025:52.71", "2024:35.72"]), st.booleans()).map(dict.items)


@given(scopes, scopes)
def test_scopes_are_told_apart_by_their_digest(one: list, other: list) -> None:
    assert ids.scope_digest(one) == ids.scope_digest(sorted(one, reverse=True))
    assert (ids.scope_digest(one) == ids.scope_digest(other)) == (set(one) == set(other))
    assert len(ids.scope_digest(one)) == 16
