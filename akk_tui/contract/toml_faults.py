"""What is wrong with a text that is no TOML: where, and a sentence in place of tomllib's English words."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from akk_tui.contract.errors import N_


class Fault(NamedTuple):
    """One fault: ``line`` and ``column`` count from 1, ``reason`` is a sentence of the catalogue."""

    line: int
    column: int
    reason: str


_OTHER: Final = N_("tulisan di sini tidak terbaca sebagai TOML")
_UNQUOTED: Final = N_('nilainya tidak terbaca: teks diapit tanda kutip ("dark"), ya atau tidak ditulis true atau false')
_NO_VALUE: Final = N_("nilainya belum ditulis")
_SLANTED: Final = N_('tanda kutip miring tidak dikenal; pakai tanda kutip lurus (")')
_MARKED: Final = N_("berkas diawali tanda BOM; simpan sebagai UTF-8 tanpa BOM")
_NO_QUOTE: Final = N_("tanda kutip penutup tidak ada")
_CONTROL: Final = N_("ada karakter kendali yang tidak diperbolehkan")
_TWICE: Final = N_("nama ini sudah diberi nilai di atas")
_AGAIN: Final = N_("bagian ini sudah ditulis di atas")
_BACKSLASH: Final = N_("tanda \\ di dalam teks harus ditulis \\\\, atau apit teksnya dengan kutip tunggal")
_NESTED: Final = N_("terlalu banyak kurung di dalam kurung")
_KNOWN: Final = (
    (r"Invalid statement", N_("di sini seharusnya ada nama = nilai, [bagian], atau komentar yang diawali #")),
    (r"Expected newline", N_("sesudah nilainya masih ada tulisan; satu isian satu baris, komentar diawali #")),
    (r"Expected '=' after", N_("sesudah namanya harus ada tanda =")),
    (r"Invalid initial character for a key", N_("namanya kosong atau memuat tanda yang tidak diperbolehkan")),
    (r"Expected '\]+' at the end of", N_("tanda ] penutup nama bagian tidak ada")),
    (r"Unclosed array", N_("tanda ] penutup daftar tidak ada, atau koma di antara isinya")),
    (r"Unclosed inline table", N_("kurung kurawal penutup tidak ada, atau koma di antara isinya")),
    (r"Unterminated string|Expected \"'|(Illegal|Found invalid) character '\\n'", _NO_QUOTE),
    (r"(Illegal|Found invalid) character", _CONTROL),
    (r"Cannot declare|Cannot redefine|Cannot mutate", _AGAIN),
    (r"Cannot overwrite|Duplicate inline table key", _TWICE),
    (r"Unescaped|Invalid hex value|Escaped character", _BACKSLASH),
    (r"Invalid date", N_("tanggal atau jamnya tidak ada")),
    (r"Exceeds the limit", N_("angkanya terlalu panjang")),
    (r"nested|recursion", _NESTED),
)
"""What tomllib's words begin with or hold, and what is said in their place."""


def fault(text: str, cause: Exception) -> Fault:
    """The fault for which tomllib has raised ``cause`` on ``text``; at the end where it names no place."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    said = str(cause)
    at = re.search(r"\(at line (\d+), column (\d+)\)", said)
    line, column = (int(at[1]), int(at[2])) if at else (len(lines), len(lines[-1]) + 1)
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    if said.startswith("Invalid value"):
        reason = _SLANTED if rest[:1] in ("“", "”", "‘", "’", "„") else _UNQUOTED
        return Fault(line, column, reason if rest.strip() else _NO_VALUE)
    if text.startswith("\ufeff") and line == 1:
        return Fault(line, column, _MARKED)
    if isinstance(cause, RecursionError):
        return Fault(line, column, _NESTED)
    return Fault(line, column, next((words for known, words in _KNOWN if re.match(known, said)), _OTHER))
