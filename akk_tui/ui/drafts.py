"""The journal of drafts: a thread that writes what was typed to the store, whatever the event loop is doing.

A stalled terminal stops the event loop, and a hang-up then ends the process; so the thread has its own connection
to the store, and a signal thread may ask it to :meth:`DraftJournal.flush` at any time.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from time import monotonic
from typing import Final, Protocol, TYPE_CHECKING

from akk_tui.contract.errors import AkkError
from akk_tui.store.shapes import Draft

if TYPE_CHECKING:
    from akk_tui.paths import Paths
    from akk_tui.store.store import Store

WAIT_SECONDS: Final = 2.0
"""A change is on disk after at most so long."""
WAIT_CHARS: Final = 200
"""A draft that differs by so many characters from the saved one is written at once."""


class Drafts(Protocol):
    """The part of a store that the journal writes to, usable from any thread (``store.drafts``)."""

    def save(self, draft: Draft) -> None: ...
    def drop(self, id: str) -> None: ...  # noqa: A002 - the store's own name


class DraftJournal:
    """Keeps the newest text of each draft on disk.

    ``report`` is called in the thread, with the error when a draft could not be written (it is tried again) and with
    None when writing works again. The methods may be called from any thread.
    """

    def __init__(
        self,
        drafts: Drafts,
        report: Callable[[AkkError | None], None],
        *,
        wait: float = WAIT_SECONDS,
        chars: int = WAIT_CHARS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._drafts = drafts
        self._report = report
        self._wait = wait
        self._chars = chars
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: dict[str, Draft | None] = {}
        self._saved_length: dict[str, int] = {}
        self._since: float | None = None
        self._urgent = False
        self._closing = False
        self._failures = 0
        self.trouble: AkkError | None = None
        """Why the last try to write failed."""
        self._writing = False
        self._thread: threading.Thread | None = None

    def put(self, draft: Draft) -> None:
        """Take ``draft`` as the newest text of its id; returns at once."""
        with self._changed:
            self._take(draft.id, draft)
            typed = abs(_length(draft) - self._saved_length.setdefault(draft.id, 0))
            if typed >= self._chars:
                self._urgent = True
            self._changed.notify_all()

    def drop(self, id: str) -> None:  # noqa: A002 - the store's own name
        """Forget the draft ``id``: it was saved as a note or thrown away, or must not come back by a late write."""
        with self._changed:
            self._take(id, None)
            self._urgent = True
            self._changed.notify_all()

    def hurry(self) -> None:
        """Write what waits soon, without waiting for it."""
        with self._changed:
            self._urgent = bool(self._waiting)
            self._changed.notify_all()

    def flush(self, timeout: float) -> bool:
        """Write everything that waits now; False when it was not on disk after ``timeout`` seconds."""
        deadline = self._clock() + timeout
        with self._changed:
            failures = self._failures
            self._urgent = bool(self._waiting)
            self._changed.notify_all()
            while self._waiting or self._writing:
                left = deadline - self._clock()
                if left <= 0 or self._failures != failures:
                    return False
                self._changed.wait(left)
        return True

    def unsaved(self) -> list[Draft]:
        """The texts that are not on disk yet."""
        with self._changed:
            return [draft for draft in self._waiting.values() if draft is not None]

    def close(self, timeout: float = 2.0) -> bool:
        """Write everything that waits and end the thread; False when something is not on disk."""
        done = self.flush(timeout)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        atexit.unregister(self.close)
        return done

    def _take(self, id: str, draft: Draft | None) -> None:  # noqa: A002
        if self._closing:
            return
        self._waiting[id] = draft
        if self._since is None:
            self._since = self._clock()
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="akk-drafts", daemon=True)
            self._thread.start()
            atexit.register(self.close)

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            try:
                for name, draft in batch.items():
                    if draft is None:
                        self._drafts.drop(name)
                    else:
                        self._drafts.save(draft)
            except Exception as cause:  # typed text outlives every error; each is told
                self._put_back(batch, cause if isinstance(cause, AkkError) else AkkError(reason=str(cause)))
            else:
                self._written(batch)

    def _next(self) -> dict[str, Draft | None] | None:
        """Wait until something is due and take it; None when the journal closes and nothing waits."""
        with self._changed:
            while True:
                if self._waiting and (self._urgent or self._closing):
                    break
                if self._closing:
                    return None
                left = None if self._since is None else self._since + self._wait - self._clock()
                if left is not None and left <= 0 and self._waiting:
                    break
                self._changed.wait(left)
            batch, self._waiting = self._waiting, {}
            self._since = None
            self._urgent = False
            self._writing = True
            return batch

    def _written(self, batch: dict[str, Draft | None]) -> None:
        with self._changed:
            for name, draft in batch.items():
                if draft is None:
                    self._saved_length.pop(name, None)
                else:
                    self._saved_length[name] = _length(draft)
            failed, self.trouble = self.trouble is not None, None
            self._writing = False
            self._changed.notify_all()
        if failed:
            self._report(None)

    def _put_back(self, batch: dict[str, Draft | None], error: AkkError) -> None:
        with self._changed:
            self._waiting = batch | self._waiting
            self._since = self._clock()
            self._writing = False
            first, self.trouble = self.trouble is None, error
            self._failures += 1
            if self._closing:
                self._waiting = {}
            self._changed.notify_all()
        if first:
            self._report(error)


def _length(draft: Draft) -> int:
    return len(draft.title) + len(draft.body) + sum(map(len, draft.tags))


def recover_edited(store: Store, paths: Paths | None) -> AkkError | None:
    """What the officer's own editor held when a session ended goes into its draft; why not, where it cannot."""
    if paths is None:
        return None
    from akk_tui.sync import vault

    place = paths.state / "edit"
    if vault.sealed(paths):
        from akk_tui import external_editor

        try:
            place = external_editor.folder_of(paths)
        except AkkError:
            # No such folder, so that nothing can be in it.
            return None
    if not place.is_dir() or not any(place.iterdir()):
        return None
    from akk_tui.ui import external

    try:
        external.recover(store, place)
    except AkkError as cause:
        return cause
    return None
