"""The wheel: built, installed into an empty environment, and used there without the checkout."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("akk_tui", "themes", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all workers of this run: what is made there is made once."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "installed"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other worker makes anything in ``folder`` meanwhile."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="module")
def wheel(shared: Path) -> Path:
    """A wheel built from a copy of what is needed to build one, with the packages that are installed here."""
    with alone(shared):
        built = shared / "dist"
        return next(built.glob("*.whl"), None) or build(shared / "tree", built)


def build(tree: Path, built: Path) -> Path:
    tree.mkdir(exist_ok=True)
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"), dirs_exist_ok=True
            )
        else:
            shutil.copyfile(source, tree / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(tree)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = built.glob("*.whl")
    return made


def test_the_wheel_holds_what_the_program_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for theme in (ROOT / "themes").glob("*.toml"):
        assert f"akk_tui/themes/{theme.name}" in names
    for wanted in (
        "akk_tui/locales/en/LC_MESSAGES/akk_tui.mo",
        "akk_tui/ui/styles/app.tcss",
        "akk_tui/server/instruments/2025.toml",
        "akk_tui/server/regions.csv",
        "akk_tui/server/regions.csv.LICENSE",
        "akk_tui/py.typed",
        "akk_tui/templates/id/observasi.md",
        "akk_tui/templates/en/penilaian.md",
    ):
        assert wanted in names
    assert not [name for name in names if name.startswith(("tests/", "themes/")) or name.endswith(".pyc")]


@pytest.fixture(scope="module")
def installed(wheel: Path, shared: Path) -> Path:
    """The folder of programs of an environment with the wheel and its dependencies and nothing else."""
    place = shared / "env"
    with alone(shared):
        if not (place / "bin" / "akk-server").exists():
            install(wheel, place)
    return place / "bin"


def install(wheel: Path, place: Path) -> None:
    """By the pip of this environment; byte code is made of what is run."""
    venv.create(place)
    python = place / "bin" / "python"
    what = f"akk-tui[server] @ {wheel.as_uri()}"
    command = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install"]
    command += ["--quiet", "--no-compile", "--retries", "0"]
    done = subprocess.run([*command, "-c", str(ROOT / "constraints.txt"), what], capture_output=True, text=True)
    if done.returncode != 0:
        wanted = ("No matching distribution", "Could not find a version", "connection", "Connection")
        if any(word in done.stderr for word in wanted):
            pytest.skip("pip reaches no package index: the wheel was built but not installed")
        raise AssertionError(done.stderr)


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Callable[..., str]:
    def call(program: str, *words: str) -> str:
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        done = subprocess.run(
            [str(installed / program), *words], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


def test_the_installed_programs_work_without_the_checkout(
    run: Callable[..., str], installed: Path, tmp_path: Path
) -> None:
    assert run("akk-tui", "--version").startswith("akk-tui ")
    assert "usage: akk-tui" in run("akk-tui", "--lang", "en", "--help")
    assert "exit" in run("akk-tui", "--lang", "en", "--help").lower()
    assert json.loads(run("akk-server", "openapi"))["openapi"].startswith("3.1")
    names = run("python", "-m", "akk_tui.cli.themes_read", str(tmp_path / "none"), "id").split("\n")
    assert set(names[0].split(", ")) >= {path.stem for path in (ROOT / "themes").glob("*.toml")}
    where = run("python", "-c", "import akk_tui; print(akk_tui.__file__)").strip()
    assert where.startswith(str(installed.parent))


def test_the_installed_demo_serves_a_synced_home(run: Callable[..., str], installed: Path, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "TMPDIR": str(tmp_path)}
    demo = subprocess.Popen(
        [str(installed / "akk-tui"), "demo", "--no-ui"], cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert demo.stdout is not None
        said = json.loads(demo.stdout.readline())
        regions = json.loads(run("akk-tui", "--home", said["home"], "status", "--json"))["regions"]
        assert "35.72" in {region["code"] for region in regions}
    finally:
        demo.terminate()
        demo.communicate(timeout=60)
    assert demo.returncode == 0
