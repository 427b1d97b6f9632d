"""What a learner says at the end of a course."""

from sqlalchemy import delete, select

from lms.core import clock, db, ids, striking, texts
from lms.enrolment.models import Enrolment
from lms.home import statements
from lms.home.errors import AlreadyAnswered, NotFinishedYet
from lms.home.models import ActionPlan, Reaction
from lms.lrs import actions as lrs
from lms.lrs.credentials import OWN
from lms.people import erasing
from lms.people import queries as people
from lms.people.events import PersonErased
from lms.progress import queries as progress


def _finished(enrolment: Enrolment) -> None:
    how = progress.of(enrolment)
    if how is None or how.completed_at is None:
        raise NotFinishedYet


def write_plan(enrolment: Enrolment, text: str) -> ActionPlan:
    """The action plan of this place is `text`; it is a statement too. Writing the same again changes nothing."""
    _finished(enrolment)
    text = " ".join(text.split())
    plan = db.session.scalar(select(ActionPlan).where(ActionPlan.enrolment_id == enrolment.id))
    if plan is not None and plan.text == text:
        return plan
    if plan is None:
        plan = ActionPlan(enrolment_id=enrolment.id)
        db.session.add(plan)
    plan.text, plan.at = text, clock.now()
    db.session.flush()
    lrs.store(
        [
            statements.plan_written(
                ids.for_statement(),
                people.actor(enrolment.person),
                enrolment.course.uuid,
                enrolment.registration,
                text,
                texts.language(),
            )
        ],
        by=OWN,
    )
    return plan


def react(enrolment: Enrolment, useful: int, clear: int, worth_the_time: int, remark: str = "") -> Reaction:
    """The questionnaire of this place is answered: once. The marks are a statement too, the remark is not."""
    _finished(enrolment)
    if db.session.scalar(select(Reaction.id).where(Reaction.enrolment_id == enrolment.id)):
        raise AlreadyAnswered
    reaction = Reaction(
        enrolment_id=enrolment.id,
        version_id=enrolment.version_id,
        useful=useful,
        clear=clear,
        worth_the_time=worth_the_time,
        remark=remark.strip(),
    )
    db.session.add(reaction)
    db.session.flush()
    marks = {"useful": useful, "clear": clear, "worth_the_time": worth_the_time}
    lrs.store(
        [
            statements.reacted(
                ids.for_statement(),
                people.actor(enrolment.person),
                enrolment.course.uuid,
                enrolment.registration,
                marks,
                texts.language(),
            )
        ],
        by=OWN,
    )
    return reaction


def forget(event: PersonErased) -> None:
    """Their action plans are gone, and no remark of theirs names them. Their marks were never shown as theirs."""
    words = erasing.words_of(people.person_by_id(event.person_id))
    places = select(Enrolment.id).where(Enrolment.person_id == event.person_id)
    db.session.execute(
        delete(ActionPlan).where(ActionPlan.enrolment_id.in_(places)).execution_options(synchronize_session=False)
    )
    for reaction in db.session.scalars(select(Reaction).where(Reaction.enrolment_id.in_(places))):
        reaction.remark = striking.struck(reaction.remark, words)
