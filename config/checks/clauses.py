"""Every cited clause stands in a source of the pack, word for word."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from config.checks.places import Path
from config.scheme_models import SourcesFile
from config.yaml_file import Faults, YamlList, YamlMap


def cites(data: object, path: Path = ()) -> Iterator[tuple[Path, YamlMap]]:
    """Every `cite:` mapping below, with its path."""
    items = data.items() if isinstance(data, YamlMap) else enumerate(data) if isinstance(data, YamlList) else ()
    for key, value in items:
        if key == "cite" and isinstance(value, YamlMap):
            yield (*path, key), value
        else:
            yield from cites(value, (*path, key))


def check_clauses(sources: SourcesFile, maps: Mapping[str, YamlMap], faults: Faults) -> None:
    """Adds a fault for each citation of an unknown source or of words that the source is not listed with."""
    known = {source.id: source.clauses for source in sources.sources}
    for name, data in maps.items():
        if name == "sources.yaml":
            continue
        for path, cite in cites(data):
            source, clause = str(cite.get("source")), str(cite.get("clause"))
            if source not in known:
                faults.at(data, (*path, "source"), f"未知的出处 {source}", ", ".join(known), "在 sources.yaml 中补上")
            elif not any(clause in text for text in known[source]):
                near = "".join(f",最接近的是「{text}」" for text in get_close_matches(clause, known[source], n=1))
                remedy = "逐字引用,并在 sources.yaml 中列出该条款"
                faults.at(data, (*path, "clause"), f"条款「{clause}」", f"{source} 所列的条款{near}", remedy)
