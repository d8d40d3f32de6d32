"""`kaohe roster` and `kaohe intake` as typed: what they print, write and return."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from cli import app
from tasks.sheets.reading import read_sheets

UNITS = "编码,名称,类型,分管领导\nA01,州水务局,部门,\n"
PERSONS = "编码,姓名\nP1,陆怀川\n"
POSTS = "人员编码,单位编码,职务,层级,主要领导,任职日期,免职日期\nP1,A01,局长,正职,,2007-03-01,\n"
MIDYEAR = """\
单位,带队领导,带队领导身份,责任制落实情况,反腐倡廉重点任务完成情况,检查日期
A01,常委乙,州纪委常委,落实,完成,2010-07-10
"""


@pytest.fixture
def run(sqlite_template, tmp_path, monkeypatch):
    """Run a command on a fresh database in an empty folder; return exit code and output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KAOHE_DATABASE_URL", raising=False)
    monkeypatch.setenv("KAOHE_DATA", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "var" / "kaohe.db")

    def call(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(words))
        return result.exit_code, result.output

    return call


@pytest.fixture
def roster(run, tmp_path):
    """One unit with its head, imported from three of the four CSV files."""
    folder = tmp_path / "名册"
    folder.mkdir()
    for name, text in (("单位", UNITS), ("人员", PERSONS), ("任职", POSTS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    assert run("roster", "import", str(folder), "--apply")[0] == 0


def test_an_import_is_only_tried_unless_applied(run, tmp_path):
    """The first run tells, the second writes, the third finds nothing new."""
    (tmp_path / "单位.csv").write_text(UNITS, encoding="utf-8")
    code, output = run("roster", "import", "单位.csv")
    assert (code, "什么都没有写入" in output, "+ A01" in output) == (0, True, True)
    assert json.loads(run("roster", "import", "单位.csv", "--apply", "--json")[1])["sheets"]["单位"]["added"] == 1
    assert json.loads(run("roster", "import", "单位.csv", "--json")[1])["sheets"]["单位"]["unchanged"] == 1


def test_faulty_sheets_end_with_2_and_every_fault(run, tmp_path):
    """Place, found, allowed, remedy of each, then how many."""
    (tmp_path / "任职.csv").write_text(POSTS.replace("2007-03-01", "2007-02-30"), encoding="utf-8")
    code, output = run("roster", "import", "任职.csv", "--apply")
    assert code == 2
    assert "任职.csv 工作表“任职” 第 2 行 F 列(任职日期)" in output
    assert "不认识的单位“A01”" in output
    assert "共 3 处问题,什么都没有写入" in output


@pytest.mark.usefixtures("roster")
def test_export_and_template_write_what_they_say(run, tmp_path):
    """The export holds the roster, the template is ready to fill in."""
    assert run("roster", "export", "-o", "出.xlsx")[0] == 0
    sheets = {sheet.name: sheet.rows for sheet in read_sheets(tmp_path / "出.xlsx")}
    assert sheets["任职"][1][:4] == ["P1", "A01", "局长", "正职"]
    assert run("roster", "template", "-o", "空.xlsx")[0] == 0
    assert json.loads(run("roster", "import", "空.xlsx", "--json")[1])["sheets"]["单位"]["added"] == 0


@pytest.mark.usefixtures("roster")
def test_intake_before_the_cycle_is_opened(run, tmp_path):
    """Template with the unit filled in; a filled CSV is taken in once."""
    assert run("intake", "template", "bozhou-2010", "--form", "midyear", "-o", "年中.xlsx")[0] == 0
    sheets = {sheet.name: sheet.rows for sheet in read_sheets(tmp_path / "年中.xlsx")}
    assert sheets["年中检查记录表"][1][:2] == ["A01", "州水务局"]
    (tmp_path / "midyear.csv").write_text(MIDYEAR, encoding="utf-8")
    told = json.loads(run("intake", "import", "bozhou-2010", "midyear.csv", "--apply", "--json")[1])
    assert told == {"applied": True, "forms": {"midyear": {"added": 1, "replaced": 0, "unchanged": 0}}, "unfilled": 0}
    assert "不变 1 行" in run("intake", "import", "bozhou-2010", "midyear.csv")[1]


@pytest.mark.usefixtures("roster")
def test_unknown_cycles_and_forms_name_those_that_exist(run):
    """Wrong words end with 2 and the allowed ones."""
    code, output = run("intake", "template", "nowhere-2010")
    assert (code, "bozhou-年份" in output) == (2, True)
    code, output = run("intake", "template", "bozhou-2010", "--form", "none")
    assert (code, "ballots(民主测评票数登记表)" in output) == (2, True)


def test_without_a_database_the_command_says_how_to_make_one(run, tmp_path):
    """Exit code 1 and `kaohe init`."""
    code, output = run("roster", "export", "--data", str(tmp_path / "none"))
    assert (code, "kaohe init" in output) == (1, True)
