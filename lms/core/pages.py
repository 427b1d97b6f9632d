"""Pages out: one function that renders a page, or the one element of it that htmx asked for."""

from flask import Response, make_response, redirect, render_template, request


def wants_part() -> bool:
    """Whether htmx asked, and so a partial answers."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def render(template: str, partial: str | None = None, status: int = 200, **context) -> Response:
    """The page `template`, or `partial` where htmx asked for it."""
    shown = partial if partial is not None and wants_part() else template
    response = make_response(render_template(shown, **context), status)
    if partial is not None:
        response.vary.add("HX-Request")
    return response


def go(address: str) -> Response:
    """Send the browser on to `address` (of our own making) with GET: after a form, also under htmx."""
    if wants_part():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = address
        return response
    return redirect(address, 303)  # type: ignore[return-value]


def own_path(target: str | None, otherwise: str) -> str:
    """`target` if it is a path on this site, else `otherwise`; no form of it leads to another host."""
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or any(c in target for c in "\\\r\n\t\0")
    ):
        return otherwise
    return target
