"""Addresses of what people were told."""

from flask import Blueprint, g

from lms.core import db, pages
from lms.core.access import signed_in
from lms.notifications import actions, queries

bp = Blueprint("notifications", __name__)


@bp.app_context_processor
def news():
    """In every template: `unread`, how much this person has not seen, and `unread_news()`, the newest of it."""
    person = g.get("person")
    if person is None:
        return {"unread": 0, "unread_news": list}
    if "unread" not in g:
        g.unread = queries.unread_of(person)
    return {
        "unread": g.unread,
        "unread_news": lambda limit=3: queries.of_person(person, unread=True, limit=limit) if g.unread else [],
    }


@bp.get("/notifications/")
@signed_in
def index():
    """What you were told; what was new is seen from now on."""
    told = queries.of_person(g.person)
    new = {n.id for n in told if n.read_at is None}
    if new:
        with db.transaction():
            actions.mark_read(g.person, sorted(new))
        g.pop("unread", None)
    return pages.render("notifications/index.html", told=told, new=new)


@bp.get("/notifications/<uuid:notification>")
@signed_in
def follow(notification):
    """Open the page that a notification speaks of; it counts as seen."""
    found = queries.notification(notification, g.person)
    with db.transaction():
        actions.mark_read(g.person, [found.id])
    return pages.go(pages.own_path(found.path, "/"))
