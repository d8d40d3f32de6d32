"""导入资料: takes in the sheets of a cycle from the UI, all or nothing, with every fault as an artifact."""

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import BaseModel, ConfigDict, Field

from tasks.cycle.gates import prefect_key
from tasks.intake.import_files import import_files, tell
from tasks.intake.scope import UnknownScope
from tasks.running.prefect_api import connect
from tasks.running.wake_cycle import open_cycles, wake_cycle
from tasks.sheets.faults import SheetFaults
from tasks.wiring import house


class ImportForm(BaseModel):
    """What to take in, and whether to write it."""

    model_config = ConfigDict(title="导入资料", json_schema_extra={"description": "先核对,再写入"})

    cycle: str = Field(title="周期编号", description="如 bozhou-2010", min_length=1)
    files: list[str] = Field(title="文件", description="服务器上的 Excel 或 CSV 文件路径,可以多个", min_length=1)
    apply: bool = Field(default=False, title="写入", description="不勾选只核对,不写入")


@flow(name="导入资料", flow_run_name="导入 {资料.cycle}", retries=0, persist_result=False)
def import_sheets(资料: ImportForm) -> State[None]:
    """核对并导入登记表:有一处错误就全部不写入,错误清单见本次运行的 Artifacts。

    Args:
        资料: 周期编号、文件路径、是否写入
    """
    key = prefect_key(资料.cycle, "import")
    try:
        done = import_files(house(), 资料.cycle, [Path(name) for name in 资料.files], apply=资料.apply, by="导入资料")
    except (SheetFaults, UnknownScope) as refused:
        faults = getattr(refused, "faults", (refused,))
        lines = "\n".join(f"- {fault}" for fault in faults)
        create_markdown_artifact(key=key, markdown=f"## 没有导入\n\n{lines}", description="导入资料:未通过")
        return Failed(name="未导入", message=f"{len(faults)} 处错误,什么都没有写入")
    create_markdown_artifact(key=key, markdown=tell(done, apply=资料.apply), description="导入资料")
    if 资料.apply:
        with connect() as client:
            for cycle_id in open_cycles(house()):
                wake_cycle(house(), client, cycle_id)
    return Completed(name="已导入" if 资料.apply else "已核对")
