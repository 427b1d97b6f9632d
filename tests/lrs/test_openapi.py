"""The OpenAPI document tells all that stands under /xapi, and nothing else."""

import json

from jsonschema_rs import Draft202012Validator

from lms.core import settings
from lms.lrs import app as lrs
from lms.lrs import parameters
from lms.lrs.routing import BASES

from .samples import FULL, TEAM, statement


def test_it_is_served_to_everybody_under_every_base(app):
    said = [app.test_client().get(f"{base}/openapi.json") for base in BASES]
    assert {answer.status_code for answer in said} == {200}
    assert len({answer.data for answer in said}) == 1
    assert said[0].json["openapi"].startswith("3.1")
    assert said[0].headers["Access-Control-Allow-Origin"] == "*"


def test_every_route_is_in_it_and_the_other_way_round(store):
    told = {
        (path, method.upper())
        for path, operations in store.ask("GET", "/openapi.json").json["paths"].items()
        for method in operations
    }
    there = set()
    for rule in lrs.make(settings.current()).url_map.iter_rules():
        if rule.rule.startswith("/xapi/") and "<" not in rule.rule and not rule.rule.startswith(BASES[1:]):
            there |= {(rule.rule.removeprefix("/xapi"), method) for method in rule.methods - {"OPTIONS"}}
    assert told == {(path, method) for path, method in there if path not in ("", "/")}


def test_every_parameter_is_in_it(store):
    paths = store.ask("GET", "/openapi.json").json["paths"]
    told = {one["name"] for one in paths["/statements"]["get"]["parameters"] if one["in"] == "query"}
    assert told == parameters.MANY | parameters.ONE | {parameters.MORE}


def test_its_schemas_hold_for_what_is_sent_and_for_what_comes_back(store):
    document = store.ask("GET", "/openapi.json").json

    def holds(name, value):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        return Draft202012Validator(schema).is_valid(value)

    for one in (
        FULL,
        statement(),
        statement(actor=TEAM),
        statement(object=statement() | {"objectType": "SubStatement"}),
    ):
        assert holds("Statement", one)
        store.post(one)
    for wrong in ({"extra": 1}, {"actor": {}}, {"verb": {"id": "a"}}, {"result": {"score": {"scaled": 2}}}):
        assert not holds("Statement", statement() | wrong)
    assert holds("StatementResult", store.ask("GET", "/statements").json)
    assert holds("About", store.ask("GET", "/about").json)
    assert holds("Error", store.post("{").json)
    assert holds("Person", store.ask("GET", "/agents", agent=json.dumps({"mbox": "mailto:a@b.id"})).json)
    assert holds("Activity", store.ask("GET", "/activities", activityId=FULL["object"]["id"]).json)
