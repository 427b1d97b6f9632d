"""Addresses of those who decide about hours and look after their rules."""

from flask import Blueprint, flash, g, url_for

from lms.competency import queries as competencies
from lms.core import audit, clock, db, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.hours import actions, queries, words
from lms.hours.errors import RuleBeginsInThePast
from lms.hours.forms import DecisionForm, RuleForm

bp = Blueprint("hours", __name__)


@bp.get("/agency/hours/")
@requires(Permission.APPROVE_HOURS)
def waiting():
    """What waits for a decision: whose, how many minutes, why."""
    return pages.render("hours/waiting.html", waiting=queries.waiting(g.person), words=words)


@bp.route("/agency/hours/<uuid:review>", methods=["GET", "POST"])
@requires(Permission.APPROVE_HOURS)
def decide(review):
    """Decide about minutes that wait, with the reason. Whose they are can see who looked."""
    found, form = queries.waiting_review(review, g.person), DecisionForm()
    if form.validate_on_submit() and (form.accept.data or form.refuse.data):
        with db.transaction():
            item = queries.waiting_review(review, g.person)
            actions.decide(item.review, g.person, bool(form.accept.data), form.note.data)
            name = item.person.name
        if form.accept.data:
            flash(_("The minutes of %(name)s are booked.", name=name), "good")
        else:
            flash(_("The minutes of %(name)s are not counted. Your reason is kept.", name=name), "good")
        return pages.go(url_for("hours.waiting"))
    with db.transaction():
        audit.note("record.read", by=g.person.id, about=found.person.id, subject="hours")
    found = queries.waiting_review(review, g.person)
    return pages.render("hours/decide.html", item=found, form=form, words=words, status=422 if form.errors else 200)


@bp.get("/agency/hours/rules")
@requires(Permission.MANAGE_AGENCY)
def rules():
    """Targets, caps and conversions with their source, today's and those to come."""
    today = clock.today(g.person.zone)
    shown = queries.rules_shown(competencies.managed_agency(g.person).id, today)
    return pages.render("hours/rules.html", rules=shown, today=today, words=words)


@bp.route("/agency/hours/rules/<uuid:rule>", methods=["GET", "POST"])
@requires(Permission.MANAGE_AGENCY)
def rule(rule):
    """Set another figure from a day on; the row of today stays."""
    agency = competencies.managed_agency(g.person)
    found = queries.find_shown_rule(rule, agency.id)
    form = RuleForm(
        data={"value": found.value, "abroad_value": found.abroad_value, "from_on": clock.today(g.person.zone)}
    )
    if form.validate_on_submit():
        try:
            with db.transaction():
                row = actions.change_rule(
                    queries.find_shown_rule(rule, agency.id),
                    g.person,
                    form.value.data,
                    form.abroad_value.data,
                    form.from_on.data,
                    form.source.data,
                )
                day = row.from_on
        except RuleBeginsInThePast as error:
            form.from_on.errors = [_(error.says)]
        else:
            flash(_("The new figure holds from %(day)s. What is booked stays as it is.", day=day.isoformat()), "good")
            return pages.go(url_for("hours.rules"))
        found = queries.find_shown_rule(rule, agency.id)
    return pages.render("hours/rule.html", rule=found, form=form, words=words, status=422 if form.errors else 200)
