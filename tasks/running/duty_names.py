"""What a recurring duty is called wherever a person meets it: 桐乡·每月评."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from config.duties import DutySpec, load_duties
from config.scheme_loader import Pack, list_recurring, load_scheme
from config.yaml_file import SchemeFaults


def duties_by_name(schemes: Sequence[str] | None = None) -> Mapping[str, tuple[Pack, DutySpec]]:
    """Return every duty of the given packs, or of all, by the name that people read; a pack with faults is left out."""
    found = [
        (pack, duty) for pack in _sound(list_recurring() if schemes is None else schemes) for duty in load_duties(pack)
    ]
    counts = Counter(duty_name(pack, duty) for pack, duty in found)
    return {_told_apart(pack, duty, counts[duty_name(pack, duty)]): (pack, duty) for pack, duty in found}


def duty_name(pack: Pack, duty: DutySpec) -> str:
    """Return place and label; Prefect takes no slash in names."""
    return f"{pack.place}·{duty.label}".replace("/", "、")


def _told_apart(pack: Pack, duty: DutySpec, count: int) -> str:
    return duty_name(pack, duty) if count == 1 else f"{duty_name(pack, duty)}({pack.id}.{duty.id})"


def _sound(schemes: Sequence[str]) -> Iterator[Pack]:
    for scheme in schemes:
        try:
            pack = load_scheme(scheme)
            load_duties(pack)
        except SchemeFaults:  # `kaohe doctor` names them; the other packs go on
            continue
        yield pack
