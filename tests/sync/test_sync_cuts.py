"""A link that is cut after N bytes, up and down, and a client that is killed: nothing lost, nothing twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from linkproxy import LinkProxy
from msgspec.structs import replace
from syncworld import CYCLE, Officer, REGIONS, Server

from akk_tui.paths import write_private
from akk_tui.sync import account as accounts
from akk_tui.sync import errors, transport
from akk_tui.sync.resume import through_cuts

CHILD = """
import json, sys
from pathlib import Path
from msgspec.structs import replace
from akk_tui import config, paths
from akk_tui.sync import account, runner
profile = paths.find(Path(sys.argv[1]), {})
there = replace(account.load(profile), server=sys.argv[2])
runner.sync_once(profile, there, config.Settings(),
                 progress=lambda step: print(json.dumps(step._asdict()), flush=True))
"""


def notes(officer: Officer, count: int) -> None:
    with officer.store() as store:
        for number in range(count):
            region = REGIONS[number % len(REGIONS)]
            text = sha256(str(number).encode()).hexdigest()
            fields = {"cycle": CYCLE, "region": region, "subject": region, "title": f"Judul {number}", "body": text}
            store.create("note", fields)


@pytest.fixture
def filled(ani: Officer) -> Officer:
    """Ani has sent 60 notes."""
    ani.sync()
    notes(ani, 60)
    ani.sync()
    return ani


def round_through(officer: Officer, link: LinkProxy) -> Any:
    transport = officer.transport(link.url)
    try:
        with officer.store() as store:
            return officer.engine(store, transport).round()
    finally:
        transport.close()


def until_done(officer: Officer, link: LinkProxy, most: int) -> int:
    """Rounds through a bad link until one is complete; how many were needed."""
    for number in range(1, most + 1):
        try:
            round_through(officer, link)
        except errors.Cut:
            continue
        return number
    raise AssertionError("never done")


def port(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


def test_cuts_downstream_resume_behind_the_last_point(server: Server, filled: Officer, tmp_path: Path) -> None:
    """Every N that passes the head and one point ends in the same rows, at once and by itself."""
    wanted = filled.base()
    for number, cut in enumerate(range(1600, 4500, 223)):
        name = f"officer{number}"
        server.officer(name, *REGIONS)
        officer = Officer(tmp_path / name, server, name)
        with LinkProxy(port(server), cut_after=cut) as link:
            assert until_done(officer, link, 1) == 1, cut
            assert link.cuts
        assert officer.base() == wanted, cut
        assert officer.sync().pulled == 0


def test_a_long_answer_goes_on_where_it_was_cut(server: Server, filled: Officer, budi: Officer) -> None:
    """Nothing of it comes twice, its compression does not begin anew; a colleague's commit meanwhile changes that."""
    notes(filled, 140)
    filled.sync()
    with LinkProxy(port(server)) as link:
        budi_whole = round_through(budi, link)
        whole = link.down
    again = Officer(budi.paths.config.parent.parent / "again", server, "budi")
    with LinkProxy(port(server), cut_after=6000) as link:
        result = round_through(again, link)
        assert link.cuts == result.requests - budi_whole.requests >= 2
        assert link.down - whole < 600 * link.cuts
    assert again.base() == budi.base() == filled.base()


def test_another_answer_is_not_put_behind_half_of_the_first(
    server: Server, filled: Officer, budi: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit came between: the rows that came are kept, the rest comes from the last commit point."""
    notes(filled, 140)
    filled.sync()
    turns: list[str] = []

    def writing(parts: Any, again: Any) -> Any:
        def later(resume: str) -> Any:
            turns.append(resume)
            if len(turns) == 1:
                notes(filled, 1)
                filled.sync()
            return again(resume)

        return through_cuts(parts, later)

    monkeypatch.setattr(transport, "through_cuts", writing)
    with LinkProxy(port(server), cut_after=6000) as link:
        round_through(budi, link)
    assert len(turns) > 1
    assert budi.base() == filled.base()


def test_cuts_before_the_first_point_leave_the_store_as_it_was(server: Server, filled: Officer, budi: Officer) -> None:
    for cut in (1, 100, 300, 500, 700):
        with LinkProxy(port(server), cut_after=cut) as link:
            with pytest.raises(errors.Cut) as caught:
                round_through(budi, link)
            assert link.connections == 1
        assert caught.value.exit_code == 3
        assert budi.base() == []
    budi.sync()
    assert budi.base() == filled.base()


def test_cuts_upstream_and_of_answers_send_everything_once(server: Server, budi: Officer) -> None:
    budi.sync()
    sent = 0
    for up, down in [(200, 0), (600, 0), (1100, 0), (0, 1), (0, 200), (0, 500)]:
        notes(budi, 5)
        sent += 5
        with LinkProxy(port(server), cut_up=up, cut_after=down) as link, pytest.raises(errors.Cut):
            round_through(budi, link)
    budi.sync()
    assert budi.waiting() == []
    assert len(budi.base()) == sent
    assert {row[2] for row in budi.base()} == {1}


@pytest.mark.campaign
def test_every_cut_down_and_up_in_steps_of_97_bytes(server: Server, filled: Officer, tmp_path: Path) -> None:
    """Whatever the byte at which the link breaks: the next round has every row, and each edit once."""
    sent = 60
    for number, cut in enumerate(range(97, 5000, 97)):
        name = f"officer{number}"
        server.officer(name, *REGIONS)
        officer = Officer(tmp_path / name, server, name)
        with LinkProxy(port(server), cut_after=cut) as link, suppress(errors.Cut):
            round_through(officer, link)
        officer.sync()
        assert officer.base() == filled.base(), cut
        notes(officer, 8)
        sent += 8
        with LinkProxy(port(server), cut_up=cut) as link, suppress(errors.Cut):
            round_through(officer, link)
        officer.sync()
        filled.sync()
        assert officer.waiting() == [], cut
        assert officer.base() == filled.base(), cut
        assert len(officer.base()) == sent, cut
        assert {row[2] for row in officer.base()} == {1}, cut


def start_child(officer: Officer, link: LinkProxy) -> subprocess.Popen[str]:
    """A process that syncs the officer's profile through ``link``."""
    token = accounts.token(officer.paths, officer.account)
    write_private(accounts.token_path(officer.paths, replace(officer.account, server=link.url)), token.encode())
    words = [sys.executable, "-c", CHILD, str(officer.paths.config.parent), link.url]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def kill_when(child: subprocess.Popen[str], condition: Callable[[dict[str, Any]], bool]) -> bool:
    """Kill the child as soon as a step fulfils ``condition``; False when it ended first."""
    assert child.stdout is not None
    with child, child.stdout:
        for line in child.stdout:
            if condition(json.loads(line)):
                child.send_signal(signal.SIGKILL)
                child.wait()
                return True
    return False


@pytest.mark.parametrize(
    "condition",
    [
        lambda step: step.get("stage") == "connect",
        lambda step: step.get("stage") == "push" and step["rows"] == 0,
        lambda step: step.get("stage") == "push" and step["rows"] > 0,
        lambda step: step.get("stage") == "pull" and step["rows"] > 20,
    ],
    ids=["connected", "pushing", "pushed", "pulling"],
)
def test_a_killed_client_loses_nothing(
    server: Server, filled: Officer, tmp_path: Path, condition: Callable[[dict[str, Any]], bool]
) -> None:
    server.officer("citra", *REGIONS)
    citra = Officer(tmp_path / "citra", server, "citra")
    citra.sync()
    notes(citra, 12)
    with LinkProxy(port(server), rate=20_000) as link:
        with citra.store() as store:
            with store.db.write():
                store.db.execute("DELETE FROM base")
                store.db.execute("UPDATE unit SET cursor = 0")
            before = store.db.execute("SELECT op FROM outbox ORDER BY n").fetchall()
        assert len(before) == 12
        child = start_child(citra, link)
        assert kill_when(child, condition)
    result = citra.sync()
    assert result.conflicts == result.refused == 0
    assert citra.waiting() == []
    filled.sync()
    assert citra.base() == filled.base()
    assert len(citra.base()) == 72
    assert {row[2] for row in citra.base()} == {1}
