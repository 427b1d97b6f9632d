"""The one blueprint that the pages of this area hang on."""

from flask import Blueprint

bp = Blueprint("admin", __name__)
