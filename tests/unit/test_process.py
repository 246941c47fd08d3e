"""How a process is sparing with memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from akk_tui import process

THREAD = """
import sys, threading
from akk_tui import process
if sys.argv[1] == "one":
    process.share_heap()
made = []
thread = threading.Thread(target=lambda: made.extend(bytearray(5_000) for _ in range(20)))
thread.start()
thread.join()
process.give_back()
for line in open("/proc/self/maps"):
    begin, end = (int(part, 16) for part in line.split()[0].split("-"))
    if "---p" in line and len(line.split()) == 5 and end - begin > 50_000_000:
        print("heap of a thread")
"""


def heaps(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", THREAD, how], capture_output=True, text=True, check=True)
    return done.stdout.count("heap")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no list of a process's memory here")
def test_threads_take_memory_from_one_heap() -> None:
    if not heaps("many"):
        pytest.skip("this C library has one heap as it is")
    assert heaps("one") == 0


@pytest.mark.skipif(sys.platform != "linux", reason="a call of glibc")
def test_what_the_c_library_lacks_is_left_out() -> None:
    process.give_back()
    process._call("no_such_function", 1)
