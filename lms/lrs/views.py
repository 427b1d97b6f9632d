"""The addresses of the record store: /xapi, and the same store pinned to one version at /xapi/1.0.3 and /xapi/2.0.

It answers by keys of its own and never looks at a cookie; every answer under it is JSON, errors too.
"""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from lms.core.errors import Problem
from lms.lrs import alternate, protocol
from lms.lrs.protocol import CollapseSlashes
from lms.lrs.resources import about, activities, agents, openapi, profiles, state, statements
from lms.lrs.routing import bp

__all__ = ["CollapseSlashes", "about", "activities", "agents", "bp", "openapi", "profiles", "state", "statements"]
# Of the whole application and not of the blueprint: what matches no route is answered alike.
bp.before_app_request(alternate.refuse)
bp.after_app_request(protocol.finish)
bp.app_errorhandler(Problem)(protocol.say_problem)
bp.app_errorhandler(HTTPException)(protocol.say_http)
bp.app_errorhandler(DBAPIError)(protocol.say_database)
bp.app_errorhandler(NoConnection)(protocol.say_database)
bp.app_errorhandler(Exception)(protocol.say_fault)
