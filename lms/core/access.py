"""Who may use a route, written above it; `app.before_request` asks. A route that says nothing does not start."""

from collections.abc import Callable

from lms.core.permissions import Permission

PUBLIC, SIGNED_IN, OWN_RULES = "public", "signed in", "own rules"


def _mark(policy):
    def mark(view: Callable) -> Callable:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return mark


def requires(*permissions: Permission) -> Callable[[Callable], Callable]:
    """Only for people who hold one of `permissions`."""
    return _mark(frozenset(permissions))


public = _mark(PUBLIC)
"""For anyone, signed in or not."""

signed_in = _mark(SIGNED_IN)
"""For anyone who is signed in."""

own_rules = _mark(OWN_RULES)
"""The route checks credentials of its own and ignores cookies (the record store)."""
