"""What we ask in the studio."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import DateField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.core.texts import _l


class Press(FlaskForm):
    """A button: nothing is asked."""


class UploadForm(FlaskForm):
    """A course as a zip, or as a folder."""

    archive = FileField(_l("Zip of the course folder"), render_kw={"accept": ".zip,application/zip"})
    folder = MultipleFileField(_l("Or the folder itself"), render_kw={"webkitdirectory": True})


class ReviewForm(FlaskForm):
    """What the second person says."""

    note = TextAreaField(
        _l("What did you see?"),
        description=_l("The author reads it. To send the course back, say what should change."),
        validators=[Optional(), Length(max=2000)],
    )


class MinutesForm(FlaskForm):
    """How many minutes count."""

    minutes = IntegerField(
        _l("Minutes that count"),
        validators=[
            InputRequired(_l("Give whole minutes.")),
            NumberRange(min=1, max=6000, message=_l("Give whole minutes, 1 or more.")),
        ],
    )


class CompleteForm(FlaskForm):
    """Why somebody is done without the lessons."""

    on = DateField(
        _l("Day of the class"), validators=[InputRequired(_l("Give the day on which the class took place."))]
    )
    reason = TextAreaField(
        _l("What it rests on"),
        description=_l(
            "Such as the number of the attendance list and who taught. "
            "It stays with the record, and the participant can read it."
        ),
        validators=[
            InputRequired(_l("Say what it rests on.")),
            Length(min=10, max=500, message=_l("Say it in 10 to 500 characters.")),
        ],
    )
