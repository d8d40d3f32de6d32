"""Documents and messages filled with invented data; every optional field is used, so that every branch prints."""

from dataclasses import replace
from datetime import date, datetime

from config.clock import ZONE
from notices import contexts as c
from notices import parts as p
from notices.tree import Branch
from notices.trend import TrendPoint

SCHEME = "县级领导班子及领导干部党风廉政建设责任制考核"
SOURCE = "云川州责任制考核评价办法（试行）"
OFFICE = "中共云川州纪律检查委员会"
HEAD = p.Head(OFFICE, date(2027, 1, 11), "云纪发〔2027〕3号", "演练")
COMMON = {"scheme": SCHEME, "period": "2026年度"}
SCALE = ("好", "较好", "一般", "差")
PUBLISHED = p.Citation("BZ-46", "对考核定等结果进行公示，在全州范围通报", SOURCE)
CONTACT = p.Contact("州考核领导小组办公室", "邵明远", "0900-5550131")
HOTLINE = p.Hotline("0900-5550112", date(2026, 12, 1), date(2027, 1, 31))
UNITS = tuple(
    f"{place}{office}"
    for place in ("州", "临江县", "石桥县")
    for office in ("水务局", "林业局", "交通局", "粮食局", "文化局")
)
GROUPS = (
    p.GroupLine("第一考核组", "韩立群", "州委副书记", UNITS[:8]),
    p.GroupLine("第二考核组", "岳文澜", "副州长", UNITS[8:]),
)
TEAM = p.Subject("州水务局", "州水务局", "领导班子")
PRINCIPAL = p.Subject("陆怀川", "州水务局", "班子正职", "党组书记、局长")
DEPUTY = p.Subject("沈亦舟", "州水务局", "班子副职", "副局长")
POINTS = (
    p.RectificationPoint("工程招标备案不及时", "逐项补齐备案，建立台账，今后开标后五个工作日内备案", date(2027, 3, 15)),
    p.RectificationPoint("谈心谈话走过场", "班子成员每季度与分管科室负责人谈话一次，留存记录", date(2027, 4, 11)),
)
TALK = p.Talk(
    "诫勉谈话", ("陆怀川",), "州纪委常委 顾正清", datetime(2027, 2, 10, 10, 30, tzinfo=ZONE), "州纪委第二谈话室"
)


def _subjects(count: int) -> tuple[p.Subject, ...]:
    surnames, given = "陆沈韩岳邵顾苗程简尹", ("怀川", "亦舟", "秋白", "望舒", "景行", "若谷")
    return tuple(p.Subject(surnames[n % 10] + given[n % 6], UNITS[n % 15], "班子副职", "副局长") for n in range(count))


def make_announcement() -> c.AnnouncementContext:
    """The announcement of a cycle with fifteen units in two groups."""
    return c.AnnouncementContext(
        HEAD,
        **COMMON,
        units=UNITS,
        groups=GROUPS,
        media=("《云川日报》", "云川广播电视台"),
        published_on=date(2026, 12, 1),
        starts_on=date(2026, 12, 8),
        ends_on=date(2027, 1, 8),
        hotline=HOTLINE,
        basis=(
            p.Citation("BZ-33", "考核前，通过媒体公布被考核单位名单", SOURCE),
            p.Citation("BZ-34", "开通举报监督电话", SOURCE),
        ),
    )


def make_unit_notice() -> c.UnitNoticeContext:
    """The notice to one unit with three duties and a meeting."""
    return c.UnitNoticeContext(
        HEAD,
        **COMMON,
        unit="州水务局",
        group=GROUPS[0],
        duties=(
            p.DutyLine("领导班子述廉报告", "述廉报告登记表", "第一考核组", date(2026, 12, 10)),
            p.DutyLine("班子成员述廉报告（每人1份）", "述廉报告登记表", "第一考核组", date(2026, 12, 10)),
            p.DutyLine("述职述廉大会邀请名单", "参会人员登记表", "第一考核组", date(2026, 12, 11)),
        ),
        meeting=p.Meeting(
            datetime(2026, 12, 16, 9, 30, tzinfo=ZONE),
            "州水务局三楼会议室",
            ("党代表", "人大代表", "政协委员", "纪委委员", "特邀监察员", "行风监督员", "服务对象"),
        ),
        contact=CONTACT,
        hotline=HOTLINE,
        basis=(p.Citation("BZ-35", "要求被考核单位印发领导班子及其成员述廉报告，接受干部群众评议监督", SOURCE),),
    )


def make_proposal_table() -> c.ProposalTableContext:
    """Two pools, the first with one seat too many, and a finding of each sort."""
    cap = p.Citation("BZ-13", "民意调查中“不满意”票数超过三分之一的，经专项调查属实的，考核不得评定为“好”", SOURCE)
    quota = p.Citation("BZ-07", "领导班子“好”的等次比例一般不超过被考核单位总数的三分之一", SOURCE)
    teams = tuple(
        p.ProposalRow(p.Subject(u, u, "领导班子"), "好" if n < 6 else "较好", "好" if n < 6 else "较好")
        for n, u in enumerate(UNITS)
    )
    capped = replace(
        teams[0], proposed="较好", ceiling="较好", ceiling_basis=cap, remarks=("专项调查属实", "与年度考核结果相互印证")
    )
    cadres = tuple(p.ProposalRow(s, "较好", "较好") for s in _subjects(30))
    return c.ProposalTableContext(
        HEAD,
        **COMMON,
        deciding_body="中共云川州委员会",
        pools=(
            p.PoolTable(
                "领导班子",
                "好",
                15,
                4,
                5,
                quota,
                (p.GradeCount("好", 5), p.GradeCount("较好", 10)),
                (capped, *teams[1:]),
            ),
            p.PoolTable("领导干部", "好", 30, None, 0, None, (p.GradeCount("较好", 30),), cadres),
        ),
        violations=(
            p.Finding("领导班子", "建议评定为“好”的5个，超过名额4个", quota, hard=False),
            p.Finding("州粮食局", "被通报批评，建议评定为“好”", cap),
        ),
        blocks=(
            p.Finding("石桥县文化局", "没有年中检查记录", p.Citation("BZ-31", "作为责任制考核定等的重要依据", SOURCE)),
        ),
        ties=(p.TieLine("领导班子", "好", 1, ("州林业局", "州交通局")),),
        explained=(Branch("州粮食局：较好", (Branch("再高一等“好”所需", (Branch("通报批评≤0（现1）"),)),)),),
    )


def make_decision_record() -> c.DecisionRecordContext:
    """Three decisions, one of which leaves the proposal, and one exception."""
    day = date(2027, 1, 12)
    return c.DecisionRecordContext(
        HEAD,
        **COMMON,
        meeting=p.MeetingRecord(
            "中共云川州委员会", "州委常委会2027年第2次会议", day, "州委常委会议室", "尹景行", 11, "简若谷"
        ),
        registered_by="邵明远",
        rows=(
            p.DecisionRow(TEAM, "一般", "一般", day),
            p.DecisionRow(PRINCIPAL, "较好", "一般", day, "对班子存在的问题负主要责任"),
            p.DecisionRow(DEPUTY, "好", "好", day),
        ),
        exceptions=(
            p.ExceptionLine(
                "领导班子",
                make_proposal_table().violations[0].citation,
                "本年度承担抗洪任务，整体表现突出",
                "中共云川州委员会",
                day,
            ),
        ),
        counts=(p.GradeCount("好", 1), p.GradeCount("一般", 2)),
        basis=(p.Citation("BZ-45", "提出定等建议报请州党委决定", SOURCE),),
    )


def _sections() -> tuple[p.ResultSection, ...]:
    teams = tuple(p.ResultLine(p.Subject(u, u, "领导班子"), SCALE[min(n // 5, 3)]) for n, u in enumerate(UNITS))
    cadres = tuple(p.ResultLine(s, SCALE[min(n // 8, 3)]) for n, s in enumerate(_subjects(30)))
    return p.ResultSection("领导班子", teams), p.ResultSection("领导干部", cadres)


def make_public_notice() -> c.PublicNoticeContext:
    """The notice of a decision of 2027-01-12 over five working days."""
    return c.PublicNoticeContext(
        HEAD,
        **COMMON,
        deciding_body="中共云川州委员会",
        decided_on=date(2027, 1, 12),
        scale=SCALE,
        sections=_sections(),
        notice_from=date(2027, 1, 13),
        notice_to=date(2027, 1, 19),
        working_days=5,
        object_by=("来信：云川州委大院3号楼州纪委考核办公室", "来电：0900-5550112"),
        hotline=HOTLINE,
        basis=(PUBLISHED,),
    )


def make_circular() -> c.CircularContext:
    """The circular after two objections, one of them upheld."""
    return c.CircularContext(
        HEAD,
        **COMMON,
        addressees=("各县委、县人民政府", "州直各部门"),
        deciding_body="中共云川州委员会",
        decided_on=date(2027, 1, 12),
        notice_from=date(2027, 1, 13),
        notice_to=date(2027, 1, 19),
        objections=2,
        upheld=1,
        scale=SCALE,
        sections=_sections(),
        requirements=("评定为“一般”和“差”的班子和领导干部要认真整改，按季度报告整改情况",),
        copies_to=("州委办公室", "州人民政府办公室"),
        basis=(PUBLISHED,),
    )


def make_feedback_letter() -> c.FeedbackLetterContext:
    """The letter to a team that is called to a talk."""
    return c.FeedbackLetterContext(
        HEAD,
        **COMMON,
        subject=TEAM,
        grade="一般",
        group="第一考核组",
        good_practices=("把廉政责任分解到科室，逐级签订责任书", "公开重点工程资金使用情况"),
        opinions=("开会多，下基层少", "招标结果公布得太晚"),
        tallies=(
            p.Tally(
                "民主测评",
                80,
                "票",
                (p.GradeCount("好", 30), p.GradeCount("较好", 24), p.GradeCount("一般", 20), p.GradeCount("差", 6)),
            ),
            p.Tally("个别谈话", 12, "人", (p.GradeCount("肯定", 8), p.GradeCount("提出不足", 4))),
            p.Tally("民意调查", 60, "份", (p.GradeCount("满意", 45), p.GradeCount("不满意", 15))),
        ),
        group_opinion=("班子责任意识需进一步增强",),
        member_opinions=(p.MemberOpinion("沈亦舟", "副局长", "分管工作推进有力"),),
        merits=("农村饮水工程按期完工",),
        shortcomings=("重业务、轻廉政的倾向仍然存在",),
        requirements=POINTS,
        talk=TALK,
        basis=(
            p.Citation(
                "BZ-54", "对诫勉、提醒谈话对象，当面原汁原味地反馈组织、群众提出的意见建议，提出整改要求", SOURCE
            ),
        ),
    )


def make_rectification_order() -> c.RectificationOrderContext:
    """A talk and an order for a principal."""
    return c.RectificationOrderContext(
        HEAD,
        **COMMON,
        subject=PRINCIPAL,
        grade="一般",
        ordered_under=(
            p.Citation("BZ-17", "对评定为“差”和“一般”的班子和领导干部，进行诫勉谈话，责令其限期整改", SOURCE),
        ),
        talk=TALK,
        points=POINTS,
        deadline=date(2027, 4, 20),
        report_dates=(date(2027, 3, 31), date(2027, 6, 30)),
        report_to="州纪委党风室",
        contact=CONTACT,
        basis=(
            p.Citation("BZ-55", "实行季度报告，跟踪掌握了解整改落实情况", SOURCE),
            p.Citation("BZ-56", "并作为次年责任制考核的重点内容", SOURCE),
        ),
    )


def make_rectification_report() -> c.RectificationReportContext:
    """A first quarterly report with one item closed and one overdue."""
    return c.RectificationReportContext(
        HEAD,
        **COMMON,
        subject=PRINCIPAL,
        quarter="2027年第一季度",
        due=date(2027, 3, 31),
        submitted_on=date(2027, 3, 29),
        deadline=date(2027, 4, 20),
        report_to="州纪委党风室",
        lines=(
            p.RectificationLine(
                POINTS[0].problem,
                "补齐2026年12个项目备案",
                "沈亦舟",
                POINTS[0].due,
                "已全部补齐",
                ("备案台账", "备案回执12份"),
                "已销号",
            ),
            p.RectificationLine(
                POINTS[1].problem, "制定谈话计划", "陆怀川", date(2027, 3, 20), "完成2人次", ("谈话记录",), "整改中", 9
            ),
        ),
        basis=make_rectification_order().basis[:1],
    )


def make_rectification_summary() -> c.RectificationSummaryContext:
    """The status of two subjects under rectification."""
    reports = (p.ReportState("第一季度", "已收"), p.ReportState("第二季度", "未到期"))
    return c.RectificationSummaryContext(
        replace(HEAD, attachments=("州水务局领导班子整改季度报告", "州水务局陆怀川整改季度报告")),
        **COMMON,
        as_of=date(2027, 3, 31),
        rows=(
            p.RectificationSummaryRow(TEAM, "一般", 4, 3, 0, 0, reports),
            p.RectificationSummaryRow(PRINCIPAL, "一般", 2, 1, 1, 9, reports),
        ),
        basis=make_rectification_order().basis[:1],
        trend=(TrendPoint("2026Q4", 6, 0, 0), TrendPoint("2027Q1", 2, 4, 1)),
    )


def make_archive_extract() -> c.ArchiveExtractContext:
    """An entry and the entry that corrects it."""
    entry = p.ArchiveLine(
        "2027-014",
        "记入",
        date(2027, 1, 25),
        "2026年度",
        SCHEME,
        "一般",
        ("定等决定记录", "民主测评汇总"),
        ("诫勉谈话", "责令限期整改"),
    )
    correction = replace(
        entry,
        number="2027-031",
        kind="更正",
        recorded_on=date(2027, 2, 8),
        grade="较好",
        consequences=(),
        corrects="2027-014",
        note="异议成立，重新决定",
    )
    return c.ArchiveExtractContext(
        HEAD,
        **COMMON,
        subject=PRINCIPAL,
        purpose="干部选拔任用廉政审核",
        lines=(entry, correction),
        basis=(p.Citation("BZ-22", "记入领导干部廉政档案", SOURCE),),
    )


def make_result_uses() -> c.ResultUsesContext:
    """Two cadres with their last grades."""
    return c.ResultUsesContext(
        HEAD,
        **COMMON,
        as_of=date(2027, 2, 1),
        uses=("业绩评定", "奖励惩处", "岗位调整", "选拔任用"),
        rows=(
            p.ResultUseRow(
                PRINCIPAL, (p.YearGrade(2026, "一般"), p.YearGrade(2025, "较好")), ("诫勉谈话", "责令限期整改")
            ),
            p.ResultUseRow(DEPUTY, (p.YearGrade(2026, "好"),)),
        ),
        basis=(p.Citation("BZ-23", "作为业绩评定、奖励惩处、岗位调整、选拔任用的重要依据", SOURCE),),
    )


def make_documents() -> dict[str, c.Document]:
    """One of each document by its key."""
    makers = {key: globals()[f"make_{key}"] for key in c.DOCUMENTS}
    return {key: make() for key, make in makers.items()}
