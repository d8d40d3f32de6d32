"""What-if: who changes by which rule, and how stable grades and places are over variants."""

from config.scheme_loader import load_scheme, load_scheme_files
from config.trial import Trial
from scoring.assess import assess
from scoring.variation import Stability
from scoring.whatif import changes_between
from tests.packs import make_case, tiny

TRIAL = Trial(load_scheme_files(tiny()))
TEAMS = ["A", "B", "C"]
CASE = make_case(
    [(team, "team", team) for team in TEAMS],
    {(team, "points"): points for team, points in zip(TEAMS, (50, 9, 50), strict=True)}
    | {(team, "first"): "甲" for team in TEAMS}
    | {(team, "order"): order for order, team in enumerate(TEAMS, start=1)},
)


def tried(changes):
    before = assess(TRIAL.pack.scheme, CASE, "propose")
    return {row.subject: row for row in changes_between(before, assess(TRIAL.scheme(changes), CASE, "propose"))}


def test_a_wider_quota_lets_the_next_in_order_up_and_says_so():
    """One place of three: A alone; two: C as well, no longer held back by the places."""
    changed = tried({"T-6.part": 2})
    assert set(changed) == {"C"}
    assert (changed["C"].before, changed["C"].after) == ("乙", "甲")
    assert changed["C"].reasons == ("不再受 T-6 名额限制(原:候选2,名额1)",)


def test_a_stricter_limit_names_the_rule_that_now_bites():
    """60 points are asked, all have less."""
    changed = tried({"points.low": 60})
    assert set(changed) == {"A"}
    assert changed["A"].reasons == ("T-1 低分:得分=50",)


def test_a_rule_switched_off_is_named_as_gone():
    """B is no longer capped; it goes for the one place and does not get it, so only the rules differ."""
    assert tried({"T-1.off": True}) == {}
    changed = tried({"T-1.off": True, "T-6.part": 3})
    assert changed["B"].reasons == ("不再受 T-1 低分限制(原:得分=9)",)


def test_equal_rules_change_nobody():
    """A trial of the values as they are."""
    assert tried({"T-6.part": 1}) == {}


def test_stability_counts_variants_with_the_same_grade_and_the_range_of_places():
    """Three variants of the places: none, one (as now), all."""
    stability = Stability(TRIAL.pack.scheme, CASE)
    for part in (0, 1, 3):
        stability.add(TRIAL.scheme({"T-6.part": part}), CASE)
    rows = {row["subject"]: row for row in stability.frame().iter_rows(named=True)}
    assert [(row["same"], row["variants"], row["best"], row["worst"]) for row in rows.values()] == [
        (2, 3, "甲", "乙"),
        (3, 3, "乙", "乙"),
        (2, 3, "甲", "乙"),
    ]
    assert [(row["place_best"], row["place_worst"]) for row in rows.values()] == [(1, 1), (2, 3), (2, 3)]


def test_a_variant_under_which_someone_is_not_graded_counts_as_another_grade():
    """Without points a team is blocked; its place is null, the others' still stand."""
    case = make_case([("A", "team", "A"), ("B", "team", "B")], {("A", "points"): 50, ("A", "first"): "乙"})
    stability = Stability(TRIAL.pack.scheme, case)
    stability.add(TRIAL.scheme({"T-1.off": True}), case)
    rows = {row["subject"]: row for row in stability.frame().iter_rows(named=True)}
    assert (rows["B"]["grade"], rows["B"]["same"], rows["B"]["best"]) == (None, 0, "乙")
    assert (rows["A"]["grade"], rows["A"]["same"]) == ("乙", 1)


def test_other_weights_tell_the_score_and_the_start_that_follow():
    """The template pack: 90 of 100 for discipline instead of 30 lift a score of 59."""
    pack = load_scheme("example")
    case = make_case(
        [("A1", "principal", "A")],
        {("A1", "work_score"): 40, ("A1", "review_score"): 45},
    )
    trial = Trial(pack)
    key = next(key for key in trial.knobs if key.endswith("weights.discipline"))
    after = assess(trial.scheme({key: 90}), case, "propose")
    (change,) = changes_between(assess(pack.scheme, case, "propose"), after)
    told = [reason.split("由")[0] for reason in change.reasons]
    assert told[:4] == ["年度得分", "得分档次", "得分档次等次", "起始等次"]


def test_a_reason_is_called_by_the_rule_and_not_by_a_component_of_the_same_id():
    """JS-14 is an order, quotas for units and teams: no name rather than a wrong one; JS-12 has one quota for staff."""
    jiangsu = Trial(load_scheme("jiangsu"))
    case = make_case(
        [(city, "unit", city) for city in "ABCD"],
        {(city, name): value for city, total in zip("ABCD", (90, 80, 70, 60), strict=True)
         for name, value in {"common_score": total, "individual_score": 0, "party_quantitative": 40,
                             "party_qualitative": 40, "satisfaction": 80, "unit_type": "city"}.items()},
    )  # fmt: skip
    before = assess(jiangsu.pack.scheme, case, "propose")
    changed = {
        row.subject: row
        for row in changes_between(before, assess(jiangsu.scheme({"js.grade_ratio.top": 50}), case, "propose"))
    }
    assert (changed["B"].before, changed["B"].after) == ("良好", "优秀")
    assert changed["B"].reasons == ("不再受 JS-14限制(原:候选4,名额1)",)
