"""What a pack lacks of its policy record is a remark, never a fault (BZ-01, BZ-59)."""

import pytest
from typer.testing import CliRunner

import cli
from config.remarks import missing_sections
from config.scheme_loader import Pack, load_scheme, load_scheme_files, pack_files
from tests.packs import tiny

SECTION = "    责任追究: "
CONSULTED = "    consulted: "
SUPERIOR = "    superior: "


def without(*starts: str) -> Pack:
    """The Bozhou pack without the lines of scheme.yaml that begin so."""
    files = pack_files(load_scheme("bozhou"))
    lines = files["scheme.yaml"].splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(starts or ("~",))]
    assert len(lines) - len(kept) == len(starts)
    return load_scheme_files({**files, "scheme.yaml": "".join(kept)})


def test_the_section_that_a_policy_lacks_is_named() -> None:
    """BZ-01: all eight are there; without 责任追究 exactly it is missing, and the pack still loads."""
    whole, part = without(), without(SECTION)
    assert whole.head.policy is not None
    assert part.head.policy is not None
    assert missing_sections(whole.head.policy) == []
    assert missing_sections(part.head.policy) == ["责任追究"]
    assert ["责任追究" in remark and "BZ-01" in remark for remark in part.remarks] == [True]


@pytest.mark.parametrize(("start", "told"), [(CONSULTED, "征求过意见"), (SUPERIOR, "上级规定")])
def test_what_the_drafting_record_lacks_is_a_remark(start: str, told: str) -> None:
    """BZ-59: consultation and superior provisions, each its own remark; none when both are there."""
    assert without().remarks == ()
    (remark,) = without(start).remarks
    assert told in remark
    assert "BZ-59" in remark


def test_a_pack_without_a_policy_record_has_no_remark() -> None:
    """Other localities need not describe their document."""
    assert load_scheme_files(tiny()).remarks == ()


def test_check_says_the_remarks(tmp_path) -> None:
    """Exit code 0, the remark behind 提示."""
    for name, text in without(SECTION).files.items():
        path = tmp_path / "bozhou" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(cli.app, ["scheme", "check", str(tmp_path / "bozhou")])
    assert done.exit_code == 0
    assert "提示:考核办法缺少责任追究(BZ-01)" in done.stdout
