"""Ladders of measures (提醒 → 函询 → 诫勉 → 调整) and the role that settles, as consequences.yaml declares them."""

from dataclasses import dataclass

from config.ladder_models import LadderModel, RecordModel
from config.scheme_loader import Pack
from config.scheme_scope import cite_of
from scoring.scheme import Cite

FILE = "consequences.yaml"
STANDING_COMMITTEE = "discipline_standing_committee"


@dataclass(frozen=True)
class Ladder:
    """Measures in order, each step one of several, as LadderModel says."""

    id: str
    label: str
    steps: tuple[tuple[str, ...], ...]
    rules: tuple[str, ...]
    within_months: int | None
    needs: dict[str, str]
    records: tuple[RecordModel, ...]
    cite: Cite

    def step_of(self, action: str) -> int | None:
        """Return the place of a measure on the ladder, from 0; None where it is not on it."""
        return next((place for place, step in enumerate(self.steps) if action in step), None)

    def binds(self, rule: str, action: str) -> bool:
        """Tell whether the ladder rules this measure when this rule proposes it."""
        on_it = self.step_of(action) is not None or action in self.needs
        return on_it and (not self.rules or rule in self.rules)


def ladders_of(pack: Pack) -> tuple[Ladder, ...]:
    """Return the ladders of a pack, in its order."""
    models = (LadderModel.model_validate(dict(entry)) for entry in pack.maps[FILE].get("ladders", ()))
    return tuple(
        Ladder(
            model.id,
            model.label,
            tuple(steps_of(model)),
            tuple(model.rules),
            model.within_months,
            model.needs,
            tuple(model.records),
            cite_of(model),
        )
        for model in models
    )


def steps_of(model: LadderModel) -> list[tuple[str, ...]]:
    """Return each step as the measures it may be."""
    return [(step,) if isinstance(step, str) else tuple(step) for step in model.steps]


def settled_by(pack: Pack) -> str:
    """Return the role that imposes, replaces or waives what is proposed."""
    return str(pack.maps[FILE].get("settled_by", STANDING_COMMITTEE))
