"""What is edited on the tabs Kriteria and Tren, and the stage of a region; the plot on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import filled
import pytest
import waiting
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.server.demo import sample
from akk_tui.store.store import Store
from akk_tui.ui.widgets.lines import Words


async def open_tab(app: Driven, region: str = "35.72", **where: str) -> None:
    await app.app.open_region(region, **where)
    await app.settle()


def queued(app: Driven) -> list[tuple[str, dict[str, Any]]]:
    return [(row.key, row.set) for row in app.store.views.outbox()]


def shown(app: Driven, part: str) -> str:
    return app.screen.query_one(part, Words).words.plain


# --- criteria


def test_a_criterions_value_is_judged_in_its_own_form(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_tab(app, criterion="spi")
        assert app.screen.criterion.id == "spi"
        await app.press("enter")
        assert "Survei Penilaian Integritas (SPI) · Kota Blitar" in app.text()
        await app.press("ctrl+u")
        await app.type("101")
        await app.press("tab", "ctrl+u")
        await app.type("25")
        await app.press("ctrl+s")
        assert "✗ harus antara 0 dan 100" in app.text()
        assert app.text().count("✗") == 2
        await app.press("ctrl+u")
        await app.type("67,9")
        await app.press("tab", "ctrl+u")
        await app.type("2025")
        await app.press("tab", "ctrl+u")
        await app.type("1 okt")
        await app.press("tab", "ctrl+u")
        await app.type("KPK")
        await app.press("enter")
        key, made = queued(app)[0]
        assert key == "2025:35.72:spi"
        assert made == {"value": "67.90", "year": 2025, "as_of": "2025-10-01", "source": "KPK"}
        assert "✗ belum terpenuhi" in shown(app, "#criterion")
        assert "tahun 2025 · per 1 Okt 2025 · sumber KPK" in shown(app, "#criterion")
        await app.press("u")
        assert "76,85" in shown(app, "#criterion")

    drive(store_path, steps)


def test_a_grade_is_chosen_and_emptied_with_all_that_belongs_to_it(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_tab(app, criterion="sakip")
        await app.press("e", "left", "ctrl+s")
        assert queued(app)[0][1]["value"] == "A"
        await app.press("e", "left", "left", "ctrl+s")
        assert "Isi nilainya, atau kosongkan juga tahun" in app.text()
        for _field in range(3):
            await app.press("tab", "ctrl+u")
        await app.press("ctrl+s")
        assert app.screen.criterion.verdict == "no_data"
        assert "? belum ada data" in app.text()

    drive(store_path, steps)


def test_opinions_are_written_by_year(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_tab(app, criterion="bpk")
        await app.press("e")
        assert "ditulis 2023:WTP 2024:WTP" in app.text()
        await app.press("ctrl+u")
        await app.type("bagus")
        await app.press("ctrl+s")
        assert "✗" in app.text()
        await app.press("ctrl+u")
        await app.type("2023:WTP 2024:WDP")
        await app.press("ctrl+s")
        assert app.screen.criterion.verdict == "not_met"
        assert "WTP 2023, WDP 2024" in shown(app, "#criterion")

    drive(store_path, steps)


def test_what_is_hidden_is_not_edited_before_it_is_opened(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_tab(app, criterion="kasus")
        await app.press("e", "H")
        assert "Baris ini tersembunyi; enter membukanya dulu." in app.told()
        assert "Pilih dulu" in app.told()
        await app.press("enter", "e", "right", "ctrl+s")
        assert queued(app)[0][0] == "2025:35.72:kasus"
        await app.press("H")
        assert "Riwayat isian" in app.text()
        assert "sumber" in app.text()
        await app.press("escape", "n", "D")
        assert "Kriteria sudah ditetapkan; e mengisi nilainya." in app.told()
        assert "Tidak ada yang dihapus di tab ini" in app.told()

    drive(store_path, steps)


# --- scores and the plot


def test_a_new_score_is_entered_and_moves_the_header(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_tab(app, tab="trend")
        await app.press("n")
        await app.type("85,25")
        await app.press("ctrl+s")
        assert queued(app) == [("2025:35.72:2025-10-06", {"value": "85.25", "source": "data contoh"})]
        assert "Nilai resmi 85,25 (6 Okt 2025" in shown(app, "#head")
        assert [str(one.day) for one in app.screen.trend_tab.scores][:2] == ["2025-10-06", "2025-10-03"]
        await app.press("v")
        await app.type("86")
        await app.press("ctrl+s")
        assert "sudah ada nilai 85,25 per hari itu" in app.text()
        await app.press("up", "ctrl+u")
        await app.type("7/10/2025")
        await app.press("ctrl+s")
        assert "✗ belum terjadi" in app.text()
        await app.press("escape", "escape", "u")
        assert queued(app) == []

    drive(store_path, steps)


def test_a_score_is_corrected_withdrawn_and_entered_again(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_tab(app, score="2025-09-22")
        assert str(app.screen.score.day) == "2025-09-22"
        await app.press("e")
        assert "Nilai resmi per 22 Sep 2025 · Kota Blitar" in app.text()
        await app.press("ctrl+u")
        await app.type("81,5")
        await app.press("ctrl+s")
        assert queued(app)[0][1]["value"] == "81.50"
        await app.press("D")
        assert "ditarik" in app.text()
        assert app.screen.score.retracted
        await app.press("D")
        assert not app.screen.score.retracted
        await app.press("D", "n")
        await app.type("82")
        await app.press("up", "ctrl+u")
        await app.type("22 sep")
        await app.press("ctrl+s")
        assert not app.screen.score.retracted
        assert app.screen.score.value == "82.00"
        await app.press("enter")
        assert "Nilai resmi per 22 Sep 2025" in app.text()

    drive(store_path, steps)


def test_the_plot_has_its_marks_and_words(sample_store: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_tab(app, "71.07", tab="trend")
        text = app.text()
        for char in "●─▒░":
            assert char in shown(app, "#graph")
        assert "rentang 80 %" in text
        assert "proyeksi aplikasi, bukan penilaian KPK" in text
        await app.pilot.resize_terminal(60, 24)
        await app.settle()
        assert "90 ┤" in app.text()
        await app.pilot.resize_terminal(40, 15)
        await app.settle()
        assert "┤" not in app.text(), "too low for a plot: the words stay"
        assert "proyeksi > 90" in app.text()

    drive(sample_store, steps)


def test_a_region_without_scores_says_how_to_enter_one(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_tab(app, "12.11", tab="trend")
        assert "Belum ada nilai resmi." in app.text()
        await app.press("e", "D")
        assert "Pilih dulu sebuah nilai di tab Tren." in app.told()
        await app.press("n")
        await app.type("50")
        await app.press("tab")
        await app.type("KPK")
        await app.press("ctrl+s", "D")
        assert "Tidak ada nilai resmi yang berlaku." in app.text()
        assert "ditarik" in app.text()

    with Store.open(store_path) as store, store.db.write():
        store.db.execute("UPDATE unit SET write = 1 WHERE unit = '2025:12.11'")
    drive(store_path, steps)


# --- stage


def test_a_stage_is_set_with_its_day_and_the_team(store_path: Path) -> None:
    async def steps(app: Driven) -> None:
        await open_tab(app)
        await app.press("t")
        assert "Sekarang: pendampingan sejak 14 Feb 2025" in app.text()
        await app.press("right", "right")
        assert "✗ Tahapan “percontohan” hanya ditetapkan oleh admin." in app.text()
        await app.press("left", "ctrl+s")
        assert queued(app) == [("2025:35.72", {"stage": "penilaian", "date": "2025-10-06"})]
        assert "penilaian 4 Nov ●" in shown(app, "#head")
        await app.press("u", "t", "tab")
        await app.type("1 mar")
        await app.press("tab", "end")
        await app.type(", contoh3")
        await app.press("ctrl+s")
        made = dict(pair for _key, changed in queued(app) for pair in changed.items())
        assert made["date"] == "2025-03-01"
        assert made["team"] == ["contoh1", "contoh2", "contoh3"]
        assert "tim contoh1, contoh2, contoh3" in shown(app, "#head")

    drive(store_path, steps)


def test_a_stage_that_an_admin_set_is_left_to_admins(tmp_path: Path) -> None:
    held = next(one for one in sample.officers() if one.name == "contoh1")

    def store(role: str, name: str) -> Path:
        path = filled.fill(tmp_path / name, dict.fromkeys(held.units, True), filled.sample_rows(), role)
        with Store.open(path) as opened, opened.db.write():
            opened.db.execute(
                "UPDATE base SET data = json_set(data, '$.stage', 'percontohan') WHERE kind = 'standing'"
                " AND key = '2025:35.72'"
            )
            from akk_tui.store import derived

            derived.refresh(opened.db, ["2025:35.72"])
        return path

    async def refused(app: Driven) -> None:
        await open_tab(app)
        await app.press("t")
        assert "Tahapan “percontohan” hanya diubah oleh admin." in app.told()

    async def allowed(app: Driven) -> None:
        await open_tab(app)
        await app.press("t", "end", "right", "ctrl+s")
        assert queued(app)[0][1]["stage"] == "tidak_terpilih"

    drive(store("petugas", "a.db"), refused)
    drive(store("admin", "b.db"), allowed)


def test_a_difference_stands_beside_the_value_and_its_answer_settles_it(tmp_path: Path) -> None:
    path = waiting.fill(tmp_path / "akk.db")

    async def steps(app: Driven) -> None:
        await app.app.open_region("35.72", indicator="2.4")
        await app.settle()
        assert "≠ beda isian: jawab di layar 6" in shown(app, "#about")
        before = app.store.views.status("2025").conflicts
        await app.press("d", "ctrl+s")
        assert app.store.views.status("2025").conflicts == before - 1, "the same again, with the difference in sight"

    drive(path, steps)


@pytest.mark.parametrize("language", ["id", "en"])
def test_figures_are_in_the_form_of_the_language(sample_store: Path, language: str) -> None:
    i18n.use(language)

    async def steps(app: Driven) -> None:
        await open_tab(app, tab="trend")
        point = "," if language == "id" else "."
        assert f"84{point}05" in app.text()
        assert ("3 Okt 2025" if language == "id" else "3 Oct 2025") in app.text()
        await open_tab(app, tab="criteria")
        assert f"76{point}85" in app.text()

    drive(sample_store, steps)
