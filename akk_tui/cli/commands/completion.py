"""``completion``: a script for the shell that completes commands, options and states."""

from __future__ import annotations

import argparse
from typing import Any, Final, NamedTuple, TYPE_CHECKING

from akk_tui.cli import output
from akk_tui.i18n import gettext as _

if TYPE_CHECKING:
    from akk_tui.cli.context import Context

SHELLS: Final = ("bash", "zsh", "fish")
_GLOBAL: Final = ("--home", "--lang", "--cycle", "--json", "--help")


class Entry(NamedTuple):
    """What may follow a command (and its action): words and options."""

    path: tuple[str, ...]
    help: str
    words: tuple[str, ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", choices=SHELLS, metavar="bash|zsh|fish")


def run(context: Context, args: argparse.Namespace) -> int:
    """Print the script."""
    entries = _entries()
    script = {"bash": _bash, "zsh": _zsh, "fish": _fish}[args.shell](entries)
    if context.json:
        output.document({"shell": args.shell, "script": script})
    else:
        output.page(script)
    return 0


def _entries() -> list[Entry]:
    from akk_tui.cli import parser
    from akk_tui.cli.catalog import COMMANDS
    from akk_tui.contract.states import ITEM_STATES

    made: list[Entry] = []
    for command in COMMANDS:
        built = parser.build(command, parser.module_of(command))
        actions = _actions(built)
        extra = ITEM_STATES if command.name == "tick" else SHELLS if command.name == "completion" else ()
        made.append(Entry((command.name,), _(command.help), (*actions, *extra, *_options(built))))
        made += [Entry((command.name, name), "", _options(sub)) for name, sub in actions.items()]
    return made


def _actions(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:  # pyright: ignore[reportPrivateUsage]
        if isinstance(action, argparse._SubParsersAction):  # pyright: ignore[reportPrivateUsage]
            found: Any = action.choices  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            return dict(found)
    return {}


def _options(parser: argparse.ArgumentParser) -> tuple[str, ...]:
    own = [
        name
        for action in parser._actions  # pyright: ignore[reportPrivateUsage]
        for name in action.option_strings
        if name.startswith("--") and name not in _GLOBAL
    ]
    return (*own, *_GLOBAL)


def _bash(entries: list[Entry]) -> str:
    top = " ".join([*_commands(entries), "--version", *_GLOBAL])
    cases = "\n".join(f"        {_pattern(entry)}) words={_joined(entry)} ;;" for entry in _inner_first(entries))
    return f"""# source <(akk-tui completion bash)
_akk_tui() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" command="" action="" words="" word at
    for ((at = 1; at < COMP_CWORD; at++)); do
        word="${{COMP_WORDS[at]}}"
        case "$word" in
            --home|--lang|--cycle) ((at++)) ;;
            -*) ;;
            *) if [[ -z $command ]]; then command="$word"; elif [[ -z $action ]]; then action="$word"; fi ;;
        esac
    done
    case "${{COMP_WORDS[COMP_CWORD-1]}}" in
        --home|--keep) COMPREPLY=($(compgen -d -- "$current")); return ;;
        --token-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
        --lang) COMPREPLY=($(compgen -W "id en" -- "$current")); return ;;
    esac
    if [[ -z $command ]]; then
        COMPREPLY=($(compgen -W "{top}" -- "$current"))
        return
    fi
    case "$command $action" in
{cases}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _akk_tui akk-tui"""


def _zsh(entries: list[Entry]) -> str:
    names = "\n".join(
        f"            '{entry.path[0]}:{_quoted(entry.help)}'" for entry in entries if len(entry.path) == 1
    )
    cases = "\n".join(
        f"        {_pattern(entry)}) found=({' '.join(entry.words)}) ;;" for entry in _inner_first(entries)
    )
    return f"""#compdef akk-tui
# source <(akk-tui completion zsh)
_akk_tui() {{
    local -a found commands
    local word command action
    local -i skip=0
    for word in "${{(@)words[2,CURRENT-1]}}"; do
        if (( skip )); then skip=0; continue; fi
        case $word in
            --home|--lang|--cycle) skip=1 ;;
            -*) ;;
            *) if [[ -z $command ]]; then command=$word; elif [[ -z $action ]]; then action=$word; fi ;;
        esac
    done
    case $words[CURRENT-1] in
        --home|--keep) _directories; return ;;
        --token-file) _files; return ;;
        --lang) compadd -- id en; return ;;
    esac
    if [[ -z $command ]]; then
        commands=(
{names}
        )
        _describe command commands
        compadd -- --version {" ".join(_GLOBAL)}
        return
    fi
    case "$command $action" in
{cases}
    esac
    compadd -- $found
    _files
}}
if [[ $funcstack[1] == _akk_tui ]]; then _akk_tui "$@"; else compdef _akk_tui akk-tui; fi"""


def _fish(entries: list[Entry]) -> str:
    made = ["# akk-tui completion fish | source"]
    made += [f"complete -c akk-tui -l {name[2:]}" for name in (*_GLOBAL, "--version")]
    for entry in entries:
        command = entry.path[0]
        actions = [found.path[1] for found in entries if found.path[0] == command and len(found.path) > 1]
        if len(entry.path) == 1:
            made.append(f"complete -c akk-tui -n __fish_use_subcommand -f -a {command} -d '{_quoted(entry.help)}'")
            seen = f"__fish_seen_subcommand_from {command}"
            if actions:
                seen += f"; and not __fish_seen_subcommand_from {' '.join(actions)}"
        else:
            seen = f"__fish_seen_subcommand_from {command}; and __fish_seen_subcommand_from {entry.path[1]}"
        plain = [word for word in entry.words if not word.startswith("--")]
        if plain:
            made.append(f"complete -c akk-tui -n '{seen}' -f -a '{' '.join(plain)}'")
        made += [
            f"complete -c akk-tui -n '{seen}' -l {word[2:]}"
            for word in entry.words
            if word.startswith("--") and word not in _GLOBAL
        ]
    return "\n".join(made)


def _commands(entries: list[Entry]) -> list[str]:
    return [entry.path[0] for entry in entries if len(entry.path) == 1]


def _inner_first(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: -len(entry.path))


def _pattern(entry: Entry) -> str:
    """The shell pattern of ``command action``; of a command alone, whatever follows."""
    name, *action = entry.path
    return f'"{name} {action[0]}"' if action else f'"{name} "*'


def _joined(entry: Entry) -> str:
    return f'"{" ".join(entry.words)}"'


def _quoted(text: str) -> str:
    return text.replace("'", "").replace(":", " ")
