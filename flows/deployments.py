"""All deployments in one list: what an administrator finds in the UI."""

from collections.abc import Sequence
from datetime import timedelta

from flows.deployment import Registered
from flows.duty_deployments import duty_deployments

DEPLOYMENTS = (
    Registered(
        "年度考核",
        "flows/annual_cycle.py:annual_cycle",
        "发起一个年度考核周期:选择方案和年度,提交后按环节自动办理,需要答复时在运行页点“Resume”。"
        "参数相同的再次发起会从未办结的环节继续。",
    ),
    Registered(
        "导入资料",
        "flows/import_sheets.py:import_sheets",
        "导入各环节的 Excel 登记表:先核对,无误后写入;重复导入更正后的表会替换旧数据并保留历史。",
    ),
    Registered(
        "方案试算",
        "flows/try_scheme.py:try_scheme",
        "在一个周期冻结的资料上试算别的取值(名额、权重、缺省值,或停用一条规则):谁的等次会变、为什么、结果稳不稳定。"
        "只是试算,不改动任何业务数据。",
    ),
    Registered(
        "继续周期",
        "flows/continue_cycle.py:continue_cycle",
        "继续一个暂停或中断的周期:解除暂停,从未办结的环节接着办理。",
    ),
    Registered(
        "周期时钟",
        "flows/cycle_clock.py:cycle_clock",
        "每分钟检查各周期:条件已满足的唤醒,运行中断的重新发起。无需手工运行。",
        every=timedelta(minutes=1),
        limit=1,
        tags=("后台",),
    ),
    Registered(
        "启用经常性考核",
        "flows/enable_duties.py:enable_duties",
        "启用一个方案的日常、每周、每月、每季等事项:选择方案和起始日期,提交后各事项的定时检查随即打开,到期自动开期、结期、提醒。",
    ),
    Registered(
        "停用经常性考核",
        "flows/disable_duties.py:disable_duties",
        "暂停一个方案的经常性考核:写明理由,各事项的定时检查随即停止,已有的数据不动;再次启用后按次序补办。",
    ),
    Registered(
        "整改季度跟踪",
        "flows/track_rectification.py:track_rectification",
        "每日 06:01 检查各周期的整改:列出本季度应报的整改报告,收下报来的,季度期满的结期,出汇总、趋势图和各单位报告。",
        cron="1 6 * * *",
        limit=1,
    ),
    Registered(
        "落实结果运用",
        "flows/settle_consequences.py:settle_consequences",
        "逐项落实、变更或免予结期时提出的结果运用建议,以及撤销事项后须重新研究的:填周期编号运行,在运行页点“Resume”答复。",
    ),
    Registered(
        "通知台账",
        "flows/notice_ledger.py:notice_ledger",
        "每日 07:31 公布通知台账:各类通知发到了哪一步,哪些临近期限仍未送达。",
        cron="31 7 * * *",
        limit=1,
    ),
    Registered(
        "应办台账",
        "flows/owing_ledger.py:owing_ledger",
        "每日 07:33 公布应办台账:谁还欠什么、期限和逾期、最近一次提醒,另存一份 Excel。",
        cron="33 7 * * *",
        limit=1,
    ),
)


def all_deployments(schemes: Sequence[str] | None = None) -> list[Registered]:
    """Return what people start and what runs by itself, then the duties of the given packs, or of all."""
    return [*DEPLOYMENTS, *duty_deployments(schemes)]
