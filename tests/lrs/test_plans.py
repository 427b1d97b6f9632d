"""Every query of the standard goes in by an index, in the order of storing: a page costs what stands on it."""

import itertools
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from bench import mix, seed
from lms.core import clock, db
from lms.lrs import actions, actors, driver, keys, months, search
from lms.lrs.credentials import Credential, authority
from lms.lrs.models import micros, moment
from tests.conftest import ENGINE

COUNT, KINDS, REFERRING = 20_000, 800, 300
MIDNIGHT = datetime(2026, 4, 1, tzinfo=UTC)
SIZE = 20
FULL = {"statement_2026_03", "statement_2026_04", "statement_link"}
"""The tables in which something is, on PostgreSQL; an empty month may be read as it is."""
INDEX_OF = {
    "agent": "ix_statement_actor",
    "activity": "ix_statement_activity",
    "verb": "ix_statement_verb",
    "registration": "ix_statement_registration",
    "mine": "ix_statement_authority",
}


@pytest.fixture
def asked():
    """What is asked for, of 20,000 statements on both sides of a midnight between two months: what many statements name,
    what many are only related to, and what few name. Some refer to others; they came by three keys."""
    with db.transaction():
        made = [keys.add_key(name, ["all"])[0] for name in ("one", "two", "three")]
    by = [Credential(key.id, key.key, key.name, frozenset(key.scopes), False, None) for key in made]
    first = micros(MIDNIGHT) - COUNT // 2 * seed.STEP
    months.make()
    for n in range(2):
        seed.fill(COUNT // 2, first + n * COUNT // 2 * seed.STEP, by[n], templates=mix.templates()[:KINDS], seed=n)
    newest = driver.rows(f"SELECT sid, registration FROM statement ORDER BY stored DESC LIMIT {REFERRING}")
    sent = [
        {
            "actor": mix.agent(n % 40),
            "verb": {"id": mix.verb("commented")},
            "object": {"objectType": "StatementRef", "id": str(_uuid(sid))},
        }
        for n, (sid, _) in enumerate(newest)
    ]
    with clock.at(moment(first + COUNT * seed.STEP)), db.transaction():
        actions.store(sent, by[2])
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    registration = _uuid(newest[0][1])
    many = {
        "agent": mix.agent(1),
        "verb": mix.verb("answered"),
        "activity": mix.activity(7),
        "registration": registration,
    }
    related = {"agent": authority(by[0]), "verb": mix.verb("initialized"), "activity": f"{mix.HOME}/k/1"}
    few = {"agent": mix.agent(39), "verb": mix.verb("commented"), "activity": "x:never", "registration": UUID(int=7)}
    found = [many, related | {"registration": registration}, few]
    for one in found:
        one["agent"] = actors.identity(one["agent"])
    return [(one, by[at].id) for one, at in zip(found, (0, 0, 2), strict=True)]


def _uuid(value):
    return UUID(bytes=value) if isinstance(value, bytes) else value


def queries(names, key_id):
    """Every combination of the standard's parameters, and of what a key may see."""
    windows = {"since": moment(micros(MIDNIGHT) - 6_000_000), "until": moment(micros(MIDNIGHT) + 6_000_000)}
    cursors = ({}, {"after": micros(MIDNIGHT)})
    limits = ({}, {"mine": key_id}, {"within": names["registration"]})
    for given in subsets(names):
        wide = {
            f"related_{key}": True for key, name in (("agents", "agent"), ("activities", "activity")) if name in given
        }
        for parts in itertools.product(subsets(wide), subsets(windows), cursors, limits, (False, True)):
            *some, ascending = parts
            yield search.Query(
                **given, **{k: v for one in some for k, v in one.items()}, ascending=ascending, limit=SIZE
            )


def subsets(some):
    """All selections out of a dict."""
    return [dict(one) for n in range(len(some) + 1) for one in itertools.combinations(some.items(), n)]


def sql_of(query):
    """The SQL of a page, and its parameters."""
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "driver", SimpleNamespace(rows=lambda *given: asked.append(given) or []))
        search.page(query)
    return asked[0]


def faults(query):
    """What costs more than a page in the plan of a query."""
    found = _faults_on_sqlite(query) if ENGINE == "sqlite" else _faults_on_postgresql(query)
    return [(one, query) for one in found]


def names_something(query):
    return any((query.agent, query.verb, query.activity, query.registration, query.mine, query.within))


def _faults_on_sqlite(query):
    sql, given = sql_of(query)
    steps = driver.rows(f"EXPLAIN QUERY PLAN {sql}", given)
    inside = {parent: [step for _, above, _, step in steps if above == parent] for _, parent, _, _ in steps}
    for step in (step for *_, step in steps if step.startswith("SCAN ")):
        # a door and the places of who refers are what was found by then; all statements are walked only for all statements
        if not re.fullmatch(r"SCAN (door\d+|p)", step) and (names_something(query) or step != "SCAN s"):
            yield step
    for some in inside.values():
        if "USE TEMP B-TREE FOR ORDER BY" in some and "SCAN p" not in some:
            yield some


def _faults_on_postgresql(query):
    sql, given = sql_of(query)
    for node in _nodes("EXPLAIN (FORMAT JSON)", sql, given):
        kind, table = node["Node Type"], node.get("Relation Name", "")
        if kind == "Seq Scan" and table in FULL:
            yield f"{kind} {table}"
        elif "Sort" in kind and node["Plans"][0]["Plan Rows"] > search.MOST:
            yield f"{kind} of {node['Plans'][0]['Plan Rows']}"
        elif _is_walk(node) and names_something(query):
            # what most statements have is found as soon by walking all of them in order, and then it costs no more
            read = sum(map(_rows_read, _nodes("EXPLAIN (ANALYZE, FORMAT JSON)", sql, given)))
            if read > COUNT // 10:
                yield f"{kind} {table}: {read} rows"


def _nodes(explain, sql, given):
    """All nodes of a plan."""
    waiting = [driver.rows(f"{explain} {sql}", given)[0][0][0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        yield node


def _is_walk(node):
    return node["Node Type"].startswith("Index") and node["Relation Name"] in FULL and "Index Cond" not in node


def _rows_read(node):
    """How many rows a walk looked at."""
    kept, thrown = node.get("Actual Rows", 0), node.get("Rows Removed by Filter", 0)
    return int((kept + thrown) * node.get("Actual Loops", 1)) if _is_walk(node) else 0


def test_no_query_reads_more_than_its_page(asked):
    some = [query for names, key_id in asked for query in queries(names, key_id)]
    assert len(some) == 3 * 1728
    assert [fault for query in some for fault in faults(query)][:3] == []


def test_a_missing_index_is_noticed(asked):
    nothing = {"agent": "x", "verb": "x:none", "activity": "x:none", "registration": UUID(int=8), "mine": 1_000_000}
    for name, index in INDEX_OF.items():
        query = search.Query(**{name: nothing[name]}, limit=SIZE)
        assert faults(query) == []
        with db.engine().begin() as connection:
            connection.exec_driver_sql(f"DROP INDEX {index}")
        db.engine().dispose()  # SQLite explains a text that it has prepared before without looking at the schema again
        assert faults(query) != [], index
