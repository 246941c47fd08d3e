"""Every screen and every window as text, at 80x24 and 120x40, in both languages.

``AKK_SNAPSHOTS=write .venv/bin/pytest -n 2 tests/ui/test_ui_snapshots.py`` makes them anew; the change is then read as
a difference of text files.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from walks import fill_stores, kinds, painted_once, Walk, walk, WALKS
from work_app import drive, Driven

from akk_tui import i18n, paths
from akk_tui.store.store import Store
from akk_tui.ui.screens.base import AkkModal, AkkScreen, Reads

Snapshot = Callable[[str, str], None]
FOLDER = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 40))
LANGUAGES = ("id", "en")

pytestmark = pytest.mark.no_cover
"""What a picture shows is not what proves a line of code; measuring would double the time of these starts."""


@pytest.fixture(autouse=True)
def _one_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the screens say of the terminal and the surroundings does not depend on who runs the tests."""
    for name in ("COLORTERM", "NO_COLOR", "LC_ALL", "LC_MESSAGES", "VISUAL", "SSH_CONNECTION", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("TERM", "xterm-256color"), ("LANG", "id_ID.UTF-8"), ("EDITOR", "nano"), ("TZ", "UTC")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> dict[str, Path]:
    """The stores by the name that a walk gives: not to be written."""
    return fill_stores(tmp_path_factory.mktemp("stores"), sample_store)


def copy_of(store: Path, folder: Path) -> Path:
    copy = folder / "akk.db"
    with Store.open(store) as opened:
        opened.db.execute("VACUUM INTO ?", (str(copy),))
    return copy


def lasting(text: str, folder: Path) -> str:
    """``text`` without what is different in every run.

    That is the folder of the test, which may be cut, and the size of a request, which holds random numbers.
    """
    text = re.sub(re.escape(str(folder)[:12]) + r"\S*", "~/akk.db", text)
    return re.sub(r"\b\d{3} B\b", "700 B", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("steps", WALKS, ids=[steps.name for steps in WALKS])
def test_the_screen(
    stores: dict[str, Path],
    tmp_path: Path,
    snapshot: Snapshot,
    steps: Walk,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At both sizes: the walk begins at one, and a resize leads to the very screen that stands at the other.

    In one language the small terminal is the first, in the other the large one.
    """
    monkeypatch.setenv("LC_ALL", f"{language}_ID.UTF-8")
    i18n.use(language)
    sizes = SIZES if language == "en" else SIZES[::-1]

    def compare(app: Driven, size: tuple[int, int]) -> None:
        assert all(len(line) <= size[0] for line in app.lines())
        snapshot(f"{language}/{steps.name}-{size[0]}x{size[1]}", lasting(app.text(), tmp_path))

    async def test(app: Driven) -> None:
        await walk(app, steps)
        compare(app, sizes[0])
        for size in sizes[1:]:
            async with painted_once(app):
                await app.pilot.resize_terminal(*size)
                await app.settle()
            compare(app, size)

    store = copy_of(stores[steps.store], tmp_path)
    drive(store, test, sizes[0], at=steps.at, paths=paths.find(tmp_path / "home"))


def in_16_colours(app: Driven) -> str:
    """The screen as a terminal of 16 colours gets it; ⟨…⟩ stands for the escape sequences."""
    file = io.StringIO()
    console = Console(file=file, color_system="standard", force_terminal=True, width=200, legacy_windows=False)
    for strip in app.screen._compositor.render_strips():
        for segment in strip.simplify():
            console.print(segment.text, style=segment.style, end="", markup=False, highlight=False, soft_wrap=True)
        console.print()
    escapes = re.compile(r"\x1b\[([\d;]*)m")
    return escapes.sub(lambda match: f"⟨{'' if match[1] == '0' else match[1]}⟩", file.getvalue()).rstrip("\n")


PLAIN = [steps for steps in WALKS if steps.plain]


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("steps", PLAIN, ids=[steps.name for steps in PLAIN])
def test_the_screen_in_ascii(
    stores: dict[str, Path], tmp_path: Path, snapshot: Snapshot, steps: Walk, size: tuple[int, int]
) -> None:
    async def test(app: Driven) -> None:
        await walk(app, steps)
        assert app.text().isascii()
        snapshot(f"ascii/{steps.name}-{size[0]}x{size[1]}", app.text())

    drive(copy_of(stores[steps.store], tmp_path), test, size, at=steps.at, ascii_glyphs=True)


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize("steps", PLAIN, ids=[steps.name for steps in PLAIN])
def test_the_screen_in_16_colours(
    stores: dict[str, Path], tmp_path: Path, snapshot: Snapshot, steps: Walk, size: tuple[int, int]
) -> None:
    async def test(app: Driven) -> None:
        await walk(app, steps)
        text = in_16_colours(app)
        assert "38;2" not in text
        assert "38;5" not in text
        snapshot(f"ansi/{steps.name}-{size[0]}x{size[1]}", text)

    drive(copy_of(stores[steps.store], tmp_path), test, size, at=steps.at, theme="ansi")


# --- nothing is left out


def test_every_screen_and_window_is_among_them() -> None:
    drawn = {kind.__name__ for kind in kinds(Reads) if not kind.__subclasses__() and kind not in (AkkScreen, AkkModal)}
    assert drawn - {steps.shows for steps in WALKS} == set()


def test_no_snapshot_is_left_over() -> None:
    names = {f"{steps.name}-{width}x{height}.txt" for steps in WALKS for width, height in SIZES}
    plain = {f"{steps.name}-{width}x{height}.txt" for steps in PLAIN for width, height in SIZES}
    wanted = {f"{language}/{name}" for language in LANGUAGES for name in names}
    wanted |= {f"{way}/{name}" for way in ("ascii", "ansi") for name in plain}
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.txt")}
    if os.environ.get("AKK_SNAPSHOTS") == "write":
        for name in found - wanted:
            (FOLDER / name).unlink()
        return
    assert found == wanted
