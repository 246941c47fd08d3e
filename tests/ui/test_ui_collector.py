"""Full collections wait for a pause in typing, and not for ever."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from akk_tui.ui import collector
from akk_tui.ui.collector import Collector, LONG_QUIET_SECONDS, MOST_WAITING, QUIET_SECONDS, WAITING


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    before = gc.get_threshold()
    # As Python has them where the app runs; the tests' own would let 300,000 objects pass.
    gc.set_threshold(700, 10, 10)
    yield Clock()
    gc.set_threshold(*before)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many collections of younger objects there were since the last full one."""
    found = [0]
    monkeypatch.setattr(collector.gc, "get_count", lambda: (0, 0, found[0]))
    return found


def test_it_waits_until_nobody_types(clock: Clock, waiting: list[int]) -> None:
    one = Collector(clock)
    waiting[0] = WAITING
    one.typed()
    assert not one.look()
    clock.now += QUIET_SECONDS
    assert one.look()


def test_where_nothing_happened_nothing_is_looked_through(clock: Clock, waiting: list[int]) -> None:
    waiting[0] = WAITING - 1
    assert not Collector(clock).look()


def test_who_types_for_long_waits_once(clock: Clock, waiting: list[int]) -> None:
    one = Collector(clock)
    waiting[0] = MOST_WAITING
    one.typed()
    assert one.look()


def test_a_started_one_makes_no_full_collection_by_itself(clock: Clock) -> None:
    Collector(clock).start()
    full: list[str] = []

    def told(phase: str, info: dict[str, int]) -> None:
        if info["generation"] == 2:
            full.append(phase)

    gc.callbacks.append(told)
    try:
        kept = [[n] for n in range(300_000)]
    finally:
        gc.callbacks.remove(told)
        gc.unfreeze()
    assert len(kept) == 300_000
    assert not full


class Node:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_was_passed_over_goes_in_a_long_pause(clock: Clock, waiting: list[int]) -> None:
    one, node = Collector(clock), Node()
    gone = weakref.ref(node)
    try:
        waiting[0] = MOST_WAITING
        one.typed()
        assert one.look()
        del node
        clock.now += QUIET_SECONDS
        assert one.look()
        assert gone() is not None
        waiting[0] = 0
        clock.now += LONG_QUIET_SECONDS
        assert one.look()
        assert gone() is None
        assert not one.look()
    finally:
        gc.unfreeze()
