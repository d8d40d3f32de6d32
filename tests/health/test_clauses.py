"""No value without its clause: rules cite sources, and sources are quoted word for word."""

import re
from pathlib import Path

import pytest

from config.scheme_checks import cites
from config.scheme_loader import list_schemes, load_scheme

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"


def _without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("name", list_schemes())
def test_every_rule_cites_a_clause_of_its_sources(name):
    """Each rule, consequence and cited value stands on a clause that sources.yaml lists."""
    pack = load_scheme(name)
    listed = {source.id: source.clauses for source in pack.sources}
    for rule in (*pack.scheme.rules, *pack.scheme.consequences):
        assert rule.cite.clause, f"{rule.id} has no clause"
    for file, data in pack.maps.items():
        for path, cite in cites(data):
            clauses = listed[cite["source"]]
            assert any(cite["clause"] in clause for clause in clauses), f"{file} {path}: {cite['clause']}"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the source texts are not beside the repository")
@pytest.mark.parametrize("name", list_schemes())
def test_every_clause_is_in_the_source_text(name):
    """Each clause of sources.yaml is in the source's text, white space aside."""
    for source in load_scheme(name).sources:
        texts = [_without_space(path.read_text(encoding="utf-8")) for path in SEEDS.glob(f"{source.id[1:]}_*.txt")]
        assert texts, f"no text for {source.id}"
        missing = [clause for clause in source.clauses if not any(_without_space(clause) in text for text in texts)]
        assert not missing, f"{source.id}: quote word for word: {missing}"


@pytest.mark.parametrize("name", list_schemes())
def test_what_no_source_says_is_marked(name):
    """A setting without a clause is a default, and defaults are exactly what may be overridden."""
    pack = load_scheme(name)
    for decl in pack.scheme.config.values():
        assert decl.cite.is_default or decl.cite.clause, f"{decl.key}: cite it or mark it basis: default"
        assert (decl.key in pack.overridable) == decl.cite.is_default
