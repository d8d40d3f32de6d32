"""Opening a cycle: what is frozen, what a second launch finds, what is refused, who may still be adjusted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from config.scheme_loader import load_scheme
from models.audit import verify_audit
from models.cycle import Cycle, SchemeSnapshot, StageState
from models.duty import Obligation
from models.evidence import Subject
from models.roster import Person, Post, Unit
from models.session import reading, writing
from models.transitions import move
from tasks.cycle.adjust_subjects import AdjustRefused, add_subject, withdraw_subject
from tasks.cycle.freeze_subjects import months_served
from tasks.cycle.open_cycle import CycleClosed, CycleDiffers, ParamsRefused, load_pack, open_cycle
from tasks.stages import self_report
from tests.support import OPENED, make_cycle, make_desk, make_params, make_roster, moment, open_stage


@pytest.fixture
def session(sqlite_engine: Engine) -> Iterator[Session]:
    with writing(sqlite_engine) as session:
        yield session


@pytest.fixture
def session_on_both(engine: Engine) -> Iterator[Session]:
    with writing(engine) as session:
        yield session


def launch(session: Session, **changes: object) -> Cycle:
    return open_cycle(session, params=make_params(**changes), today=OPENED, now=moment(OPENED), by="管理员甲")


def codes(session: Session) -> dict[str, str]:
    return {row.code: row.tier for row in session.exec(select(Subject))}


def test_opening_freezes_one_team_a_unit_and_every_leading_post(session: Session) -> None:
    cycle = make_cycle(session, units=2, deputies=2)
    tiers = codes(session)
    assert (cycle.key, cycle.name, cycle.state) == ("bozhou-2010", "博州 2010 年度考核", "open")
    assert {code for code, tier in tiers.items() if tier == "team"} == {"U1", "U2"}
    assert {code for code, tier in tiers.items() if tier == "principal"} == {"P11", "P21"}
    assert sum(tier == "deputy" for tier in tiers.values()) == 4


def test_opening_lays_out_ten_pending_stages_and_the_scheme_as_it_is(session_on_both: Session) -> None:
    session = session_on_both
    cycle = make_cycle(session)
    stages = session.exec(select(StageState)).all()
    snapshot = session.exec(select(SchemeSnapshot)).one()
    assert [row.ordinal for row in stages] == list(range(1, 11))
    assert {row.state for row in stages} == {"pending"}
    assert snapshot.hash == cycle.scheme_hash == load_scheme("bozhou").hash
    assert load_pack(session, cycle).hash == cycle.scheme_hash
    assert verify_audit(session) == []


def test_a_second_launch_with_equal_parameters_finds_the_first(session: Session) -> None:
    first = make_cycle(session)
    count = len(codes(session))
    assert launch(session).id == first.id
    assert len(codes(session)) == count


def test_two_launches_at_once_open_one_cycle(engine: Engine) -> None:
    with writing(engine) as session:
        make_roster(session)
    start = Barrier(2)

    def run() -> int | None:
        start.wait()
        with writing(engine) as session:
            return launch(session).id

    with ThreadPoolExecutor(2) as pool:
        first, second = (job.result() for job in [pool.submit(run), pool.submit(run)])
    with reading(engine) as session:
        assert [row.id for row in session.exec(select(Cycle))] == [first] == [second]
        assert len(session.exec(select(StageState)).all()) == 10
        assert verify_audit(session) == []


def test_a_second_launch_with_other_parameters_names_each_field_with_both_values(session: Session) -> None:
    make_cycle(session, overrides={"announce.lead_time": 5})
    with pytest.raises(CycleDiffers) as refused:
        launch(session, hotline="0900-5550000", overrides={"announce.lead_time": 7})
    assert refused.value.differences == {
        "举报监督电话": ("0900-5550112", "0900-5550000"),
        "调整值 announce.lead_time": (5, 7),
    }


def test_a_closed_cycle_is_never_launched_again(session: Session) -> None:
    cycle = make_cycle(session)
    move(session, cycle, "close", by="系统", at=moment(OPENED), closed_at=moment(OPENED))
    with pytest.raises(CycleClosed, match="bozhou-2010"):
        launch(session)


def test_a_withdrawn_cycle_makes_room_for_a_new_one(session: Session) -> None:
    cycle = make_cycle(session)
    move(session, cycle, "withdraw", by="管理员甲", at=moment(OPENED), reason="参数有误")
    again = launch(session, hotline="0900-5550000")
    assert again.id != cycle.id
    assert session.exec(select(SchemeSnapshot)).one().hash == again.scheme_hash


def test_an_unknown_scheme_is_refused_naming_those_that_exist(session: Session) -> None:
    make_roster(session)
    with pytest.raises(ParamsRefused, match=r"没有方案“bojou”.*bozhou"):
        launch(session, scheme="bojou")


def test_all_wrong_parameters_are_told_at_once(session: Session) -> None:
    make_roster(session)
    due = {"decide": date(2011, 1, 10), "publish": date(2011, 1, 9), "party": date(2011, 1, 1)}
    with pytest.raises(ParamsRefused) as refused:
        launch(session, due=due, overrides={"no.such": 1, "publication.notice_days": 0}, office=" ")
    told = str(refused.value)
    assert len(refused.value.reasons) == 5
    assert all(word in told for word in ("no.such", "publication.notice_days", "party", "公示、通报", "办公室不能为空"))


def test_due_dates_in_stage_order_and_overrides_are_kept(session: Session) -> None:
    make_roster(session)
    day = date(2011, 1, 10)
    cycle = launch(session, due={"decide": day, "publish": day}, overrides={"publication.notice_days": 7})
    assert cycle.params["due"] == {"decide": "2011-01-10", "publish": "2011-01-10"}
    assert make_desk(session, cycle).config("publication.notice_days") == 7
    assert make_desk(session, cycle).config("announce.lead_time") == 5


def test_a_due_date_before_the_launch_is_refused(session: Session) -> None:
    make_roster(session)
    assert launch(session, due={"announce": OPENED}).id
    with pytest.raises(ParamsRefused, match="早于今天"):
        launch(session, year=2009, due={"announce": date(2010, 11, 30)})


def test_an_empty_roster_opens_nothing(session: Session) -> None:
    with pytest.raises(ParamsRefused, match="导入"):
        launch(session)
    assert session.exec(select(Cycle)).all() == []


@pytest.mark.parametrize(
    ("spans", "months"),
    [
        ([(date(2010, 7, 1), None)], 6),
        ([(date(2010, 7, 2), None)], 5),
        ([(date(2008, 1, 1), date(2010, 6, 30))], 6),
        ([(date(2008, 1, 1), date(2010, 6, 29))], 5),
        ([(date(2010, 1, 1), date(2010, 6, 15)), (date(2010, 6, 16), None)], 12),
        ([(date(2011, 1, 1), None)], 0),
    ],
)
def test_service_is_counted_in_whole_months_of_the_year(spans: list[tuple[date, date | None]], months: int) -> None:
    assert months_served(spans, 2010) == months


def test_who_served_six_months_is_assessed_and_who_served_less_is_not(session: Session) -> None:
    make_roster(session, units=1, deputies=0)
    for code, start in (("P18", date(2010, 7, 1)), ("P19", date(2010, 7, 2))):
        session.add(Person(id=code, name=f"新任{code}"))
        session.flush()
        session.add(Post(person_id=code, unit_id="U1", tier="member", start_on=start))
    launch(session)
    assert codes(session) == {"U1": "team", "P11": "principal", "P18": "deputy"}


def test_posts_that_ended_staff_and_closed_units_are_not_assessed(session: Session) -> None:
    make_roster(session, units=2, deputies=1)
    session.get_one(Unit, "U2").active = False
    for post in session.exec(select(Post).where(Post.person_id == "P12")):
        post.end_on = date(2010, 11, 30)
    session.add(Person(id="S1", name="科员"))
    session.flush()
    session.add(Post(person_id="S1", unit_id="U1", tier="staff", start_on=date(2008, 1, 1)))
    launch(session)
    assert codes(session) == {"U1": "team", "P11": "principal"}


def test_of_two_posts_the_principal_one_counts(session: Session) -> None:
    make_roster(session, units=2, deputies=1)
    session.add(Post(person_id="P12", unit_id="U2", tier="principal", principal=True, start_on=date(2009, 1, 1)))
    launch(session)
    subject = session.exec(select(Subject).where(Subject.code == "P12")).one()
    assert (subject.unit_id, subject.tier) == ("U2", "principal")


def test_withdrawing_waives_what_the_subject_owed(session: Session) -> None:
    desk = make_desk(session, make_cycle(session))
    open_stage(desk, self_report)
    withdraw_subject(desk, code="P12", reason="调离", by="管理员甲")
    states = {row.owner: row.state for row in session.exec(select(Obligation))}
    assert states["P12"] == "waived"
    assert states["P13"] == "open"
    assert "P12" not in {row.code for row in desk.subjects()}


def test_a_team_leaves_with_its_members(session: Session) -> None:
    desk = make_desk(session, make_cycle(session, units=2, deputies=1))
    withdraw_subject(desk, code="U2", reason="机构撤并", by="管理员甲")
    assert {row.code for row in desk.subjects()} == {"U1", "P11", "P12"}


@pytest.mark.parametrize(("code", "reason"), [("P12", " "), ("P99", "调离")])
def test_withdrawing_needs_a_reason_and_a_subject(session: Session, code: str, reason: str) -> None:
    desk = make_desk(session, make_cycle(session))
    with pytest.raises(AdjustRefused):
        withdraw_subject(desk, code=code, reason=reason, by="管理员甲")


def test_a_person_joins_before_the_proposal_and_not_after_it(session: Session) -> None:
    desk = make_desk(session, make_cycle(session))
    session.add_all([Person(id="P97", name="新任"), Person(id="P98", name="更新任")])
    session.flush()
    given = {"unit_id": "U1", "tier": "deputy", "title": "副局长", "reason": "调入", "by": "管理员甲"}
    assert add_subject(desk, code="P97", **given).name == "新任"
    with pytest.raises(AdjustRefused, match="不能重复"):
        add_subject(desk, code="P97", **given)
    desk.move(desk.stage("propose"), "open", opened_on=desk.today)
    with pytest.raises(AdjustRefused, match="已固定"):
        add_subject(desk, code="P98", **given)
    with pytest.raises(AdjustRefused, match="已固定"):
        withdraw_subject(desk, code="P12", reason="调离", by="管理员甲")
