"""The errors that a person reads: one sentence that says what happened and what to do.

An error carries a code, the parameters of its sentence and an exit code (``design: exit codes``
0 done, 1 failed, 2 usage, 3 unreachable, 4 signed out, 5 waiting, 6 store). The sentence is written in
Indonesian, the source language of the catalogue; :meth:`AkkError.words` turns it into the reader's.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import ClassVar, Final


def N_(text: str) -> str:  # noqa: N802 - the name that every message extractor knows
    """Mark a sentence for the catalogue without translating it here."""
    return text


_TOLD: Final = ("reason", "detail")
"""Parameters that are sentences of the catalogue themselves; others may be names that only look like one."""
_NAMED: Final = ("field", "kind", "unit")
"""Parameters that are names of the contract, told by what they are called: ``batas waktu`` for ``due``."""


_SYSTEM: Final = {
    errno.ENOENT: N_("berkas atau folder tidak ada"),
    errno.EACCES: N_("tidak diizinkan"),
    errno.EPERM: N_("tidak diizinkan"),
    errno.ENOSPC: N_("penyimpanan penuh"),
    errno.EDQUOT: N_("kuota penyimpanan habis"),
    errno.EROFS: N_("hanya dapat dibaca"),
    errno.EISDIR: N_("berupa folder"),
    errno.ENOTDIR: N_("bukan folder"),
    errno.EEXIST: N_("sudah ada"),
    errno.ENAMETOOLONG: N_("nama terlalu panjang"),
    errno.EIO: N_("perangkat gagal membaca atau menulis"),
    errno.EADDRINUSE: N_("alamat sudah dipakai"),
}
_SYSTEM_WORDS: Final = {os.strerror(number): words for number, words in _SYSTEM.items()}
"""What the system says of a file, in the words of the catalogue; anything else stays in the system's own."""


class AkkError(Exception):
    """The base of all errors that end in words on a screen or on stderr."""

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1
    text: ClassVar[str] = N_("Gagal: {reason}")

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.words())

    def words(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of ``translate`` (a gettext function), its reason too."""
        shown = {name: _shown(name, value, translate) for name, value in self.params.items()}
        return translate(self.text).format(**shown)


def system_words(text: str) -> str:
    """A catalogue sentence for what the system says of a file; other text as it is."""
    return _SYSTEM_WORDS.get(text, text)


def _shown(name: str, value: object, translate: Callable[[str], str]) -> object:
    if name in _NAMED:
        from akk_tui.contract import names

        called = {"field": names.field_words, "kind": names.kind_words, "unit": names.unit_words}
        return called[name](str(value), translate)
    return _told(value, translate) if name in _TOLD else value


def _told(value: object, translate: Callable[[str], str]) -> str:
    return translate(system_words(str(value)))


class BadValue(AkkError):
    """A value that is not in the field's form or is past a limit."""

    code = "bad_value"
    exit_code = 2
    text = N_("Nilai “{value}” tidak sah untuk {field}: {reason}")


class UnknownField(AkkError):
    """A row kind or a field that the contract does not know."""

    code = "unknown_field"
    exit_code = 2
    text = N_("Isian {field} tidak dikenal pada {kind}.")


class BadKey(AkkError):
    """A row key that does not have the form its kind asks for."""

    code = "bad_key"
    exit_code = 2
    text = N_("Kunci “{key}” tidak sah untuk {kind}.")


CLOCK_WORDS = N_(
    "Jam komputer ini selisih {minutes} menit dari server. Data tidak terpengaruh, tetapi waktu yang tercatat keliru:"
    " setel jamnya."
)
"""What is told of a clock that is wrong."""
