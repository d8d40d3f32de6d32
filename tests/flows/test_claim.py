"""One live run a cycle: takeovers, fences, holds."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from models.audit import verify_audit
from models.cycle import Cycle, CycleRun
from models.roster import Person
from models.session import reading, writing
from tasks.cycle.claim import CycleHeld, Superseded, fenced_desk
from tasks.cycle.launch import close_cycle, fail_cycle, hold_run, launch_cycle, release_cycle
from tasks.cycle.open_cycle import CycleClosed
from tasks.wiring import House, UnknownCycle
from tests.flows.engine_house import claim, cycle_of, make_world
from tests.support import make_params

FIRST, SECOND = (str(uuid4()) for _ in range(2))


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> House:
    return make_world(engine, tmp_path)


def states(world: House) -> list[tuple[int, str]]:
    with reading(world.engine) as session:
        return [(run.epoch, run.state) for run in session.exec(select(CycleRun).order_by(col(CycleRun.epoch)))]


def test_a_later_launch_takes_over_and_the_first_writes_nothing_more(world: House) -> None:
    first, second = claim(world, FIRST), claim(world, SECOND)
    with pytest.raises(Superseded, match="接管"), fenced_desk(world, first, "announce") as desk:
        desk.session.add(Person(id="X", name="不该有"))
    with fenced_desk(world, second, "announce") as desk:
        assert desk.session.get(Person, "X") is None
    assert states(world) == [(1, "superseded"), (2, "live")]


def test_a_superseded_run_can_never_claim_again(world: House) -> None:
    claim(world, FIRST)
    claim(world, SECOND)
    with pytest.raises(Superseded):
        claim(world, FIRST)
    assert states(world) == [(1, "superseded"), (2, "live")]


def test_the_same_run_woken_again_gets_a_new_epoch_and_its_old_process_is_fenced_off(world: House) -> None:
    before, after = claim(world, FIRST), claim(world, FIRST)
    assert (before.epoch, before.resumed, after.epoch, after.resumed) == (1, False, 2, True)
    with pytest.raises(Superseded), fenced_desk(world, before, "announce"):
        pass
    with fenced_desk(world, after, "announce"):
        pass
    assert states(world) == [(2, "live")]


def test_two_launches_at_once_leave_one_live_run(world: House) -> None:
    runs = [str(uuid4()) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        claims = list(pool.map(lambda run: claim(world, run), runs))
    assert sorted(item.epoch for item in claims) == [1, 2, 3, 4, 5, 6]
    assert [state for _, state in states(world)] == ["superseded"] * 5 + ["live"]
    with reading(world.engine) as session:
        assert len(session.exec(select(Cycle)).all()) == 1
        assert verify_audit(session) == []


def test_a_takeover_is_audited(world: House) -> None:
    claim(world, FIRST)
    claim(world, SECOND)
    with reading(world.engine) as session:
        verbs = session.connection().exec_driver_sql("SELECT canonical FROM audit ORDER BY seq").scalars().all()
    assert any("cycle_run.supersede" in line and SECOND in line for line in verbs)


def test_writing_renews_the_lease(world: House) -> None:
    mine = claim(world, FIRST)
    with writing(world.engine) as session:
        run = session.get_one(CycleRun, mine.run_id)
        before, run.lease_until = run.lease_until, run.lease_until.replace(year=2000)
    with fenced_desk(world, mine, "announce"):
        pass
    with reading(world.engine) as session:
        assert session.get_one(CycleRun, mine.run_id).lease_until >= before


def test_the_third_failure_without_progress_holds_the_cycle(world: House) -> None:
    for number in range(1, 4):
        run = str(uuid4())
        claim(world, run)
        fail_cycle(world, run, "磁盘坏了")
        assert cycle_of(world).state == ("held" if number == 3 else "open")


def test_failures_of_a_superseded_run_are_not_counted(world: House) -> None:
    claim(world, FIRST)
    claim(world, SECOND)
    fail_cycle(world, FIRST, "已被接管")
    fail_cycle(world, str(uuid4()), "没有发起过")
    assert cycle_of(world).failures == 0


def test_a_held_cycle_refuses_the_run_that_knows_it_and_goes_on_with_a_new_one(world: House) -> None:
    claim(world, FIRST)
    hold_run(world, FIRST, "在 Prefect 界面中取消")
    assert cycle_of(world).state == "held"
    with pytest.raises(CycleHeld, match="kaohe cycle continue bozhou-2010"):
        claim(world, FIRST)
    claim(world, SECOND)
    assert (cycle_of(world).state, cycle_of(world).failures) == ("open", 0)
    assert states(world) == [(1, "superseded"), (2, "live")]


def test_only_the_live_run_can_put_its_cycle_on_hold(world: House) -> None:
    claim(world, FIRST)
    claim(world, SECOND)
    hold_run(world, FIRST, "取消")
    assert cycle_of(world).state == "open"


def test_releasing_clears_the_count_and_leaves_an_open_cycle_alone(world: House) -> None:
    claim(world, FIRST)
    for _ in range(3):
        fail_cycle(world, FIRST, "失败")
    assert release_cycle(world, "bozhou-2010", "管理员甲").state == "open"
    assert release_cycle(world, "bozhou-2010", "管理员甲").failures == 0
    with pytest.raises(UnknownCycle, match="bozhou-2010"):
        release_cycle(world, "bozhou-1999", "管理员甲")


def test_closing_ends_the_run_and_no_launch_follows(world: House) -> None:
    mine = claim(world, FIRST)
    assert close_cycle(world, mine) == "博州 2010 年度考核"
    assert (cycle_of(world).state, states(world)) == ("closed", [(1, "ended")])
    with pytest.raises(CycleClosed, match="不能再次发起"):
        launch_cycle(world, make_params(), SECOND)


def test_a_superseded_run_cannot_close_the_cycle(world: House) -> None:
    first = claim(world, FIRST)
    claim(world, SECOND)
    with pytest.raises(Superseded):
        close_cycle(world, first)
    assert cycle_of(world).state == "open"
