"""Records in words: *Mengapa?* as a sentence, and what happened as a line."""

from lms.core import clock, texts
from lms.core.texts import N_, _, ngettext
from lms.records.queries import Happening, Why

CONFIRM = "http://activitystrea.ms/schema/1.0/confirm"
ADL = "http://adlnet.gov/expapi/verbs/"
VERBS = {
    ADL + "answered": N_("Answered the check question"),
    ADL + "passed": N_("Passed"),
    ADL + "failed": N_("Not passed"),
    ADL + "completed": N_("Completed"),
    ADL + "experienced": N_("Read"),
    CONFIRM: N_("Confirmed"),
}


def verb(iri: str) -> str:
    """What happened, in a word or two."""
    return _(VERBS[iri]) if iri in VERBS else _("Recorded")


def happening(one: Happening) -> str:
    """An event in words: Answered the check question: Five signs of a false message."""
    about = (
        (_("post-test") if one.test == "posttest" else _("pre-test %(n)s", n=one.test.rpartition("-")[2]))
        if one.test
        else one.about
    )
    return _("%(verb)s: %(about)s", verb=verb(one.verb), about=about) if about else verb(one.verb)


def sentence(why: Why) -> str:
    """On record because of the post-test, 8 of 10 right (12 Mar 2026), 5 lessons, 41 minutes; confirmed by ..."""
    zone = why.record.person.zone
    reasons = []
    if why.how in ("classroom", "manual"):
        reasons.append(_("attendance of “%(title)s”, stated by the person in charge", title=why.title))
    elif why.passed_at:
        day = texts.day(clock.day_of(why.passed_at, zone))
        right = why.score
        reasons.append(
            _("the post-test, %(right)s of %(of)s right (%(day)s)", right=right[0], of=right[1], day=day)
            if right
            else _("the post-test, passed (%(day)s)", day=day)
        )
    if why.lessons:
        reasons.append(ngettext("one lesson", "%(num)s lessons", why.lessons))
    if why.skipped:
        reasons.append(
            ngettext("one lesson skipped by the pre-test", "%(num)s lessons skipped by pre-tests", why.skipped)
        )
    if why.minutes:
        reasons.append(ngettext("one minute", "%(num)s minutes", why.minutes))
    told = _("On record because of %(reasons)s", reasons=", ".join(reasons) or why.title)
    for yes in why.confirmations:
        day = texts.day(clock.day_of(yes.at, zone))
        told += _("; confirmed by %(name)s, %(day)s", name=yes.by.name if yes.by else "", day=day)
    return told + "."
