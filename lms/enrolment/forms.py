"""What we ask of someone who wants a place, or leaves one."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length, Optional

from lms.core.texts import _l


class EnrolForm(FlaskForm):
    """What we ask of someone who wants a place on a course."""

    goal = StringField(_l("Why do you want to learn this?"), validators=[Optional(), Length(max=500)])


class LeaveForm(FlaskForm):
    """Only that they mean it."""
