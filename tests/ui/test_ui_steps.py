"""Prioritas pemenuhan: the list, the mark where it passes, the sandbox, and what becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filled
import pytest
from textual import events
from work_app import drive, Driven, NOW

from akk_tui import i18n
from akk_tui.contract.states import pack
from akk_tui.store.store import Store
from akk_tui.ui.sandbox import Sandbox
from akk_tui.ui.widgets import steps_rows
from akk_tui.ui.widgets.table import AkkTable

BLITAR = "35.72"


def state(path: Path, item: str, region: str = BLITAR) -> str:
    with Store.open(path, now=lambda: NOW) as store:
        found = [one for row in store.views.checklist("2025", {region}) if (one := row.item).id == item]
    return found[0].state


def shown(app: Driven) -> list[str]:
    return list(app.screen.query_one("#steps", AkkTable)._shown)


async def tall(app: Driven) -> None:
    await app.press("w")
    assert type(app.screen).__name__ == "StepsScreen"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", [(200, 60), (120, 40), (80, 24), (40, 15)])
def test_it_fits_at_every_size(sample_store: Path, size: tuple[int, int], language: str) -> None:
    i18n.use(language)

    async def steps(app: Driven) -> None:
        await app.press("w", "a", "k")
        assert max(len(line) for line in app.lines()) <= size[0]
        await app.press("escape", "e", "escape", "question_mark", "escape")
        assert max(len(line) for line in app.lines()) <= size[0]
        word = "SIMULASI" if language == "id" else "WHAT-IF"
        assert word in app.text()
        assert ("90,46" if language == "id" else "90.46") in app.text()
        await app.pilot.resize_terminal(30, 10)
        await app.settle()
        assert word in app.text()

    drive(sample_store, steps, size=size)


def test_columns_fall_away_in_order() -> None:
    gone: list[str] = []
    before: set[str] = set()
    for width in range(160, 28, -1):
        keys = {column.key for column in steps_rows.columns(width)}
        assert {"box", "glyph", "title", "gain"} <= keys
        assert sum(column.width or 0 for column in steps_rows.columns(width)) <= max(width, 29)
        gone += sorted(before - keys)
        before = keys
    assert gone == ["indicator", "state", "due", "owner", "total"]


def test_the_list_is_in_order_of_gain_and_marks_where_it_passes(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        sandbox: Sandbox = app.screen.sandbox
        gains = [round(row.item.gain, 9) for row in sandbox.shown(None, "gain")]
        assert gains == sorted(gains, reverse=True)
        keys = shown(app)
        at = keys.index(steps_rows.MARK)
        totals = sandbox.totals(sandbox.shown(None, "gain"))
        assert totals[keys[at - 1]] > 90
        assert totals[keys[at - 2]] <= 90
        line = next(line for line in app.lines() if "sampai di sini melampaui > 90" in line)
        assert app.lines()[app.lines().index(line) - 1].count("90,46") == 1

    drive(sample_store, steps)


def test_nobody_stands_on_the_mark(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        table = app.screen.query_one("#steps", AkkTable)
        at = shown(app).index(steps_rows.MARK)
        await app.press(*["down"] * at)
        assert table.cursor_row == at + 1
        await app.press("up")
        assert table.cursor_row == at - 1
        table.move_cursor(row=at)
        await app.settle()
        assert table.cursor_key != steps_rows.MARK

    drive(sample_store, steps)


def test_space_tries_an_item_and_the_head_tells_now_and_then(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        assert "nilai resmi 84,05 · perkiraan 79,82" in app.text()
        assert "SIMULASI" not in app.text()
        await app.press("space")
        assert "SIMULASI — tidak ada yang tersimpan" in app.text()
        assert "1 butir dicoba · perkiraan 79,82 → 81,58 (+1,75) · kurang > 8,42" in app.text()
        assert "proyeksi > 90: 27 Okt → " in app.text()
        assert "[✓]" in app.text()
        assert "belum ada → diterima (dicoba)" in app.text()
        assert app.store.views.outbox() == ()
        await app.press("space")
        assert "SIMULASI" not in app.text()

    drive(store_path, steps)
    assert state(store_path, "5.1.3") == "belum_ada"


def test_another_state_can_be_tried_and_the_present_one_takes_it_out(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("e")
        assert "Coba saja, tidak tersimpan: 5.1.3" in app.text()
        await app.press("3")
        assert app.screen.sandbox.chosen == {"5.1.3": "diunggah"}
        assert "[◐]" in app.text()
        assert "(+0,88)" in app.text()
        await app.press("e", "6")
        assert app.screen.sandbox.chosen == {"5.1.3": "tidak_berlaku"}
        await app.press("e", "1")
        assert app.screen.sandbox.chosen == {}
        await app.press("down", "down", "down", "e", "1")
        assert "(−" in app.text()
        await app.press("X", "e", "escape")
        assert app.screen.sandbox.chosen == {}

    drive(sample_store, steps)


def test_a_tries_the_shortest_way_and_then_says_why_it_is_off(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("a")
        sandbox: Sandbox = app.screen.sandbox
        assert len(sandbox.chosen) == 9
        assert sandbox.after.reaches
        assert "9 butir dicoba: melampaui > 90." in app.told()
        assert "→ lulus ✓" in app.text()
        await app.press("a")
        assert "sudah melampaui ambang lulus" in app.told()
        await app.press("X")
        assert not sandbox.chosen
        # As many as the head says, also when some were tried one by one before.
        await app.press("space", "a")
        assert "9 butir dicoba · " in app.text()
        assert [one.words for one in app.app.messages][-1] == "9 butir dicoba: melampaui > 90."
        await app.press("X", "X")
        assert "Belum ada butir yang dicoba" in app.told()

    drive(sample_store, steps)


def test_the_items_of_one_owner_alone(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("f")
        assert "28 butir, +20,2 poin" in app.text()
        app.screen.query_one(AkkTable).go_to("=BKPSDM")
        await app.press("enter")
        items = [key for key in shown(app) if key != steps_rows.MARK]
        assert {app.screen.sandbox.row(item).item.owner for item in items} == {"BKPSDM"}
        assert f"Prioritas BKPSDM ({len(items)} dari 28)" in app.text()
        assert "semua butir di atas belum cukup untuk > 90" in app.text()
        await app.press("a")
        assert f"{len(items)} butir dicoba: belum melampaui > 90." in app.told()
        assert set(app.screen.sandbox.chosen) == set(items)
        table = app.screen.query_one("#steps", AkkTable)
        await app.press("ctrl+end")
        assert table.cursor_key == items[-1]
        await app.press("f", "1")
        assert len(shown(app)) == 29

    drive(sample_store, steps)


def test_the_order_can_be_another(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("o", "2")
        rows = [app.screen.sandbox.row(key) for key in shown(app) if key != steps_rows.MARK]
        days = [row.item.due for row in rows]
        assert days == sorted(days)
        assert "batas waktu (terdekat dahulu)" in app.text()
        await app.press("o", "4")
        assert shown(app)[0] == "1.1.4"
        await app.press("o", "escape")
        assert app.screen.order == "indicator"

    drive(sample_store, steps)


def test_what_is_tried_is_written_as_one_step_after_it_was_said(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("k")
        assert "Belum ada butir yang dicoba" in app.told()
        await app.press("space", "down", "e", "4", "k")
        assert "2 butir Kota Blitar akan ditulis sebagai perubahan nyata" in app.text()
        assert "belum ada → diverifikasi" in app.text()
        await app.press("escape")
        assert app.store.views.outbox() == ()
        await app.press("k", "enter")
        assert "2 butir ditulis, belum terkirim." in app.told()
        assert "SIMULASI" not in app.text()
        assert "perkiraan 82,57" in app.text()
        assert len(app.store.views.outbox()) == 2
        # An accepted item leaves the list, the other one stands there with its new state.
        assert "5.1.3" not in shown(app)
        assert app.screen.sandbox.row("2.2.4").item.state == "diverifikasi"
        await app.press("u")
        assert app.store.views.outbox() == ()
        assert "5.1.3" in shown(app)
        await app.press("U")

    drive(store_path, steps)
    assert state(store_path, "5.1.3") == "diterima"
    assert state(store_path, "2.2.4") == "diverifikasi"


def test_leaving_asks_what_becomes_of_it(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("space", "escape")
        assert "Simulasi dengan 1 butir" in app.text()
        await app.press("3")
        assert app.screen.sandbox.chosen
        await app.press("w", "escape")
        assert app.screen.sandbox.chosen
        await app.press("escape", "2")
        assert "Tulis hasil simulasi" in app.text()
        await app.press("escape", "escape", "1")
        assert app.screen.ID == "dashboard"
        assert app.store.views.outbox() == ()
        await app.press("w")
        assert not app.screen.sandbox.chosen
        await app.press("w")
        assert app.screen.ID == "dashboard"

    drive(store_path, steps)


def test_another_screen_is_not_shown_over_a_sandbox_by_mistake(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("space", "2")
        assert app.screen.ID == "steps"
        await app.press("2")
        assert app.screen.ID == "regions"

    drive(sample_store, steps)


def test_enter_opens_the_item_and_a_sandbox_waits_under_it(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("down", "enter")
        assert app.screen.ID == "region"
        assert app.screen.item.id == "2.2.4"
        assert len(app.app.screen_stack) == 2
        await app.press("w", "space", "enter")
        assert app.screen.item.id == "5.1.3"
        await app.press("escape")
        assert app.screen.ID == "steps"
        assert app.screen.sandbox.chosen == {"5.1.3": "diterima"}

    drive(sample_store, steps, size=(120, 40))


def test_w_on_the_page_over_a_sandbox_shows_that_sandbox_again(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("down", "space", "enter", "w")
        assert [screen.ID for screen in app.app.screen_stack] == ["dashboard", "steps"]
        assert app.screen.sandbox.chosen == {"2.2.4": "diterima"}
        await app.press("enter")
        # Another region over it has priorities of its own.
        await app.app.open_region("52.71")
        await app.settle()
        await app.press("w")
        assert app.screen.region_code == "52.71"
        assert [screen.ID for screen in app.app.screen_stack] == ["dashboard", "steps", "region", "region", "steps"]

    drive(sample_store, steps, size=(120, 40))


def test_another_cycle_takes_nothing_of_the_sandbox_along(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("y", "2", "w", "space", "y", "1")
        assert "Simulasi dilepas: siklus lain ditampilkan." in app.told()
        assert app.screen.ID == "steps"
        assert app.screen.sandbox is None
        assert "Daerah ini tidak ada di antara daerah Anda pada siklus 2025. y memilih siklus lain." in app.text()
        assert "menghitung" not in app.text()
        await app.press("space", "a", "k", "X", "e", "f", "enter")
        assert app.screen.ID == "steps"
        await app.press("y", "2")
        assert app.screen.sandbox.chosen == {}
        await app.press("y", "1", "escape")
        assert app.screen.ID == "dashboard"

    drive(sample_store, steps)


def test_what_became_true_meanwhile_leaves_the_sandbox(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("space", "down", "space")
        app.store.edit("assessment", f"2025:{BLITAR}:5.1", {"item.5.1.3": "diterima"}, seen=None)
        app.app.data_changed()
        await app.settle()
        assert app.screen.sandbox.chosen == {"2.2.4": "diterima"}
        assert "1 butir simulasi sudah berubah sendiri" in app.told()

    drive(store_path, steps)


def test_a_region_that_may_only_be_read_can_be_tried_and_not_written(store_path: Path) -> None:
    with Store.open(store_path) as store, store.db.write():
        store.db.execute("UPDATE unit SET write = 0 WHERE unit = ?", (f"2025:{BLITAR}",))

    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("space")
        assert "SIMULASI" in app.text()
        await app.press("k")
        assert "hanya dapat Anda baca" in app.told()

    drive(store_path, steps)


def test_a_closed_cycle_can_be_tried_and_not_written(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("y", "2", "w", "a")
        assert "SIMULASI" in app.text()
        await app.press("k")
        assert "Siklus 2024 sudah ditutup." in app.told()

    drive(sample_store, steps)


def test_a_refusal_of_the_store_is_said_and_the_sandbox_stays(
    store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from akk_tui.store.errors import UnknownItem

    def refuse(*_args: object, **_more: object) -> None:
        raise UnknownItem(item="5.1.3", cycle="2025")

    async def steps(app: Driven) -> None:
        await tall(app)
        await app.press("space", "k")
        monkeypatch.setattr(app.store.outbox, "together", refuse)
        await app.press("enter")
        assert "5.1.3" in app.told()
        await app.press("escape")
        assert app.screen.sandbox.chosen

    drive(store_path, steps)


def fulfilled(path: Path, states: str) -> Path:
    """A store in which every item of Kota Blitar has the state."""
    from akk_tui.server.instruments import built_in

    instrument = built_in("2025")
    rows = [
        filled.Given(
            "assessment",
            f"2025:{BLITAR}:{one.id}",
            f"2025:{BLITAR}",
            {"instrument": instrument.version, "items": pack([states] * len(one.items))},
        )
        for part in instrument.components
        for one in part.indicators
    ]
    return filled.fill(path, {f"2025:{BLITAR}": True}, rows)


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ("diterima", "Kota Blitar: semua butir sudah diterima."),
        ("tidak_berlaku", "Kota Blitar: tidak ada butir yang berlaku."),
    ],
)
def test_a_region_without_missing_items_says_so(tmp_path: Path, states: str, words: str) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        assert words in app.text()
        await app.press("space", "e", "a", "f", "escape", "enter")
        assert "Pilih dulu sebuah butir." in app.told()
        await app.press("escape")
        assert app.screen.ID == "dashboard"

    drive(fulfilled(tmp_path / "akk.db", states), steps)


def test_a_region_that_passes_by_its_estimate_says_so_above_the_list(store_path: Path) -> None:
    with Store.open(store_path, now=lambda: NOW) as store:
        for row in store.views.priorities("2025", BLITAR).rows[:12]:
            key = f"2025:{BLITAR}:{row.indicator}"
            store.edit("assessment", key, {f"item.{row.item.id}": "diterima"}, seen=None)

    async def steps(app: Driven) -> None:
        await tall(app)
        assert shown(app)[0] == steps_rows.MARK
        assert "sudah melampaui > 90" in app.text()
        assert app.screen.item is not None
        await app.press("up", "space")
        assert app.screen.sandbox.chosen

    drive(store_path, steps)


def test_the_bar_is_drawn_in_ascii_too(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await app.press("w", "a")
        assert "##++" in app.text()
        assert app.text().isascii()

    drive(sample_store, steps, ascii_glyphs=True)


def test_what_nobody_owes_can_be_filtered_too(tmp_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await tall(app)
        sandbox: Sandbox = app.screen.sandbox
        assert sandbox.owners()[0][1] > 0
        app.screen.owner = "Dinas yang tidak ada"
        app.screen._show()
        assert app.screen.owner is None

    drive(fulfilled(tmp_path / "akk.db", "belum_ada"), steps)


@pytest.mark.parametrize("where", ["priorities", "checklist"])
def test_a_key_typed_ahead_waits_for_what_the_screen_reads_first(store_path: Path, where: str) -> None:
    """Two keys in one go, as a slow line brings them, while reading takes its time."""

    async def test(app: Driven) -> None:
        reading, gate = app.app.reading, threading.Event()

        @contextmanager
        def slow() -> Iterator[Store]:
            assert gate.wait(0.5)
            with reading() as store:
                yield store

        app.app.reading = slow  # type: ignore[method-assign]
        opens, acts = {"priorities": ("w", "space"), "checklist": ("3", "space")}[where]
        for key in (opens, acts):
            app.app.post_message(events.Key(key, " " if key == "space" else key))
        app.app.call_later(app.app.set_timer, 0.15, gate.set)
        await app.until(lambda: gate.is_set(), "the reading is let go")
        await app.settle()
        if where == "priorities":
            assert "SIMULASI" in app.text()
        else:
            assert type(app.screen).__name__ == "StateMenu"

    drive(store_path, test)
