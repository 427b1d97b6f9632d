"""Statements in words, for people who look after the store: who did what, how it went, and what refers to what."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.core import db, texts
from lms.core.texts import N_, _, ngettext
from lms.lrs import formats, parameters, queries, rules, search, strictjson
from lms.lrs.actors import IDENTIFIERS
from lms.lrs.models import Reference, Statement
from lms.lrs.search import Query
from lms.lrs.validation import VOIDED

A_PAGE = 25
_ADL, _CMI5 = "http://adlnet.gov/expapi/verbs/", "https://w3id.org/xapi/adl/verbs/"
VERBS = {
    f"{_ADL}answered": N_("answered"),
    f"{_ADL}attempted": N_("attempted"),
    f"{_ADL}attended": N_("attended"),
    f"{_ADL}completed": N_("completed"),
    f"{_ADL}experienced": N_("experienced"),
    f"{_ADL}failed": N_("failed"),
    f"{_ADL}initialized": N_("began"),
    f"{_ADL}interacted": N_("interacted with"),
    f"{_ADL}launched": N_("opened"),
    f"{_ADL}passed": N_("passed"),
    f"{_ADL}progressed": N_("went on in"),
    f"{_ADL}terminated": N_("ended"),
    VOIDED: N_("voided"),
    f"{_CMI5}abandoned": N_("abandoned"),
    f"{_CMI5}satisfied": N_("fulfilled"),
    f"{_CMI5}waived": N_("was excused from"),
}
"""The verbs that most content uses -> what a person calls them."""
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^{}\[\],:"]++')
_DURATION = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(?:[.,]\d+)?S)?")


@dataclass(frozen=True)
class Line:
    """A statement in words."""

    id: str
    account: tuple[str, str] | None
    """The actor's account, (homePage, name): people may know whose it is."""
    who: str
    """The actor as the statement itself names them."""
    did: str
    what: str
    result: list[str]
    """How it went, each part a few words."""
    happened: datetime
    stored: datetime
    key: str
    """The key by which it came, or `launch`, or that of the product."""
    by: str
    """What the key was called when it came."""
    registration: str
    activity: str
    """The object's IRI where it is an Activity."""
    refers: str | None
    """The id of the statement that the object refers to."""
    voids: bool
    """Whether it voids that one."""
    voided: bool
    text: str
    """The whole statement, as JSON."""


def page(query: Query) -> tuple[list[Line], Query | None]:
    """The statements that `query` finds, newest first, voided ones too; and the query of the next page."""
    found = search.page(replace(query, limit=A_PAGE, voided_too=True))
    return _lines(found.bodies, _voided(found.bodies)), search.next_page(query, found.last) if found.last else None


def find(statement_id: UUID) -> Line | None:
    """One statement, voided or not."""
    for voided in (False, True):
        found = search.find_body(statement_id, voided)
        if found:
            return _lines([found[0]], {str(statement_id)} if voided else set())[0]
    return None


def referring(statement_id: UUID) -> list[Line]:
    """The statements whose object is this one, oldest first: what voids it, what confirms it."""
    ids = db.session.scalars(
        select(Statement.sid)
        .join_from(Reference, Statement, Statement.stored == Reference.stored)
        .where(Reference.ref == statement_id)
        .limit(A_PAGE)
    )
    kept = {one.id: one for one in queries.by_ids(ids)}
    return _lines([strictjson.dumps(one.body) for one in kept.values()], {key for key in kept if kept[key].voided})


def link(path: str, query: Query) -> str:
    """The address, without scheme and host, of the page of `query` at `path`."""
    return parameters.more_link(path, query, "exact", attachments=False)


def verb_of(text: str) -> str | None:
    """The IRI that somebody means who writes an IRI, a well-known verb's last word, or what we call it."""
    wanted = text.strip().lower()
    for iri, word in VERBS.items():
        if wanted in (word.lower(), _(word).lower(), _last(iri)):
            return iri
    return text.strip() if rules.is_iri(text.strip()) else None


def pretty(text: str) -> str:
    """The JSON text with a line for each property."""
    pieces = _TOKEN.findall(strictjson.dumps(strictjson.parse(text, depth=strictjson.DEPTH + 2)))
    made, level = [], 0
    for piece, after in zip(pieces, [*pieces[1:], ""], strict=True):
        level += (piece in ("{", "[")) - (after in ("}", "]"))
        made.append(": " if piece == ":" else piece)
        if piece + after in ("{}", "[]"):
            continue
        if piece in ("{", "[", ",") or after in ("}", "]"):
            made.append("\n" + "  " * level)
    return "".join(made)


def _voided(bodies: list[str]) -> set[str]:
    """The ids, in lower case, of those that are voided."""
    ids = [strictjson.parse(body, depth=strictjson.DEPTH + 2)["id"] for body in bodies]
    return {one.id for one in queries.by_ids(ids) if one.voided}


def _lines(bodies: list[str], voided: set[str]) -> list[Line]:
    statements = [strictjson.parse(body, depth=strictjson.DEPTH + 2) for body in bodies]
    unnamed = {one["object"]["id"] for one in statements if _is_activity(one["object"]) and not _name_of(one["object"])}
    known = queries.descriptions("activity", unnamed) if unnamed else {}
    names = {
        iri: _said(formats.folded([strictjson.parse(one) for one in some]).get("name", {}))
        for iri, some in known.items()
    }
    return [_line(one, body, voided, names) for one, body in zip(statements, bodies, strict=True)]


def _line(statement: dict[str, Any], body: str, voided: set[str], names: Mapping[str, str]) -> Line:
    actor, verb, thing = statement["actor"], statement["verb"], statement["object"]
    account, authority = actor.get("account"), statement.get("authority", {})
    refers = thing["id"] if thing.get("objectType") == "StatementRef" else None
    stored = rules.moment(statement["stored"])
    assert stored is not None
    return Line(
        id=statement["id"].lower(),
        account=(account["homePage"], account["name"]) if account else None,
        who=_called(actor),
        did=_verb_in_words(verb),
        what=_thing_in_words(thing, names),
        result=list(_result_in_words(statement.get("result", {}))),
        happened=rules.moment(statement.get("timestamp", "")) or stored,
        stored=stored,
        key=authority.get("account", {}).get("name", ""),
        by=authority.get("name", ""),
        registration=statement.get("context", {}).get("registration", ""),
        activity=thing["id"] if _is_activity(thing) else "",
        refers=refers.lower() if refers else None,
        voids=verb["id"] == VOIDED,
        voided=statement["id"].lower() in voided,
        text=body,
    )


def _is_activity(thing: dict[str, Any]) -> bool:
    return thing.get("objectType", "Activity") == "Activity"


def _name_of(activity: dict[str, Any]) -> str:
    return _said(activity.get("definition", {}).get("name", {}))


def _said(given: Mapping[str, str]) -> str:
    """The text of a language map in the language of the page, else in English, else the first."""
    for wanted in (texts.language(), "en"):
        for tag, text in given.items():
            if tag.lower().split("-")[0] == wanted:
                return text
    return next(iter(given.values()), "")


def _verb_in_words(verb: dict[str, Any]) -> str:
    iri, display = verb["id"], verb.get("display", {})
    known = VERBS.get(iri)
    if known and texts.language() not in {tag.lower().split("-")[0] for tag in display}:
        return _(known)
    return _said(display) or _last(iri)


def _thing_in_words(thing: dict[str, Any], names: Mapping[str, str]) -> str:
    kind = thing.get("objectType", "Activity")
    if kind == "StatementRef":
        return _("another event")
    if kind in ("Agent", "Group"):
        return _called(thing)
    if kind == "SubStatement":
        inside = _thing_in_words(thing["object"], names)
        return _(
            "the plan: %(who)s %(did)s %(what)s",
            who=_called(thing["actor"]),
            did=_verb_in_words(thing["verb"]),
            what=inside,
        )
    return _name_of(thing) or names.get(thing["id"], "") or thing["id"]


def _result_in_words(result: dict[str, Any]) -> Iterable[str]:
    score = result.get("score", {})
    if "scaled" in score:
        yield _("score %(n)s %%", n=_number(score["scaled"], 100))
    elif "raw" in score and "max" in score:
        yield _("score %(n)s of %(most)s", n=_number(score["raw"]), most=_number(score["max"]))
    elif "raw" in score:
        yield _("score %(n)s", n=_number(score["raw"]))
    if "success" in result:
        yield _("succeeded") if result["success"] else _("did not succeed")
    if result.get("completion"):
        yield _("all done")
    if "duration" in result:
        yield _duration_in_words(result["duration"])


def _number(given: Any, times: int = 1) -> str:
    """A number of a statement, which may be kept exactly as it was sent; one beyond all measure is not shown."""
    try:
        return texts.number(float(getattr(given, "raw", given)) * times)
    except (ArithmeticError, ValueError):
        return "?"


def _duration_in_words(text: str) -> str:
    found = _DURATION.fullmatch(text)
    if found is None:
        return text
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    whole = hours * 3600 + minutes * 60 + seconds
    if whole < 60:
        return ngettext("one second", "%(num)s seconds", whole)
    return _("%(n)s min", n=round(whole / 60))


def _called(actor: dict[str, Any]) -> str:
    if actor.get("name"):
        return actor["name"]
    if "account" in actor:
        return actor["account"]["name"]
    if "mbox" in actor:
        return actor["mbox"].removeprefix("mailto:")
    for name in IDENTIFIERS:
        if name in actor:
            return str(actor[name])
    return ngettext("a group of one", "a group of %(num)s", len(actor.get("member", ())))


def _last(iri: str) -> str:
    return re.split(r"[/#]", iri.rstrip("/#"))[-1].lower()
