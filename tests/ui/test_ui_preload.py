"""What the next screens need is loaded while nobody types, so that opening one loads nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from textual.css.stylesheet import Stylesheet
from work_app import drive, Driven

from akk_tui.ui import preload
from akk_tui.ui.preload import Preloader

OPENINGS = (["2"], ["enter"], ["3"], ["4"], ["slash", "b"], ["escape"], ["question_mark"])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preload, "BEGIN_SECONDS", 0.01)
    monkeypatch.setattr(preload, "QUIET_SECONDS", 0.01)


async def loaded(app: Driven) -> Preloader:
    made = Preloader(app.app)
    made.start()
    await app.until(lambda: made.done, "everything is loaded")
    return made


@pytest.mark.usefixtures("quick")
def test_a_screen_that_opens_reads_no_styles(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(app: Driven) -> None:
        await loaded(app)
        read: list[list[str]] = []
        original = Stylesheet.parse
        monkeypatch.setattr(Stylesheet, "parse", lambda self: read.append(list(self.source)) or original(self))
        for keys in OPENINGS:
            await app.press(*keys)
            assert read == [], keys

    drive(store_path, test)


IMPORTS = """
import sys
sys.path[:0] = {folders!r}
from pathlib import Path
from akk_tui.ui import preload
preload.BEGIN_SECONDS = preload.QUIET_SECONDS = 0.01
import work_app
import test_ui_preload
async def test(app):
    before = set(sys.modules)
    await test_ui_preload.loaded(app)
    assert "akk_tui.ui.screens.notes" in set(sys.modules) - before
    for keys in test_ui_preload.OPENINGS:
        before = set(sys.modules)
        await app.press(*keys)
        print(*keys, sorted(name for name in set(sys.modules) - before if ".screens." in name or ".widgets." in name))
work_app.drive(Path({path!r}), test)
"""


def test_a_screen_that_opens_imports_no_widgets(store_path: Path) -> None:
    folders = [str(Path(__file__).parent)]
    script = IMPORTS.format(folders=folders, path=str(store_path))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{' '.join(keys)} []" for keys in OPENINGS]


@pytest.mark.usefixtures("quick")
def test_nothing_is_loaded_while_a_key_is_answered_or_was_just_typed(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        taken: list[int] = []

        class Counted(Preloader):
            def _all_steps(self, modules):
                for step in range(2):
                    taken.append(step)
                    yield True

        app.app.painter.hold("test")
        made = Counted(app.app)
        made.start()
        held = []
        for _look in range(12):
            await app.pilot.pause(0.01)
            held.append((app.app.painter.held, len(taken)))
        assert [count for was_held, count in held if was_held] == [0] * sum(was_held for was_held, _count in held)
        app.app.painter.release("test")
        made.typed()
        await app.until(lambda: made.done, "it goes on when it is quiet")
        assert taken == [0, 1]

    drive(store_path, test)


def test_where_nobody_looks_nothing_is_loaded_ahead(store_path: Path) -> None:
    async def test(app: Driven) -> None:
        assert app.app._preloader is None

    drive(store_path, test)
