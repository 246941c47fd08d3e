"""Themes: the built-in ones, the user's own, and files that are refused in words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import contrast
import pytest
from rich.color import ColorType
from rich.style import Style
from work_app import drive, Driven

from akk_tui import i18n
from akk_tui.store.store import Store
from akk_tui.ui import themes
from akk_tui.ui.themes import load_themes, read_theme, ThemeRefused
from akk_tui.ui.widgets.region_tables import tree

GOOD = '[colors]\nprimary = "#112233"\n'


def test_the_built_in_themes_are_complete() -> None:
    loaded = load_themes()
    assert loaded.complaints == ()
    assert set(loaded.themes) == {"ansi", "colourblind", "contrast", "dark", "light", "mono"}
    for theme in loaded.themes.values():
        assert set(theme.tones) == set(themes.TONES)
        assert theme.title
        assert theme.title_en
    assert loaded.themes["ansi"].theme.ansi
    assert not loaded.themes["light"].theme.dark
    i18n.use("en")
    assert loaded.themes["contrast"].shown == "High contrast"


def test_the_built_in_folder_is_beside_or_inside_the_package() -> None:
    assert (themes.built_in_folder() / "dark.toml").is_file()


def test_own_themes_are_added_and_win(tmp_path: Path) -> None:
    (tmp_path / "milikku.toml").write_text(GOOD)
    (tmp_path / "dark.toml").write_text('title = "Punyaku"\n' + GOOD)
    loaded = load_themes(tmp_path)
    assert loaded.themes["dark"].title == "Punyaku"
    assert loaded.themes["milikku"].theme.primary == "#112233"
    assert "light" in loaded.themes


def test_a_bad_file_is_named_and_the_others_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[colors\n")
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "c.toml").mkdir()
    loaded = load_themes(tmp_path)
    assert "b" in loaded.themes
    assert len(loaded.complaints) == 2
    assert str(tmp_path / "a.toml") in loaded.complaints[0]
    assert "baris" in loaded.complaints[0] or "line" in loaded.complaints[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "colors.primary tidak ada"),
        ('name = "dua kata"\n' + GOOD, "name harus satu kata"),
        ("warna = 1\n" + GOOD, "kunci warna tidak dikenal"),
        ("colors = 3\n", "colors harus sebuah tabel"),
        ('[colors]\nprimary = "#112233"\nprimer = "red"\n', "kunci colors.primer tidak dikenal"),
        ('[colors]\nprimary = "hijau lumut"\n', "“hijau lumut” bukan warna"),
        ("[colors]\nprimary = 7\n", "colors.primary harus teks"),
        ("dark = 1\n" + GOOD, "dark harus true atau false"),
        (GOOD + '[tones]\ngood = "sangat bagus sekali"\n', "bukan gaya"),
        (GOOD + '[tones]\nbagus = "red"\n', "kunci tones.bagus tidak dikenal"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(ThemeRefused) as refused:
        read_theme(path)
    assert words in str(refused.value)


def test_text_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(ThemeRefused, match="bukan UTF-8"):
        read_theme(path)


COLOURED = ("dark", "light", "contrast", "colourblind")
BUILT_IN = (*COLOURED, "ansi", "mono")


@pytest.mark.parametrize("name", COLOURED)
def test_text_stands_out_from_what_is_under_it(name: str) -> None:
    """WCAG AA, AAA for high contrast; in 24 bits and after mapping to 256 colours."""
    least = 7.0 if name == "contrast" else 4.5
    for what, text, under in contrast.pairs(load_themes().themes[name]):
        assert contrast.ratio(text, under) >= least, what
        assert contrast.ratio(contrast.in_256(text), contrast.in_256(under)) >= least, f"{what} in 256 colours"


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast.ratio((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast.ratio((255, 255, 255), (0x76, 0x76, 0x76)) == pytest.approx(4.54, abs=0.01)
    assert contrast.in_256((255, 0, 0)) == (255, 0, 0)


def test_every_eye_tells_good_warn_and_bad_apart() -> None:
    """Twenty is a difference seen at a glance; red and green of equal lightness come to less than ten."""
    themes_ = load_themes().themes
    for eye in contrast.SEEN_BY:
        assert contrast.apart(themes_["colourblind"], eye) >= 25, eye
    assert contrast.apart(themes_["dark"], "protanopia") < 15


def test_the_16_colours_are_the_terminals_own_and_mono_has_none() -> None:
    loaded = load_themes().themes
    for name in ("ansi", "mono"):
        theme = loaded[name].theme
        colours = [theme.primary, theme.secondary, theme.accent, theme.success, theme.warning, theme.error]
        colours += [theme.foreground, theme.background, theme.surface, theme.panel, theme.boost]
        colours += [value for key, value in theme.variables.items() if "style" not in key]
        assert all(str(colour).startswith("ansi_") for colour in colours), name
        kinds = {style.color.type for tone in loaded[name].tones.values() if (style := Style.parse(tone)).color}
        assert kinds <= ({ColorType.STANDARD} if name == "ansi" else set())
    tones = loaded["mono"].tones
    assert len({tones[name] for name in ("good", "warn", "bad", "muted")}) == 4


def colours(app: Driven) -> set[ColorType]:
    """The kinds of colour that stand on the screen."""
    found: set[ColorType] = set()
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                if colour is not None:
                    found.add(colour.type)
    return found


@pytest.mark.parametrize("name", ["ansi", "mono"])
def test_no_screen_has_other_colours_than_its_theme(sample_store: Path, name: str) -> None:
    async def steps(app: Driven) -> None:
        for key in ("1", "2", "enter", "escape", "3", "4", "5", "6", "7", "ctrl+p", "escape", "question_mark"):
            await app.press(key)
            allowed = {ColorType.DEFAULT} | ({ColorType.STANDARD} if name == "ansi" else set())
            assert colours(app) <= allowed, f"{key}: {colours(app)}"

    drive(sample_store, steps, theme=name)


def test_no_color_takes_every_colour(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def steps(app: Driven) -> None:
        assert app.app.theme == "mono"
        for key in ("2", "enter", "7"):
            await app.press(key)
            assert colours(app) <= {ColorType.DEFAULT}
        app.app.use_theme("dark")
        await app.settle()
        assert colours(app) <= {ColorType.DEFAULT}
        assert "NO_COLOR" in app.told()

    drive(sample_store, steps, theme="light")


def save(path: Path, text: str) -> None:
    """Write as an editor does, at another time than before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(before + 2_000_000_000, before + 2_000_000_000))


def test_own_themes_are_read_again_when_they_are_saved(sample_store: Path, tmp_path: Path) -> None:
    from akk_tui import paths as folders

    profile = folders.find(tmp_path / "home")
    own = profile.themes / "senja.toml"
    save(own, 'title = "Senja"\n' + GOOD)

    async def steps(app: Driven) -> None:
        drawn: list[Any] = []
        app.app.theme_changed_signal.subscribe(app.screen, drawn.append)
        assert app.app.current_theme.primary == "#112233"
        before = app.app.data_number
        app.app._poll()
        await app.settle()
        assert app.app.data_number == before
        assert not drawn
        save(own, '[colors]\nprimary = "#445566"\n[tones]\ngood = "bold"\n')
        app.app._poll()
        await app.settle()
        assert app.app.current_theme.primary == "#445566"
        assert app.app.tone("good") == "bold"
        assert len(drawn) == 1
        save(own, '[colors]\nprimary = "#445566"\naccent = "lumut"\n')
        app.app._poll()
        await app.settle()
        assert "baris 3" in app.told()
        assert str(own) in app.told()
        assert app.app.current_theme.primary == "#445566"
        assert len(drawn) == 1
        save(profile.themes / "fajar.toml", GOOD)
        app.app._poll()
        assert app.told().count("baris 3") == 1
        assert "fajar" in app.app.loaded_themes.themes
        own.unlink()
        app.app._poll()
        await app.settle()
        assert app.app.theme == "dark"
        assert "senja" not in app.app.loaded_themes.themes

    drive(sample_store, steps, paths=profile, theme="senja")


def test_a_fault_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    for text, line in (
        ("[colors\n", 1),
        ('[colors]\nprimary = "#112233"\n\nprimer = "red"\n', 4),
        ('[colors]\nprimary = "#112233"\n[tones]\n# ya\ngood = "sangat bagus sekali"\n', 5),
        ('\nname = "dua kata"\n' + GOOD, 2),
        (GOOD + '[variables]\ntext-muted = "abu"\n', 4),
        (GOOD + '[variables]\ntext-muted = "red; color: blue"\n', 4),
        ('title = "a', 1),
    ):
        path.write_text(text)
        (said,) = load_themes(tmp_path).complaints
        assert f"{path}, baris {line}, tidak dipakai" in said, said
    path.write_bytes(b'title = "a"\nname = "\xff"\n')
    assert f"{path}, baris 2" in load_themes(tmp_path).complaints[0]


def test_former_names_of_themes_are_understood() -> None:
    assert [themes.plain_name(name) for name in ("malam", "siang", "kontras", "mono")] == [
        "dark",
        "light",
        "contrast",
        "mono",
    ]


def test_a_bar_is_never_drawn_reversed(sample_store: Path) -> None:
    with Store.open(sample_store) as store:
        detail = store.views.region("2025", "35.72")
    columns, rows = tree(detail, 60, lambda _name: "bold reverse #ff9090")
    place = [column.key for column in columns].index("graph")
    bars = [cells[place] for key, cells in rows if key.startswith("c:")]
    assert all("█" in bar.plain for bar in bars)
    assert {str(bar.style) for bar in bars} == {"bold #ff9090"}
