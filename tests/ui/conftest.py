"""What all tests of screens share: the language reset, the sample store, snapshots of what stands on a screen."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import filled
import idle
import pytest
import styles_once
import uncollected
import unpainted
import waiting

from akk_tui import i18n
from akk_tui.store.store import Store

FOLDER = Path(__file__).parent
SNAPSHOTS = FOLDER / "snapshots"

idle.use()
styles_once.use()
uncollected.use()
unpainted.use()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure the first case of each test of a screen: others show the same code at another size or in other words.

    What is measured is then a little less than what is reached.
    """
    met: set[tuple[Path, str]] = set()
    for item in items:
        if FOLDER not in item.path.parents or not isinstance(item, pytest.Function):
            continue
        test = (item.path, item.nodeid.partition("[")[0])
        if test in met:
            item.add_marker(pytest.mark.no_cover)
        met.add(test)


@pytest.fixture(autouse=True)
def _indonesian() -> Iterator[None]:
    i18n.use("id")
    yield
    i18n.use("id")


@pytest.fixture(scope="module", autouse=True)
def _nothing_of_other_apps() -> Iterator[None]:
    """What is left when no app runs is there for good: the collector need not look through it again."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample data as contoh1 holds it; not to be written."""
    return filled.fill_sample(tmp_path_factory.mktemp("sample") / "akk.db")


@pytest.fixture
def store_path(sample_store: Path, tmp_path: Path) -> Path:
    """A copy of the sample store that a test may change."""
    return _copied(sample_store, tmp_path)


@pytest.fixture(scope="session")
def waiting_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample data with waiting, refused and differing work; not to be written."""
    return waiting.fill(tmp_path_factory.mktemp("waiting") / "akk.db")


@pytest.fixture
def waiting_path(waiting_store: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return _copied(waiting_store, tmp_path)


def _copied(store: Path, folder: Path) -> Path:
    copy = folder / "akk.db"
    with Store.open(store) as opened:
        opened.db.execute("VACUUM INTO ?", (str(copy),))
    return copy


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Compare a screen's text with ``snapshots/NAME.txt``; ``AKK_SNAPSHOTS=write`` writes it anew."""

    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / f"{name}.txt"
        if os.environ.get("AKK_SNAPSHOTS") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n", encoding="utf-8")
        assert path.exists(), f"{path} is missing; AKK_SNAPSHOTS=write makes it:\n{text}"
        assert text + "\n" == path.read_text(encoding="utf-8")

    return compare
