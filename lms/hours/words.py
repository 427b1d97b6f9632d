"""Rules and reviews in words."""

from lms.core import texts
from lms.core.texts import N_, _
from lms.hours.models import HoursReview, HoursRule

NAMES = {
    "annual_target": N_("At least, in a year"),
    "annual_ceiling": N_("At most, in a year (warns only)"),
    "daily_cap": N_("Counts at most, on a day"),
    "active_share": N_("Active time that is asked for"),
    "jp_minutes": N_("Length of a learning hour"),
    "conversion": N_("Counts as"),
}
KINDS = {"pns": N_("PNS"), "pppk": N_("PPPK"), "pppk_part_time": N_("PPPK, part-time")}
FORMS = {
    "e-learning": N_("E-learning"),
    "self-study": N_("Self-study"),
    "community-of-practice": N_("Community of practice"),
    "formal-education": N_("Study assignment or permit"),
    "structural-training": N_("Structural training"),
    "managerial-technical-functional-sociocultural-training": N_(
        "Managerial, technical, functional or socio-cultural training"
    ),
    "seminar-conference": N_("Seminar or conference"),
    "workshop": N_("Workshop"),
    "course-upgrading-technical-guidance": N_("Course, upgrading, technical guidance"),
    "socialisation": N_("Information meeting"),
    "coaching-mentoring": N_("Coaching or mentoring"),
    "distance-training": N_("Distance training"),
    "secondment": N_("Secondment"),
    "outbound": N_("Outbound training"),
    "benchmarking": N_("Benchmarking"),
    "exchange-with-business": N_("Exchange with business or state companies"),
    "internship": N_("Internship"),
}
UNITS = {
    "jp_a_year": N_("%(n)s JP a year"),
    "jp_a_day": N_("%(n)s JP a day"),
    "jp_a_time": N_("%(n)s JP each time"),
    "jp_a_semester": N_("%(n)s JP a semester"),
    "jp_as_programme": N_("as the programme says"),
    "percent_more": N_("%(n)s per cent more"),
    "percent": N_("%(n)s per cent"),
    "minutes": N_("%(n)s minutes"),
}
NO_FIGURE = N_("no figure is set")


def _known(table: dict[str, str], key: str) -> str:
    return _(table[key]) if key in table else key


def name(rule: HoursRule) -> str:
    """What the rule is called."""
    return _known(NAMES, rule.name)


def whom(rule: HoursRule) -> str:
    """For whom, or for which form of learning; for everyone otherwise."""
    if rule.employment_kind:
        return _known(KINDS, rule.employment_kind)
    return _known(FORMS, rule.form) if rule.form else _("Everyone")


def figure(value: int | None, unit: str) -> str:
    """A figure with its unit."""
    if unit == "jp_as_programme":
        return _(UNITS[unit])
    if value is None:
        return _(NO_FIGURE) if unit else "–"
    return _(UNITS[unit], n=texts.number(value, 0)) if unit in UNITS else f"{value} {unit}"


def reason(review: HoursReview) -> str:
    """Why minutes wait for a person."""
    if review.reason == "no_minutes":
        return _("The course's minutes are not approved yet.")
    return _(
        "Active time is %(active)s of %(minutes)s minutes, under the %(share)s per cent that are asked for.",
        active=review.active_seconds // 60,
        minutes=review.minutes,
        share=review.share,
    )
