"""What a browser does with our forms: fetch the page, send it back with its token."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core import db


def token_of(page: str) -> str:
    """The token that the page's forms carry."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


def submit(client: FlaskClient, path: str, page: str | None = None, **fields: str) -> TestResponse:
    """Fill the form on `page` (by default at `path`) and send it to `path`."""
    shown = client.get(page or path)
    assert shown.status_code == 200, (shown.status_code, shown.headers.get("Location"))
    return client.post(path, data={"csrf_token": token_of(shown.text), **fields})


def sign_in(client: FlaskClient, login: str, code: str = "", password: str = "", **fields: str) -> TestResponse:
    """Sign in as a person does: first who, then the code or the password. Returns the last answer."""
    first = submit(client, "/sign-in", login=login, **fields)
    if first.status_code != 303:
        return first
    if code:
        return submit(client, "/sign-in/code", code=code)
    return submit(client, "/sign-in/password", password=password)


def reread() -> None:
    """What the site has written since is seen."""
    db.session.rollback()
    db.session.expire_all()
