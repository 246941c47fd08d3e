"""The system's keyring as a place for a secret: the one module that imports ``keyring`` (extra ``keyring``)."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from akk_tui.sync.signing_errors import KeyringFailed

T = TypeVar("T")

SERVICE: Final = "akk-tui"
SECONDS: Final = 30
"""How long a keyring may take: it may ask the user to unlock it."""
_LEAST: Final = 1
"""Priority from which ``keyring`` itself recommends a backend; below it are those that refuse or write plain files."""


class KeyringPlace:
    """One entry of the keyring."""

    def __init__(self, key: str) -> None:
        self._key = key

    def read(self) -> str | None:
        """The text; None when there is none. Raises KeyringFailed."""
        return _within(lambda ring: ring.get_password(SERVICE, self._key))

    def write(self, text: str) -> None:
        """Keep ``text``; raises KeyringFailed."""
        _within(lambda ring: ring.set_password(SERVICE, self._key, text))

    def delete(self) -> None:
        """Remove the entry; nothing is said when that fails."""
        with suppress(KeyringFailed):
            self.remove()

    def remove(self) -> None:
        """Remove the entry; raises KeyringFailed."""
        _within(lambda ring: ring.delete_password(SERVICE, self._key))


def works() -> bool:
    """Whether a real keyring answers: a probe is written, read and deleted."""
    probe = KeyringPlace(f"probe-{secrets.token_hex(8)}")
    value = secrets.token_hex(16)
    try:
        probe.write(value)
        found = probe.read()
        probe.remove()
    except KeyringFailed:
        return False
    return found == value


def _within(call: Callable[[Any], T]) -> T:
    """What ``call`` makes of the keyring, within the time that it has; raises KeyringFailed.

    The reason names the kind of fault only: what a backend says of it may hold what was to be kept.
    """
    found: list[T] = []
    failed: list[str] = []

    def work() -> None:
        try:
            import keyring

            ring = keyring.get_keyring()
            if ring.priority < _LEAST:
                failed.append(type(ring).__module__)
                return
            found.append(call(ring))
        except Exception as cause:  # a backend may raise anything
            failed.append(type(cause).__name__)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if not found:
        raise KeyringFailed(reason=failed[0] if failed else f"{SECONDS} s")
    return found[0]
