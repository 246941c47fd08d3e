"""Markdown of ours as one HTML page: no script, no picture, nothing fetched, made to be printed on A4 too."""

from __future__ import annotations

from html import escape
from typing import Final

from akk_tui import i18n

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_OFF: Final = ("image", "link", "autolink", "html_inline", "html_block", "reference", "code", "fence")
_STYLE: Final = """
:root { color-scheme: light dark; --line: #9aa3ad; --quiet: #555e68; --head: #eef1f4; }
@media (prefers-color-scheme: dark) { :root { --line: #59626c; --quiet: #aab2bb; --head: #262c33; } }
body { font: 11pt/1.45 system-ui, "Noto Sans", "Liberation Sans", sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6em; margin: 0 0 .6em; }
h2 { font-size: 1.3em; margin: 1.6em 0 .5em; padding-top: .5em; border-top: 2px solid var(--line); }
h3 { font-size: 1.1em; margin: 1.4em 0 .4em; }
h4 { font-size: 1em; margin: 1em 0 .3em; }
ul, ol { padding-left: 1.4em; }
table { border-collapse: collapse; width: 100%; margin: .5em 0 1em; font-size: .95em; }
th, td { border: 1px solid var(--line); padding: .3em .5em; text-align: left; vertical-align: top; }
th { background: var(--head); }
blockquote { margin: .4em 0 1em; padding: .1em 0 .1em .9em; border-left: 3px solid var(--line); }
em { color: var(--quiet); font-style: normal; }
@media print {
  :root { --line: #888; --quiet: #333; --head: #eee; }
  body { font-size: 10pt; max-width: none; margin: 0; padding: 0; color: #000; background: #fff; }
  h2, h3, h4 { break-after: avoid; }
  tr, blockquote { break-inside: avoid; }
  thead { display: table-header-group; }
}
@page { size: A4; margin: 2cm; }
"""


def page(title: str, markdown: str) -> str:
    """The page for a report's ``markdown``; ``title`` is plain text."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable(list(_OFF)).render(markdown)
    return (
        f'<!DOCTYPE html>\n<html lang="{i18n.language()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="AKK TUI">\n<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n'
        f"</head>\n<body>\n{made}</body>\n</html>\n"
    )
