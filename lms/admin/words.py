"""What the log and the jobs call things, in words. What is not listed here is shown under its own name."""

from lms.core.texts import N_, _

ACTIONS = {
    "audit.checked": N_("Checked the log"),
    "certificate.issued": N_("Issued a certificate"),
    "certificate.key_used": N_("Took the certificate key into use"),
    "certificate.revoked": N_("Revoked a certificate"),
    "code.issued": N_("Issued a one-time code"),
    "competency.added": N_("Added a competency"),
    "competency.levels_named": N_("Worded the levels of a competency"),
    "competency.worded": N_("Changed the wording of a competency"),
    "completion.stated": N_("Declared a course completed"),
    "course.approved": N_("Approved a course as second person"),
    "course.imported": N_("Brought in a course"),
    "course.minutes_approved": N_("Approved the minutes of a course"),
    "course.published": N_("Published a course"),
    "course.review_asked": N_("Asked for the review of a course"),
    "course.sent_back": N_("Sent a course back"),
    "course.unpublished": N_("Withdrew a course"),
    "event.voided": N_("Voided a learning event"),
    "events.read": N_("Read learning events"),
    "hours.decided": N_("Decided on waiting hours"),
    "hours.rule_changed": N_("Changed a rule of hours"),
    "job.retried": N_("Let a job try again"),
    "key.added": N_("Made a key of the record store"),
    "key.renamed": N_("Renamed a key of the record store"),
    "key.revoked": N_("Revoked a key of the record store"),
    "key.rotated": N_("Gave a key of the record store a new secret"),
    "learners.read": N_("Read who is where on a course"),
    "link.mailed": N_("Mailed a sign-in link"),
    "log.read": N_("Read the log"),
    "lrs.key_added": N_("A key of the record store was made"),
    "lrs.key_revoked": N_("A key of the record store was revoked"),
    "passkey.added": N_("Added a passkey"),
    "passkey.removed": N_("Removed a passkey"),
    "password.set": N_("Set the password of an account"),
    "people.imported": N_("Imported people"),
    "person.erased": N_("Erased a person"),
    "person.moved": N_("Changed a placement"),
    "person.reactivated": N_("Reactivated an account"),
    "person.read": N_("Read a person's data"),
    "person.suspended": N_("Suspended an account"),
    "place.objected": N_("Objected to unit or position"),
    "place.settled": N_("Settled an objection to unit or position"),
    "record.confirmed": N_("Confirmed a competency"),
    "record.list": N_("Read which competencies wait to be confirmed"),
    "record.read": N_("Read a record"),
    "role.ended": N_("Ended a role"),
    "role.granted": N_("Granted a role"),
    "standard.set": N_("Set the standard of a position"),
    "supervisor.changed": N_("Changed a supervisor"),
    "team.read": N_("Read the team page"),
    "thanks.sent": N_("Sent thanks"),
    "units.imported": N_("Imported units"),
}
"""Names in the audit log -> what was done."""

KINDS = {
    "progress.project": N_("Work out progress"),
    "certificates.issue": N_("Issue a certificate"),
    "notifications.announce_certificate": N_("Tell about a new certificate"),
    "notifications.announce_confirmation": N_("Tell about a confirmed competency"),
    "notifications.congratulate": N_("Tell about a completion"),
    "notifications.pass_on_thanks": N_("Pass on thanks"),
}
"""Kinds of jobs -> what is to be done."""

SCOPES = {
    "statements/write": N_("Send learning events"),
    "statements/read/mine": N_("Read the learning events that it sent itself"),
    "statements/read": N_("Read all learning events"),
    "state": N_("Keep where somebody stopped"),
    "profile": N_("Keep profiles of people and activities"),
    "define": N_("Describe activities"),
    "all": N_("Everything in the record store, voiding events included"),
}
"""What a key of the record store may do -> what a person calls it."""

STATES = {
    "waiting": N_("Waiting"),
    "running": N_("Under way"),
    "dead": N_("Given up"),
    "done": N_("Done"),
}
"""States of a job -> what a person calls them."""


def action(name: str) -> str:
    """What was done."""
    return _(ACTIONS[name]) if name in ACTIONS else name


def kind(name: str) -> str:
    """What is to be done."""
    return _(KINDS[name]) if name in KINDS else name
