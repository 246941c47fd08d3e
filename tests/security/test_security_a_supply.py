"""Supply and privacy: A4 (locked versions and hashes, the bill of materials) and A6 (only what is in scope is kept)."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from importlib import metadata
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from programs import Home

pytestmark = pytest.mark.security

ROOT = Path(__file__).parents[2]
TOOLS = {"pip", "setuptools", "wheel", "akk-tui"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return {normal(name): version for name, _, version in (line.partition("==") for line in lines)}


@pytest.fixture(scope="module")
def lock() -> ModuleType:
    """The script that writes the file of hashes."""
    loader = SourceFileLoader("akk_ci_lock", str(ROOT / ".ci" / "lock"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    made = module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(made)
    finally:
        sys.dont_write_bytecode = before
    return made


class TestInstalled:
    def test_a4_what_is_installed_is_what_the_list_says(self) -> None:
        """No package more, none less, none of another version: what the tests ran with is what is written down."""
        installed = {normal(one.name): one.version for one in metadata.distributions() if normal(one.name) not in TOOLS}
        listed = pins()
        assert {name: version for name, version in installed.items() if listed.get(name) != version} == {}
        # Extras that this environment was made without are listed too, with all that they pull in.
        needed, left_out = set[str](), set[str]()
        for line in metadata.requires("akk-tui") or ():
            name = normal(re.split(r"[^A-Za-z0-9._-]", line)[0])
            of = re.search(r"extra == .(\w+)", line)
            (left_out if of is not None and of[1] not in ("server", "dev") else needed).add(name)
        assert sorted(needed - set(installed)) == []
        if left_out <= set(installed):
            assert sorted(set(listed) - set(installed)) == []

    def test_a4_the_list_is_in_order_and_names_no_place(self) -> None:
        text = (ROOT / "constraints.txt").read_text()
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line) for line in text.splitlines())
        assert len(pins()) == len(text.splitlines())

    def test_a4_nothing_is_needed_that_the_list_does_not_pin(self) -> None:
        from akk_tui.cli import sbom

        assert sorted(set(sbom.closure()) - set(pins()) - {"akk-tui"}) == []

    def test_a4_few_packages_are_needed(self) -> None:
        """What an officer installs: without the server, encryption and all that is for testing."""
        from akk_tui.cli import sbom

        whole = sbom.closure()
        asked = [line.partition(";")[0] for line in metadata.requires("akk-tui") or () if "extra" not in line]
        seen: set[str] = set()
        waiting = [normal(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in asked]
        while waiting:
            name = waiting.pop()
            if name not in seen and name in whole:
                seen.add(name)
                waiting += [one for one, _ in sbom._needs(whole[name], frozenset({"linkify"}))]
        assert len(seen) <= 22, sorted(seen)


class TestHashes:
    def test_a4_every_pin_has_hashes_and_no_address(self, lock: ModuleType) -> None:
        text = (ROOT / ".ci" / "requirements-hashed.txt").read_text()
        assert {normal(name): version for name, version in lock.pinned(text).items()} == pins()
        blocks = re.split(r"^(?=\w)", text.replace("\\\n", ""), flags=re.MULTILINE)[1:]
        assert all(len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)) >= 1 for block in blocks)
        assert "://" not in text
        assert subprocess.run([sys.executable, str(ROOT / ".ci" / "lock"), "--check"]).returncode == 0

    def test_a4_pip_refuses_a_file_of_another_hash(self, tmp_path: Path) -> None:
        """The file of hashes is one that pip understands: a changed archive under a pinned name is not installed."""
        wheel = _wheel(tmp_path)
        good = hashlib.sha256(wheel.read_bytes()).hexdigest()
        for digest, code in ((good, 0), ("0" * 64, 1)):
            listed = tmp_path / "listed.txt"
            listed.write_text(f"akk-probe==1.0 \\\n    --hash=sha256:{digest}\n")
            command = [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-index"]
            command += ["--isolated", "--find-links", str(tmp_path), "--target", str(tmp_path / digest[:4])]
            done = subprocess.run([*command, "-r", str(listed)], capture_output=True, text=True)
            assert done.returncode == code, done.stderr
        assert "DO NOT MATCH" in done.stderr

    @pytest.mark.parametrize(
        ("filename", "name", "version"),
        [
            ("a_b-1.0-py3-none-any.whl", "a-b", "1.0"),
            ("a-b-1.0.tar.gz", "a_b", "1.0"),
            ("a.b-1.0.post1.zip", "a-b", "1.0.post1"),
            ("a_b_c-1.0-py3-none-any.whl", "a-b", None),
            ("a-b-1.0.exe", "a-b", None),
        ],
    )
    def test_a4_file_names_are_read_as_indexes_write_them(
        self, lock: ModuleType, filename: str, name: str, version: str | None
    ) -> None:
        assert lock.version_in(filename, name) == version


def _wheel(folder: Path) -> Path:
    import zipfile

    path = folder / "akk_probe-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("akk_probe.py", "")
        made.writestr("akk_probe-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: akk-probe\nVersion: 1.0\n")
        made.writestr("akk_probe-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr("akk_probe-1.0.dist-info/RECORD", "")
    return path


class TestAudit:
    @pytest.mark.parametrize(("bugs", "code"), [([], 0), ([{"id": "CVE-1", "fix_versions": ["1.1"]}], 1)])
    def test_a4_what_the_audit_finds_fails_the_run(self, tmp_path: Path, bugs: list[Any], code: int) -> None:
        told = tmp_path / "audit.json"
        told.write_text(json.dumps({"dependencies": [{"name": "a", "version": "1.0", "vulns": bugs}], "fixes": []}))
        done = subprocess.run([sys.executable, str(ROOT / ".ci" / "audit"), str(told)], capture_output=True, text=True)
        assert done.returncode == code
        assert f"{len(bugs)} known" in done.stdout


class TestBill:
    def test_a4_the_bill_of_materials_is_cyclonedx(self, tmp_path: Path) -> None:
        """The fields that CycloneDX 1.6 requires, and references that lead somewhere."""
        bill = Home(tmp_path / "home").ok("doctor", "--sbom")
        assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
        uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        assert re.fullmatch(f"urn:uuid:{uuid}", bill["serialNumber"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", bill["metadata"]["timestamp"])
        parts = [bill["metadata"]["component"], *bill["components"]]
        for part in parts:
            assert part["type"] in ("application", "library")
            assert part["name"]
            assert part["version"]
            assert part["purl"] == part["bom-ref"] == f"pkg:pypi/{normal(part['name'])}@{part['version']}"
            for licence in part.get("licenses", ()):
                assert list(licence) in (["expression"], ["license"])
        refs = [part["bom-ref"] for part in parts]
        assert len(refs) == len(set(refs))
        assert sorted(one["ref"] for one in bill["dependencies"]) == sorted(refs)
        assert {to for one in bill["dependencies"] for to in one["dependsOn"]} <= set(refs)

    def test_a4_it_lists_what_is_installed_and_no_tool_of_the_tests(self, tmp_path: Path) -> None:
        bill = Home(tmp_path / "home").ok("doctor", "--sbom")
        listed = {normal(part["name"]): part["version"] for part in bill["components"]}
        assert listed.keys() >= {"textual", "httpx", "msgspec", "rich", "certifi", "linkify-it-py"}
        assert not listed.keys() & {"pytest", "ruff", "hypothesis", "schemathesis", "basedpyright", "akk-tui"}
        assert {name: metadata.version(name) for name in listed} == listed
        assert {name: pins().get(name) for name in listed} == listed
