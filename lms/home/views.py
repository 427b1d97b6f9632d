"""Addresses of the learner's own pages: Beranda, catalogue, course, completion, Catatan, Mengapa, Lainnya."""

from flask import Blueprint, flash, g, request, url_for

from lms.assessment import queries as assessment
from lms.certificates import queries as certificates
from lms.core import audit, clock, db, pages
from lms.core.access import requires, signed_in
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.enrolment import queries as enrolments
from lms.enrolment.forms import EnrolForm
from lms.home import actions, queries, summaries
from lms.home.forms import PlanForm, ReactionForm
from lms.people import queries as people
from lms.records import queries as records
from lms.records import words
from lms.supervision import queries as supervision

bp = Blueprint("home", __name__)


@bp.app_template_filter()
def sentence(text: str) -> str:
    """`text` as a sentence of its own: a capital at its beginning, a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


@bp.get("/")
@requires(Permission.LEARN)
def index():
    """Beranda: the one next thing, the hours of the year, and what is new."""
    going = queries.next_thing(g.person, queries.places_of(g.person))
    suggestion = None if going else queries.recommended(g.person, queries.offers(g.person))
    return pages.render("home/index.html", going=going, suggestion=suggestion, hours=summaries.hours_of(g.person))


@bp.get("/courses/")
@requires(Permission.LEARN)
def catalogue():
    """The courses that are open to me."""
    q = request.args.get("q", "").strip()[:100]
    return pages.render("home/catalogue.html", q=q, offers=queries.offers(g.person, q))


@bp.get("/courses/<slug>")
@requires(Permission.LEARN)
def course(slug):
    """What a course holds, what it costs, what it gives, and my place on it."""
    found = queries.course_for(g.person, slug)
    enrolment = enrolments.find_enrolment(g.person, found)
    offer = queries.offer(g.person, found, enrolment.version if enrolment else found.version)
    tests = assessment.counts(offer.version.id)
    stages = queries.stages_of(offer.version.id, offer.place, tests)
    left = [step.key for stage in stages for step in stage.steps if step.settled_at is None]
    here = offer.place.at if offer.place and offer.place.at in left else next(iter(left), None)
    return pages.render(
        "home/course.html",
        course=found,
        version=offer.version,
        offer=offer,
        enrolment=enrolment,
        form=EnrolForm(),
        stages=stages,
        tests=tests,
        here=here,
    )


@bp.route("/learn/<uuid:place>/done", methods=["GET", "POST"])
@requires(Permission.LEARN)
def done(place):
    """What finishing the course has earned, and the one thing that changes tomorrow: the action plan, kept by POST."""
    enrolment = enrolments.enrolment(place, g.person)
    plan = queries.plan_of(enrolment)
    form = PlanForm(text=plan.text if plan else "")
    if form.validate_on_submit():
        with db.transaction():
            actions.write_plan(enrolments.enrolment(place, g.person), form.text.data)
        flash(_("Your action plan is kept."), "good")
        return pages.go(url_for("home.done", place=place))
    return pages.render(
        "home/done.html",
        status=422 if form.errors else 200,
        enrolment=enrolment,
        version=enrolment.version,
        earned=summaries.earned(enrolment),
        plan=plan,
        form=form,
        reacted=queries.has_reacted(enrolment),
    )


@bp.route("/learn/<uuid:place>/questionnaire", methods=["GET", "POST"])
@requires(Permission.LEARN)
def questionnaire(place):
    """Three questions about the course, once."""
    enrolment, form = enrolments.enrolment(place, g.person), ReactionForm()
    if summaries.earned(enrolment) is None or (request.method == "GET" and queries.has_reacted(enrolment)):
        return pages.go(url_for("home.done", place=place))
    if not form.validate_on_submit():
        return pages.render(
            "home/questionnaire.html",
            status=422 if form.errors else 200,
            enrolment=enrolment,
            version=enrolment.version,
            form=form,
        )
    with db.transaction():
        actions.react(
            enrolments.enrolment(place, g.person),
            int(form.useful.data),
            int(form.clear.data),
            int(form.worth_the_time.data),
            form.remark.data or "",
        )
    flash(_("Thank you. The trainer reads the answers without names."), "good")
    return pages.go(url_for("home.done", place=place))


@bp.get("/record/")
@requires(Permission.LEARN)
def record():
    """Catatan: my competencies against my position, my hours, my certificates, and who can see them."""
    this_year = clock.today(g.person.zone).year
    years = queries.years_of(g.person, this_year)
    asked = request.args.get("year", this_year, type=int)
    year = asked if asked in years else this_year
    return pages.render(
        "home/record.html",
        profile=records.profile(g.person),
        years=years,
        year=year,
        hours=summaries.hours_of(g.person, year, rows=True),
        certificates=certificates.of_person(g.person),
        supervisor=people.supervisor_of(g.person),
        thanks=supervision.thanks_to(g.person, limit=5),
        today=clock.today(g.person.zone),
    )


@bp.get("/record/<uuid:entry>/why")
@signed_in
def why(entry):
    """Mengapa: a line of the record, down to the events that it rests on, in words."""
    found = records.why(entry, g.person)
    owner = found.record.person
    if owner.id != g.person.id:
        with db.transaction():
            audit.note("record.read", by=g.person.id, about=owner.id, subject=f"record:{entry}")
        found = records.why(entry, g.person)
    return pages.render(
        "home/why.html",
        why=found,
        sentence=words.sentence(found),
        happening=words.happening,
        may_open=people.may(g.person, Permission.CONFIRM, about=found.record.person),
    )


@bp.get("/more")
@signed_in
def more():
    """Everything else."""
    return pages.render("home/more.html")
