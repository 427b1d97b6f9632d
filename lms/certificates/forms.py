"""What we ask of whoever revokes a certificate."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from lms.core.texts import _l


class RevokeForm(FlaskForm):
    """Why a certificate is revoked."""

    why = TextAreaField(
        _l("Your reason"),
        validators=[
            DataRequired(_l("Please write a sentence.")),
            Length(max=500, message=_l("At most 500 characters, please.")),
        ],
    )
