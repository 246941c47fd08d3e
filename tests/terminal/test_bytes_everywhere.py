"""What each kind of event costs on every screen and window: close to the least that its changed cells need.

``pytest -m campaign tests/terminal/test_bytes_everywhere.py -rP`` goes through all of them and prints the costs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import idle
import pytest
import styles_once
from comparer import compared, Comparer
from reference import cells, reference
from textual.widgets import Input, TextArea
from walks import fill_stores, Walk, walk, WALKS
from work_app import drive, Driven

from akk_tui import i18n, paths
from akk_tui.store.store import Store
from akk_tui.ui.screens.base import AkkModal

pytestmark = pytest.mark.no_cover

SHARE, MORE = 1.3, 64
"""Of the reference encoder's bytes, and bytes beside."""
SIZE = (120, 40)
KEYS = ("down", "up", "pagedown", "pageup", "tab", "shift+tab")
PLACES = ((20, 12), (60, 20), (100, 9), (60, 38))
"""Where the mouse goes to, one after the other."""
CHOSEN = ("region", "checklist", "note-editor", "search")


@pytest.fixture(autouse=True)
def _a_home_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A report is written to it."""
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> dict[str, Path]:
    """The stores by the name that a walk gives: not to be written."""
    idle.use()
    styles_once.use()
    return fill_stores(tmp_path_factory.mktemp("stores"), sample)


def copy_of(store: Path, folder: Path) -> Path:
    copy = folder / "akk.db"
    with Store.open(store) as opened:
        opened.db.execute("VACUUM INTO ?", (str(copy),))
    return copy


class Scale:
    """Weighs the events of one app."""

    def __init__(self, app: Driven, comparer: Comparer) -> None:
        self.app = app
        self.comparer = comparer
        self.heavy: list[str] = []

    async def weigh(self, name: str, act: Callable[[], Awaitable[object]]) -> None:
        before = cells(self.comparer.lean)
        self.comparer.begin()
        await act()
        await self.app.settle()
        written, least = self.comparer.lean_bytes, reference(before, cells(self.comparer.lean))
        said = f"{name:12} {written:7,} of {least:7,}: {(written - MORE) / max(1, least):5.2f}"
        print(said)
        if written > SHARE * least + MORE:
            self.heavy.append(said)

    async def weigh_all(self) -> None:
        for key in KEYS:
            await self.weigh(key, lambda key=key: self.app.press(key))
        if isinstance(self.app.screen.focused, (Input, TextArea)):
            for _time in range(2):
                await self.weigh("a letter", lambda: self.app.press("x"))
        for place in PLACES:
            await self.weigh(f"mouse {place}", lambda place=place: self.app.pilot.hover(offset=place))
        below = self.app.screen
        await self.weigh("palette", lambda: self.app.press("ctrl+p"))
        if self.app.screen is not below:
            await self.weigh("its end", lambda: self.app.press("escape"))
        if isinstance(self.app.screen, AkkModal):
            await self.weigh("close", lambda: self.app.press("escape"))


def weigh_on(stores: dict[str, Path], folder: Path, steps: Walk) -> None:
    i18n.use("id")

    async def test(app: Driven) -> None:
        await walk(app, steps)
        with compared(app.app, *SIZE) as comparer:
            # Windows dim what is under them, as on a line of this computer: that costs the most.
            app.app.dim_windows()
            assert app.app.has_class("-dims")
            await app.settle()
            scale = Scale(app, comparer)
            await scale.weigh_all()
        assert scale.heavy == []

    drive(copy_of(stores[steps.store], folder), test, SIZE, at=steps.at, paths=paths.find(folder / "home"))


@pytest.mark.parametrize("name", CHOSEN)
def test_events_cost_little_more_than_what_they_change(stores: dict[str, Path], tmp_path: Path, name: str) -> None:
    weigh_on(stores, tmp_path, next(one for one in WALKS if one.name == name))


@pytest.mark.campaign
@pytest.mark.parametrize("steps", WALKS, ids=[one.name for one in WALKS])
def test_events_cost_little_on_every_screen(stores: dict[str, Path], tmp_path: Path, steps: Walk) -> None:
    weigh_on(stores, tmp_path, steps)
