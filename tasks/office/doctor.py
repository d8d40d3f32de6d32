"""Named checks of an installation, each with its remedy."""

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, func, or_, select

from config import clock
from config.calendar import CalendarFault, load_calendar
from config.prefect_env import prefect_environment
from config.roles import ROLE_LABELS
from config.scheme_loader import list_schemes, load_scheme
from config.yaml_file import SchemeFaults
from models.audit import verify_audit
from models.migrate import drift, revisions
from models.outbox import Contact
from models.roster import ROLES, RoleHolder, Unit
from models.session import DatabaseUnusable, reading, wal_is_safe
from notices.contexts import DOCUMENTS
from notices.render import environment
from notices.smtp import ServerAway
from notices.wording_check import check_wording
from tasks.office.install import is_rehearsal
from tasks.outbox.postman import MAIL, mail_server
from tasks.reminding.heartbeat import faults
from tasks.wiring import House

FREE_BYTES = 500_000_000


@dataclass(frozen=True)
class Finding:
    """What one check found; `remedy` says what to do when it is not ok."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine(world: House) -> list[Finding]:
    """Run every check; a check that breaks counts as failed, with its error."""
    return [_guarded(name, check, world) for name, check in CHECKS.items()]


def _guarded(name: str, check: Callable[[House], tuple[bool, str, str]], world: House) -> Finding:
    try:
        ok, found, remedy = check(world)
    except (SQLAlchemyError, DatabaseUnusable, OSError) as error:
        ok, found, remedy = False, str(error).splitlines()[0], "先运行 kaohe init;若仍失败,检查数据库地址和权限"
    return Finding(name, ok, found, "" if ok else remedy)


def check_python(_world: House) -> tuple[bool, str, str]:
    """Python 3.11 to 3.13."""
    ok = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return ok, platform.python_version(), "请安装 Python 3.11–3.13 后重新 make setup"


def check_folders(world: House) -> tuple[bool, str, str]:
    """Data and output folders exist, are writable and have room."""
    for folder in (world.settings.data, world.settings.out):
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            return False, f"{folder} 不存在或不可写", "运行 kaohe init,或检查该目录的权限"
    free = shutil.disk_usage(world.settings.data).free
    return free >= FREE_BYTES, f"剩余 {free // 1_000_000} MB", "请清理磁盘,至少留出 500 MB"


def check_database(world: House) -> tuple[bool, str, str]:
    """The database answers; SQLite's version decides the journal mode."""
    file = world.engine.url.database if world.engine.dialect.name == "sqlite" else None
    if file and not (Path(file).exists() and Path(file).stat().st_size):
        return False, f"没有数据库文件 {file}", "运行 kaohe init 建立数据库"
    with world.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    if world.engine.dialect.name != "sqlite":
        return True, world.engine.dialect.name, ""
    mode = "WAL" if wal_is_safe() else "TRUNCATE(此版本 SQLite 的 WAL 有缺陷,已避开)"
    return True, f"SQLite {sqlite3.sqlite_version},日志方式 {mode}", ""


def check_migrations(world: House) -> tuple[bool, str, str]:
    """The schema is the newest and equals the tables in code."""
    current, newest = revisions(world.engine)
    if current != newest:
        return False, f"现为 {current or '空库'},应为 {newest}", "运行 kaohe init 升级数据库"
    differences = drift(world.engine)
    return not differences, f"{current},差异 {len(differences)} 处", "数据库被手工改动过:请恢复备份或联系维护人员"


def check_audit(world: House) -> tuple[bool, str, str]:
    """The audit chain is whole."""
    with reading(world.engine) as session:
        faults = verify_audit(session)
    return not faults, faults[0] if faults else "审计链完整", "审计记录被改动:请立即保全数据库并查明原因"


def check_schemes(_world: House) -> tuple[bool, str, str]:
    """Every scheme pack loads without fault."""
    faults = []
    for scheme in list_schemes():
        try:
            check_wording(load_scheme(scheme).files)
        except SchemeFaults as found:
            faults.append(f"{scheme}:{str(found).splitlines()[0]}")
    names = "、".join(list_schemes())
    return not faults, ";".join(faults) or names, "运行 kaohe scheme check 方案编号,按提示改正"


def check_templates(_world: House) -> tuple[bool, str, str]:
    """Every document template compiles."""
    for kind in DOCUMENTS.values():
        environment().get_template(kind.template)
    return True, f"{len(DOCUMENTS)} 种文书", "重新安装程序"


def check_calendar(world: House) -> tuple[bool, str, str]:
    """The holiday file, if any, reads; a year whose holidays are not yet published is named."""
    try:
        calendar = load_calendar(world.settings.calendar)
    except CalendarFault as fault:
        return False, str(fault).splitlines()[0], "按“日期,yes|no”逐行改正节假日文件"
    with reading(world.engine) as session:
        year = clock.today(session).year
    found = str(world.settings.calendar) if world.settings.calendar.exists() else "内置节假日"
    return True, found if calendar.is_published(year) else f"{found};{year} 年尚未公布,按周一至周五计(暂定)", ""


def check_mail(world: House) -> tuple[bool, str, str]:
    """The mail server answers and lets us in; without one nobody waits for mail."""
    chosen = world.settings
    with reading(world.engine) as session:
        used = (Contact.channel == MAIL), col(Contact.stopped).is_(False)
        waiting = session.exec(select(func.count()).select_from(Contact).where(*used)).one()
    if not chosen.smtp_url:
        found = f"没有设置邮件服务器,{f'{waiting} 个邮箱收不到通知' if waiting else '通知只在站内'}"
        return not waiting, found, "设置 KAOHE_SMTP_URL 和 KAOHE_MAIL_FROM(见 docs/notices.md)"
    try:
        with mail_server(chosen) as server:
            server.open()
    except ServerAway as away:
        return False, str(away), "检查 KAOHE_SMTP_URL、KAOHE_MAIL_FROM 和网络;通知在此期间排队,不会丢失"
    return True, f"邮件服务器应答,{waiting} 个邮箱", ""


def check_roster(world: House) -> tuple[bool, str, str]:
    """Units exist and each role has somebody who can answer."""
    with reading(world.engine) as session:
        units = len(session.exec(select(Unit.id)).all())
        today = clock.today(session)
        running = or_(col(RoleHolder.end_on).is_(None), col(RoleHolder.end_on) >= today)
        held = set(session.exec(select(RoleHolder.role).where(RoleHolder.start_on <= today, running)))
    missing = [ROLE_LABELS[role] for role in ROLES if role not in held]
    found = f"{units} 个单位" + (f",无人担任:{'、'.join(missing)}" if missing else "")
    return bool(units) and not missing, found, "用 kaohe roster template 取得模板,填写后 kaohe roster import 导入"


def check_prefect(world: House) -> tuple[bool, str, str]:
    """Prefect's API answers."""
    api = prefect_environment(world.settings)["PREFECT_API_URL"]
    try:
        ok = httpx.get(f"{api}/ready", timeout=3).status_code == 200
    except httpx.HTTPError:
        ok = False
    return ok, api if ok else f"{api} 没有应答", "运行 kaohe up(或 make up)启动服务"


def check_worker(world: House) -> tuple[bool, str, str]:
    """A worker of our pool is online."""
    workers = _ask(world, "POST", "/work_pools/kaohe/workers/filter") or []
    online = [worker for worker in workers if worker.get("status") == "ONLINE"]
    remedy = "运行 kaohe up;在别的机器上:prefect worker start --pool kaohe --type process"
    return bool(online), f"{len(online)} 个在线", remedy


def check_clock(world: House) -> tuple[bool, str, str]:
    """The cycle clock is registered, and not paused outside a rehearsal."""
    clock = _ask(world, "GET", "/deployments/name/周期时钟/周期时钟")
    if clock is None:
        return False, "没有登记", "运行 kaohe up,它会重新登记所有部署"
    paused = clock.get("paused") or not all(schedule["active"] for schedule in clock.get("schedules", ()))
    if paused and not is_rehearsal(world):
        return False, "已停用", "在界面 Deployments → 周期时钟 打开右上角的开关"
    return True, "演练中,由演练程序代替" if paused else "每分钟运行", ""


def check_reminders(world: House) -> tuple[bool, str, str]:
    """The reminder clock ran a short while ago, and what it does ends well."""
    if is_rehearsal(world):
        return True, "演练中,由演练程序代替", ""
    found = faults(world.settings.data)
    return not found, ";".join(found) or "正常运行", "运行 kaohe up 或 kaohe clock;原因见 logs/clock.log"


def _ask(world: House, method: str, path: str) -> Any:
    """Return what Prefect's API answers, None when it is away or does not know."""
    try:
        answer = httpx.request(method, prefect_environment(world.settings)["PREFECT_API_URL"] + path, timeout=3)
    except httpx.HTTPError:
        return None
    return answer.json() if answer.is_success else None


CHECKS: dict[str, Callable[[House], tuple[bool, str, str]]] = {
    "Python": check_python,
    "目录": check_folders,
    "数据库": check_database,
    "数据库结构": check_migrations,
    "审计链": check_audit,
    "方案": check_schemes,
    "文书模板": check_templates,
    "节假日": check_calendar,
    "名册和角色": check_roster,
    "邮件": check_mail,
    "Prefect 服务": check_prefect,
    "执行进程": check_worker,
    "周期时钟": check_clock,
    "提醒时钟": check_reminders,
}
