"""Keys to the record store, and one who speaks to it over HTTP."""

import base64
import json
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from lms.core import db
from lms.lrs import keys
from lms.lrs.models import Document, Statement

from .speaking import Speaker

VERSION = {"X-Experience-API-Version": "1.0.3"}


@dataclass
class Store:
    """Speaks to the store over HTTP with a key of its own."""

    client: object
    key: str
    secret: str

    @property
    def basic(self):
        return "Basic " + base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()

    def ask(self, method, resource, body=None, headers=None, base="/xapi", raw="", **params):
        """The answer to a request; `params` become the query string, or `raw` is it."""
        if body is not None and not isinstance(body, bytes):
            body = (body if isinstance(body, str) else json.dumps(body)).encode()
        sent = {
            "Authorization": self.basic,
            **VERSION,
            **({"Content-Type": "application/json"} if body is not None else {}),
        }
        sent |= headers or {}
        return self.client.open(
            f"{base}{resource}",
            method=method,
            data=body,
            query_string=raw or urlencode(params),
            headers={name: value for name, value in sent.items() if value is not None},
        )

    def post(self, body, **how):
        return self.ask("POST", "/statements", body, **how)

    def find(self, **params):
        """The statements that a query finds."""
        answer = self.ask("GET", "/statements", **params)
        assert answer.status_code == 200, answer.text
        return answer.json["statements"]


@pytest.fixture
def a_key(app):
    """Makes a store with a new key of these scopes."""

    def make(*scopes, own=False):
        with db.transaction():
            key, secret = keys.add_key("a test", scopes or ("all",), own)
        return Store(app.test_client(), key.key, secret)

    return make


@pytest.fixture
def store(a_key):
    return a_key("all")


@pytest.fixture
def kept():
    """How many statements and documents are stored."""

    def count():
        db.session.rollback()
        return db.session.query(Statement).count() + db.session.query(Document).count()

    return count


@pytest.fixture(params=["1.0.3", "2.0.0"])
def say(store, kept, request):
    return Speaker(store, kept, request.param)
