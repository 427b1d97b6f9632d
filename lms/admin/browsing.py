"""What an operator looks for among the events: words and days become a query of the record store."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from lms.core import clock, settings
from lms.lrs import browsing as stored
from lms.lrs import rules, strictjson
from lms.lrs.actors import check_actor, identity
from lms.lrs.errors import InvalidStatement
from lms.lrs.search import Query
from lms.people import accounts, ranks
from lms.people.models import Person

MOST_CHOICES = 20
REASON = "urn:asah:xapi:reason"
"""The context extension that says why, the same as in what is stated by hand."""


@dataclass(frozen=True)
class Sought:
    """What the filters came to."""

    query: Query | None
    """None where nobody is meant, or several are."""
    choices: list[tuple[accounts.Account, Person]] = field(default_factory=list)
    """People whom the words may mean; one more than MOST_CHOICES where there are more."""
    chosen: str = ""
    """The name of the person whom the words meant."""


def seek(
    viewer: Person,
    who: str = "",
    verb: str = "",
    activity: str = "",
    registration: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Sought:
    """The query for checked filters; days are whole ones of the viewer's zone, by the time of storing.

    `who` is an identifier (an account's name, mailto:, an IRI, an Agent as JSON), or words that name a person whom
    the viewer looks after.
    """
    agent, chosen = identified(who), ""
    if who and agent is None:
        found = accounts.find_owners(who, ranks.manageable_by(viewer), MOST_CHOICES)
        if len(found) != 1:
            return Sought(None, found)
        agent, chosen = _identity(found[0][0]), found[0][1].name
    return Sought(
        Query(
            agent=agent,
            verb=stored.verb_of(verb) if verb else None,
            activity=activity or None,
            related_activities=bool(activity),
            registration=UUID(registration) if registration else None,
            since=clock.start_of(since, viewer.zone) - timedelta(microseconds=1) if since else None,
            until=clock.start_of(until + timedelta(days=1), viewer.zone) - timedelta(microseconds=1) if until else None,
        ),
        chosen=chosen,
    )


def identified(text: str) -> str | None:
    """The identity that `text` is; None for plain words, such as a name."""
    if text.startswith("{"):
        try:
            actor = strictjson.parse(text)
            check_actor(actor, "who")
        except (strictjson.NotStrict, InvalidStatement):
            return None
        return identity(actor)
    if rules.is_uuid(text):
        return _identity((settings.current().address, text.lower()))
    if rules.is_mbox(text):
        return identity({"mbox": text})
    if rules.is_sha1(text):
        return identity({"mbox_sha1sum": text})
    home_page, _, name = text.rpartition(" ")
    if rules.is_iri(home_page):
        return _identity((home_page, name))
    return identity({"openid": text}) if rules.is_iri(text) else None


def reason_of(line: stored.Line, referring: list[stored.Line]) -> str:
    """Why a voided event was voided, or why a voiding one voids, in its author's words; empty where nobody said."""
    for one in (line, *referring):
        if one.voids:
            extensions = strictjson.parse(one.text, depth=strictjson.DEPTH + 2).get("context", {}).get("extensions", {})
            return str(extensions.get(REASON, ""))
    return ""


def _identity(account: accounts.Account) -> str | None:
    return identity({"account": {"homePage": account[0], "name": account[1]}})
