"""Byte code of the tests and of what they test, made once and by all processors before several processes need it.

In a new tree every process of ``pytest -n 4`` would rewrite and compile all of it for itself, and so would every
program that a test starts. Where Python is told to write no byte code nothing is made.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "akk_tui"


def make(config: pytest.Config) -> None:
    """Make what is missing or old, half of it in each of two copies of this process."""
    if sys.dont_write_bytecode or not hasattr(os, "fork"):
        return
    files = sorted([*SOURCE.rglob("*.py"), *TESTS.rglob("*.py")], key=lambda one: one.stat().st_size)
    copies = []
    for part in range(2):
        pid = os.fork()
        if pid == 0:
            with contextlib.suppress(BaseException):
                sys.settrace(None)
                for path in files[part::2]:
                    _compile(path, config)
            os._exit(0)
        copies.append(pid)
    for pid in copies:
        os.waitpid(pid, 0)


def _compile(path: Path, config: pytest.Config) -> None:
    """As Python keeps a module; as pytest keeps one with its own assertions."""
    if path.name != "conftest.py" and not (TESTS in path.parents and path.name.startswith("test_")):
        compileall.compile_file(path, quiet=2)
        return
    kept = rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
    if rewrite._read_pyc(path, kept) is None and rewrite.try_makedirs(kept.parent):
        source, code = rewrite._rewrite_test(path, config)
        rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source, kept)
