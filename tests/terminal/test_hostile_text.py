"""A server that tries to steer the officer's terminal: nothing of it gets there, nothing of it runs, nothing breaks."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from programs import Home, ServerProcess
from pseudo import Terminal

TOWER = "e" + "\u0301" * 500
ATTACK = (
    "\x1b]2;PWNED\x07\x1b]52;c;UFdORUQ=\x1b\\\x1b[2J\x9b31m\x9d0;PWNED\x9c\x90q\x1b\\\x07\x08\x0e"
    f"\u202eterbalik\u2066\u200b\U000e0041[@click=app.quit]klik[/][/nope][bold]$text:bomb:{TOWER}"
)
# What the terminal may be told: text, line ends, CSI sequences, charset and keypad switches, the pointer's shape.
ALLOWED = re.compile(
    "\x1b\\[[0-?]*[ -/]*[@-~]|\x1b[()][0AB]|\x1b\\]22;[a-z-]+\x07|\x1b[=>78M]|[\r\n\t]+|[^\x00-\x1f\x7f-\x9f]+"
)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
MARKS = re.compile("[\u0300-\u036f]{5,}")


def assert_harmless(written: str) -> None:
    """Only what steers the program's own drawing is in ``written``."""
    end = 0
    while found := ALLOWED.match(written, end):
        end = found.end()
    assert end == len(written), repr(written[max(0, end - 60) : end + 60])
    assert not INVISIBLE.search(written)
    assert not MARKS.search(written)


def poisoned(value: Any) -> Any:
    """``value`` with the attack in every string that a person reads."""
    if isinstance(value, str):
        return ATTACK + value
    if isinstance(value, list):
        return [poisoned(part) for part in value]
    if isinstance(value, dict):
        return {name: poisoned(part) for name, part in value.items()}
    return value


READ = ("title", "body", "tags", "summary", "owners", "pic", "source", "by", "author", "place", "agenda", "outcome")


def poison(database: Path) -> None:
    """Write the attack into rows, names of regions, agencies and officers, behind the server's back."""
    connection = sqlite3.connect(database)
    connection.create_function("attack", 1, lambda text: ATTACK + str(text))
    for kind, key, data in connection.execute("SELECT kind, key, data FROM row").fetchall():
        fields = json.loads(data)
        for name in fields:
            if name in READ or name.startswith(("item_owner.", "evidence.")):
                fields[name] = poisoned(fields[name])
        if kind == "criterion":
            fields["value"] = poisoned(fields.get("value", ""))
        connection.execute("UPDATE row SET data = ? WHERE kind = ? AND key = ?", (json.dumps(fields), kind, key))
    connection.execute("UPDATE region SET name = attack(name), province = attack(province)")
    connection.execute("UPDATE agency SET name = attack(name), name_en = attack(name_en)")
    connection.execute("UPDATE officer SET display = attack(display)")
    connection.commit()
    connection.close()


def test_nothing_hostile_reaches_the_terminal(
    server: ServerProcess, tmp_path: Path, open_app: Callable[..., Terminal]
) -> None:
    poison(server.db)
    server.start()
    home = Home(tmp_path / "home").login(server, "contoh1")
    home.ok("sync")
    app = open_app(home)
    app.wait("DATA CONTOH")
    for keys in "2\r\t\t\t\x1b3\r\x1b4\re\x1b\x1b6\t\t\t":
        app.send(keys)
        app.settle(0.4)
        assert app.alive(), app.text
    app.send("1")
    app.settle()
    app.send("?")
    app.settle()
    app.send("\x1b")
    app.send("/blitar")
    shown = app.settle()
    assert "[/nope]" in shown, shown
    app.send("\x1b")
    app.settle()
    app.send("\x11")
    assert app.ended() == 0
    written = app.raw.decode()
    assert_harmless(written)
    for command in (
        ("status",),
        ("status", "35.72"),
        ("next", "35.72"),
        ("note", "list"),
        ("whoami",),
        ("outbox", "list"),
    ):
        done = home.run(*command)
        assert done.code == 0, done
        printed = done.out + done.err
        assert "\x1b" not in printed
        assert_harmless(printed)
