"""What is edited on the tab Indikator: states, owners, due dates, evidence, official score, summary; its history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import filled
import pytest
from work_app import drive, Driven

from akk_tui.server.demo import sample
from akk_tui.store.store import Store
from akk_tui.ui.widgets.lines import Words
from akk_tui.ui.widgets.state_menu import StateMenu

KEY = "2025:35.72:2.4"


async def open_at(app: Driven, item: str = "2.4.4", region: str = "35.72", **where: str) -> None:
    await app.app.open_region(region, indicator=item.rsplit(".", 1)[0], item=item, **where)
    await app.settle()


def shown(app: Driven, part: str) -> str:
    return app.screen.query_one(part, Words).words.plain


def waiting(app: Driven) -> list[tuple[str, dict[str, Any], dict[str, Any] | None]]:
    """What waits: (key, new values, values that were seen), in the author's order."""
    return [(row.key, row.set, row.was) for row in app.store.views.outbox()]


def test_from_the_page_two_keys_change_the_first_open_item(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("slash")
        await app.type("kota blitar")
        await app.press("enter")
        assert app.screen.item.id == "1.1.4"
        await app.press("space", "5")
        assert waiting(app) == [("2025:35.72:1.1", {"item.1.1.4": "diterima"}, {"item.1.1.4": "diverifikasi"})]
        assert "tersimpan — belum terkirim" in app.told()

    drive(store_path, steps)


def test_marked_items_of_several_indicators_change_as_one_step(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, "2.4.2")
        await app.press("x", "x")
        assert "▪ 2 butir ditandai" in app.text()
        await app.press("left", "down", "down", "x")
        assert app.screen.focused.id == "items", "a mark is set among the items"
        await app.press("space")
        assert "3 butir · Kota Blitar" in app.text()
        await app.press("6")
        done = {name: value for _key, changed, _was in waiting(app) for name, value in changed.items()}
        assert done == dict.fromkeys(("item.2.4.2", "item.2.4.3", "item.2.6.3"), "tidak_berlaku")
        assert "ditandai" not in app.text()
        await app.press("u")
        assert waiting(app) == []
        await app.press("U")
        assert len(waiting(app)) == 3

    drive(store_path, steps)


def test_esc_takes_marks_away_first_and_unmark_says_when_there_are_none(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, "2.4.2")
        await app.press("X")
        assert "Tidak ada butir yang ditandai." in app.told()
        await app.press("x", "escape")
        assert app.screen.ID == "region"
        assert app.screen.indicators_tab.marked == frozenset()
        await app.press("x", "X")
        assert app.screen.indicators_tab.marked == frozenset()
        await app.press("x", "x", "escape")
        assert app.screen.ID == "dashboard"

    drive(store_path, steps)


def test_owners_and_contact_of_an_indicator_are_one_step(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        await app.press("left", "p")
        assert "Penanggung jawab · 2.4 " in app.text()
        await app.press("ctrl+u")
        await app.type("BKPSDM, Setda")
        await app.press("tab", "ctrl+u")
        await app.type("Sri")
        await app.press("ctrl+s")
        found = waiting(app)
        assert {"owners": ["BKPSDM", "Setda"]} in [changed for _key, changed, _was in found]
        assert any(changed.get("pic", {}).get("name") == "Sri" for _key, changed, _was in found)
        assert "BKPSDM, Setda" in app.text()
        assert "Sri" in app.text()
        await app.press("u")
        assert waiting(app) == []

    drive(store_path, steps)


@pytest.mark.parametrize("size", [(40, 15), (60, 18), (80, 16), (60, 40), (120, 18)])
def test_the_item_under_the_cursor_is_always_seen(sample_store: Path, size: tuple[int, int]) -> None:
    def seen(app: Driven) -> bool:
        begin = app.screen.item.title[:12]
        return any(f"] {begin}" in line for line in app.lines())

    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72", indicator="2.4")
        await app.settle()
        await app.press("right")
        assert seen(app)
        for key in ("down", "down", "down", "up", "up", "up", "pagedown", "down", "up"):
            await app.press(key)
            assert key == "pagedown" or seen(app), f"{key}\n{app.text()}"
        await app.press("down", "down", "down")
        await app.app.open_region("35.72", indicator="2.4", item="2.4.4")
        await app.settle()
        assert seen(app)

    drive(sample_store, steps, size=size)


def test_an_item_stays_in_sight_when_the_terminal_shrinks(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72", indicator="2.4", item="2.4.4")
        await app.settle()
        await app.pilot.resize_terminal(40, 15)
        await app.settle()
        assert any("] Bukti pengu" in line for line in app.lines())

    drive(sample_store, steps)


def test_a_date_that_stands_is_replaced_by_what_is_typed(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        await app.press("left", "d")
        assert app.screen.here.typed.startswith("2025-")
        await app.type("+7")
        await app.press("ctrl+s")
        assert [changed for _key, changed, _was in waiting(app)] == [{"due": "2025-10-13"}]
        await app.press("d", "end", "backspace")
        await app.type("4")
        await app.press("ctrl+s")
        assert {"due": "2025-10-14"} in [changed for _key, changed, _was in waiting(app)]

    drive(store_path, steps)


def test_an_item_has_its_own_owner_and_date(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        await app.press("p")
        assert app.screen.here.field.key == "item", "among the items the item's own field has the focus"
        assert "kosong: ikut indikator (BKPSDM)" in app.text()
        await app.press("ctrl+u")
        await app.type("Diskom")
        await app.press("down", "enter", "ctrl+s")
        await app.press("d")
        await app.type("kapan")
        await app.press("ctrl+s")
        assert "✗ tanggal tidak dikenali" in app.text()
        await app.press("ctrl+u")
        await app.type("20 okt")
        await app.press("ctrl+s")
        assert [(changed, was) for _key, changed, was in waiting(app)] == [
            ({"item_owner.2.4.4": "Diskominfo"}, {"item_owner.2.4.4": "Inspektorat"}),
            ({"item_due.2.4.4": "2025-10-20"}, {"item_due.2.4.4": None}),
        ]
        assert app.screen.item.owner == "Diskominfo"
        assert "20 Okt" in app.text()

    drive(store_path, steps)


def test_the_due_date_of_an_indicator_is_emptied(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        before = app.screen.indicator.due.isoformat()
        await app.press("left", "d", "ctrl+u", "ctrl+s")
        assert waiting(app) == [(KEY, {"due": None}, {"due": before})]

    drive(store_path, steps)


def test_marked_items_get_one_owner_and_one_date(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, "2.4.2")
        await app.press("x", "x", "p")
        assert "2 butir · Kota Blitar" in app.text()
        await app.type("Setda")
        await app.press("ctrl+s")
        assert [changed for _key, changed, _was in waiting(app)] == [
            {"item_owner.2.4.2": "Setda"},
            {"item_owner.2.4.3": "Setda"},
        ]
        assert app.screen.indicators_tab.marked == frozenset()
        await app.press("u", "x", "d")
        await app.type("+7")
        await app.press("ctrl+s")
        assert [changed for _key, changed, _was in waiting(app)] == [{f"item_due.{app.screen.item.id}": "2025-10-13"}]
        await app.press("x", "d", "ctrl+s")
        assert len(waiting(app)) in (1, 2)

    drive(store_path, steps)


def test_evidence_is_added_changed_deleted_and_brought_back(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        assert "belum ada bukti dukung; b menambah" in app.text()
        await app.press("b", "ctrl+s")
        assert "✗ harus diisi" in app.text()
        await app.type("Surat edaran")
        await app.press("tab")
        await app.type("1/2025")
        await app.press("tab")
        await app.type("3 okt")
        await app.press("tab")
        await app.type("https://bukti.example/1")
        await app.press("tab")
        await app.type("412/429")
        await app.press("tab")
        await app.type("1 okt")
        await app.press("enter")
        assert waiting(app)[0][1] == {
            "evidence.2.4.4.1": {
                "title": "Surat edaran", "number": "1/2025", "date": "2025-10-03", "link": "https://bukti.example/1",
                "capaian": "412/429", "per": "2025-10-01",
            }
        }  # fmt: skip
        assert "capaian 412/429 · per 1 Okt 2025" in shown(app, "#item")
        await app.press("b")
        assert "Bukti dukung · 2.4.4" in app.text()
        await app.press("n")
        await app.type("Lampiran")
        await app.press("ctrl+s")
        assert [one.n for one in app.screen.item.evidence] == [1, 2]
        await app.press("down", "enter", "end")
        await app.type(" A")
        await app.press("ctrl+s", "down")
        assert [one.title for one in app.screen.item.evidence] == ["Surat edaran", "Lampiran A"]
        await app.press("D")
        assert [one.n for one in app.screen.item.evidence] == [1]
        await app.press("u")
        assert [one.n for one in app.screen.item.evidence] == [1, 2]
        await app.press("escape")
        assert app.screen.ID == "region"
        assert len(app.screen.item.evidence) == 2

    drive(store_path, steps)


def test_an_item_holds_five_pieces_of_evidence(store_path: Path) -> None:
    with Store.open(store_path) as store:
        for n in range(1, 6):
            store.edit("assessment", KEY, {f"evidence.2.4.4.{n}": {"title": f"Surat {n}"}}, seen=None)

    async def steps(app: Driven) -> None:
        await open_at(app)
        await app.press("n")
        assert "paling banyak 5 bukti" in app.told()
        assert app.screen.ID == "region"
        await app.press("b", *["down"] * 4, "D")
        assert len(app.screen.item.evidence) == 4
        await app.press("n")
        assert "Bukti 5" in app.text()

    drive(store_path, steps)


def test_an_official_score_needs_day_and_source_and_leaves_the_estimate(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        estimate = app.screen.indicator.score
        await app.press("i")
        await app.type("101")
        await app.press("ctrl+s")
        assert "✗ harus antara 0 dan 100" in app.text()
        await app.press("ctrl+u")
        await app.type("88,5")
        await app.press("tab", "ctrl+u")
        await app.type("besok")
        await app.press("ctrl+s")
        assert "✗ belum terjadi" in app.text()
        await app.press("ctrl+u", "ctrl+s")
        assert "Nilai resmi memerlukan tanggal dan sumbernya." in app.text()
        await app.type("3 okt")
        await app.press("tab", "ctrl+u")
        await app.type("KPK")
        await app.press("ctrl+s")
        assert waiting(app)[0][1] == {"score": "88.50", "as_of": "2025-10-03", "source": "KPK"}
        assert app.screen.indicator.official == 88.5
        assert app.screen.indicator.score == estimate
        assert "nilai resmi 88,50 (3 Okt 2025, KPK)" in shown(app, "#about")
        await app.press("i", "ctrl+u", "ctrl+s")
        assert app.screen.indicator.official is None

    drive(store_path, steps)


def test_a_summary_is_written_and_shown(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        await app.press("e")
        await app.type("Menunggu. ")
        await app.press("ctrl+s")
        assert waiting(app)[0][1]["summary"].startswith("Menunggu. Tujuh belas wajib lapor")
        assert "Menunggu. Tujuh belas" in shown(app, "#more")

    drive(store_path, steps)


def test_an_unchanged_form_changes_nothing_and_says_so(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        await app.press("p", "ctrl+s")
        assert "Tidak ada yang berubah." in app.told()
        assert waiting(app) == []

    drive(store_path, steps)


def test_the_history_shows_own_changes_and_follows_new_ones(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app)
        await app.press("H")
        assert "Belum ada perubahan yang tercatat di sini." in app.text()
        with Store.open(store_path) as other:
            other.edit("assessment", KEY, {"item.2.4.4": "diunggah"}, seen={"item.2.4.4": "belum_ada"})
        app.app.data_changed()
        await app.settle()
        assert "2.4.4 status: belum ada → diunggah" in app.text()
        assert "belum terkirim" in app.text()
        await app.press("H")
        assert app.screen.ID == "region"
        assert "2.4.4 status: belum ada → diunggah ↑" in shown(app, "#more")

    drive(store_path, steps)


def test_a_second_reader_sets_only_its_states(tmp_path: Path) -> None:
    held = next(one for one in sample.officers() if one.name == "contoh1")
    units = dict.fromkeys(held.units, True)
    path = filled.fill(tmp_path / "akk.db", units, filled.sample_rows(), "verifikator")

    async def steps(app: Driven) -> None:
        await open_at(app)
        await app.press("space", "3")
        assert "di luar peran Anda" in app.told()
        await app.press("4")
        assert app.screen.item.state == "diverifikasi"
        await app.press("p", "b", "i", "t", "e")
        assert "Peran verifikator tidak dapat mengubah: penanggung jawab." in app.told()
        assert "Peran verifikator tidak dapat mengubah: ringkasan." in app.told()
        assert app.screen.ID == "region"

    drive(path, steps)


@pytest.mark.parametrize("key", ["space", "p", "d", "b", "i", "e", "n", "x", "H"])
def test_on_a_component_each_key_says_that_an_indicator_is_needed(store_path: Path, key: str) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72", component="2")
        await app.settle()
        assert app.screen.indicator is None
        assert "2 Peningkatan Kualitas Pengawasan" in app.text()
        assert "6 indikator" in app.text()
        await app.press(key)
        assert "Pilih dulu" in app.told()
        assert app.screen.ID == "region"

    drive(store_path, steps)


def test_page_keys_scroll_the_details(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_at(app, "2.4.2")
        detail = app.screen.query_one("#detail")
        await app.press("pagedown")
        assert detail.scroll_offset.y > 0
        await app.press("pageup")
        assert detail.scroll_offset.y == 0

    drive(sample_store, steps, size=(80, 20))


@pytest.mark.parametrize("size", [(40, 15), (80, 24)])
def test_the_menu_of_states_is_as_wide_as_its_window(store_path: Path, size: tuple[int, int]) -> None:
    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72")
        await app.settle()
        await app.press("space")
        assert isinstance(app.screen, StateMenu)
        table = app.screen.query_one("#states")
        assert not table.show_horizontal_scrollbar
        await app.pilot.resize_terminal(40, 15)
        await app.settle()
        assert not table.show_horizontal_scrollbar

    drive(store_path, steps, size)
