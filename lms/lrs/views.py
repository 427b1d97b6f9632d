"""The addresses of the record store: /xapi, and the same store pinned to one version at /xapi/1.0.3 and /xapi/2.0.

It answers by keys of its own and never looks at a cookie; every answer under it is JSON, errors too.
"""

from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from lms.core.errors import Problem
from lms.lrs import protocol
from lms.lrs.protocol import CollapseSlashes
from lms.lrs.resources import about, state, statements
from lms.lrs.routing import bp

__all__ = ["CollapseSlashes", "about", "bp", "state", "statements"]
bp.after_request(protocol.finish)
bp.register_error_handler(Problem, protocol.say_problem)
bp.register_error_handler(HTTPException, protocol.say_http)
bp.register_error_handler(DBAPIError, protocol.say_database)
bp.register_error_handler(Exception, protocol.say_fault)
