"""Which sheets come too late: those of closed stages and cycles, except forms of duties that still run."""

from collections.abc import Mapping

from sqlmodel import Session, select

from config.duties import forms_named, load_duties
from config.forms import ANY_STAGE, FormSpec
from models.cycle import Cycle, StageState
from tasks.cycle.open_cycle import load_pack
from tasks.duties.year import year_cycle
from tasks.sheets.faults import SheetFault, file_fault
from tasks.sheets.spec import SheetRow

RUNNING = ("open", "held")


def late_sheets(
    session: Session, cycle: Cycle | None, forms: Mapping[str, FormSpec], by_form: Mapping[str, list[SheetRow]]
) -> list[SheetFault]:
    """Return a fault for each sheet whose stage or cycle is closed."""
    if cycle is None or not by_form:
        return []
    if cycle.state in ("closed", "withdrawn"):
        ledger = {name for name, form in forms.items() if form.into == "events" and form.stage == ANY_STAGE}
        if by_form.keys() <= _recurring(session, cycle, forms) | (ledger if cycle.state == "closed" else set()):
            return []
        word = "办结" if cycle.state == "closed" else "撤销"
        allowed = "进行中的周期;经常性事项的表,处分与通报的登记和撤销"
        return [file_fault("", f"周期“{cycle.key}”已{word}", allowed, "核对周期;已定的结果不再改动")]
    query = select(StageState).where(StageState.cycle_id == cycle.id, StageState.state == "closed")
    closed = {stage.stage: stage for stage in session.exec(query)}
    return [
        file_fault(
            rows[0].file,
            f"环节“{closed[forms[form_id].stage].label}”已于 {closed[forms[form_id].stage].closed_on} 结束,不再收表",
            "尚未结束的环节的表",
            "删去这张表;确需更正的,由管理员按程序重新进行该环节",
            sheet=rows[0].sheet,
        )
        for form_id, rows in by_form.items()
        if forms[form_id].stage in closed
    ]


def _recurring(session: Session, cycle: Cycle, forms: Mapping[str, FormSpec]) -> set[str]:
    """The forms that belong to no stage and that the running duties of the same year read."""
    routine = year_cycle(session, cycle.scheme_id, cycle.year)
    if routine is None or routine.state not in RUNNING:
        return set()
    named = {name for duty in load_duties(load_pack(session, routine)) for name in forms_named(duty, forms)}
    return {name for name in named if forms[name].stage == ANY_STAGE}
