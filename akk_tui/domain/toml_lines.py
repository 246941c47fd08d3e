"""Where in a TOML text each value stands, so that a wrong value can be named with its line."""

from __future__ import annotations

from collections.abc import Mapping

Path = tuple[str | int, ...]


def find(lines: Mapping[Path, int], path: Path) -> int:
    """The line of ``path``, else of the nearest thing that holds it; 1 when nothing is known."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return 1


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every key, table and array element; ``text`` must be valid TOML."""
    return _Scan(text).run()


class _Scan:
    """One pass over a text that tomllib has accepted, so that no form of it needs to be doubted."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}

    def run(self) -> dict[Path, int]:
        table: Path = ()
        self._blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()
        return self.lines

    def _mark(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def _blank(self) -> None:
        """Step over white space, line ends and comments."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in " \t\n":
                self.at += 1
            else:
                return

    def _header(self) -> Path:
        many = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if many else 1
        names = self._keys("]")
        self.at += 2 if many else 1
        path: Path = ()
        for name in names[:-1]:
            path = self._inside((*path, name))
        path = (*path, names[-1])
        after, self.at = self.at, start
        self._mark(path)
        if many:
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = self._inside(path)
            self._mark(path)
        self.at = after
        return path

    def _inside(self, path: Path) -> Path:
        """``path``, or its newest element when it is an array of tables."""
        return (*path, self.lengths[path] - 1) if path in self.lengths else path

    def _keys(self, stop: str) -> list[str]:
        """The parts of a dotted key up to ``stop``, which is not stepped over."""
        parts: list[str] = []
        while True:
            self._blank()
            if self.text[self.at] in "\"'":
                start = self.at
                self._string()
                parts.append(self.text[start + 1 : self.at - 1])
            else:
                start = self.at
                while self.text[self.at] not in " \t.=]":
                    self.at += 1
                parts.append(self.text[start : self.at])
            self._blank()
            if self.text[self.at] == stop:
                return parts
            self.at += 1

    def _pair(self, table: Path) -> None:
        start = self.at
        path = (*table, *self._keys("="))
        after, self.at = self.at, start
        self._mark(path)
        self.at = after + 1
        self._blank()
        self._value(path)

    def _value(self, path: Path) -> None:
        char = self.text[self.at]
        if char in "\"'":
            self._string()
        elif char in "[{":
            self._group(path, "]" if char == "[" else "}")
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def _group(self, path: Path, stop: str) -> None:
        """An array or an inline table."""
        self.at += 1
        count = 0
        self._blank()
        while self.text[self.at] != stop:
            if stop == "}":
                self._pair(path)
            else:
                self._mark((*path, count))
                self._value((*path, count))
            count += 1
            self._blank()
            if self.text[self.at] == ",":
                self.at += 1
                self._blank()
        self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        long = self.text.startswith(quote * 3, self.at)
        mark = quote * 3 if long else quote
        self.at += len(mark)
        while self.at < len(self.text) and not self.text.startswith(mark, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(mark)
        while long and self.text.startswith(quote, self.at):
            self.at += 1
