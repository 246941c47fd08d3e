"""The command line itself: global options, help, wrong words, output, languages, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from akk_tui import __version__
from akk_tui.cli import entry, output
from akk_tui.cli.catalog import COMMANDS


def test_version_and_help_need_no_profile(empty) -> None:
    assert empty("--version").out == f"akk-tui {__version__}\n"
    assert empty("--version", "--json").json() == {"version": __version__}
    shown = empty("--help")
    assert shown.code == 0
    for command in COMMANDS:
        assert f"\n  {command.name} " in shown.out
    assert not empty.home.exists()


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_explains_itself_in_both_languages(empty, name: str) -> None:
    indonesian, english = empty(name, "--help"), empty(name, "--help", "--lang", "en")
    assert (indonesian.code, english.code) == (0, 0)
    assert indonesian.out.startswith(f"pemakaian: akk-tui {name}")
    assert english.out.startswith(f"usage: akk-tui {name}")
    assert "--home DIR" in indonesian.out
    assert max(map(len, indonesian.out.splitlines())) <= 100


def test_global_options_stand_before_or_after(shell) -> None:
    assert shell("--json", "whoami").json() == shell("whoami", "--json").json()
    assert shell("--cycle=2024", "status", "--json").json()["cycle"] == "2024"
    assert shell("status", "--json", "--cycle", "2024").json()["cycle"] == "2024"


def test_home_comes_from_the_option_before_the_environment(empty, shell, tmp_path: Path) -> None:
    assert empty("whoami").code == 4
    assert empty("--home", str(shell.home), "whoami").code == 0
    assert empty("whoami", f"--home={shell.home}").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["statsu"], "status"),
        (["--wrong"], "--wrong"),
        (["--home"], "--home"),
        (["--home", "--json", "status"], "--home"),
        (["--home=", "status"], "--home"),
        (["--lang", "fr", "status"], "id, en"),
        (["tick", "35.72"], "ITEM, STATE"),
        (["note"], "ACTION"),
        (["note", "sing"], "'sing'"),
        (["next", "35.72", "--limit", "0"], "'0'"),
        (["next", "35.72", "--limit"], "--limit"),
        (["status", "35.72", "35.05"], "35.05"),
        (["conflicts", "resolve", "x"], "--mine"),
        (["conflicts", "resolve", "x", "--mine", "--theirs"], "--mine"),
        (["completion", "csh"], "bash"),
        (["--json"], "--json"),
    ],
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_wrong_words_end_in_a_sentence(shell, words: list[str], said: str, lang: str) -> None:
    done = shell(*words, lang=lang)
    assert done.code == 2
    assert done.out == ""
    assert said in done.err.splitlines()[-1]
    usage = [line for line in done.err.splitlines() if line.startswith(("pemakaian: ", "usage: "))]
    assert all(line.startswith("pemakaian: " if lang == "id" else "usage: ") for line in usage)
    assert "required" not in done.err


def test_english_by_locale_and_by_setting(empty) -> None:
    assert "Not signed in" not in empty("whoami").err
    english = empty("whoami", lang="en").err
    assert english != empty("whoami").err
    assert empty("config", "set", "ui.lang", "en").code == 0
    assert empty("whoami").err == english
    assert empty("whoami", "--lang", "id").err != english


def test_everything_after_two_dashes_is_an_argument(shell) -> None:
    done = shell("status", "--", "--json")
    assert done.code == 2
    assert "--json" in done.err


def test_broken_settings_stop_commands_but_not_those_that_mend_them(shell) -> None:
    path = Path(shell("config", "path").out.strip())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('[ui]\nlangg = "en"\n')
    for words in (["status"], ["sync"], ["config", "validate"], ["config", "show"]):
        done = shell(*words)
        assert done.code != 0
        for part in (str(path), "2", "ui.lang"):
            assert part in done.err
    assert shell("config", "path").code == 0
    assert shell("completion", "bash").code == 0
    checks = shell("doctor", "--json").json()["checks"]
    assert next(check["id"] for check in checks if not check["ok"]) == "config"


def test_a_reader_that_goes_away_is_no_error_with_words(shell, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    def gone(*_: object) -> int:
        raise BrokenPipeError

    with monkeypatch.context() as patch:
        patch.setattr(entry, "_run", gone)
        assert entry.run([]) == 1
    assert capfd.readouterr().err == ""


def test_argparse_is_left_as_it_was(empty) -> None:
    import argparse

    before = vars(argparse)["_"]
    assert empty("tick").code == 2
    assert vars(argparse)["_"] is before


def test_interrupting_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry, "_run", stopped)
    assert entry.run([]) == 130


def test_json_holds_no_character_that_does_not_print() -> None:
    text = "a\x1b[31m\x9b\u202e\u200b\U000e0041\x7fé\n"
    shown = output.json_text({"t": text})
    assert shown.isprintable()
    assert "é" in shown
    import json

    assert json.loads(shown) == {"t": text}
    assert output.json_text({"t": "é"}, indent=True) == '{\n  "t": "é"\n}'


def test_text_for_people_is_cleaned(capsys) -> None:
    output.line("a\x1b[31mb\u202ec\nd")
    output.page("a\x1b]0;x\x07b\n\nc\n")
    output.heading("h\x9b31m")
    output.faint("f\x07")
    output.say("s\x1b[2J")
    out, err = capsys.readouterr()
    assert out == "abc d\nab\n\nc\nh\nf\n"
    assert err == "s\n"


def test_a_terminal_gets_headings_and_indented_json(shell) -> None:
    done = shell("status", terminal=True)
    assert "\x1b[1m" in done.out
    assert shell("whoami", "--json", terminal=True).out.startswith("{\n")


def test_no_color_is_obeyed(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shell("status", terminal=True).out


def test_an_encoding_without_the_glyphs_breaks_nothing(shell) -> None:
    done = shell("status", "35.72", encoding="ascii")
    assert done.code == 0
    assert "Kota Blitar" in done.out
    assert shell("status", "--json", encoding="utf-8").json()["regions"]


def test_columns_says_how_wide_a_page_is(shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, shell("next", "35.72").out.splitlines())) <= 60


def test_the_app_needs_a_terminal(shell) -> None:
    done = shell()
    assert done.code == 2
    assert "akk-tui" in done.err


def started(
    shell, words: list[str | bytes], redirection: str = "", **settings: str
) -> subprocess.CompletedProcess[bytes]:
    """The command line as a process of its own, behind a shell that redirects its streams."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-m", "akk_tui.cli", *words],
        env={**os.environ, "AKK_HOME": str(shell.home), "LC_ALL": "C.UTF-8", **settings},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "redirection", "code"),
    [
        (["status"], ">&-", 0),
        (["status", "--json"], ">/dev/full", 1),
        (["tick", "35.72", "2.4.3", "diterima"], ">/dev/full", 1),
        (["tick", "35.72", "2.4.3", "bagus"], "2>&-", 2),
        (["tick", "35.72", "2.4.3", "bagus"], "2>/dev/full", 2),
        (["note", "add", "--subject", "35.72", "--title", "x"], "<&-", 0),
        (["note", "add", "--subject", "35.72", "--title", "x"], "<&- >&- 2>&-", 0),
    ],
)
def test_closed_and_full_streams_break_nothing(shell, words: list[str | bytes], redirection: str, code: int) -> None:
    done = started(shell, words, redirection)
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)
    if "full" in redirection and code == 1:
        assert b"Keluaran tidak dapat ditulis" in done.stderr or b"output" in done.stderr
    assert shell("doctor", "--json").code in (0, 1)


@pytest.mark.parametrize(
    "words",
    [
        ["conflicts", "resolve", b"\xe9", "--mine"],
        ["note", "add", "--subject", "35.72", "--title", b"caf\xe9"],
        ["tick", "35.72", "2.4.3", "diterima", "--evidence", b"caf\xe9"],
    ],
)
def test_an_argument_that_is_no_text_is_refused_and_never_cut(shell, words: list[str | bytes]) -> None:
    done = started(shell, words)
    assert done.returncode == 2
    assert b"UTF-8" in done.stderr
    assert b"Traceback" not in done.stderr
    assert shell("outbox", "list", "--json").json() == {"operations": []}


def test_an_argument_in_utf_8_is_read_where_the_locale_knows_ascii_alone(shell) -> None:
    words: list[str | bytes] = ["note", "add", "--subject", "35.72", "--title", "café ✓".encode(), "--json"]
    made = started(shell, words, "</dev/null", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert json.loads(made.stdout)["title"] == "café ✓"


def test_a_file_whose_name_is_no_text_is_found(shell, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9"
    with open(name, "w") as file:
        file.write("isi")
    made = started(shell, ["note", "add", "--subject", "35.72", name, "--json"])
    assert json.loads(made.stdout)["body"] == "isi"


@pytest.mark.parametrize("closed", ["config", "data"])
def test_a_home_that_cannot_be_looked_into_is_said_so(shell, closed: str) -> None:
    (shell.home / "config").mkdir(exist_ok=True)
    folder = shell.home / closed
    folder.chmod(0)
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    try:
        done = subprocess.run(
            [*drop, sys.executable, "-m", "akk_tui.cli", "whoami"],
            env={**os.environ, "AKK_HOME": str(shell.home), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        folder.chmod(0o700)
    assert done.returncode in (1, 6)
    assert "tidak diizinkan" in done.stderr
    assert "Traceback" not in done.stderr
