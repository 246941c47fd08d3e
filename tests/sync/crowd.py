"""Several processes of one officer at once, on one store."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

from killworld import Battle, clean_env, forked, Officer
from modelpromises import Broken

TAKES_OVER = 20.0
"""Seconds within which another process has ended a round; they look for the lock twenty times a second."""


class Session:
    """One of the processes, and what it said."""

    def __init__(self, officer: Officer, number: int) -> None:
        self.said = officer.home.with_suffix(f".said{number}")
        with self.said.open("wb") as said, open(os.devnull, "r+b") as nothing:
            words = ["session", str(officer.home), f"session-{number}", officer.plant]
            self.process = forked.Process("killed", words, clean_env(), (nothing.fileno(), said.fileno(), 2))

    def lines(self) -> list[dict[str, Any]]:
        whole = self.said.read_bytes()
        lines = [json.loads(line) for line in whole[: whole.rfind(b"\n") + 1].splitlines()]
        for line in lines:
            if "bad" in line:
                raise Broken(str(line["bad"]))
        if self.process.poll() not in (None, -signal.SIGKILL):
            raise Broken(f"it ended by itself: {self.process.returncode}")
        return lines

    def stages(self) -> list[str]:
        return [str(line["stage"]) for line in self.lines() if "stage" in line]

    def syncs(self) -> bool:
        """Whether it has the lock: a round has begun, and has not ended."""
        return bool(stages := self.stages()) and stages[-1] not in ("wait", "done")

    def rounds(self) -> int:
        return sum("round" in line for line in self.lines())

    def saved(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for line in self.lines():
            found |= {op: tuple(body) for op, body in line.get("saved", {}).items()}
        return found

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Crowd:
    """``count`` sessions of the first officer of a battle."""

    def __init__(self, battle: Battle, count: int) -> None:
        self.battle = battle
        self.officer = battle.officers[0]
        self.sessions = [Session(self.officer, number) for number in range(count)]
        self.dead: list[Session] = []

    def close(self) -> None:
        for session in self.sessions:
            session.kill()

    def until(self, condition: Any, what: str, seconds: float = 120) -> Any:
        """The first true answer; Broken with ``what`` when none comes, and when any session meets an error."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := condition():
                return found
            time.sleep(0.01)
        raise Broken(f"did not happen: {what}")

    def all_work(self) -> None:
        """Everybody has saved something and has had a round."""
        self.until(lambda: all(one.saved() and one.rounds() for one in self.sessions), "everybody works")

    def kill_the_one_that_syncs(self) -> float:
        """Seconds until another one has ended a round."""
        while True:
            found: Session = self.until(
                lambda: next((one for one in self.sessions if one.syncs()), None), "somebody syncs"
            )
            found.kill()
            self.sessions.remove(found)
            self.dead.append(found)
            began = time.monotonic()
            before = {one: one.rounds() for one in self.sessions}
            if found.syncs():
                break
            if len(self.sessions) < 2:
                self.sessions.append(Session(self.officer, 100 + len(self.dead)))
        self.until(
            lambda: any(one.rounds() > before[one] for one in self.sessions), "another one takes over", TAKES_OVER
        )
        return time.monotonic() - began

    def peace(self) -> None:
        """All are killed; what each said to be saved is there, and everything converges."""
        kept = self.officer.kept
        for session in self.sessions:
            session.kill()
        for session in (*self.sessions, *self.dead):
            kept.ever |= session.saved()
        self.sessions = []
        there = {row[0] for row in kept.outbox()}
        for table in ("sent", "discarded"):
            there |= {op for (op,) in kept.store.db.execute(f"SELECT op FROM {table}")}
        if lost := kept.ever.keys() - there:
            raise Broken(f"said to be saved, and gone: {lost}")
        if (said := kept.store.db.value("PRAGMA integrity_check")) != "ok":
            raise Broken(f"damaged: {said}")
        kept.note_saved()
        self.battle.peace()
