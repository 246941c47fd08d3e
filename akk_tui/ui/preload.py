"""Screens that open as quickly the first time as the second: what they need is loaded while nobody types.

The first frame needs one screen, so no other is imported for it. Importing one of the others and reading its styles
takes longer than answering a key; after the first frame there are pauses enough for that. Only code and style rules are
loaded, no widget is made. One step takes less than a key may take, and none is taken while a key is answered.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from time import monotonic
from typing import Any, cast, Final, TYPE_CHECKING

from textual.widget import Widget

from akk_tui import process

if TYPE_CHECKING:
    from types import ModuleType

    from akk_tui.ui.app import AkkApp

MODULES: Final = (
    "akk_tui.ui.screens.regions",
    "akk_tui.ui.widgets.event_list",
    "akk_tui.ui.widgets.region_trend",
    "akk_tui.ui.widgets.region_indicators",
    "akk_tui.ui.screens.region",
    "akk_tui.ui.palette",
    "akk_tui.ui.screens.search",
    "akk_tui.ui.widgets.filter_input",
    "akk_tui.ui.widgets.state_menu",
    "akk_tui.ui.screens.checklist",
    "akk_tui.ui.widgets.note_reading",
    "akk_tui.ui.widgets.note_list",
    "akk_tui.ui.screens.notes",
    "akk_tui.ui.help",
)
"""The screens of most days, in the order in which a day meets them; a large one's parts go before it."""
_WITH_WIDGETS: Final = ("akk_tui.ui.", "textual.widgets._")
BEGIN_SECONDS: Final = 0.4
"""After the first frame: what surrounds the map is read and drawn first."""
QUIET_SECONDS: Final = 0.12
"""After a key before a step is taken; also the time between two looks."""
STEP_SECONDS: Final = 0.02
"""Between two steps: what has come in meanwhile goes first."""


class Preloader:
    """Loads ``modules`` and the styles of their widgets, step by step."""

    def __init__(self, app: AkkApp, modules: Sequence[str] = MODULES) -> None:
        self._app = app
        self._steps = self._all_steps(modules)
        self._typed = monotonic()
        self.done = False

    def start(self) -> None:
        """The first frame stands."""
        self._app.set_timer(BEGIN_SECONDS, self._look)

    def typed(self) -> None:
        """A key was typed."""
        self._typed = monotonic()

    def _look(self) -> None:
        """Take a step if it is quiet, and look again later."""
        if self._app.painter.held or monotonic() - self._typed < QUIET_SECONDS:
            self._app.set_timer(QUIET_SECONDS, self._look)
        elif next(self._steps, False):
            self._app.set_timer(STEP_SECONDS, self._look)
        else:
            self.done = True
            process.give_back()

    def _all_steps(self, modules: Sequence[str]) -> Iterator[bool]:
        seen: set[str] = set()
        for name in modules:
            if name not in sys.modules:
                import_module(name)
                yield True
            for found in [one for one in sys.modules if one.startswith(_WITH_WIDGETS) and one not in seen]:
                seen.add(found)
                for kind in widgets_of(sys.modules[found]):
                    if load_styles(self._app, kind):
                        yield True


def widgets_of(module: ModuleType) -> list[type[Widget]]:
    """The widgets that ``module`` defines."""
    kinds = [found for found in vars(module).values() if isinstance(found, type) and issubclass(found, Widget)]
    return [kind for kind in kinds if kind.__module__ == module.__name__]


def load_styles(app: AkkApp, kind: type[Widget]) -> bool:
    """Read the style rules of a class of widgets, as making the first of them does; whether any were new."""
    blank: Any = cast("Any", object.__new__(kind))
    fresh = False
    for place, css, tie_breaker, scope in blank._get_default_css():
        if not app.stylesheet.has_source(*place):
            fresh = True
            app.stylesheet.add_source(css, place, is_default_css=True, tie_breaker=tie_breaker, scope=scope)
    if fresh:
        app.stylesheet.parse()
    return fresh
