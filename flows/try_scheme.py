"""方案试算: tries other rules on a cycle's frozen facts from the UI; result as artifacts and as a workbook."""

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from config.trial_keys import RefusedTrial
from config.yaml_file import SchemeFaults
from tasks.cycle.gates import prefect_key
from tasks.grading.explain import NoProposal
from tasks.grading.try_out_text import moved_rows, told
from tasks.running.try_form import TryForm, run_trial
from tasks.wiring import UnknownCycle, house

SHOWN = 500


@flow(name="方案试算", flow_run_name="试算 {试算.scheme} {试算.year}", retries=0, persist_result=False)
def try_scheme(试算: TryForm) -> State[None]:
    """在一个周期冻结的资料上试算别的取值,不改动任何业务数据;结果见本次运行的 Artifacts 和 Excel 文件。

    Args:
        试算: 周期、要试的取值
    """
    key = prefect_key(试算.key, "try-out")
    try:
        tried, path = run_trial(house(), 试算)
    except (UnknownCycle, NoProposal, RefusedTrial, SchemeFaults) as refused:
        lines = "\n".join(f"- {line}" for line in str(refused).splitlines())
        create_markdown_artifact(key=key, markdown=f"## 没有试算\n\n{lines}", description="方案试算:未通过")
        return Failed(name="未试算", message=str(refused).splitlines()[0])
    if tried.moved:
        rows = [dict(row) for row in moved_rows(tried)[:SHOWN]]
        create_table_artifact(key=f"{key}-table", table=rows, description="### 等次不同的对象")
    text = f"## 方案试算\n\n{told(tried)}\n工作簿:`{_shown(path)}`\n"
    create_markdown_artifact(key=key, markdown=text, description="方案试算")
    return Completed(name="已试算", message=f"{len(tried.moved)} 个对象的等次不同")


def _shown(path: Path) -> str:
    """The place of the workbook under the folder of documents, whatever machine it is on."""
    return Path(*path.parts[-4:]).as_posix()
