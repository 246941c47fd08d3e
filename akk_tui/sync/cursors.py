"""Saying less in a pull: the scope as a digest, cursors in the shorter of their two forms. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from akk_tui.contract.ids import scope_digest
from akk_tui.contract.records import Grant, PullHead, PullRequest


def sparing(request: PullRequest, known: Sequence[Grant]) -> PullRequest:
    """``request`` with the digest of the ``known`` scope and with the fewer exceptions.

    After a first pull that was cut most units stand at one number and the others at 0: either may be the rule.
    """
    request = replace(request, scope=scope_digest((grant.unit, grant.write) for grant in known))
    if request.at or not request.behind:
        return request
    at, count = Counter(request.behind.values()).most_common(1)[0]
    begin = [grant.unit for grant in known if grant.unit not in request.behind]
    if at == 0 or len(begin) >= count:
        return request
    others = {unit: cursor for unit, cursor in request.behind.items() if cursor != at}
    return replace(request, at=at, behind=others | dict.fromkeys(begin, 0))


def completed(head: PullHead, request: PullRequest, known: Sequence[Grant]) -> PullHead:
    """``head`` with the scope and the fresh units that it left out because the request had told them."""
    if not head.same_scope:
        return head
    told = [grant.unit for grant in known if request.at == 0 or grant.unit in request.behind]
    fresh = dict.fromkeys((*head.fresh, *told))
    return replace(head, scope=tuple(known), fresh=tuple(fresh), same_scope=False)
