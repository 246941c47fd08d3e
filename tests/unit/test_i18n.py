"""Languages: the choice, dates and numbers, and an English sentence for every Indonesian one."""

from __future__ import annotations

import ast
import errno
import gettext
import os
import re
import string
from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import akk_tui
from akk_tui import i18n
from akk_tui.contract.errors import AkkError

PACKAGE = Path(akk_tui.__file__).parent
CATALOGUE = PACKAGE / "locales" / "en" / "LC_MESSAGES" / "akk_tui.po"
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


@pytest.fixture(autouse=True)
def _indonesian_again() -> Iterator[None]:
    yield
    i18n.use("id")


def used() -> dict[str, str]:
    """Every sentence in the source, with the place where it stands."""
    found: dict[str, str] = {}
    for file, line, message, _comments, _context in extract_from_dir(
        str(PACKAGE), [("**.py", "python")], {}, keywords=KEYWORDS
    ):
        text = message if isinstance(message, str) else message[0]
        if text:
            found.setdefault(text, f"{file}:{line}")
    return found


def translated() -> dict[str, Message]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {(entry.id if isinstance(entry.id, str) else entry.id[0]): entry for entry in catalogue if entry.id}


def words(entry: Message) -> list[str]:
    return [entry.string] if isinstance(entry.string, str) else list(entry.string)


@pytest.mark.no_cover
def test_every_sentence_has_an_english_one() -> None:
    known = translated()
    missing = [
        f"{place}: {text!r}" for text, place in used().items() if text not in known or not all(words(known[text]))
    ]
    assert missing == []


@pytest.mark.no_cover
def test_the_catalogue_holds_nothing_unused_or_fuzzy() -> None:
    sentences = used()
    entries = translated()
    assert sorted(text for text in entries if text not in sentences) == []
    assert sorted(text for text, entry in entries.items() if entry.fuzzy) == []
    assert "#~" not in CATALOGUE.read_text()


@pytest.mark.no_cover
def test_no_sentence_stands_inside_an_f_string() -> None:
    """Python 3.11 gives an f-string as one token, so that a reader of the source finds no sentence in it."""
    hidden = []
    for path in PACKAGE.rglob("*.py"):
        for drawn in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(drawn, ast.JoinedStr):
                hidden += [
                    f"{path.relative_to(PACKAGE)}:{drawn.lineno}"
                    for call in ast.walk(drawn)
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
                    and any(isinstance(given, ast.Constant) for given in call.args)
                ]  # fmt: skip
    assert hidden == []


def places(text: str) -> set[str]:
    braces = {name for _text, name, _form, _how in string.Formatter().parse(text) if name is not None}
    return braces | set(re.findall(r"%(?:\(\w+\))?[srd]", text))


def test_both_languages_name_the_same_places() -> None:
    odd = []
    for text, entry in translated().items():
        for english in words(entry):
            try:
                same = places(english) == places(text)
            except ValueError:
                same = "{" in text
            if not same:
                odd.append((text, english))
    assert odd == []


def test_the_compiled_catalogue_says_what_its_source_says(tmp_path: Path) -> None:
    from akk_tui.locales.hatch_build import compile_catalogues

    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "akk_tui.po").write_bytes(CATALOGUE.read_bytes())
    (made,) = compile_catalogues(tmp_path)
    assert [path.name for path in sorted(folder.iterdir())] == ["akk_tui.mo", "akk_tui.po"]
    with made.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for text, entry in translated().items():
        if isinstance(entry.id, str):
            assert compiled.gettext(text) == entry.string
        else:
            assert [compiled.ngettext(*entry.id, n) for n in (1, 2)] == words(entry)


def test_english_is_spoken_when_asked_for() -> None:
    assert i18n.gettext("siap") == "siap"
    i18n.use("en")
    assert i18n.language() == "en"
    assert i18n.gettext("siap") == "ready"
    assert i18n.gettext("") == ""
    assert i18n.ngettext("{n} hari lagi", "{n} hari lagi", 1) == "in {n} day"
    assert i18n.ngettext("{n} hari lagi", "{n} hari lagi", 2) == "in {n} days"
    assert i18n.gettext("kalimat yang tidak ada") == "kalimat yang tidak ada"
    i18n.use("xx")
    assert i18n.language() == "id"


@pytest.mark.parametrize(
    ("wanted", "env", "chosen"),
    [
        ("en", {"LANG": "id_ID.UTF-8"}, "en"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LC_ALL": "id_ID", "LANG": "en_US"}, "id"),
        (None, {"LC_MESSAGES": "EN_us", "LANG": "id"}, "en"),
        (None, {"LANG": "C.UTF-8"}, "id"),
        ("fr", {}, "id"),
    ],
)
def test_the_language_is_the_option_s_else_the_locale_s(wanted: str | None, env: dict[str, str], chosen: str) -> None:
    assert i18n.choose(wanted, env) == chosen


def test_the_process_s_own_locale_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert i18n.choose(None) == "en"


def test_dates_numbers_and_clocks_in_both_languages() -> None:
    noon = datetime(2025, 10, 6, 2, 14, tzinfo=timezone.utc)  # noqa: UP017
    said = {}
    for language in i18n.LANGUAGES:
        i18n.use(language)
        said[language] = (
            i18n.number(92.15),
            i18n.number(90, 0),
            i18n.day(date(2025, 5, 6)),
            i18n.day(date(2025, 8, 6), year=False),
            i18n.days(date(2025, 2, 11), date(2025, 2, 13)),
            i18n.days(date(2025, 1, 30), date(2025, 2, 2)),
            i18n.days(date(2025, 2, 2), date(2025, 2, 2)),
            i18n.clock(noon, "WIB"),
            i18n.clock(noon, "WIT"),
            i18n.moment(noon, "WITA"),
            i18n.pick("nilai", "score"),
            i18n.pick("nilai", ""),
        )
    assert said["id"] == (
        "92,15", "90", "6 Mei 2025", "6 Agu", "11–13 Feb", "30 Jan – 2 Feb", "2 Feb", "09.14 WIB", "11.14 WIT",
        "6 Okt 2025 10.14 WITA", "nilai", "nilai",
    )  # fmt: skip
    assert said["en"] == (
        "92.15", "90", "6 May 2025", "6 Aug", "11–13 Feb", "30 Jan – 2 Feb", "2 Feb", "09:14 WIB", "11:14 WIT",
        "6 Oct 2025 10:14 WITA", "score", "nilai",
    )  # fmt: skip


def test_the_day_is_the_one_of_the_zone() -> None:
    late = datetime(2025, 10, 6, 20, 0, tzinfo=timezone.utc)  # noqa: UP017
    assert i18n.moment(late, "WIB") == "7 Okt 2025 03.00 WIB"
    assert i18n.in_zone(late, "elsewhere").utcoffset() == i18n.in_zone(late, "WIB").utcoffset()


def test_an_error_translates_its_sentence_and_its_reason() -> None:
    class Sample(AkkError):
        text = "{path} tidak dapat dipakai: {reason}"

    error = Sample(path="/x", reason="bukan folder", count=3)
    assert str(error) == "/x tidak dapat dipakai: bukan folder"
    i18n.use("en")
    assert error.words(i18n.gettext) == "/x cannot be used: not a folder"


def leaves(kind: type[AkkError]) -> Iterator[type[AkkError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from leaves(below)


def test_every_error_has_words_a_code_and_a_documented_exit_code() -> None:
    import importlib
    import pkgutil

    for module in pkgutil.walk_packages(akk_tui.__path__, "akk_tui."):
        if not module.name.endswith(("__main__", "hatch_build", "env")) and ".versions" not in module.name:
            importlib.import_module(module.name)
    for kind in leaves(AkkError):
        if not kind.__module__.startswith("akk_tui."):
            continue
        assert kind.exit_code in (1, 2, 3, 4, 5, 6, 130), kind
        assert kind.code, kind
        assert kind.text, kind


def test_what_the_system_says_of_a_file_is_said_in_the_language() -> None:
    error = AkkError(reason=os.strerror(errno.ENOENT))
    assert error.words(i18n.gettext) == "Gagal: berkas atau folder tidak ada"
    i18n.use("en")
    assert error.words(i18n.gettext) == "Failed: No such file or directory"
    assert AkkError(reason="lain").words() == "Gagal: lain"
