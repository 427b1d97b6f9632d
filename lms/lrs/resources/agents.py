"""/agents: all that is known of an agent (xAPI 1.0.3 Communication 2.4)."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response

from lms.core.access import own_rules
from lms.lrs import parameters, protocol, search, strictjson
from lms.lrs.actors import IDENTIFIERS, identity
from lms.lrs.routing import query_string, route

NEWEST = 50
"""Statements in which names are looked for."""


@route("/agents", "GET")
@own_rules
def get_person() -> Response:
    """A Person: the identifier that was asked for, and the names by which the newest statements call the agent.

    Names come from statements, so they are for keys that may read those; a key that may not gets back what it sent.
    """
    by = protocol.enter("profile", "statements/read", "statements/read/mine")
    agent = parameters.agent(parameters.read(query_string(), {"agent"}))
    name = identity(agent) or ""
    if by.limits:
        by.limits.refuse_document("agents", False, agent=name)
    bodies: list[str] = []
    if by.may("statements/read", "statements/read/mine"):
        mine = None if by.may("statements/read") else by.id
        within = by.limits.registration if by.limits else None
        bodies = search.page(search.Query(agent=name, limit=NEWEST, mine=mine, within=within)).bodies
    statements = (strictjson.parse(body, depth=strictjson.DEPTH + 2) for body in bodies)
    return protocol.found(strictjson.dumps(person(agent, statements)))


def person(agent: dict[str, Any], statements: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The Person of `agent`, its own name first, then those in `statements`, each once."""
    wanted = identity(agent)
    names = [agent["name"]] if "name" in agent else []
    for statement in statements:
        names += [one["name"] for one in _agents(statement) if "name" in one and identity(one) == wanted]
    made: dict[str, Any] = {"objectType": "Person"}
    if names:
        made["name"] = list(dict.fromkeys(names))
    return made | {key: [agent[key]] for key in IDENTIFIERS if key in agent}


def _agents(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The Agents by which a statement is found: its actor, its object, and the members of these."""
    for one in (statement["actor"], statement["object"]):
        kind = one.get("objectType", "Agent" if one is statement["actor"] else "Activity")
        if kind == "Agent":
            yield one
        elif kind == "Group":
            yield from one.get("member", ())
