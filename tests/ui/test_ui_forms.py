"""The form window: reading of what is typed, suggestions, choices, errors under their fields, saving and leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.contract.errors import BadValue
from akk_tui.store.errors import ReadOnlyUnit
from akk_tui.ui.forms import Form, FormField, YES
from akk_tui.ui.widgets.form_fields import read

Snapshot = Callable[[str, str], None]
TODAY = date(2025, 10, 6)
OPD = (("BKPSDM", "Kepegawaian"), ("BKPAD", "Keuangan"), ("Inspektorat", ""), ("Setda", "Sekretariat Daerah"))
FIELDS = (
    FormField("title", "Judul", "", required=True, hint="satu baris"),
    FormField("day", "Tanggal", "2025-10-06", "date"),
    FormField("value", "Nilai", "77.50", "number", check=lambda text: None if float(text) <= 100 else "lebih dari 100"),
    FormField("owners", "Penanggung jawab", "Setda", "set", OPD),
    FormField("source", "Sumber", "", "line", OPD),
    FormField("stage", "Tahapan", "calon", "choice", (("usulan", "usulan"), ("calon", "calon"), ("bimtek", "bimtek"))),
    FormField("done", "Selesai", "", "check"),
    FormField("summary", "Ringkasan", "", "text"),
)


@pytest.mark.parametrize(
    ("field", "typed", "text", "problem"),
    [
        (FIELDS[0], "  dua   kata ", "dua kata", None),
        (FIELDS[0], "  ", "", "harus diisi"),
        (FIELDS[1], "6 okt", "2025-10-06", None),
        (FIELDS[1], "", "", None),
        (FIELDS[1], "kapan", "kapan", "tanggal tidak dikenali: tulis 2025-10-06, 6 okt, 6/10, +7 atau besok"),
        (FIELDS[2], "92,15", "92.15", None),
        (FIELDS[2], "banyak", "banyak", "bukan angka"),
        (FIELDS[2], "nan", "nan", "bukan angka"),
        (FIELDS[2], "101", "101", "lebih dari 100"),
        (FIELDS[2], "", "", None),
        (FIELDS[3], " B , A,B,, ", "B, A", None),
        (FIELDS[7], "a\n b ", "a\n b ", None),
    ],
)
def test_what_is_typed_is_read(field: FormField, typed: str, text: str, problem: str | None) -> None:
    found = read(field, typed, TODAY)
    assert (found.text, found.problem) == (text, problem)


class Asked:
    """What a form answered, and what its ``save`` was given."""

    def __init__(self, answer: Any = None) -> None:
        self.saved: list[dict[str, str]] = []
        self.closed: list[dict[str, str] | None] = []
        self.answer = answer

    def save(self, texts: dict[str, str]) -> str | None:
        self.saved.append(texts)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def show(self, app: Driven, fields: tuple[FormField, ...] = FIELDS, **more: Any) -> Form:
        form = Form("Isian", fields, save=self.save, **more)
        app.app.push_screen(form, self.closed.append)
        await app.settle()
        return form


def run(
    path: Path, test: Callable[[Driven, Asked], Any], *, answer: Any = None, size: tuple[int, int] = (80, 24)
) -> Asked:
    asked = Asked(answer)

    async def steps(app: Driven) -> None:
        await test(app, asked)

    drive(path, steps, size=size)
    return asked


def test_all_fields_are_saved_in_their_file_form(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        form = await asked.show(app)
        assert form.here is not None
        assert form.here.field.key == "title"
        assert "satu baris" in app.text()
        await app.type("Surat")
        await app.press("tab", "ctrl+u")
        await app.type("besok")
        assert "= Sel, 7 Okt 2025" in app.text()
        await app.press("tab", "end", "backspace")
        await app.type("5")
        await app.press("enter", "end")
        await app.type(", ins")
        assert "Inspektorat" in app.text()
        await app.press("down", "enter", "enter")
        assert form.here.field.key == "source"
        await app.press("down", "down", "enter")
        assert form.box("source").typed == "BKPAD"
        await app.press("tab", "right", "tab", "space", "tab")
        await app.type("baris")
        await app.press("enter")
        await app.type("dua")
        await app.press("ctrl+s")
        assert not isinstance(app.screen, Form)

    asked = run(sample_store, steps)
    wanted = {
        "title": "Surat", "day": "2025-10-07", "value": "77.55", "owners": "Setda, Inspektorat", "source": "BKPAD",
        "stage": "bimtek", "done": YES, "summary": "baris\ndua",
    }  # fmt: skip
    assert asked.saved == [wanted]
    assert asked.closed == [wanted]


def test_what_is_wrong_stands_under_its_field_and_the_form_stays(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        form = await asked.show(app)
        await app.press("down", "ctrl+u")
        await app.type("kapan")
        await app.press("tab", "ctrl+u")
        await app.type("120")
        await app.press("ctrl+s")
        assert form.here is not None
        assert form.here.field.key == "title", "the first wrong field has the focus"
        text = app.text()
        assert "✗ harus diisi" in text
        assert "✗ tanggal tidak dikenali" in text
        assert "✗ lebih dari 100" in text
        await app.type("x")
        assert "harus diisi" not in app.text()
        assert isinstance(app.screen, Form)

    asked = run(sample_store, steps)
    assert asked.saved == []
    assert asked.closed == []


def test_a_date_is_judged_when_the_field_is_left(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        await asked.show(app, FIELDS[:3], first="day")
        assert "= Sen, 6 Okt 2025" in app.text()
        await app.press("ctrl+u")
        await app.type("ka")
        assert "tidak dikenali" not in app.text(), "not while it is being typed"
        await app.press("tab")
        assert "✗ tanggal tidak dikenali" in app.text()

    run(sample_store, steps)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("Nilai tanggal itu sudah ada.", "Nilai tanggal itu sudah ada."),
        (ReadOnlyUnit(reason="read_only", unit="2025:35.72"), "35.72"),
        (BadValue(value="x", field="value", reason="harus antara 0 dan 100"), "✗ harus antara 0 dan 100"),
        (BadValue(value="x", field="other", reason="bukan angka"), "bukan angka"),
    ],
)
def test_a_refusal_of_the_save_is_shown_in_words(sample_store: Path, answer: Any, shown: str) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        form = await asked.show(app, FIELDS[1:3])
        await app.press("enter", "enter")
        assert app.screen is form
        assert shown in app.text()
        await app.type("1")
        assert shown not in app.text()

    asked = run(sample_store, steps, answer=answer)
    assert len(asked.saved) == 1
    assert asked.closed == []


def test_enter_on_the_last_field_saves_and_f2_too(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        await asked.show(app, FIELDS[1:3])
        await app.press("enter", "enter")
        await asked.show(app, FIELDS[1:3])
        await app.press("f2")
        await asked.show(app, (FIELDS[6],))
        await app.press("enter")

    asked = run(sample_store, steps)
    assert asked.saved == [{"day": "2025-10-06", "value": "77.50"}] * 2 + [{"done": ""}]


def test_esc_closes_an_unchanged_form_and_asks_once_for_a_changed_one(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        await asked.show(app)
        await app.press("escape")
        assert asked.closed == [None]
        await asked.show(app)
        await app.type("x")
        await app.press("escape")
        assert "Esc sekali lagi" in app.text()
        await app.type("y")
        assert "Esc sekali lagi" not in app.text()
        await app.press("escape", "escape")
        assert asked.closed == [None, None]

    asked = run(sample_store, steps)
    assert asked.saved == []


def test_offers_narrow_while_typing_and_esc_withdraws_them(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        form = await asked.show(app, FIELDS[3:5])
        await app.press("end")
        await app.type(", bk")
        assert [key for key, _words in form.boxes[0].offered] == ["BKPSDM", "BKPAD"]
        await app.type("ps")
        assert [key for key, _words in form.boxes[0].offered] == ["BKPSDM"]
        await app.press("down", "up", "down", "down", "enter")
        assert form.boxes[0].typed == "Setda, BKPSDM"
        assert form.boxes[0].offered == []
        await app.type(", kep")
        assert form.boxes[0].offered == [], "what was chosen is not offered again"
        await app.press("tab")
        await app.type("sekre")
        assert "Setda · Sekretariat Daerah" in app.text()
        await app.press("escape")
        assert form.boxes[1].offered == []
        assert app.screen is form

    run(sample_store, steps)


def test_a_choice_moves_by_arrows_and_letters(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        form = await asked.show(app, FIELDS[5:7])
        assert "[calon]" in app.text()
        await app.press("right", "right")
        assert form.typed()["stage"] == "usulan"
        await app.press("left")
        assert form.typed()["stage"] == "bimtek"
        await app.press("c", "q", "space", "1")
        assert form.typed()["stage"] == "bimtek"
        await app.press("down", "space", "left", "space", "up")
        assert form.typed() == {"stage": "bimtek", "done": YES}
        assert "[✓] ya" in app.text()

    run(sample_store, steps)


def test_an_unknown_value_of_a_choice_is_kept(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        await asked.show(app, (FIELDS[5]._replace(value="lain"),))
        assert "[lain]" in app.text()
        await app.press("ctrl+s")

    assert run(sample_store, steps).saved == [{"stage": "lain"}]


def test_a_text_past_the_limit_is_told(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        form = await asked.show(app, (FIELDS[7],))
        form.boxes[0].input.insert("x" * 40_000)  # type: ignore[union-attr]
        await app.settle()
        assert "✗ terlalu panjang" in app.text()

    run(sample_store, steps)


def test_without_a_save_the_texts_are_the_answer(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        app.app.push_screen(Form("Isian", FIELDS[1:2], note="Keterangan"), asked.closed.append)
        await app.settle()
        assert "Keterangan" in app.text()
        await app.press("enter")

    assert run(sample_store, steps).closed == [{"day": "2025-10-06"}]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 15)])
def test_the_form_at_every_size(sample_store: Path, snapshot: Snapshot, size: tuple[int, int]) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        form = await asked.show(app)
        snapshot(f"form-{size[0]}x{size[1]}", app.text())
        await app.press(*["tab"] * 7)
        assert form.here is not None
        region = form.here.input.region
        assert form.query_one("#fields").region.contains_region(region), "the field in focus is in sight"
        await app.pilot.resize_terminal(60 if size[0] != 60 else 50, 18)
        await app.settle()
        assert form.query_one("#fields").region.contains_region(form.here.input.region)
        assert "Ringkasan" in app.text()

    run(sample_store, steps, size=size)


def test_numbers_and_days_are_in_the_language(sample_store: Path) -> None:
    i18n.use("en")

    async def steps(app: Driven, asked: Asked) -> None:
        await asked.show(app, FIELDS[1:3])
        assert "77.50" in app.text()
        assert "6 Oct 2025" in app.text()

    run(sample_store, steps)


def test_a_click_chooses_and_ticks(sample_store: Path) -> None:
    async def steps(app: Driven, asked: Asked) -> None:
        form = await asked.show(app, FIELDS[5:7])
        await app.pilot.click("ChoiceField")
        await app.pilot.click("CheckField")
        await app.settle()
        assert form.typed() == {"stage": "bimtek", "done": YES}

    run(sample_store, steps)
