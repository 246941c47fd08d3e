"""The real program over a real socket: start, port file, stop, kill -9, several workers, the thread of a demo."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from server_api import KOTA, Officer, Server, UNIT

from akk_tui.server import embedded, errors, serve, setup

pytestmark = pytest.mark.sqlite
COMMAND = (sys.executable, "-m", "akk_tui.server.cli")


class Process:
    """One ``akk-server run``."""

    def __init__(self, db: Path, folder: Path, *more: str, port: int = 0) -> None:
        self.port_file = folder / "port"
        self.port_file.unlink(missing_ok=True)
        arguments = [*COMMAND, "run", "--db", str(db), "--port", str(port), "--port-file", str(self.port_file), *more]
        self.process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
        stderr = self.process.stderr
        assert stderr is not None
        told: list[str] = []
        while not told or "http://" not in told[-1]:
            told.append(stderr.readline())
            assert told[-1], "".join(told)
        self.port = int(self.port_file.read_text())
        self.url = f"http://127.0.0.1:{self.port}"
        # What it tells later must not fill the pipe.
        self.rest = threading.Thread(target=stderr.read, daemon=True)
        self.rest.start()

    def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        ended = self.process.wait()
        self.rest.join()
        assert self.process.stderr is not None
        self.process.stderr.close()
        return ended


@pytest.fixture
def run(tmp_path: Path, server: Server) -> Iterator[Callable[..., Process]]:
    made: list[Process] = []

    def start(*more: str, port: int = 0) -> Process:
        made.append(Process(server.where, tmp_path, *more, port=port))
        return made[-1]

    yield start
    for process in made:
        process.end(signal.SIGKILL)


def test_it_serves_until_it_is_told_to_stop(run: Callable[..., Process], ani: Officer) -> None:
    process = run()
    response = httpx.get(process.url + "/v1/ready")
    assert response.json()["name"] == "akk-server"
    assert "server" not in response.headers
    assert httpx.get(process.url + "/v1/nix").headers["content-type"] == "application/problem+json"
    with httpx.Client(base_url=process.url, headers=ani.headers) as client:
        pulled = client.post("/v1/pull", json={})
        assert pulled.headers["content-encoding"] == "gzip"
        assert json.loads(pulled.text.splitlines()[0])["scope"]
        assert process.end() == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(process.url + "/v1/ready")


def test_a_port_that_is_taken(run: Callable[..., Process], server: Server) -> None:
    process = run()
    arguments = [*COMMAND, "run", "--db", str(server.where), "--port", str(process.port)]
    ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert str(process.port) in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_was_acknowledged_outlives_kill_9(run: Callable[..., Process], ani: Officer) -> None:
    """The server is killed while answers stream in; each answered operation is there after the start."""
    port = 0
    kept: list[dict[str, Any]] = []
    last: str | None = None
    for _ in range(3):
        process = run(port=port)
        port = process.port
        client = httpx.Client(base_url=process.url, headers={**ani.headers, "Content-Type": "application/jsonl"})
        kill = threading.Timer(0.1, process.process.kill)
        with client:
            for turn in count():
                if turn == 2:
                    kill.start()
                op = ani.op("assessment", f"{UNIT}:2.4", {"summary": f"{ani.count}"}, {"summary": last})
                try:
                    answer = client.post("/v1/push", content=json.dumps(op))
                except httpx.HTTPError:
                    break
                result = json.loads(answer.text.splitlines()[0])[1]
                if result == "applied":
                    kept.append(op)
                    last = op["set"]["summary"]
                else:
                    # The operation before was carried out, and its answer was lost with the process.
                    assert result == "conflict"
                    last = json.loads(answer.text.splitlines()[0])[3]["now"]["summary"]
        kill.join()
        process.process.wait()
    assert len(kept) > 3
    process = run(port=port)
    headers = {**ani.headers, "Content-Type": "application/jsonl"}
    for start in range(0, len(kept), 200):
        body = "\n".join(map(json.dumps, kept[start : start + 200]))
        answers = httpx.post(process.url + "/v1/push", content=body, headers=headers).text.splitlines()[:-1]
        assert {json.loads(answer)[1] for answer in answers} == {"applied"}


def test_workers_share_one_port_and_one_that_dies_is_replaced(run: Callable[..., Process], ani: Officer) -> None:
    process = run("--workers", "2")
    parent = psutil.Process(process.process.pid)
    first = parent.children()
    assert len(first) == 2
    for i in range(4):
        response = httpx.post(process.url + "/v1/pull", json={}, headers=ani.headers)
        assert response.status_code == 200, i
    first[0].kill()
    while len([child for child in parent.children() if child not in first]) < 1:
        assert httpx.get(process.url + "/v1/health").status_code == 200
    workers = parent.children()
    assert process.end() == 0
    assert not [worker for worker in workers if worker.is_running()]


def test_an_interrupt_ends_the_workers_too(run: Callable[..., Process]) -> None:
    process = run("--workers", "2")
    workers = psutil.Process(process.process.pid).children()
    assert process.end(signal.SIGINT) == 0
    assert not [worker for worker in workers if worker.is_running()]


def test_workers_do_not_outlive_the_process_that_started_them(run: Callable[..., Process]) -> None:
    process = run("--workers", "2")
    workers = psutil.Process(process.process.pid).children()
    process.end(signal.SIGKILL)
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert not alive


class TestInThisProcess:
    """The same as above without a process of its own: signals reach the main thread, as they do there."""

    def serve(self, server: Server, tmp_path: Path, visit: Callable[[str], object], **more: Any) -> int:
        """Serve until ``visit`` has been at the address; the signal comes from another thread."""
        port_file = tmp_path / "port"
        seen = threading.Event()

        def wait() -> None:
            while not port_file.exists():
                seen.wait(0.01)
            try:
                visit(f"http://127.0.0.1:{port_file.read_text().strip()}")
            finally:
                os.kill(os.getpid(), signal.SIGTERM)

        visitor = threading.Thread(target=wait)
        visitor.start()
        before = signal.getsignal(signal.SIGTERM)
        ended = serve.run(str(server.where), host="127.0.0.1", port=0, port_file=port_file, **more)
        visitor.join()
        assert signal.getsignal(signal.SIGTERM) is before
        return ended

    def test_one_process(self, server: Server, tmp_path: Path) -> None:
        visited: list[int] = []
        ended = self.serve(server, tmp_path, lambda url: visited.append(httpx.get(url + "/v1/ready").status_code))
        assert (ended, visited) == (0, [200])

    def test_two_processes_of_which_one_is_killed(self, server: Server, tmp_path: Path) -> None:
        visited: list[int] = []

        def visit(url: str) -> None:
            parent = psutil.Process()
            first = [child for child in parent.children() if "--listen-fd" in child.cmdline()]
            visited.append(httpx.get(url + "/v1/ready").status_code)
            first[0].kill()
            while len([child for child in parent.children() if child not in first]) < 1:
                visited.append(httpx.get(url + "/v1/ready").status_code)

        assert self.serve(server, tmp_path, visit, workers=2) == 0
        assert set(visited) == {200}

    def test_a_worker_serves_the_socket_that_it_is_given_and_ends_with_its_supervisor(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listening = embedded.listen("127.0.0.1", 0)
        url = embedded.url_of(listening)
        read, write = os.pipe()
        visited: list[int] = []

        def visit() -> None:
            visited.append(httpx.get(url + "/v1/ready").status_code)
            os.close(write)

        visitor = threading.Thread(target=visit)
        with os.fdopen(read) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            visitor.start()
            assert serve.run(str(server.where), host="", port=0, listen_fd=listening.detach()) == 0
            visitor.join()
        assert visited == [200]


class TestEmbedded:
    def test_it_serves_from_a_thread_and_leaves_the_signals_alone(self, server: Server, ani: Officer) -> None:
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        running = embedded.start(server.where)
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
        try:
            assert httpx.get(running.url + "/v1/reference", headers=ani.headers).status_code == 200
        finally:
            running.stop()
        running.stop()
        with pytest.raises(httpx.ConnectError):
            httpx.get(running.url + "/v1/health")

    def test_again_on_the_same_port(self, server: Server) -> None:
        first = embedded.start(server.where)
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(errors.CannotListen):
            embedded.start(server.where, port=port)
        first.stop()
        second = embedded.start(server.where, port=port)
        assert second.url == first.url
        second.stop()

    def test_a_database_that_is_not_ready(self, tmp_path: Path) -> None:
        (tmp_path / "empty.db").touch()
        with pytest.raises(errors.NotInitialised):
            embedded.start(tmp_path / "empty.db")
        with pytest.raises(errors.DatabaseUnusable):
            embedded.start(tmp_path / "none.db")

    @pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "http://127.0.0.1:"), ("::", "http://[::1]:")])
    def test_the_address_that_a_client_can_use(self, host: str, shown: str) -> None:
        try:
            listening = embedded.listen(host, 0)
        except errors.CannotListen:
            pytest.skip(f"no {host} here")
        with listening:
            assert embedded.url_of(listening).startswith(shown)

    def test_stop_waits_for_the_answer_under_way(self, server: Server) -> None:
        """A push that was accepted by the socket is answered before the thread ends."""
        officer = server.officer("ani", KOTA)
        running = embedded.start(server.where)
        answers: list[int] = []

        def push() -> None:
            op = officer.op("assessment", f"{UNIT}:2.4", {"due": "2025-10-10"}, {"due": None})
            headers = {**officer.headers, "Content-Type": "application/jsonl"}
            answers.append(httpx.post(running.url + "/v1/push", content=json.dumps(op), headers=headers).status_code)

        thread = threading.Thread(target=push)
        thread.start()
        thread.join()
        running.stop()
        assert answers == [200]
        assert setup.list_users(server.where)[0].name == "ani"
