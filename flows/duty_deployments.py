"""The deployments of recurring duties: one for each duty of each pack, from its duties.yaml."""

from collections.abc import Sequence

from config.duties import DutySpec, load_duties
from config.rhythm import RHYTHM_LABELS
from config.scheme_loader import Pack
from flows.deployment import Registered
from tasks.running.duty_names import duties_by_name
from tasks.running.schedules import DUTY, RECURRING, SCHEME

FIRST_MINUTE, STEP, HOUR = 5, 2, 60  # one duty of a pack after the other, so that they do not wait for each other
RETURNS = "停用后不再检查;恢复后的第一次检查按次序补办。"


def duty_deployments(schemes: Sequence[str] | None = None) -> list[Registered]:
    """Return one deployment for each duty of the given packs, or of all."""
    named = duties_by_name(schemes).items()
    return [_deployment(name, pack, duty, load_duties(pack).index(duty)) for name, (pack, duty) in named]


def _deployment(name: str, pack: Pack, duty: DutySpec, place: int) -> Registered:
    minute = (FIRST_MINUTE + STEP * place) % HOUR
    hourly = duty.rhythm == "event"
    when = f"每日 8 时至 20 时,每小时第 {minute} 分" if hourly else f"每日 06:{minute:02}"
    return Registered(
        name,
        f"flows/duties.py:{duty.rhythm}_duty",
        f"{duty.help}\n\n{when}检查:到了开期日就开期,到了结期日就结期。{RETURNS}",
        cron=f"{minute} {'8-20' if hourly else '6'} * * *",
        limit=1,
        tags=(RECURRING, pack.place, RHYTHM_LABELS[duty.rhythm]),
        parameters=((SCHEME, pack.id), (DUTY, duty.id)),
    )
