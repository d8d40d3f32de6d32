"""No value without its clause: rules cite sources, and sources are quoted word for word."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from config.checks.clauses import cites
from config.scheme_loader import list_schemes, load_scheme
from config.scheme_models import SourceModel

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"

COMPARED = Path(__file__).parent / "data" / "clauses.json"
HOW_TO = "beside the source texts run `python -m tests.health.test_clauses`"


def _without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


def _fingerprint(clause: str) -> str:
    return hashlib.sha256(_without_space(clause).encode()).hexdigest()


def _is_quoted(source: str, clause: str) -> bool:
    texts = [_without_space(path.read_text(encoding="utf-8")) for path in SEEDS.glob(f"{source[1:]}_*.txt")]
    assert texts, f"no text for {source}"
    return any(_without_space(clause) in text for text in texts)


def _real(name: str) -> list[SourceModel]:
    """The sources of a pack that have a text somewhere: not those of the fictional template."""
    return [source for source in load_scheme(name).sources if not source.fictional]


def write_compared() -> None:
    """Writes the fingerprints of all clauses; only of those that stand in the source's text, which must be there."""
    compared: dict[str, set[str]] = {}
    for source in (source for name in list_schemes() for source in _real(name)):
        quoted = {_fingerprint(clause) for clause in source.clauses if _is_quoted(source.id, clause)}
        compared.setdefault(source.id, set()).update(quoted)
    lists = {source: sorted(prints) for source, prints in sorted(compared.items())}
    COMPARED.write_text(json.dumps(lists, indent=1) + "\n", encoding="utf-8")


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
    for source in _real(name):
        missing = [clause for clause in source.clauses if not _is_quoted(source.id, clause)]
        assert not missing, f"{source.id}: quote word for word: {missing}"


@pytest.mark.parametrize("name", list_schemes())
def test_every_clause_was_compared_with_its_source(name):
    """A clause that changed since it was compared fails here too, where no source text is at hand."""
    compared = json.loads(COMPARED.read_text(encoding="utf-8"))
    for source in _real(name):
        known = set(compared.get(source.id, []))
        unknown = [clause for clause in source.clauses if _fingerprint(clause) not in known]
        assert not unknown, f"{source.id}: {HOW_TO}: {unknown}"


def test_no_fingerprint_outlives_its_clause():
    """Several packs may quote one source; what none of them quotes any more is dropped."""
    quoted = {
        (source.id, _fingerprint(clause))
        for name in list_schemes()
        for source in load_scheme(name).sources
        for clause in source.clauses
    }
    compared = json.loads(COMPARED.read_text(encoding="utf-8"))
    assert {(source, print_) for source, prints in compared.items() for print_ in prints} <= quoted, HOW_TO


def test_a_fingerprint_sees_words_and_no_white_space():
    """Line breaks of a source do not matter, each letter does."""
    assert _fingerprint("不得超过 三分\n之一") == _fingerprint("不得超过三分之一")
    assert _fingerprint("不得超过三分之二") != _fingerprint("不得超过三分之一")


@pytest.mark.parametrize("name", list_schemes())
def test_what_no_source_says_is_marked(name):
    """A setting without a clause is a default, and defaults are exactly what may be overridden."""
    pack = load_scheme(name)
    for decl in pack.scheme.config.values():
        assert decl.cite.is_default or decl.cite.clause, f"{decl.key}: cite it or mark it basis: default"
        assert (decl.key in pack.overridable) == decl.cite.is_default


if __name__ == "__main__":
    write_compared()
