"""Packs: loaded alike from folder and stored text, every fault named with file and remedy."""

import pytest

from config.scheme_cases import run_case, worked_cases
from config.scheme_loader import (
    UnknownScheme,
    list_launchable,
    list_schemes,
    load_scheme,
    load_scheme_files,
    pack_files,
)
from config.yaml_file import SchemeFaults
from tests.packs import tiny

THIRD, FOURTH = "{source: S1, clause: 不得超过三分之一}", "    at_or_below: 乙\n    targets: [head]\n"
SCALE = "grades: [甲, 乙, 丙, 丁]"
BROKEN = {
    "unknown fact in a condition": ("rules.yaml", "points < $", "pionts < $", "pionts"),
    "wrong type in a condition": ("rules.yaml", "when: star", "when: points", "points"),
    "rule without a clause": ("rules.yaml", f"    cite: {THIRD}\n", "", "cite"),
    "clause that no source lists": ("rules.yaml", THIRD, "{source: S1, clause: 不超过}", "不超过"),
    "unknown source": ("rules.yaml", THIRD, THIRD.replace("S1", "S2"), "S2"),
    "rule id twice": (
        "rules.yaml",
        "id: T-5\n    kind: linkage\n    label: 正职到成员",
        "id: T-4\n    kind: linkage\n    label: 班子到正职",
        "T-4",
    ),
    "unknown grade": ("rules.yaml", "max_grade: 乙\n    cite: &low", "max_grade: 良\n    cite: &low", "良"),
    "part that is no number": ("rules.yaml", "    part: 1", "    part: few", "few"),
    "unknown grade of a quota": ("rules.yaml", "    grade: 甲\n    part", "    grade: 良\n    part", "良"),
    "unknown grade of a linkage": (
        "rules.yaml",
        "at_or_below: 乙\n    targets: [head]",
        "at_or_below: 良\n    targets: [head]",
        "良",
    ),
    "unknown tier": ("rules.yaml", "targets: [head]", "targets: [chief]", "chief"),
    "unknown setting": ("rules.yaml", "$points.low", "$points.high", "points.high"),
    "unknown kind": ("rules.yaml", "kind: quota", "kind: quotum", "quotum"),
    "unknown key": ("rules.yaml", "    whole: 3", "    whole: 3\n    hole: 3", "hole"),
    "unknown scale": ("scheme.yaml", "label: 班子, scale: s", "label: 班子, scale: zz", "zz"),
    "unknown pool": ("rules.yaml", "pool: teams", "pool: squads", "squads"),
    "missing of a wrong type": ("scoring.yaml", "member: 50", "member: many", "many"),
    "fact twice": ("scoring.yaml", "name: star", "name: poor", "poor"),
    "default out of its range": ("scheme.yaml", "default: 10", "default: 100", "100"),
    "range of what is no number": (
        "scoring.yaml",
        "label: 否决, type: bool",
        "label: 否决, minimum: 0, type: bool",
        "poor",
    ),
    "unknown action": ("consequences.yaml", "{action: TALK}", "{action: WALK}", "WALK"),
    "value without clause or basis": ("scheme.yaml", f"{SCALE}, basis: default", SCALE, "s 的写法"),
    "linkage without source": ("rules.yaml", FOURTH, FOURTH.partition("\n")[2], "T-4 的写法"),
    "base that is no fact": ("scoring.yaml", "grade: first", "grade: last", "last"),
}


def _faults(files):
    with pytest.raises(SchemeFaults) as stopped:
        load_scheme_files(files)
    return stopped.value.faults


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_pack_names_file_line_and_remedy(name):
    """Each way of breaking a pack gives a fault in the file that was broken, with what was found and what to do."""
    file, old, new, told = BROKEN[name]
    faults = _faults(tiny({file: (old, new)}))
    mine = [fault for fault in faults if told in fault.found]
    assert mine, [str(fault) for fault in faults]
    assert mine[0].file == file
    line = tiny()[file][: tiny()[file].index(old)].count("\n") + 1
    assert abs(mine[0].line - line) <= 8
    assert mine[0].allowed
    assert mine[0].remedy


def test_all_faults_of_a_pack_come_at_once():
    """Two files broken: both are named in one stop."""
    changes = {name: BROKEN[key][1:3] for key in ("unknown tier", "unknown action") for name in [BROKEN[key][0]]}
    assert {fault.file for fault in _faults(tiny(changes))} == {"rules.yaml", "consequences.yaml"}


def test_a_missing_file_is_named():
    """A pack has its five grading files."""
    files = tiny()
    del files["scoring.yaml"]
    assert [fault.file for fault in _faults(files)] == ["scoring.yaml"]


BACKWARDS = """
  - {id: T-7, kind: quota, label: 干部名额, pool: staff, grade: 甲, part: 1, whole: 3, cite: *low}
  - {id: T-8, kind: linkage, label: 倒回, applies_to: [head], at_or_below: 乙, targets: [team], max_grade: 乙,
     cite: *low}
"""


def test_a_quota_may_not_feed_back_into_a_pool_that_is_filled():
    """From the grade that a later quota hands out no linkage leads to an earlier pool; from a worse grade one may."""
    files = tiny()
    files["rules.yaml"] += BACKWARDS
    assert [("T-8" in fault.found, fault.file) for fault in _faults(files)] == [(True, "rules.yaml")]
    files["rules.yaml"] = files["rules.yaml"].replace(
        "at_or_below: 乙, targets: [team]", "at_or_below: 丙, targets: [team]"
    )
    assert len(load_scheme_files(files).scheme.rules) == 8


def test_each_tier_and_grade_needs_a_criterion():
    """BZ-04: a tier without a criterion for one of its grades makes the pack invalid."""
    pack = load_scheme("bozhou")
    files = pack_files(pack)
    old = "deputy: {好: [BZ-06, BZ-08, BZ-13], 较好: [BZ-11, BZ-31], 一般: [BZ-11, BZ-40], "
    assert old in files["scheme.yaml"]
    files["scheme.yaml"] = files["scheme.yaml"].replace(old, old.replace("一般: [BZ-11, BZ-40], ", ""))
    assert [("一般" in fault.found, fault.file) for fault in _faults(files)] == [(True, "scheme.yaml")]


def test_an_unknown_scheme_is_refused_with_those_that_exist():
    """The error lists the schemes."""
    with pytest.raises(UnknownScheme, match="bozhou"):
        load_scheme("atlantis")


def test_a_pack_is_loaded_from_a_folder_and_from_its_stored_text(tmp_path):
    """Folder, snapshot and shipped pack have one hash; a changed letter has another."""
    pack = load_scheme("bozhou")
    stored = pack_files(pack)
    for name, text in stored.items():
        path = tmp_path / "bozhou" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert load_scheme(tmp_path / "bozhou").hash == load_scheme_files(stored).hash == pack.hash
    stored["rules.yaml"] += "# changed\n"
    assert load_scheme_files(stored).hash != pack.hash


@pytest.mark.parametrize(
    ("folder", "told"), [("tiny", []), ("small", [("scheme.yaml", 2, "id: tiny,文件夹名为 small")])]
)
def test_a_pack_is_called_as_its_folder(tmp_path, folder, told):
    """Another id than the folder's name is a fault; stored text has no folder and is taken as it is."""
    (tmp_path / folder).mkdir()
    for name, text in tiny().items():
        (tmp_path / folder / name).write_text(text, encoding="utf-8")
    found = []
    try:
        assert load_scheme(tmp_path / folder).id == load_scheme_files(tiny()).id == "tiny"
    except SchemeFaults as stopped:
        found = [(fault.file, fault.line, fault.found) for fault in stopped.faults]
    assert found == told


def test_only_defaults_are_overridable():
    """What a source fixes stands in the pack but not in the launch form."""
    pack = load_scheme_files(tiny())
    assert pack.overridable == {"points.low": (10, "低分线")}
    assert "law.fixed" in pack.scheme.config


def test_a_wrong_rule_fails_its_cases_with_the_clause():
    """超过 read as 不少于: the boundary case fails and says which clause it is about."""
    files = pack_files(load_scheme("bozhou"))
    files["rules.yaml"] = files["rules.yaml"].replace(
        "* 3 > survey_valid AND investigation = ", "* 3 >= survey_valid AND investigation = "
    )
    pack = load_scheme_files(files)
    failed = [failure for case in worked_cases(pack) if "99 票" in case.name for failure in run_case(case, pack.scheme)]
    assert len(failed) == 1
    assert "BZ-13" in failed[0]
    assert "超过三分之一" in failed[0]


def test_packs_may_stand_in_a_folder_of_their_own(tmp_path, monkeypatch):
    """KAOHE_SCHEMES names a folder of further packs; only those with stages can be launched."""
    for name, text in tiny().items():
        (tmp_path / "tiny").mkdir(exist_ok=True)
        (tmp_path / "tiny" / name).write_text(text, encoding="utf-8")
    assert "tiny" not in list_schemes()
    monkeypatch.setenv("KAOHE_SCHEMES", str(tmp_path))
    assert {"bozhou", "tiny"} <= set(list_schemes())
    assert load_scheme("tiny").root == tmp_path / "tiny"
    assert "bozhou" in list_launchable()
    assert "tiny" not in list_launchable()


def test_what_a_cycle_stored_stays_readable():
    """A pack that the checks of whole packs refuse today is read again as it was frozen."""
    files = tiny({"rules.yaml": ("part: 1", "part: 3")})
    assert any("名额 3/3" in fault.found for fault in _faults(files))
    assert load_scheme_files(files, frozen=True).id == "tiny"
