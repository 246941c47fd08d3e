"""How many keys it takes: to the region, to a changed state, and from anywhere to anywhere."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pytest
from work_app import drive, Driven

from akk_tui import paths
from akk_tui.ui.app import SCREENS

DIGITS = {name: str(place) for place, name in enumerate(SCREENS, 1)}
OTHERS = {
    "region": ("2", "enter"),
    "event": ("5", "enter"),
    "event-text": ("5", "enter", "a"),
    "note-editor": ("4", "e"),
    "steps": ("w",),
    "help": ("question_mark",),
    "palette": ("ctrl+p",),
    "search": ("slash",),
    "messages": ("ctrl+n",),
    "state-menu": ("2", "enter", "space"),
    "form": ("2", "enter", "p"),
    "filter": ("f",),
    "cycle": ("y",),
    "keys": ("7", "k"),
}
"""Where else an officer may be, by keys from the dashboard."""


def here(app: Driven) -> str:
    """The name of the screen of the table that is shown, "" with anything over it."""
    return app.app.current_mode if len(app.app.screen_stack) == 1 else ""


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_the_name_then_at_most_five_keys_to_a_changed_state(store_path: Path, size: tuple[int, int]) -> None:
    async def test(app: Driven) -> None:
        await app.press("slash")
        await app.type("kota blitar")
        await app.press("enter")
        assert app.screen.region_code == "35.72"
        indicators = [row for part in app.store.views.region("2025", "35.72").components for row in part.indicators]
        first = next(
            item for row in indicators for item in row.items if item.state not in ("diterima", "tidak_berlaku")
        )
        keys = ("space", "5")
        await app.press(*keys)
        assert len(keys) <= 5
        changed = [row for part in app.store.views.region("2025", "35.72").components for row in part.indicators]
        assert next(item for row in changed for item in row.items if item.id == first.id).state == "diterima"
        assert app.store.undoable()

    drive(store_path, test, size)


def test_from_every_screen_to_every_other_in_one_key(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        for start in DIGITS:
            for target in DIGITS:
                await app.app.action_go(start)
                await app.settle()
                await app.press(DIGITS[target])
                assert here(app) == target, f"{start} → {target}\n{app.text()}"

    drive(store_path, test)


@pytest.mark.parametrize(("start", "target"), list(zip(OTHERS, cycle(DIGITS), strict=False)))
def test_out_of_pages_windows_and_text_fields_in_at_most_two_keys(
    store_path: Path, tmp_path: Path, start: str, target: str
) -> None:
    async def test(app: Driven) -> None:
        await app.press(*OTHERS[start])
        assert here(app) == "" or start == "filter"
        await app.press(f"alt+{DIGITS[target]}")
        if here(app) != target:
            await app.press(f"alt+{DIGITS[target]}")
        assert here(app) == target, f"{start} → {target}\n{app.text()}"

    drive(store_path, test, paths=paths.find(tmp_path / "home"))
