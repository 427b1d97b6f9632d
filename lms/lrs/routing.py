"""Where a resource of the store is found: under /xapi, and the same store pinned to one version."""

from flask import Blueprint, request

BASES = ("/xapi", "/xapi/1.0.3", "/xapi/2.0")
bp = Blueprint("lrs", __name__)
_methods: dict[str, set[str]] = {}
"""By resource, what `route` was told."""


def route(resource: str, *methods: str):
    """The address `resource` under all three bases; HEAD comes with GET (Communication 1.1)."""

    def add(view):
        _methods.setdefault(resource, set()).update(methods, {"HEAD"} if "GET" in methods else ())
        for base in BASES:
            bp.add_url_rule(base + resource, view_func=view, methods=list(methods), provide_automatic_options=False)
        return view

    return add


def allowed(resource: str) -> list[str]:
    """The methods that `resource` answers (RFC 9110, 10.2.1); none where nothing stands there."""
    return sorted(_methods[resource] | {"OPTIONS"}) if resource in _methods else []


def query_string() -> str:
    """The query string of the request, as it came."""
    return request.environ.get("QUERY_STRING", "")
