"""Saying less in a pull: the scope as a digest, neighbouring units as a span. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from msgspec.structs import replace

from akk_tui.contract.ids import scope_digest
from akk_tui.contract.records import Grant, PullHead, PullRequest

_WORTH: Final = 3
"""So many neighbours are shorter as a span."""


def sparing(request: PullRequest, known: Sequence[Grant]) -> PullRequest:
    """``request`` with the digest of the ``known`` scope, and with neighbours at the same number as one span.

    After a first pull that was cut hundreds of units stand at one number: naming each would cost a kilobyte a try.
    """
    digest = scope_digest((grant.unit, grant.write) for grant in known)
    behind = dict(request.behind)
    spans: list[tuple[str, str, int]] = []
    for seq, neighbours in groupby(sorted(grant.unit for grant in known), behind.get):
        units = list(neighbours)
        if seq is not None and len(units) >= _WORTH:
            spans.append((units[0], units[-1], seq))
            for unit in units:
                del behind[unit]
    return replace(request, scope=digest, behind=behind, spans=tuple(spans))


def completed(head: PullHead, request: PullRequest, known: Sequence[Grant]) -> PullHead:
    """``head`` with the scope and the fresh units that it left out because the request had told them."""
    if not head.same_scope:
        return head
    told = [grant.unit for grant in known if request.at == 0 or _apart(request, grant.unit)]
    fresh = dict.fromkeys((*head.fresh, *told))
    return replace(head, scope=tuple(known), fresh=tuple(fresh), same_scope=False)


def restarted(head: PullHead, request: PullRequest) -> list[str]:
    """The units that the server reads from the start, or may: those whose cursor the request did not name.

    A span may hold units that were given since, which only a scope that is still the same rules out.
    """
    if head.same_scope:
        return list(head.fresh)
    return [unit for unit in head.fresh if unit not in request.behind]


def _apart(request: PullRequest, unit: str) -> bool:
    return unit in request.behind or any(first <= unit <= last for first, last, _ in request.spans)
