"""The bill of materials: this program with the packages that are installed for it, as CycloneDX 1.6 in JSON.

What is listed is what Python finds at run time, so that it also holds on a machine where somebody changed a package.
"""

from __future__ import annotations

import re
from importlib import metadata
from typing import Any, Final

ROOT: Final = "akk-tui"
LEFT_OUT: Final = frozenset({"dev"})
"""Extras that are for building and testing: no part of the program."""
_REQUIRED: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?([^;]*)(?:;(.*))?\Z", re.DOTALL)
_EXTRA: Final = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")


def document(version: str, serial: str, moment: str) -> dict[str, Any]:
    """The document. ``serial`` is a UUID, ``moment`` the time in ISO 8601."""
    whole = _closure()
    found = {name: package for name, (package, _extras) in whole.items()}
    needs = {name: sorted({one for one, _extras in _needs(*whole[name]) if one in found}) for name in found}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": moment,
            "tools": {"components": [{"type": "application", "name": ROOT, "version": version}]},
            "component": {**_component(found[ROOT]), "type": "application"},
        },
        "components": [_component(found[name]) for name in sorted(found) if name != ROOT],
        "dependencies": [
            {"ref": _purl(found[name]), "dependsOn": [_purl(found[one]) for one in needs[name]]}
            for name in sorted(found)
        ],
    }


def closure() -> dict[str, metadata.Distribution]:
    """The program and all packages that it needs and that are installed, by their normal names."""
    return {name: package for name, (package, _extras) in _closure().items()}


_Found = dict[str, tuple[metadata.Distribution, frozenset[str]]]
"""Packages with the extras of theirs that others ask for."""


def _closure() -> _Found:
    found: _Found = {}
    waiting: list[tuple[str, frozenset[str]]] = [(ROOT, frozenset())]
    while waiting:
        name, extras = waiting.pop()
        known = found.get(name)
        if known is not None and extras <= known[1]:
            continue
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        found[name] = (package, extras | (known[1] if known else frozenset()))
        waiting += _needs(*found[name])
    return found


def _needs(package: metadata.Distribution, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """What a package needs, each with the extras that it wants of it. Of ours every extra counts that is installed."""
    needed: list[tuple[str, frozenset[str]]] = []
    for line in package.requires or ():
        parts = _REQUIRED.match(line)
        if parts is None:
            continue
        of = set(_EXTRA.findall(parts[4] or ""))
        if not of or (not of & LEFT_OUT if normal(package.name) == ROOT else of & extras):
            wanted = frozenset(one.strip() for one in (parts[2] or "").split(",") if one.strip())
            needed.append((normal(parts[1]), wanted))
    return needed


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _purl(package: metadata.Distribution) -> str:
    return f"pkg:pypi/{normal(package.name)}@{package.version}"


def _component(package: metadata.Distribution) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.name,
        "version": package.version,
        "purl": _purl(package),
    }
    told: Any = package.metadata
    summary = told.get("Summary")
    if summary:
        made["description"] = summary
    licences = _licences(package)
    if licences:
        made["licenses"] = licences
    return made


def _licences(package: metadata.Distribution) -> list[dict[str, Any]]:
    """The licence as the package states it: an SPDX expression, else the names of its classifiers, else its words."""
    told: Any = package.metadata
    expression = told.get("License-Expression")
    if expression:
        return [{"expression": expression}]
    names = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    words = told.get("License") or ""
    if not names and words and len(words) < 80 and "\n" not in words:
        names = [words]
    return [{"license": {"name": name}} for name in dict.fromkeys(names)]
