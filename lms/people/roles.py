"""Which hat allows what."""

from enum import StrEnum

from lms.core.permissions import Permission as P


class Role(StrEnum):
    """The hats. Everyone learns; who leads somebody supervises without a grant."""

    LEARNER = "learner"
    TRAINER = "trainer"
    SUPERVISOR = "supervisor"
    ASSESSOR = "assessor"
    UNIT_HR = "unit_hr"
    AGENCY_HR = "agency_hr"
    AUDITOR = "auditor"
    DPO = "dpo"
    OPERATOR = "operator"


ALLOWS: dict[Role, frozenset[P]] = {
    Role.LEARNER: frozenset({P.LEARN}),
    Role.TRAINER: frozenset({P.LEARN, P.AUTHOR, P.REVIEW}),
    Role.SUPERVISOR: frozenset({P.LEARN, P.SUPERVISE, P.CONFIRM}),
    Role.ASSESSOR: frozenset({P.LEARN, P.CONFIRM}),
    Role.UNIT_HR: frozenset({P.LEARN, P.MANAGE_PEOPLE}),
    Role.AGENCY_HR: frozenset({P.LEARN, P.MANAGE_PEOPLE, P.MANAGE_AGENCY, P.APPROVE_HOURS, P.REVIEW}),
    Role.AUDITOR: frozenset({P.LEARN, P.AUDIT}),
    Role.DPO: frozenset({P.LEARN, P.PROTECT_DATA}),
    Role.OPERATOR: frozenset({P.LEARN, P.OPERATE}),
}
SEES_ITS_UNITS = frozenset({Role.ASSESSOR, Role.UNIT_HR, Role.AGENCY_HR, Role.AUDITOR, Role.DPO})
"""Roles that may see the records of the people in their unit and below."""

MAY_GRANT: dict[Role, frozenset[Role]] = {
    Role.UNIT_HR: frozenset({Role.TRAINER, Role.ASSESSOR}),
    Role.AGENCY_HR: frozenset({Role.TRAINER, Role.ASSESSOR, Role.UNIT_HR, Role.AUDITOR, Role.DPO}),
    Role.OPERATOR: frozenset(Role) - {Role.LEARNER, Role.SUPERVISOR},
}
"""Nobody grants above their own rank."""
