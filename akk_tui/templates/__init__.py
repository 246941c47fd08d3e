"""Templates of notes: Markdown files with a short header, built in for both languages, and the user's own.

A template is a file ``NAME.md``. Lines ``key: value`` stand above a line ``---``, the text of the note below it::

    nama: Observasi
    judul: Observasi {daerah}, {tanggal}
    tanda: observasi, lapangan
    ---
    ## Yang ditemui

Keys (Indonesian or English): ``nama``/``name`` as it is offered, ``judul``/``title`` and ``tanda``/``tags`` of the new
note. All may be left out, and a file without a line ``---`` is all text. Words in braces (:data:`PLACEHOLDERS`) are
filled when a note begins; ``{{`` and ``}}`` are braces. The user's files are those in ``templates/`` of the config
folder; one with the name of a built-in takes its place. A file that cannot be used is named with line and reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from akk_tui.contract.errors import AkkError, N_
from akk_tui.contract.limits import LINE_CHARS, NOTE_BYTES
from akk_tui.contract.text import clean

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "daerah": "region",
    "kode": "code",
    "provinsi": "province",
    "tanggal": "date",
    "hari_tanggal": "full_date",
    "petugas": "officer",
    "indikator": "indicator",
    "kegiatan": "event",
    "tempat": "place",
    "tahapan": "stage",
    "siklus": "cycle",
}
"""Indonesian name of each word that is filled → its English one; both may be used in every file."""
GAP: Final = "…"
"""Stands where a placeholder has no value: for the writer to fill."""

_KEYS: Final = {"nama": "name", "judul": "title", "tanda": "tags", "name": "name", "title": "title", "tags": "tags"}
_END: Final = "---"
_HEAD: Final = re.compile(r"\w+\s*:")
_WORD: Final = re.compile(r"\{\{|\}\}|\{([A-Za-z_]+)\}")
_FILE_BYTES_MOST: Final = 4 * NOTE_BYTES


class BadTemplate(AkkError):
    """A template file that cannot be used; ``file``, ``line``, ``reason``."""

    code = "template"
    text = N_("{file}, baris {line}: {reason}")


class UnknownKey(BadTemplate):
    """A header line that is none."""

    text = N_("{file}, baris {line}: “{key}” bukan judul, nama, atau tanda; garis --- mengakhiri kepala templat.")


class UnknownPlaceholder(BadTemplate):
    """A word in braces that nothing fills."""

    text = N_("{file}, baris {line}: {word} tidak dikenal. Mungkin maksudnya {nearest}?")


class Template(NamedTuple):
    """One template. ``file`` is its file name; ``own`` tells whether it is the user's."""

    file: str
    name: str
    title: str
    tags: tuple[str, ...]
    body: str
    own: bool


class Filled(NamedTuple):
    """The beginning of a note."""

    title: str
    tags: tuple[str, ...]
    body: str


class Templates(NamedTuple):
    """The templates that can be used, built-ins in their fixed order first; a refusal for each file that cannot."""

    found: tuple[Template, ...]
    refused: tuple[BadTemplate, ...]


BUILT_IN: Final = ("observasi.md", "bimtek.md", "monev.md", "penilaian.md")


def folder(config: Path) -> Path:
    """Where the user's own templates are, below the config folder of a profile."""
    return config / "templates"


def load(own: Path | None, language: str) -> Templates:
    """The built-in templates in ``language`` and those in the folder ``own``, which win over those of their name."""
    made = {name: parse(_built_in(name, language), name) for name in BUILT_IN}
    refused: list[BadTemplate] = []
    for path in _files(own):
        try:
            made[path.name] = parse(_read(path), path.name, own=True)
        except BadTemplate as cause:
            refused.append(cause)
    return Templates(tuple(made.values()), tuple(refused))


def copy_built_in(own: Path, language: str) -> tuple[str, ...]:
    """Write the built-in templates in ``language`` into ``own`` for editing; those that are there stay as they are.

    Answers the names that were written. Raises PathRefused.
    """
    from akk_tui.paths import write_private

    new = tuple(name for name in BUILT_IN if not (own / name).exists())
    for name in new:
        write_private(own / name, _built_in(name, language).encode())
    return new


def parse(text: str, file: str, *, own: bool = False) -> Template:
    """The template that ``text`` holds; raises BadTemplate with the line that is wrong."""
    lines = clean(text, lines=True).split("\n")
    head: dict[str, str] = {}
    # As in other tools' files, a first line --- may open the header.
    first = 1 if lines[0] == _END else 0
    start = 0
    if len(lines) > first and _HEAD.match(lines[first]) and _END in lines[first:]:
        start = lines.index(_END, first) + 1
        for number, line in enumerate(lines[first : start - 1], first + 1):
            key = _KEYS.get(line.partition(":")[0].strip().lower())
            if key is not None:
                head[key] = line.partition(":")[2].strip()
            elif line.strip():
                raise UnknownKey(file=file, line=number, key=line.partition(":")[0].strip()[:40])
    for number, line in enumerate(lines, 1):
        _check(line, file, number)
    body = "\n".join(lines[start:]).strip("\n")
    if len(body.encode()) > NOTE_BYTES:
        raise BadTemplate(file=file, line=len(lines), reason=N_("templat lebih besar daripada yang dimuat catatan"))
    tags = tuple(dict.fromkeys(tag.strip().lstrip("#") for tag in head.get("tags", "").split(",") if tag.strip()))
    name = head.get("name") or Path(file).stem
    return Template(file, name[:LINE_CHARS], head.get("title", "")[:LINE_CHARS], tags, body, own)


def fill(template: Template, values: Mapping[str, str]) -> Filled:
    """``template`` with its words in braces replaced by ``values`` (named in Indonesian), an empty one by GAP."""
    known = {name: values.get(name) or GAP for name in PLACEHOLDERS}
    known |= {english: known[name] for name, english in PLACEHOLDERS.items()}

    def filled(text: str) -> str:
        return _WORD.sub(lambda match: match[0][0] if match[1] is None else known[match[1]], text)

    return Filled(filled(template.title)[:LINE_CHARS], template.tags, filled(template.body))


def _check(line: str, file: str, number: int) -> None:
    for match in _WORD.finditer(line):
        if match[1] is None or match[1] in PLACEHOLDERS or match[1] in PLACEHOLDERS.values():
            continue
        from difflib import get_close_matches

        names = (*PLACEHOLDERS, *PLACEHOLDERS.values())
        nearest = get_close_matches(match[1], names, 1, 0)[0]
        raise UnknownPlaceholder(file=file, line=number, word=match[0], nearest=f"{{{nearest}}}")


def _built_in(name: str, language: str) -> str:
    return (Path(__file__).parent / ("en" if language == "en" else "id") / name).read_text(encoding="utf-8")


def _files(own: Path | None) -> Iterable[Path]:
    if own is None:
        return ()
    try:
        return sorted(path for path in own.glob("*.md") if not path.name.startswith("."))
    except OSError:
        return ()


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(_FILE_BYTES_MOST + 1)
    except OSError as cause:
        raise BadTemplate(file=path.name, line=1, reason=cause.strerror or str(cause)) from cause
    if len(raw) > _FILE_BYTES_MOST:
        raise BadTemplate(file=path.name, line=1, reason=N_("templat lebih besar daripada yang dimuat catatan"))
    try:
        return raw.decode()
    except UnicodeDecodeError as cause:
        line = raw[: cause.start].count(b"\n") + 1
        raise BadTemplate(file=path.name, line=line, reason=N_("bukan teks UTF-8")) from cause
