"""Faults that only show when a pack is seen whole, each kind in its module of config/checks."""

from collections.abc import Mapping

from config.checks.clauses import check_clauses
from config.checks.dead_rules import check_dead_rules
from config.checks.duties import check_duties
from config.checks.ladders import check_ladders
from config.checks.names import check_criteria, check_forms
from config.checks.never_true import check_conditions
from config.checks.order import check_order
from config.checks.reach import check_reach
from config.scheme_models import SchemeFile, SourcesFile
from config.yaml_file import Faults, YamlMap
from scoring.scheme import Scheme


def check_pack(
    scheme: Scheme, head: SchemeFile, sources: SourcesFile, maps: Mapping[str, YamlMap], faults: Faults
) -> None:
    """Adds every fault that concerns more than one value of the pack."""
    check_clauses(sources, maps, faults)
    check_criteria(scheme, head, maps["scheme.yaml"], faults)
    check_order(scheme, maps, faults)
    check_forms(scheme, maps, faults)
    check_duties(scheme, maps, faults)
    check_ladders(maps, faults)
    check_dead_rules(scheme, maps, faults)
    check_conditions(scheme, maps, faults)
    check_reach(scheme, head, maps, faults)


def check_folder(head: SchemeFile, folder: str, data: YamlMap, faults: Faults) -> None:
    """A pack is called by its folder and cycles keep its id, so both must be one name."""
    if head.id != folder:
        faults.at(data, ("id",), f"id: {head.id},文件夹名为 {folder}", folder, "改 id 或改文件夹名,使两者相同")
