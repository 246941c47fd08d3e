"""Which region a person means."""

from __future__ import annotations

from pathlib import Path

import pytest
from viewworld import regions, World

from akk_tui.contract.text import clean
from akk_tui.store.views import names
from akk_tui.store.views.names import AmbiguousRegion, find_region, UnknownRegion, UnknownRegionAlone

TWINS = regions("35.72", "35.05", "71.07", "71.02", "63.02", "12.19", "16.13")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("35.72", "35.72"),
        (" 35.05 ", "35.05"),
        ("35 72", "35.72"),
        ("Kota Blitar", "35.72"),
        ("kota blitar", "35.72"),
        ("KABUPATEN BLITAR", "35.05"),
        ("Kab. Blitar", "35.05"),
        ("kab blitar", "35.05"),
        ("Minahasa", "71.02"),
        ("minahasa tenggara", "71.07"),
        ("Kab. Minahasa Tenggara", "71.07"),
        ("kotabaru", "63.02"),
        ("Kota Baru", "63.02"),
        ("Kab. Kotabaru", "63.02"),
        ("batu bara", "12.19"),
        ("Batubara", "12.19"),
        ("Minähasa", "71.02"),
        ("musi-rawas utara", "16.13"),
    ],
)
def test_a_code_or_a_name_with_or_without_its_kind_is_found(text: str, code: str) -> None:
    assert find_region(TWINS, text) == code


def test_a_name_that_two_regions_bear_lists_both() -> None:
    with pytest.raises(AmbiguousRegion) as caught:
        find_region(TWINS, "blitar")
    words = caught.value.words()
    assert "Kota Blitar (35.72)" in words
    assert "Kab. Blitar (35.05)" in words
    assert caught.value.exit_code == 2


def test_without_its_twin_in_scope_a_name_is_not_ambiguous() -> None:
    assert find_region(regions("35.72", "71.07"), "blitar") == "35.72"


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("blitr", "Kota Blitar"),
        ("Kota Minahasa", "Kab. Minahasa"),
        ("35.71", "Kota Blitar"),
        ("kab. minahasa tengara", "Kab. Minahasa Tenggara"),
    ],
)
def test_an_unknown_name_offers_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(UnknownRegion) as caught:
        find_region(TWINS, text)
    assert nearest in caught.value.words()
    assert text in caught.value.words()


@pytest.mark.parametrize("text", ["", "99.99", "zzzzzz", "\x1b[31mqqq\x1b[0m"])
def test_nothing_near_says_how_to_write_it(text: str) -> None:
    with pytest.raises(UnknownRegionAlone) as caught:
        find_region(TWINS, text)
    assert "Tulis kode seperti" in caught.value.words()
    assert clean(caught.value.words()) == caught.value.words()


def test_the_kind_of_the_only_twin_in_scope_decides() -> None:
    with pytest.raises(UnknownRegion) as caught:
        find_region(regions("35.72"), "Kab. Blitar")
    assert "Kota Blitar" in caught.value.words()


def test_only_regions_of_the_scope_are_found(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.store as store:
        assert store.views.find_region("kota blitar") == "35.72"
        world.take("2025:35.72")
        with pytest.raises(UnknownRegion):
            store.views.find_region("35.72")
        assert store.views.find_region("blitar") == "35.05"
        assert "35.72" not in {region.code for region in names.in_scope(store)}


def test_before_the_first_sync_nothing_is_known(tmp_path: Path) -> None:
    from akk_tui.store.store import Store

    with Store.open(tmp_path / "akk.db") as store, pytest.raises(UnknownRegionAlone):
        store.views.find_region("Kota Blitar")
