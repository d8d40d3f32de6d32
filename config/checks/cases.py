"""Worked cases that cannot be read: all their faults at once, before any of them is run."""

from config.scheme_case import case_frames
from config.scheme_cases import Expect, worked_cases
from config.scheme_loader import Pack
from config.yaml_file import Fault, Faults, SchemeFaults, YamlMap, check_model


def check_cases(pack: Pack) -> int:
    """How many cases the pack has; SchemeFaults with every fault of all of them."""
    found: list[Fault] = []
    cases = list(worked_cases(pack))
    for case in cases:
        faults = Faults()
        expect = case.data.get("expect")
        if not isinstance(expect, YamlMap):
            faults.at(case.data, ("expect",), "没有 expect", "案例应得的结果", "补上 expect")
        else:
            check_model(Expect, expect, faults)
        try:
            case_frames(case.data, pack.scheme, faults)
        except SchemeFaults as stopped:
            found += stopped.faults
    if found:
        raise SchemeFaults(found)
    return len(cases)
