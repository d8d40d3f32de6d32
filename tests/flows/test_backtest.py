"""Back-test: what a changed pack makes of decided cycles, recorded, and demanded before it opens a new one."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner

import cli
from config.calendar import WorkCalendar
from config.scheme_loader import SCHEMES, Pack, load_scheme
from config.settings import Settings
from models.audit import verify_audit
from models.backtest import BackTest
from models.session import reading
from tasks import wiring
from tasks.cycle import open_cycle as opening
from tasks.cycle.open_cycle import ParamsRefused, try_params
from tasks.desk import Desk
from tasks.grading.backtest import BackTestRefused, back_test
from tasks.wiring import House
from tests.flows.kept import engine_after
from tests.flows.last_stages import decide_all, desk_at_proposal, fill_evidence
from tests.support import make_params

Change = Callable[..., Pack]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A decided cycle of three units, 2010: one 好 team, and a deputy whom the committee raised to 好."""
    with engine_after("backtest", decided, tmp_path) as engine:
        world = House(Settings(data=tmp_path, out=tmp_path / "out"), engine, WorkCalendar())
        monkeypatch.setattr(wiring, "house", lambda: world)
        yield world


def decided(session: Session) -> Desk:
    desk = desk_at_proposal(session, overrides={"crosscheck.distance": 3})
    fill_evidence(desk, {"U1": "好"})
    change = {"subject": "P12", "grade": "好", "reason": "表现突出"}
    assert decide_all(desk, overrides=[change]).state == "closed"
    return desk


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Change:
    """Bozhou's pack with texts replaced in its files, also where new cycles take it from."""

    def make(**files: tuple[str, str]) -> Pack:
        root = tmp_path / "packs" / "bozhou"
        shutil.copytree(SCHEMES / "bozhou", root, dirs_exist_ok=True)
        for name, (old, new) in files.items():
            path = root / f"{name}.yaml"
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new), encoding="utf-8")
        pack = load_scheme(root)
        monkeypatch.setattr(opening, "load_scheme", lambda _: pack)
        return pack

    return make


FEWER = {"rules": ("    part: 1\n    whole: 3", "    part: 1\n    whole: 4")}


def test_the_same_pack_differs_only_where_people_decided_otherwise(world):
    (row,) = back_test(world, load_scheme("bozhou"), ["bozhou-2010"], "管理员甲")
    assert [(each.subject, each.decided, each.proposed, each.now) for each in row.differing] == [
        ("P12", "好", "较好", "较好")
    ]
    assert row.differing[0].reasons == ("决定时由人另定",)
    assert row.left_out == ()


def test_a_stricter_quota_shows_who_would_have_lost_the_grade_and_by_which_rule(world, changed):
    """A quarter of three teams is no place at all."""
    (row,) = back_test(world, changed(**FEWER), ["bozhou-2010"], "管理员甲")
    team = next(each for each in row.differing if each.subject == "U1")
    assert (team.name, team.decided, team.proposed, team.now) == ("州水务局", "好", "好", "较好")
    assert team.reasons[0].startswith("BZ-07")
    assert row.summary["otherwise_than_proposed"] == 1


def test_facts_and_settings_that_the_changed_pack_does_not_know_are_left_out_and_listed(world, changed):
    """A fact under another name and a setting with a narrower range: told with how many rows; nothing breaks."""
    new = ("nonvote_evidence", "nonvote_items")
    form = {"forms/preliminary": ("fact: nonvote_evidence", "fact: nonvote_items")}
    pack = changed(
        scoring=new, rules=new, scheme=("minimum: 1, maximum: 3, basis", "minimum: 1, maximum: 2, basis"), **form
    )
    (row,) = back_test(world, pack, ["bozhou-2010"], "管理员甲")
    assert row.left_out == (
        "设置 crosscheck.distance=3:新方案不可调整,按新方案取值",
        "事实 nonvote_evidence:新方案没有,12 条未采用",
    )
    assert row.summary["otherwise_than_proposed"] == 0


def test_a_back_test_is_recorded_and_audited(world):
    back_test(world, load_scheme("bozhou"), ["bozhou-2010"], "管理员甲")
    with reading(world.engine) as session:
        kept = session.exec(select(BackTest)).one()
        assert (kept.scheme_id, kept.cycles, kept.run_by) == ("bozhou", ["bozhou-2010"], "管理员甲")
        assert kept.summary["bozhou-2010"]["otherwise_than_decided"] == 1
        assert verify_audit(session) == []


@pytest.mark.parametrize("keys", [["bozhou-1999"], []])
def test_a_cycle_that_was_not_decided_is_refused_naming_those_that_were(world, keys):
    with pytest.raises(BackTestRefused, match="可回测的有:bozhou-2010"):
        back_test(world, load_scheme("bozhou"), keys, "管理员甲")


def launched(world: House, year: int = 2011) -> None:
    with reading(world.engine) as session:
        try_params(session, make_params(year=year), date(year, 12, 1))


def test_the_same_rules_open_a_new_cycle_without_a_back_test(world, changed):
    """Other texts of the pack may change."""
    changed(sources=("sources:", "# 更正了说明\nsources:"))
    launched(world)


def test_changed_rules_open_a_new_cycle_only_after_the_back_test_over_the_last_one(world, changed):
    pack = changed(**FEWER)
    with pytest.raises(ParamsRefused, match="kaohe backtest bozhou --cycles bozhou-2010"):
        launched(world)
    back_test(world, pack, ["bozhou-2010"], "管理员甲")
    launched(world)


def test_a_back_test_of_other_rules_does_not_count(world, changed):
    back_test(world, load_scheme("bozhou"), ["bozhou-2010"], "管理员甲")
    changed(**FEWER)
    with pytest.raises(ParamsRefused, match="先在往年资料上回测"):
        launched(world)


def test_without_a_past_cycle_nothing_is_demanded(world, changed):
    """2009 lies before the decided cycle."""
    changed(**FEWER)
    launched(world, 2009)


@pytest.mark.usefixtures("world")
def test_the_command_prints_differences_and_json():
    words = ["backtest", "bozhou", "--cycles", "bozhou-2010"]
    shown = CliRunner().invoke(cli.app, words, env={"COLUMNS": "200"})
    assert (shown.exit_code, "与决定不同 1 个" in shown.stdout) == (0, True)
    told = json.loads(CliRunner().invoke(cli.app, [*words, "--json"]).stdout)
    assert told["cycles"][0]["summary"]["subjects"] == 12
    refused = CliRunner().invoke(cli.app, ["backtest", "bozhou", "--cycles", "bozhou-1999"])
    assert refused.exit_code == 1
