"""Lines of values in TOML of every form."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from akk_tui.domain.toml_lines import find, lines_of

ODD = (
    """# comment [a]
title = "a = 1 # no [x]"  # [b]
'quoted key' = 'it"""
    + """'
dotted . name = 1
long = \"\"\"
[fake]
fake = 1
\\\"\"\" still ""\"\"\"
raw = '''
[[fake]]
'''
list = [
  1, # one
  [2,
   3],
  { a = 1, b.c = "}" },
]
day = 2025-11-04 # date
[table]
x = 1
[[rows]]
y = 1
[[rows]]
y = 2
[[rows.inner]]
z = 1
[rows.inner.deep]
w = {}
"""
)


def test_every_form() -> None:
    text = ODD.replace("'it'", "'it'")
    tomllib.loads(text)
    lines = lines_of(text)
    assert lines[("title",)] == 2
    assert lines[("quoted key",)] == 3
    assert lines[("dotted", "name")] == 4
    assert ("fake",) not in lines
    assert lines[("list", 0)] == 13
    assert lines[("list", 1)] == 14
    assert lines[("list", 1, 1)] == 15
    assert lines[("list", 2, "b", "c")] == 16
    assert lines[("table", "x")] == 20
    assert lines[("rows", 0, "y")] == 22
    assert lines[("rows", 1)] == 23
    assert lines[("rows", 1, "y")] == 24
    assert lines[("rows", 1, "inner", 0, "z")] == 26
    assert lines[("rows", 1, "inner", 0, "deep", "w")] == 28


def test_windows_line_ends_and_no_last_one() -> None:
    assert lines_of("a = 1\r\nb = 2 # x") == {("a",): 1, ("b",): 2}
    assert lines_of("") == {}
    assert lines_of("# only") == {}


@pytest.mark.parametrize(("path", "line"), [(("a", "b"), 1), (("b", 3, "c"), 2), (("z",), 1), ((), 1)])
def test_the_nearest_holder_is_found(path: tuple, line: int) -> None:
    assert find(lines_of("a = 1\nb = 2\n"), path) == line


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=6)
leaves = st.integers(-9, 9) | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=12) | st.dates()
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=12
)


def leaves_of(tree: Any, path: tuple = ()) -> list[tuple]:
    if isinstance(tree, dict):
        return [leaf for name, part in tree.items() for leaf in leaves_of(part, (*path, name))]
    if isinstance(tree, list):
        return [leaf for n, part in enumerate(tree) for leaf in leaves_of(part, (*path, n))]
    return [path]


@given(st.dictionaries(names, trees, max_size=4), st.booleans())
def test_every_value_of_any_file_has_a_line(tree: dict[str, Any], long: bool) -> None:
    text = tomli_w.dumps(tree, multiline_strings=long)
    lines = lines_of(text)
    plain = {path for path in leaves_of(tree) if not any('"' in str(p) or "\\" in str(p) for p in path)}
    assert plain <= set(lines)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
