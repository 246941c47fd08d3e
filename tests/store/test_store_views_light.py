"""What a view imports: a command pays for its own alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from viewworld import World

_SCRIPT = """
import sys
from pathlib import Path
from akk_tui.store.store import Store
with Store.open(Path(sys.argv[1]), read_only=True) as store:
    {call}
print(*sorted(sys.modules))
"""
_HEAVY = {
    "textual",
    "httpx",
    "asyncio",
    "logging",
    "importlib.metadata",
    "dataclasses",
    "difflib",
    "sqlalchemy",
}
_RULES = {"akk_tui.domain.attention", "akk_tui.domain.steps", "akk_tui.domain.readiness", "akk_tui.domain.criteria"}


@pytest.mark.parametrize(
    ("call", "without"),
    [
        ("store.views.status(); store.views.regions('2025')", _HEAVY | _RULES | {"akk_tui.store.outbox"}),
        ("store.views.dashboard('2025')", _HEAVY | _RULES | {"akk_tui.store.outbox"}),
        ("store.views.region('2025', '35.72'); store.views.next_steps('2025', '35.72', 5)", _HEAVY),
        ("store.views.checklist('2025'); store.views.notes('2025')", _HEAVY),
        ("store.search.find('blitar', '2025'); store.views.outbox(); store.views.conflicts()", _HEAVY),
        ("store.views.find_region('Kota Blitar')", _HEAVY),
    ],
)
def test_a_view_imports_little(fast: Path, call: str, without: set[str]) -> None:
    world = World(fast)
    for region in ("35.72", "35.05", "71.07", "34.02"):
        world.put("standing", f"2025:{region}", {"stage": "calon"})
    world.store.close()
    ran = subprocess.run(
        [sys.executable, "-c", _SCRIPT.format(call=call), str(world.path)], capture_output=True, text=True, check=True
    )
    assert not without & set(ran.stdout.split())
