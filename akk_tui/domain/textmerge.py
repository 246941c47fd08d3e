"""Three-way merge of a text that two people, or one person on two devices, changed from the same beginning.

Lines first: what only one side changed is taken, and what both changed in the same way is taken once. Where both added
lines at the same place, both stay; where one of them went on from what the other added, that is taken once too. Where
both changed the same lines, the same is tried with the words of each line. What is left is a :class:`Place` that a
person decides; nothing is chosen for them.

The result does not depend on which side is which, so that two devices come to the same text whichever is first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeVar

from akk_tui.domain.matching import Budget, edges, Hunk, hunks, TooMuch

STEPS: Final = 200_000
"""Steps of all comparisons of one merge (see :mod:`akk_tui.domain.matching`): below 50 ms of computing. A merge that
needs more is one place for a person. Prose at the limit of 32 kB takes a small part of it."""

_WORDS: Final = re.compile(r"(\A|\n|\S+)([^\S\n]*)")
_NUMBER: Final = re.compile(r"\W*\d[\d.,/:%-]*\W*\Z")
_LINE_END: Final = "\n"

Lines = tuple[str, ...]
_T = TypeVar("_T")


class Place(NamedTuple):
    """Lines that both changed and a person decides; each side may have none left."""

    base: Lines
    mine: Lines
    theirs: Lines


class Merged(NamedTuple):
    """``parts`` in order: lines that are settled, and places that are not. ``end``: the line ends at the very end."""

    parts: tuple[Lines | Place, ...]
    end: str = ""

    @property
    def places(self) -> tuple[Place, ...]:
        """What a person has to decide; empty when the merge is clean."""
        return tuple(part for part in self.parts if isinstance(part, Place))

    @property
    def clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.places

    @property
    def text(self) -> str:
        """The text of a clean merge."""
        return "\n".join(line for part in self.parts for line in part if isinstance(line, str)) + self.end


def merge_texts(base: str | None, mine: str | None, theirs: str | None) -> Merged:
    """Merge ``mine`` and ``theirs``, which both began as ``base``; None is the empty text."""
    was, here, there = base or "", mine or "", theirs or ""
    if here == there or there == was:
        return _whole(here)
    if here == was:
        return _whole(there)
    lines = (_lines(was), _lines(here), _lines(there))
    end = _end(was, here, there)
    if (on := _went_on(*lines)) is not None:
        return Merged((on,), end)
    try:
        merged = Merged(_joined(_by_lines(*lines, Budget(STEPS))), end)
    except TooMuch:
        return Merged(_joined(_all_open(*lines)), end)
    return merged if _keeps(merged, was, here, there) else Merged(_joined(_all_open(*lines)), end)


def went_on(base: str | None, mine: str | None, theirs: str | None) -> str | None:
    """The version that holds all lines of the other one, where that holds all of the base; None where neither does."""
    texts = (base or "", mine or "", theirs or "")
    on = _went_on(*map(_lines, texts))
    return None if on is None else Merged((on,), _end(*texts)).text


def side_by_side(mine: str | None, theirs: str | None) -> Merged:
    """Two versions of which nothing tells what either of them changed: all that differs is open."""
    here, there = _lines(mine or ""), _lines(theirs or "")
    parts: list[Lines | Place] = []
    done = 0
    try:
        changes = hunks(here, there, Budget(STEPS))
    except TooMuch:
        changes = [Hunk(0, len(here), 0, len(there))]
    for hunk in changes:
        parts += [here[done : hunk.start], Place((), here[hunk.start : hunk.end], there[hunk.at : hunk.to])]
        done = hunk.end
    return Merged(_joined([*parts, here[done:]]), _end("", mine or "", theirs or ""))


def _whole(text: str) -> Merged:
    return Merged((_lines(text),), text[len(text.rstrip("\n")) :])


def _lines(text: str) -> Lines:
    """The lines of a text, without the line ends at its very end; the empty text has none."""
    text = text.rstrip("\n")
    return tuple(text.split("\n")) if text else ()


def _end(base: str, mine: str, theirs: str) -> str:
    """The line ends at the very end of the merge."""
    return _three(*(text[len(text.rstrip("\n")) :] for text in (base, mine, theirs)))


def _three(base: str, mine: str, theirs: str) -> str:
    """The one that changed; where both did, the longer. For blanks, in which no word can be lost."""
    if mine == base or theirs == base:
        return theirs if mine == base else mine
    return max(mine, theirs, key=lambda one: (len(one), one))


def _keeps(merged: Merged, base: str, mine: str, theirs: str) -> bool:
    """Whether every word is there that stands in both versions or is new in one of them."""
    sides = (side for part in merged.parts for side in (part[1:] if isinstance(part, Place) else (part,)))
    kept = {word for side in sides for line in side for word in line.split()}
    was, here, there = set(base.split()), set(mine.split()), set(theirs.split())
    return (here & there) | (here - was) | (there - was) <= kept


def _joined(parts: Iterable[Lines | Place]) -> tuple[Lines | Place, ...]:
    """Neighbouring settled lines as one part."""
    made: list[Lines | Place] = []
    settled: list[str] = []
    for part in parts:
        if not isinstance(part, Place):
            settled += part
            continue
        made += [tuple(settled), part] if settled else [part]
        settled = []
    return (*made, tuple(settled)) if settled else tuple(made)


def _all_open(base: Lines, mine: Lines, theirs: Lines) -> list[Lines | Place]:
    """One place of everything, but for the lines at the beginning and the end that all three have."""
    head = min(edges(base, mine)[0], edges(base, theirs)[0], edges(mine, theirs)[0])
    rest = [lines[head:] for lines in (base, mine, theirs)]
    tail = min(edges(one[::-1], other[::-1])[0] for one, other in (rest[:2], rest[1:], rest[::2]))
    place = Place(*(lines[: len(lines) - tail] for lines in rest))
    return [base[:head], place, rest[0][len(rest[0]) - tail :]]


# --- lines


def _by_lines(base: Lines, mine: Lines, theirs: Lines, budget: Budget) -> list[Lines | Place]:
    made: list[Lines | Place] = []
    done = 0
    for group in _groups(hunks(base, mine, budget), hunks(base, theirs, budget), _touch):
        made.append(base[done : group.start])
        made += _one_group(group, base, mine, theirs, budget, _touch)
        done = group.end
    return [*made, base[done:]]


def _one_group(
    group: _Group, base: Lines, mine: Lines, theirs: Lines, budget: Budget, meet: Callable[[Hunk, Hunk], bool]
) -> list[Lines | Place]:
    """Changes that are near each other: taken together, else each for itself, else word by word."""
    before = base[group.start : group.end]
    here = tuple(_changed(base, [(one, mine) for one in group.mine], group.start, group.end))
    there = tuple(_changed(base, [(one, theirs) for one in group.theirs], group.start, group.end))
    if here == there or not group.theirs:
        return [here]
    if not group.mine:
        return [there]
    if not before:
        return [_both(here, there)]
    if (same := _same_and_more(before, here, there)) is not None:
        return [same]
    if meet is _touch:
        made: list[Lines | Place] = []
        done = group.start
        for inner in _groups(group.mine, group.theirs, _overlap):
            made.append(base[done : inner.start])
            made += _one_group(inner, base, mine, theirs, budget, _overlap)
            done = inner.end
        return [*made, base[done : group.end]]
    if not here or not there:
        return [Place(before, here, there)]
    return _by_words(before, here, there, budget)


def _same_and_more(base: Lines, mine: Lines, theirs: Lines) -> Lines | None:
    """The longer of two changes of the same lines where it is the other one and something added; else None."""
    short, long = sorted((mine, theirs), key=len)
    if len(short) >= len(base) and _contains(long, short):
        return long
    head, tail = edges(short, long)
    if base in (short[head : len(short) - tail], long[head : len(long) - tail]):
        return short if base == long[head : len(long) - tail] else long
    return None


def _went_on(base: Lines, mine: Lines, theirs: Lines) -> Lines | None:
    """The longer version where it holds the other one whole, and that only added to the base; else None.

    It was written on from there, by somebody who had read the other: the change is in it already.
    """
    short, long = sorted((mine, theirs), key=len)
    return long if _contains(short, base) and _contains(long, short) else None


def _contains(long: Lines, short: Lines) -> bool:
    """Whether all lines of ``short`` are in ``long``, in their order: whoever wrote that went on from them."""
    left = iter(long)
    return all(line in left for line in short)


class _Group(NamedTuple):
    """Changes that belong together, and the part of the base that they cover."""

    start: int
    end: int
    mine: list[Hunk]
    theirs: list[Hunk]


def _groups(mine: Iterable[Hunk], theirs: Iterable[Hunk], meet: Callable[[Hunk, Hunk], bool]) -> list[_Group]:
    """The changes of both sides in the order of the base; those that ``meet`` are one group."""
    made: list[_Group] = []
    for hunk, foreign in sorted([*((one, False) for one in mine), *((one, True) for one in theirs)]):
        group = made[-1] if made else None
        if group is not None and any(meet(hunk, other) for other in (group.mine if foreign else group.theirs)):
            made[-1] = group = group._replace(end=max(group.end, hunk.end))
        else:
            group = _Group(hunk.start, hunk.end, [], [])
            made.append(group)
        (group.theirs if foreign else group.mine).append(hunk)
    return made


def _changed(base: Sequence[_T], changes: Iterable[tuple[Hunk, Sequence[_T]]], start: int, end: int) -> list[_T]:
    """``base[start:end]`` with changes, each with the version that it leads to, in order."""
    made: list[_T] = []
    for hunk, side in changes:
        made += [*base[start : hunk.start], *side[hunk.at : hunk.to]]
        start = hunk.end
    return [*made, *base[start:end]]


def _overlap(one: Hunk, other: Hunk) -> bool:
    """Whether two changes are of the same lines.

    Lines put before or after changed lines do not touch them; beside lines that are gone they may have been about
    them.
    """
    if one.start == one.end and other.start == other.end:
        return one.start == other.start
    if one.start == one.end or other.start == other.end:
        new, old = (one, other) if one.start == one.end else (other, one)
        return old.start < new.start < old.end or (old.at == old.to and new.start in (old.start, old.end))
    return max(one.start, other.start) < min(one.end, other.end)


def _both(mine: Lines, theirs: Lines) -> Lines:
    """What both added at one place: what they have in common at its beginning and end once, all else of both."""
    short, long = sorted((mine, theirs), key=len)
    if _contains(long, short):
        return long
    head, tail = edges(short, long)
    # Blank lines part what each of them wrote; having them in common says nothing.
    head = head if any(line.strip() for line in short[:head]) else 0
    tail = tail if any(line.strip() for line in short[len(short) - tail :]) else 0
    first, second = sorted((short[head : len(short) - tail], long[head : len(long) - tail]))
    if first and second and not first[-1].strip() and not second[0].strip():
        second = second[1:]
    return (*short[:head], *first, *second, *short[len(short) - tail :])


# --- words


_Word = tuple[str, str]
"""A word or a line end, and the blanks behind it. The first of a text is no word: it holds the blanks before all."""


class _Line(NamedTuple):
    """A part of the base between two line ends that both left alone, and what each side made of it.

    The first of ``base``, ``mine`` and ``theirs`` holds the blanks before all. The changes count from the base's
    beginning.
    """

    base: list[_Word]
    mine: list[_Word]
    theirs: list[_Word]
    my_changes: list[tuple[Hunk, list[_Word]]]
    their_changes: list[tuple[Hunk, list[_Word]]]


def _words(lines: Lines) -> list[_Word]:
    return _WORDS.findall(_LINE_END.join(lines))


def _by_words(base: Lines, mine: Lines, theirs: Lines, budget: Budget) -> list[Lines | Place]:
    """The lines of one group of changes, word by word; each line that cannot be settled is a place."""
    was, here, there = _words(base), _words(mine), _words(theirs)
    names = [[word for word, _ in side] for side in (was, here, there)]
    my_changes, their_changes = hunks(names[0], names[1], budget), hunks(names[0], names[2], budget)
    made: list[Lines | Place] = []
    for line in _parted(was, (here, my_changes), (there, their_changes)):
        if line.my_changes and line.their_changes and line.mine != line.theirs and _is_open(line):
            made.append(Place(*map(_text, line[:3])))
        else:
            # What both changed alike comes once.
            changes = sorted({hunk[:2]: (hunk, side) for hunk, side in line.my_changes + line.their_changes}.values())
            made.append(_text(_changed(line.base, changes, 0, len(line.base))))
    return made


def _parted(
    base: list[_Word], mine: tuple[list[_Word], list[Hunk]], theirs: tuple[list[_Word], list[Hunk]]
) -> Iterator[_Line]:
    """The parts of the text between line ends that both sides left alone, each with its own changes."""
    sides = [(words, changes, _places(len(base), changes)) for words, changes in (mine, theirs)]
    held = {at for _, changes in (mine, theirs) for hunk in changes for at in range(hunk.start, hunk.end)}
    line_ends = [at for at, one in enumerate(base) if one[0] == _LINE_END and at not in held]
    for start, end in zip([0, *line_ends], [*line_ends, len(base)], strict=True):
        texts: list[list[_Word]] = []
        moved: list[list[tuple[Hunk, list[_Word]]]] = []
        for words, changes, places in sides:
            texts.append(_blank_first(words[places[start] : places[end]]))
            inside = [one for one in changes if start < one.start and one.end <= end]
            moved.append([(Hunk(one.start - start, one.end - start, one.at, one.to), words) for one in inside])
        kept = base[start:end]
        for at, (word, blanks) in enumerate(kept, start):
            if at not in held:
                others = [words[places[at]][1] for words, _, places in sides]
                if others != [blanks, blanks]:
                    kept[at - start] = (word, _three(blanks, *others))
        yield _Line(_blank_first(kept), texts[0], texts[1], moved[0], moved[1])


def _places(size: int, changes: Iterable[Hunk]) -> list[int]:
    """Where each element of the base, and its end, stands in the changed version; for one that is gone what follows."""
    made: list[int] = []
    behind = 0
    for hunk in changes:
        made += range(len(made) + behind, hunk.start + behind)
        made += [hunk.to] * (hunk.end - hunk.start)
        behind = hunk.to - hunk.end
    return made + list(range(len(made) + behind, size + 1 + behind))


def _blank_first(words: Sequence[_Word]) -> list[_Word]:
    """A line end before the words stands for the blanks behind it alone."""
    return [("", words[0][1]), *words[1:]]


def _text(words: Iterable[_Word]) -> Lines:
    return tuple("".join(part for one in words for part in one).split(_LINE_END))


def _is_open(line: _Line) -> bool:
    """Whether a person has to look at a line that both changed.

    So it is where their changes touch and are not the same, where one of them rewrote more than half of the line, and
    where both changed figures: those of one line belong together (a count and its total).
    """
    said = [{hunk[:2]: side[hunk.at : hunk.to] for hunk, side in changes} for changes in line[3:]]
    same = {place for place, words in said[0].items() if said[1].get(place) == words}
    own = [[hunk for hunk, _ in changes if hunk[:2] not in same] for changes in line[3:]]
    everything = [[hunk for hunk, _ in changes] for changes in line[3:]]
    for mine, theirs in ((own[0], everything[1]), (everything[0], own[1])):
        if any(_touch(one, other) for one in mine for other in theirs):
            return True
    count = sum(1 for word, _ in line.base if word)
    if any(2 * sum(hunk.end - hunk.start for hunk in changes) > count for changes in own):
        return True
    return all(
        any(
            _NUMBER.match(word) for hunk in changes for word, _ in (*line.base[hunk.start : hunk.end], *words[hunk[:2]])
        )
        for changes, words in zip(own, said, strict=True)
    )


def _touch(one: Hunk, other: Hunk) -> bool:
    """Whether nothing that both left alone stands between two changes."""
    return max(one.start, other.start) <= min(one.end, other.end)
