"""What we ask of those who look after the dictionary and the standards."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from lms.competency.models import LEVELS, Competency
from lms.core.texts import _, _l

NOT_EMPTY = _l("Write a few words here.")


class Press(FlaskForm):
    """A button: nothing is asked."""


class WordingForm(FlaskForm):
    """How the five levels are worded; `level_1` to `level_5`."""


for _level in LEVELS:
    setattr(WordingForm, f"level_{_level}", TextAreaField(validators=[Optional(), Length(max=300)]))


class LevelNamesForm(FlaskForm):
    """What the five levels are called; `level_1` to `level_5`."""

    source = StringField(_l("Where these names come from"), validators=[DataRequired(NOT_EMPTY), Length(max=300)])


for _level in LEVELS:
    setattr(LevelNamesForm, f"level_{_level}", StringField(validators=[DataRequired(NOT_EMPTY), Length(max=40)]))


class CompetencyForm(WordingForm):
    """A technical competency of the agency's own."""

    code = StringField(
        _l("Code"),
        description=_l("Such as T.KEU: T, a full stop, then letters or digits."),
        validators=[
            Regexp(
                r"T\.[A-Z0-9]{1,8}\Z", message=_l("Write T, a full stop, and up to eight capital letters or digits.")
            )
        ],
    )
    name = StringField(_l("Name"), validators=[DataRequired(NOT_EMPTY), Length(max=120)])
    description = TextAreaField(_l("What it is about"), validators=[Length(max=500)])
    source = StringField(
        _l("Where it comes from"),
        description=_l("Such as the ministry's regulation."),
        validators=[DataRequired(NOT_EMPTY), Length(max=300)],
    )


def name_the_levels(form: FlaskForm, names: dict[int, str]) -> None:
    """The fields for levels are labelled as the agency calls them."""
    for level in LEVELS:
        form[f"level_{level}"].label.text = _("Level %(n)s: %(name)s", n=level, name=names.get(level, ""))


def texts_of(form: FlaskForm) -> dict[int, str]:
    """Level -> what was written."""
    return {level: form[f"level_{level}"].data or "" for level in LEVELS}


def standard_form(competencies: list[Competency], names: dict[int, str], held: dict[int, int]) -> FlaskForm:
    """A form that asks for the level of each competency; the field of a competency is called by its uuid."""
    choices = [("0", _("not asked for")), *[(str(n), f"{n} · {names.get(n, '')}") for n in LEVELS]]
    fields = {
        c.uuid.hex: SelectField(f"{c.code} {c.name}", choices=choices, default=str(held.get(c.id, 0)))
        for c in competencies
    }
    return type("StandardForm", (FlaskForm,), fields)()
