"""D3: SQL is never put together from text: a lint over the source, and quotes that stay values."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from apis import KOTA, Server, UNIT

import akk_tui

pytestmark = pytest.mark.security

SOURCE = Path(akk_tui.__file__).parent
SERVER = sorted((SOURCE / "server").rglob("*.py"))
RUNS = {"execute", "executemany", "executescript", "exec_driver_sql", "text", "scalar", "scalars"}


def built(node: ast.AST) -> bool:
    """Whether an expression makes text of parts: an f-string with values, ``+``, ``%``, ``format`` or ``join``."""
    return any(_joins(part) for part in ast.walk(node))


def _joins(part: ast.AST) -> bool:
    if isinstance(part, ast.JoinedStr):
        return any(isinstance(one, ast.FormattedValue) for one in part.values)
    if isinstance(part, ast.BinOp) and isinstance(part.op, (ast.Add, ast.Mod)):
        sides = (part.left, part.right)
        return any(isinstance(side, (ast.JoinedStr, ast.Constant)) and _is_text(side) for side in sides)
    return isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in ("format", "join")


def _is_text(part: ast.JoinedStr | ast.Constant) -> bool:
    return isinstance(part, ast.JoinedStr) or isinstance(part.value, str)


def findings(source: str) -> list[int]:
    """The lines of ``source`` on which a statement is built from text."""
    found: list[int] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in RUNS and built(node.args[0]):
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", SERVER, ids=lambda path: str(path.relative_to(SOURCE)))
def test_d3_no_statement_is_built_from_text(path: Path) -> None:
    assert findings(path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    ['text(f"SELECT {x}")', 'c.execute("SELECT " + x)', 'c.exec_driver_sql("SELECT %s" % x)',
     'c.execute("SELECT {}".format(x))', 'sa.text("a" + b)', 'c.executescript(";".join(x))'],
)  # fmt: skip
def test_d3_the_lint_sees(line: str) -> None:
    assert findings(line) == [1]
    assert findings('c.execute("SELECT 1", {"a": f"{x}"})') == []


@pytest.mark.parametrize("value", ["'; DROP TABLE row; --", "' OR '1'='1", '"', "\\", "%", "_", "\u0000", "1); --"])
def test_d3_quotes_are_values(api: Server, value: str) -> None:
    ani = api.officer("ani", KOTA)
    before = ani.pull().rows
    for query in ({"unit": value}, {"kind": value, "key": value}, {"kind": "note", "key": value}):
        assert ani.get("/v1/log", **query).status_code in (404, 422)
    assert ani.get("/v1/logs", units=value).status_code == 422
    answer: Any = ani.do("assessment", f"{UNIT}:2.4", {"summary": value}, {"summary": None})
    if answer[1] == "applied":
        assert ani.pull().row("assessment", f"{UNIT}:2.4")["summary"] == value  # pyright: ignore[reportOptionalSubscript]
    else:
        assert answer[3]["code"] == "bad_value"
        assert ani.pull().rows == before
    assert ani.do(value, value, {value: value}, None)[1] in ("rejected", "forbidden")
