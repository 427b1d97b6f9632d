"""Addresses of those who look after people: the list, one person, codes, roles."""

from flask import flash, g, request, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from lms.core import audit, clock, db, errors, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.people import actions, codes, nip, queries, ranks, readers, ways_in
from lms.people.blueprint import bp
from lms.people.forms import GrantForm, IssueForm, SuspendForm
from lms.people.models import Employment, Person, Placement, RoleGrant, Unit, UserSession, in_force
from lms.people.roles import Role

PAGE = 50
MOST_CARDS = 500
"""So many codes are printed at once: one transaction, and a stack that one can carry."""


@bp.get("/agency/people/")
@requires(Permission.MANAGE_PEOPLE, Permission.OPERATE)
def agency_people():
    """The people whom I look after."""
    chosen = select(Person).where(ranks.manageable_by(g.person))
    words, page = request.args.get("who", "").strip().replace("\0", "")[:100], max(1, request.args.get("page", 1, int))
    units = ranks.units_managed_by(g.person)
    unit = next((u for u in units if str(u.uuid) == request.args.get("unit")), None)
    if words:
        numbered = select(Employment.person_id).where(Employment.number == nip.digits(words))
        chosen = chosen.where(
            or_(Person.name.icontains(words, autoescape=True), Person.email == words.lower(), Person.id.in_(numbered))
        )
    if unit is not None:
        chosen = chosen.where(
            Person.id.in_(
                select(Placement.person_id).where(
                    Placement.unit_id.in_(queries.units_under(unit.id)), in_force(Placement, clock.today(unit.zone))
                )
            )
        )
    flagged = db.session.scalar(
        select(func.count()).select_from(Person).where(ranks.manageable_by(g.person), Person.objection != "")
    )
    if "objections" in request.args:
        chosen = chosen.where(Person.objection != "")
    count = db.session.scalar(select(func.count()).select_from(chosen.subquery()))
    rows = list(
        db.session.scalars(
            chosen.options(selectinload(Person.placements))
            .order_by(Person.name, Person.id)
            .offset((page - 1) * PAGE)
            .limit(PAGE)
        )
    )
    came = set(db.session.scalars(select(UserSession.person_id).where(UserSession.person_id.in_([p.id for p in rows]))))
    return pages.render(
        "people/people.html",
        rows=rows,
        came=came,
        units=units,
        unit=unit,
        words=words,
        page=page,
        count=count,
        more=count > page * PAGE,
        flagged=flagged,
        objections="objections" in request.args,
    )


@bp.get("/agency/people/<uuid:person>")
@requires(Permission.MANAGE_PEOPLE, Permission.OPERATE)
def agency_person(person):
    """One person: how they come in, which roles they hold. They see that it was read."""
    return _person_page(person)


def _person_page(person, issue: IssueForm | None = None, suspend: SuspendForm | None = None, status: int = 200):
    who = ranks.managed_person(person, g.person)
    if who.id != g.person.id:
        with db.transaction():
            audit.note("person.read", by=g.person.id, about=who.id)
    held = [(grant, db.session.get(Unit, grant.unit_id) if grant.unit_id else None) for grant in ranks.grants_of(who)]
    return pages.render(
        "people/person.html",
        who=who,
        placed=queries.placement_of(who),
        employment=queries.employment_of(who),
        supervisor=queries.supervisor_of(who),
        sessions=ways_in.sessions_of(who),
        passkeys=ways_in.passkeys_of(who),
        mine=who.id == g.person.id,
        outranked=ranks.outranks(g.person, who),
        issue=issue or IssueForm(),
        suspend=suspend or SuspendForm(),
        form=_grant_form(),
        role_words=readers.ROLES,
        status=status,
        held=[(grant, unit, Role(grant.role) in ranks.grantable_by(g.person, unit)) for grant, unit in held],
    )


def _grant_form() -> GrantForm:
    form, units = GrantForm(), ranks.units_managed_by(g.person)
    grantable = frozenset().union(*(ranks.grantable_by(g.person, u) for u in [None, *units[:1]]))
    form.role.choices = [(r.value, _(readers.ROLES[r])) for r in Role if r in grantable]
    form.unit.choices = [(str(u.uuid), u.name) for u in units]
    return form


@bp.post("/agency/people/<uuid:person>/code")
@requires(Permission.MANAGE_PEOPLE, Permission.OPERATE)
def agency_code(person):
    """A new one-time code for somebody who stands before me, shown this once."""
    form = IssueForm()
    if not form.validate_on_submit():
        return _person_page(person, issue=form, status=422)
    with db.transaction():
        who = ranks.managed_person(person, g.person)
        code = actions.issue_code(who, by=g.person)
    return pages.render("people/code.html", who=who, code=code, until=clock.now() + codes.CODE_HOLDS)


@bp.post("/agency/people/<uuid:person>/state")
@requires(Permission.MANAGE_PEOPLE, Permission.OPERATE)
def agency_state(person):
    """Close an account, or open it again."""
    form = SuspendForm()
    opening = request.form.get("state") == "active"
    if not opening and not form.validate_on_submit():
        return _person_page(person, suspend=form, status=422)
    with db.transaction():
        who = ranks.managed_person(person, g.person)
        if opening:
            actions.reactivate(who, by=g.person)
        else:
            actions.suspend(who, by=g.person, why=form.why.data)
    flash(
        _("%(name)s can come in again.", name=who.name)
        if opening
        else _("%(name)s cannot come in any more. What was learned is kept.", name=who.name),
        "good",
    )
    return pages.go(url_for("people.agency_person", person=person))


@bp.post("/agency/people/<uuid:person>/roles")
@requires(Permission.MANAGE_PEOPLE, Permission.OPERATE)
def agency_grant(person):
    """Give somebody a role."""
    ranks.managed_person(person, g.person)
    form = _grant_form()
    if not form.validate_on_submit():
        raise errors.Invalid
    with db.transaction():
        who = ranks.managed_person(person, g.person)
        actions.grant(who, Role(form.role.data), _unit(form.role.data, form.unit.data), by=g.person)
    flash(_("The role holds from now on."), "good")
    return pages.go(url_for("people.agency_person", person=person))


@bp.post("/agency/people/<uuid:person>/roles/end")
@requires(Permission.MANAGE_PEOPLE, Permission.OPERATE)
def agency_revoke(person):
    """End a role."""
    role = request.form.get("role", "")
    with db.transaction():
        who = ranks.managed_person(person, g.person)
        unit = _unit(role, request.form.get("unit", ""))
        actions.revoke(_held(who, role, unit), by=g.person)
    flash(_("The role has ended."), "good")
    return pages.go(url_for("people.agency_person", person=person))


def _unit(role: str, uuid: str) -> Unit | None:
    if role == Role.OPERATOR:
        return None
    found = next((u for u in ranks.units_managed_by(g.person) if str(u.uuid) == uuid), None)
    if found is None:
        raise errors.NotFound
    return found


def _held(who: Person, role: str, unit: Unit | None) -> RoleGrant:
    for grant in ranks.grants_of(who):
        if grant.role == role and grant.unit_id == (unit.id if unit else None):
            return grant
    raise errors.NotFound


@bp.post("/agency/people/<uuid:person>/objection")
@requires(Permission.MANAGE_PEOPLE, Permission.OPERATE)
def agency_settle(person):
    """What somebody said about unit or position is settled."""
    with db.transaction():
        who = ranks.managed_person(person, g.person)
        actions.settle_objection(who, by=g.person)
    flash(_("Settled. At the next sign-in we ask again."), "good")
    return pages.go(url_for("people.agency_person", person=person))


@bp.route("/agency/people/codes/<uuid:unit>", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE, Permission.OPERATE)
def agency_codes(unit):
    """Codes for a unit's people who never came in, to print: a card each."""
    chosen = next((u for u in ranks.units_managed_by(g.person) if u.uuid == unit), None)
    if chosen is None:
        raise errors.NotFound
    if request.method == "GET":
        waiting = ways_in.awaiting_code(queries.units_under(chosen.id))
        return pages.render(
            "people/codes_ask.html", unit=chosen, count=min(len(waiting), MOST_CARDS), left=len(waiting)
        )
    cards = []
    with db.transaction():
        for who in ways_in.awaiting_code(queries.units_under(chosen.id))[:MOST_CARDS]:
            if who.id != g.person.id and ranks.outranks(g.person, who):
                cards.append((who, queries.employment_of(who), who.placement, actions.issue_code(who, by=g.person)))
    return pages.render("people/codes.html", unit=chosen, cards=cards, until=clock.now() + codes.CODE_HOLDS)
