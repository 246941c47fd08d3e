"""Values of the entry criteria and their verdicts."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from akk_tui.contract.errors import BadValue
from akk_tui.contract.text import Line
from akk_tui.domain import criteria
from akk_tui.domain.instrument import Index
from akk_tui.server.instruments import built_in

CRITERIA = Index(built_in("2025")).criteria


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("mcp", "98", "98.00"),
        ("mcp", " 77,48 ", "77.48"),
        ("mcp", "99.394", "99.39"),
        ("sakip", "bb", "BB"),
        ("ombudsman", "a", "A"),
        ("kasus", "YA", "ya"),
        ("kasus", "tidak", "tidak"),
        ("bpk", "2023: wtp 2022:WDP", "2022:WDP 2023:WTP"),
        ("bpk", "2023=WTP, 2024 = tmp", "2023:WTP 2024:TMP"),
    ],
)
def test_values_have_one_form(name: str, text: str, value: str) -> None:
    assert criteria.canonical_value(CRITERIA[name], text) == value
    assert criteria.canonical_value(CRITERIA[name], value) == value


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("mcp", "101", "antara 0 dan 100"),
        ("mcp", "baik", "bukan angka"),
        ("mcp", "", "bukan angka"),
        ("sakip", "E", "AA, A, BB"),
        ("kasus", "mungkin", "ya, tidak"),
        ("bpk", "WTP", "2022:WTP"),
        ("bpk", "2022:WTP 2022:WDP", "2022:WTP"),
        ("bpk", "2022:XXX", "2022:WTP"),
        ("bpk", "1022:WTP", "2022:WTP"),
        ("bpk", "", "2022:WTP"),
    ],
)
def test_a_wrong_value_is_refused_in_words(name: str, text: str, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        criteria.canonical_value(CRITERIA[name], text)
    assert reason in caught.value.words()
    assert name in caught.value.words()


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("mcp", None, "no_data"),
        ("mcp", "", "no_data"),
        ("mcp", "rusak", "no_data"),
        ("mcp", "75.00", "met"),
        ("mcp", "74.99", "not_met"),
        ("spi", "68.00", "met"),
        ("spbe", "2.49", "not_met"),
        ("sakip", "AA", "met"),
        ("sakip", "B", "met"),
        ("sakip", "CC", "not_met"),
        ("ombudsman", "C", "not_met"),
        ("kasus", "ya", "met"),
        ("kasus", "tidak", "not_met"),
        ("bpk", "2022:WTP 2023:WTP", "met"),
        ("bpk", "2021:WDP 2022:WTP 2023:WTP", "met"),
        ("bpk", "2022:WTP 2023:WDP", "not_met"),
        ("bpk", "2022:WDP 2023:WTP", "not_met"),
        ("bpk", "2023:WTP", "no_data"),
        ("bpk", "2023:TW", "not_met"),
        ("bpk", "2021:WTP 2023:WTP", "no_data"),
    ],
)
def test_verdicts(name: str, value: str | None, verdict: str) -> None:
    assert criteria.verdict(CRITERIA[name], value) == verdict


@given(st.sampled_from(sorted(CRITERIA)), st.text(max_size=30))
def test_any_text_has_a_verdict_and_at_most_one_form(name: str, text: str) -> None:
    criterion = CRITERIA[name]
    assert criteria.verdict(criterion, text) in ("met", "not_met", "no_data")
    try:
        value = criteria.canonical_value(criterion, text)
    except BadValue:
        assert criteria.verdict(criterion, text) == "no_data"
    else:
        assert criteria.canonical_value(criterion, value) == value


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_better_number_is_never_worse(one: float, other: float) -> None:
    low, high = (f"{value:.2f}" for value in sorted((one, other)))
    if criteria.verdict(CRITERIA["mcp"], low) == "met":
        assert criteria.verdict(CRITERIA["mcp"], high) == "met"


def test_a_longer_row_of_years_can_be_asked_for() -> None:
    three = msgspec.structs.replace(CRITERIA["bpk"], threshold=Line("3"))
    assert criteria.verdict(three, "2021:WTP 2022:WTP 2023:WTP") == "met"
    assert criteria.verdict(three, "2022:WTP 2023:WTP") == "no_data"


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("spi", "72.99", "rentan"),
        ("spi", "73.00", "waspada"),
        ("spi", "77.99", "waspada"),
        ("spi", "78", "terjaga"),
        ("mcp", "0", "merah"),
        ("mcp", "25", "kuning"),
        ("mcp", "50", "biru"),
        ("mcp", "100", "hijau"),
    ],
)
def test_bands(name: str, value: str, word: str) -> None:
    band = criteria.band(CRITERIA[name], value)
    assert band is not None
    assert band.word == word


def test_no_band() -> None:
    assert criteria.band(CRITERIA["spi"], None) is None
    assert criteria.band(CRITERIA["spi"], "rusak") is None
    assert criteria.band(CRITERIA["sakip"], "BB") is None
    high = msgspec.structs.replace(CRITERIA["spi"], bands=CRITERIA["spi"].bands[1:])
    assert criteria.band(high, "10") is None
