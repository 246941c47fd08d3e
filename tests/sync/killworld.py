"""A server and officers as processes that are killed at any moment; each counts what it said to be saved."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

import forked
from modeldevice import Kept
from modelhost import Host, OFFICERS
from modelofficer import look_at_drafts
from modelpromises import Broken, look_at, look_at_log
from programs import clean_env, ServerProcess, wait_for

from akk_tui import config, paths
from akk_tui.contract.errors import AkkError
from akk_tui.sync import runner
from akk_tui.sync.progress import Progress

SHORTEST, LONGEST = 0.01, 0.2
"""Seconds that everybody works between two kills."""
_MERGED = """
    SELECT op FROM outbox AS made WHERE EXISTS (SELECT 1 FROM discarded AS old WHERE old.reason = 'merged'
        AND (old.kind, old.key, old.field) = (made.kind, made.key, made.field))
"""
"""What a round may have made of two officers' values."""


class Server(ServerProcess):
    """``akk-server run`` on the model's database, with a planted fault or without one."""

    def __init__(self, folder: Path, plant: str) -> None:
        super().__init__(folder)
        self.program, self.before = "killed", ("server", plant)


class Officer:
    """One officer's process, and what is known of it here."""

    def __init__(self, host: Host, server: Server, name: str, plant: str) -> None:
        self.name, self.plant = name, plant
        self.home = host.path.parent / name
        self.said = self.home.with_suffix(".said")
        self.profile, self.settings = paths.find(self.home, {}), config.Settings()
        self.account = runner.sign_in(self.profile, server.url, host.tokens[name], self.settings)
        runner.sync_once(self.profile, self.account, self.settings)
        self.kept = Kept(name, name, Path(self.account.store))
        self.process: forked.Process | None = None
        self.counted: Counter[str] = Counter()

    def start(self, seed: str) -> None:
        self.kept.store.close()
        with self.said.open("wb") as said, open(os.devnull, "r+b") as nothing:
            words = ["officer", str(self.home), seed, self.plant]
            self.process = forked.Process("killed", words, clean_env(), (nothing.fileno(), said.fileno(), 2))
        wait_for(self._began, "an officer begins to work")

    def _began(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "it ended at once"
        return bool(self.said.stat().st_size)

    def kill(self) -> None:
        """Kill it, and look whether everything is there that it said to be saved."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise Broken(f"it ended by itself: {self.process.returncode}")
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None
        saved: dict[str, Any] = {}
        for line in self.said.read_bytes().splitlines():
            said = json.loads(line)
            if "bad" in said:
                raise Broken(f"{self.name}: {said['bad']}")
            if "round" in said:
                self.counted[f"round {said['round']}"] += 1
            if "draft" in said:
                name, body = said["draft"]
                self.kept.drafts[name] = body
            saved |= {op: tuple(body) for op, body in said.get("saved", {}).items()}
        self.kept.ever |= saved
        self.counted["saved"] += len(saved)
        self._look()

    def _look(self) -> None:
        try:
            self.kept.store = self.kept.open()
        except AkkError as error:
            raise Broken(f"it does not open: {error.words()}") from error
        db = self.kept.store.db
        steps: dict[str, int | None] = dict(db.execute("SELECT op, step FROM outbox").fetchall())
        there = {*steps}
        for table in ("sent", "discarded"):
            there |= {op for (op,) in db.execute(f"SELECT op FROM {table}")}
        if lost := self.kept.ever.keys() - there:
            raise Broken(f"{self.name}: said to be saved, and gone: {lost}")
        # Of the act that it was killed in nothing was said; it may be there or not, but no more than that.
        unsaid = there - self.kept.ever.keys() - {op for (op,) in db.execute(_MERGED)}
        if len({steps.get(op) for op in unsaid}) > 1:
            raise Broken(f"{self.name}: nobody saved it: {unsaid}")
        self.counted["unsaid"] += bool(unsaid)
        self.kept.note_saved()
        look_at_drafts(self.kept)

    def _told(self, _: Progress) -> None:
        # What a round itself makes of two officers' sets goes out in the same round.
        self.kept.note_saved()

    def sync(self) -> None:
        try:
            runner.sync_once(self.profile, self.account, self.settings, accept_deletions=True, progress=self._told)
        except AkkError as error:
            raise Broken(f"no peace: {type(error).__name__} {error.words()}") from error


class Battle:
    """Two officers and a server, all at work. ``officers`` and ``server`` name a planted fault."""

    def __init__(self, folder: Path, *, officers: str = "-", server: str = "-") -> None:
        self.host = Host(folder)
        self.server = Server(folder, server)
        self.server.start()
        self.officers = [Officer(self.host, self.server, name, officers) for name in OFFICERS]
        self.counted: Counter[str] = Counter()

    def close(self) -> None:
        for officer in self.officers:
            if officer.process is not None:
                officer.process.send_signal(signal.SIGKILL)
                officer.process.wait()
            officer.kept.store.close()
        self.server.stop(signal.SIGKILL)
        self.host.close()

    def run(self, seed: str, kills: int) -> None:
        """So many kills, then peace, and everything is looked at."""
        draw = random.Random(seed)
        for number in range(kills):
            if self.server.process is None:
                self.server.start()
            for officer in self.officers:
                if officer.process is None:
                    officer.start(f"{seed}-{number}")
            time.sleep(draw.uniform(SHORTEST, LONGEST))
            if draw.random() < 0.35:
                self.server.stop(signal.SIGKILL)
                self.counted["server killed"] += 1
                # For a moment nobody answers.
                time.sleep(draw.uniform(0, 0.02))
            else:
                draw.choice(self.officers).kill()
                self.counted["officer killed"] += 1
        self.peace()

    def peace(self) -> None:
        for officer in self.officers:
            if officer.process is not None:
                officer.kill()
        if self.server.process is None:
            self.server.start()
        for _ in range(8):
            before = self.host.seq()
            for officer in self.officers:
                officer.sync()
                officer.kept.note_saved()
            if before == self.host.seq():
                break
        else:
            raise Broken("it never comes to rest")
        log, rows = self.host.log(), self.host.rows()
        look_at_log([officer.kept for officer in self.officers], log, rows)
        for officer in self.officers:
            look_at(officer.kept, {row.op for row in log}, rows, self.host.scope(officer.name))
        self.counted["operations"] = len(log)

    def figures(self) -> str:
        counted = sum((officer.counted for officer in self.officers), self.counted)
        return ", ".join(f"{count} {name}" for name, count in sorted(counted.items()))
