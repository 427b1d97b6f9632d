"""Requests made from our own OpenAPI document, good and bad ones, are answered as it says."""

import pytest
import schemathesis
from hypothesis import given
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lms.lrs import openapi

from .inputs import inputs
from .samples import FULL, STATE_PLACE

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    (path, method)
    for path, operations in openapi.document("a test")["paths"].items()
    for method in operations
    if method != "head"
]
OPEN = ("/about", "/openapi.json")


def ask(app, path, method, mode, many, basic):
    """Ask for an operation in many ways; every answer is below 500 and as the document says."""
    operation = schemathesis.openapi.from_wsgi("/xapi/openapi.json", app)[path][method.upper()]
    headers = {"Accept-Encoding": "identity", **({"Authorization": basic} if basic else {})}
    statuses = set()

    @inputs(many)
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case):
        if "X-Experience-API-Version" in (case.headers or {}) and mode is GenerationMode.POSITIVE:
            case.headers["X-Experience-API-Version"] = "2.0.0"
        answer = case.call_and_validate(checks=CHECKS, headers=headers)
        statuses.add(answer.status_code)

    each()
    return statuses


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_with_a_key(app, store, operation, mode):
    if mode is GenerationMode.NEGATIVE and operation[0] in OPEN:
        return  # it has no parameter that could be bad
    store.post(FULL)
    store.ask("PUT", "/activities/state", b"{}", raw=STATE_PLACE)
    statuses = ask(app, *operation, mode, 30 if mode is GenerationMode.POSITIVE else 15, store.basic)
    assert statuses - {401}, "a bad case may also be one without the key"
    assert mode is GenerationMode.NEGATIVE or 401 not in statuses


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_without_a_key(app, kept, operation):
    statuses = ask(app, *operation, GenerationMode.POSITIVE, 5, None)
    assert statuses == ({200} if operation[0] in OPEN else {401})
    assert kept() == 0


def test_the_document_itself_is_without_fault():
    schemathesis.openapi.from_dict(openapi.document("a test")).validate()
