"""The real transport with what comes down changed, and what goes up watched."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any

from syncworld import Officer

from akk_tui.contract.records import Operation
from akk_tui.sync import errors
from akk_tui.sync.transport import Transport


class Tampered(Transport):
    """The real transport with what comes down changed, and what goes up watched."""

    def __init__(
        self,
        officer: Officer,
        down: Callable[[Iterator[Any]], Iterator[Any]] = lambda lines: lines,
        up: Callable[[list[Operation]], None] = lambda _: None,
        answers: Callable[[list[Any]], list[Any]] = lambda answers: answers,
    ) -> None:
        from akk_tui.sync import account as accounts

        super().__init__(officer.server.url, accounts.token(officer.paths, officer.account), replica="r")
        self.down = down
        self.up = up
        self.answers = answers
        self.batches: list[int] = []
        self.pulls = 100

    @contextmanager
    def pull(self, request: Any) -> Generator[Any]:
        self.pulls -= 1
        if self.pulls < 0:
            raise errors.Refused(server=self.server)
        with super().pull(request) as (head, lines):
            yield head, self.down(lines)

    def push(self, operations: Any, witness: Any, **more: Any) -> Any:
        self.batches.append(len(operations))
        self.up(list(operations))
        answers, end = super().push(operations, witness, **more)
        return self.answers(answers), end


def cut_off(lines: Iterator[Any], count: int) -> Iterator[Any]:
    for number, line in enumerate(lines):
        if number == count:
            raise errors.Cut(server="s")
        yield line


def run(officer: Officer, transport: Tampered, **options: Any) -> Any:
    try:
        with officer.store() as store:
            return officer.engine(store, transport, **options).round()
    finally:
        transport.close()
