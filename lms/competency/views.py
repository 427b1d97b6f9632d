"""Pages of the dictionary and of position standards."""

from uuid import UUID

from flask import Blueprint, flash, g, url_for

from lms.competency import actions, queries
from lms.competency.forms import (
    CompetencyForm,
    LevelNamesForm,
    Press,
    WordingForm,
    name_the_levels,
    standard_form,
    texts_of,
)
from lms.competency.models import LEVELS
from lms.core import db, pages
from lms.core.access import requires, signed_in
from lms.core.permissions import Permission
from lms.core.texts import _
from lms.people.queries import agency_of

bp = Blueprint("competency", __name__)


@bp.get("/competencies/<code>")
@signed_in
def competency(code: str):
    """What a competency means, level by level, in the words of one's agency."""
    agency = agency_of(g.person)
    found = queries.by_code(code, agency)
    return pages.render(
        "competency/competency.html",
        competency=found,
        names=queries.level_names(agency),
        labels=queries.wording([found], agency)[found.id],
    )


@bp.get("/agency/competencies/")
@requires(Permission.MANAGE_AGENCY)
def dictionary():
    """The dictionary and the positions of the agency that one looks after."""
    agency = queries.managed_agency(g.person)
    return pages.render(
        "competency/dictionary.html",
        agency=agency,
        competencies=queries.all_competencies(agency),
        names=queries.level_names(agency),
        positions=queries.positions_of(agency),
        press=Press(),
    )


@bp.route("/agency/competencies/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_AGENCY)
def add():
    """Add a technical competency of the agency's own."""
    agency = queries.managed_agency(g.person)
    form = CompetencyForm()
    name_the_levels(form, queries.level_names(agency))
    if form.validate_on_submit():
        with db.transaction():
            made = actions.add_competency(
                agency,
                form.code.data,
                form.name.data,
                form.description.data,
                form.source.data,
                [text or "" for text in texts_of(form).values()],
                by=g.person,
            )
        flash(_("%(code)s %(name)s is in your dictionary.", code=made.code, name=made.name), "good")
        return pages.go(url_for("competency.dictionary"))
    return pages.render("competency/new.html", form=form, levels=LEVELS)


@bp.route("/agency/competencies/levels", methods=["GET", "POST"])
@requires(Permission.MANAGE_AGENCY)
def levels():
    """Say what the levels are called here."""
    agency = queries.managed_agency(g.person)
    names = queries.level_names(agency)
    form = LevelNamesForm(data={f"level_{n}": names.get(n, "") for n in LEVELS})
    for n in LEVELS:
        form[f"level_{n}"].label.text = _("Level %(n)s", n=n)
    if form.validate_on_submit():
        with db.transaction():
            actions.name_levels(texts_of(form), form.source.data, agency, by=g.person)
        flash(_("The names of the levels are kept."), "good")
        return pages.go(url_for("competency.dictionary"))
    return pages.render("competency/levels.html", form=form, levels=LEVELS)


@bp.route("/agency/competencies/<code>", methods=["GET", "POST"])
@requires(Permission.MANAGE_AGENCY)
def word(code: str):
    """Say in the agency's own words what each level of a competency means."""
    agency = queries.managed_agency(g.person)
    found = queries.by_code(code, agency)
    labels = queries.wording([found], agency)[found.id]
    form = WordingForm(data={f"level_{n}": labels.get(n, "") for n in LEVELS})
    name_the_levels(form, queries.level_names(agency))
    if form.validate_on_submit():
        with db.transaction():
            for level, text in texts_of(form).items():
                actions.word_level(found, level, text, agency, by=g.person)
        flash(_("The wording of %(code)s is kept.", code=found.code), "good")
        return pages.go(url_for("competency.dictionary"))
    return pages.render(
        "competency/word.html",
        form=form,
        competency=found,
        levels=LEVELS,
        shipped=queries.wording([found])[found.id] if found.agency_id is None else {},
    )


@bp.route("/agency/positions/<uuid:position>", methods=["GET", "POST"])
@requires(Permission.MANAGE_AGENCY)
def standard(position: UUID):
    """Say which competencies a position asks for, and at what level."""
    agency = queries.managed_agency(g.person)
    found = queries.position(position, agency)
    competencies = queries.all_competencies(agency)
    form = standard_form(competencies, queries.level_names(agency), queries.standard_of(found.id))
    if form.validate_on_submit():
        with db.transaction():
            for competency in competencies:
                actions.set_standard(found, competency, int(form[competency.uuid.hex].data) or None, by=g.person)
        flash(_("The standard of %(position)s is kept.", position=found.name), "good")
        return pages.go(url_for("competency.dictionary"))
    return pages.render(
        "competency/standard.html",
        form=form,
        position=found,
        competencies=competencies,
        usual=queries.usual_level(found),
        press=Press(),
    )


@bp.post("/agency/positions/<uuid:position>/usual")
@requires(Permission.MANAGE_AGENCY)
def propose(position: UUID):
    """Start the standard of a position with the usual level of its tier."""
    found = queries.position(position, queries.managed_agency(g.person))
    if Press().validate_on_submit():
        with db.transaction():
            done = actions.propose_standard(found, by=g.person)
        if done:
            flash(_("The usual levels are filled in. Check them against your agency's decision."), "good")
        else:
            flash(_("Nothing was changed: the position has a standard already, or its tier is not known."), "info")
    return pages.go(url_for("competency.standard", position=position))
