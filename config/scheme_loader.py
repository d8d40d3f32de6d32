"""Loads a scheme pack from its folder or from stored text, and stops once with every fault of it."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from config.remarks import policy_remarks
from config.roles import ROLE_LABELS
from config.scheme_case import load_case
from config.scheme_cases import run_cases
from config.scheme_checks import check_folder, check_pack
from config.scheme_compile import PackFiles, compile_scheme
from config.scheme_models import Cited, SchemeFile, SourceModel, SourcesFile
from config.scheme_rule_models import ConsequencesFile, RulesFile
from config.scheme_scope import cite_of
from config.scoring_models import ScoringFile
from config.yaml_file import Fault, Faults, SchemeFaults, YamlMap, check_model, parse_yaml, read_text
from scoring.scheme import Cite, Scheme, Setting

__all__ = [
    "Pack", "UnknownScheme", "list_launchable", "list_schemes", "load_case", "load_scheme", "load_scheme_files",
    "pack_files", "run_cases",
]  # fmt: skip

SCHEMES = Path(__file__).parent / "schemes"
OWN_SCHEMES = "KAOHE_SCHEMES"  # a folder of further packs; read here, as the settings' library costs half a second
CASES, COVERAGE = "cases/", "coverage.yaml"  # read only when they are run or asked for
WORDING = "notices/"  # the pack's own texts of messages, no YAML; checked by who renders them
GRADING_FILES = ("scheme.yaml", "sources.yaml", "scoring.yaml", "rules.yaml", "consequences.yaml")

M = TypeVar("M", bound=BaseModel)


class UnknownScheme(SchemeFaults):
    """No such scheme; names those that exist."""

    def __init__(self, found: str) -> None:
        known = ", ".join(list_schemes())
        super().__init__([Fault("config/schemes", 0, f"没有方案 {found!r}", known, "改用其中之一,或方案所在的文件夹")])


@dataclass(frozen=True)
class Pack:
    """A loaded pack: the compiled scheme, its sources, and every other file as read (stages, duties, forms)."""

    scheme: Scheme
    head: SchemeFile
    sources: tuple[SourceModel, ...]
    action_labels: Mapping[str, str]
    maps: Mapping[str, YamlMap]
    files: Mapping[str, str]
    root: Path | None

    @property
    def id(self) -> str:
        return self.scheme.id

    @property
    def place(self) -> str:
        """The locality as cycles are named after it: 博州."""
        return self.head.place

    @property
    def roles(self) -> Mapping[str, str]:
        """What people call each role here: 市委 for party_committee."""
        return {**ROLE_LABELS, **{str(role): name for role, name in self.head.roles.items()}}

    @property
    def hash(self) -> str:
        return self.scheme.hash

    @property
    def overridable(self) -> dict[str, tuple[Setting, str]]:
        """Default and Chinese label of each setting that an administrator may override at launch."""
        declared = self.scheme.config.items()
        return {key: (decl.default, decl.label) for key, decl in declared if decl.overridable}

    @property
    def fact_cites(self) -> dict[str, Cite]:
        """The clause of each fact by its name, marked where it is a default."""
        entries = self.maps["scoring.yaml"]["facts"]
        return {entry["name"]: cite_of(Cited.model_validate(_origin(entry))) for entry in entries}

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is worth saying about the pack and is no fault (提示), a Chinese sentence each."""
        return policy_remarks(self.head.policy)

    @property
    def stages(self) -> YamlMap | None:
        """stages.yaml as read strictly; None where the pack has none."""
        return self.maps.get("stages.yaml")

    @property
    def duties(self) -> YamlMap | None:
        return self.maps.get("duties.yaml")

    @property
    def forms(self) -> dict[str, YamlMap]:
        """The forms by name of their file."""
        return {Path(name).stem: data for name, data in self.maps.items() if name.startswith("forms/")}


def scheme_folders() -> dict[str, Path]:
    """The folder of each pack by id: those that come with Kaohe, then those in the folder that KAOHE_SCHEMES names."""
    homes = dict.fromkeys([SCHEMES, own_schemes()])
    return {path.parent.name: path.parent for home in homes for path in sorted(home.glob("*/scheme.yaml"))}


def own_schemes() -> Path:
    """Where the packs of this installation stand: the folder that KAOHE_SCHEMES names, else Kaohe's own."""
    return Path(os.environ.get(OWN_SCHEMES) or SCHEMES)


def list_schemes() -> list[str]:
    """The ids of all packs that can be called by an id."""
    return sorted(scheme_folders())


def list_launchable() -> list[str]:
    """The ids of the packs that a cycle can be run on: those that say its stages."""
    return sorted(id_ for id_, folder in scheme_folders().items() if (folder / "stages.yaml").is_file())


def list_recurring() -> list[str]:
    """The ids of the packs that say recurring duties."""
    return sorted(id_ for id_, folder in scheme_folders().items() if (folder / "duties.yaml").is_file())


def faulty_schemes() -> dict[str, SchemeFaults]:
    """The packs that do not load, by id, each with every fault; nothing of them can be enabled or registered."""
    found = {}
    for id_ in list_schemes():
        try:
            load_scheme(id_)
        except SchemeFaults as faults:
            found[id_] = faults
    return found


def load_scheme(id_or_path: str | Path) -> Pack:
    """The pack of an id or a folder; UnknownScheme, or SchemeFaults with every fault of the pack."""
    root = scheme_folders().get(str(id_or_path), Path(id_or_path))
    if not (root / "scheme.yaml").is_file():
        raise UnknownScheme(str(id_or_path))
    files, faults = {}, Faults()
    for path in sorted([*root.rglob("*.yaml"), *root.glob(f"{WORDING}*.j2")]):
        name = path.relative_to(root).as_posix()
        if (text := read_text(path, name, faults)) is not None:
            files[name] = text
    faults.raise_any()
    return load_scheme_files(files, root)


def load_scheme_files(files: Mapping[str, str], root: Path | None = None, *, frozen: bool = False) -> Pack:
    """The pack of these texts by relative name.

    `frozen` reads what a cycle stored: it was sound when the cycle was opened, and stays readable when the checks of
    whole packs learn more. A process reads and checks the same texts once.
    """
    return _load(tuple(sorted(files.items())), root, root.resolve().name if root else None, frozen)


@lru_cache(maxsize=32)
def _load(texts: tuple[tuple[str, str], ...], root: Path | None, folder: str | None, frozen: bool) -> Pack:
    faults, files = Faults(), dict(texts)
    for name in sorted(set(GRADING_FILES) - set(files)):
        faults.add(name, 1, "没有这个文件", ", ".join(GRADING_FILES), "补上该文件")
    graded = {name: text for name, text in files.items() if not name.startswith((CASES, COVERAGE, WORDING))}
    maps = {name: parse_yaml(text, name, faults) for name, text in graded.items()}
    faults.raise_any()
    head, sources = _model(SchemeFile, maps, "scheme.yaml", faults), _model(SourcesFile, maps, "sources.yaml", faults)
    scoring, rules = _model(ScoringFile, maps, "scoring.yaml", faults), _model(RulesFile, maps, "rules.yaml", faults)
    consequences = _model(ConsequencesFile, maps, "consequences.yaml", faults)
    if head is None or sources is None or scoring is None or rules is None or consequences is None:
        raise SchemeFaults(faults.items)
    scheme = compile_scheme(PackFiles(head, scoring, rules, consequences, maps), content_hash(files), faults)
    if not frozen:
        check_pack(scheme, head, sources, maps, faults)
    if folder is not None:
        check_folder(head, folder, maps["scheme.yaml"], faults)
    faults.raise_any()
    labels = {action.code: action.label for action in consequences.actions}
    return Pack(scheme, head, tuple(sources.sources), labels, maps, files, root)


def pack_files(pack: Pack) -> dict[str, str]:
    """Every file of the pack as text; `load_scheme_files` of it gives the same hash and the same answers."""
    return dict(pack.files)


def content_hash(files: Mapping[str, str]) -> str:
    """SHA-256 over names and texts in the order of the names, line ends normalised."""
    digest = hashlib.sha256()
    for name in sorted(files):
        text = files[name].replace("\r\n", "\n")
        digest.update(f"{name}\0{len(text)}\0{text}\0".encode())
    return digest.hexdigest()


def _model(model: type[M], maps: Mapping[str, YamlMap], name: str, faults: Faults) -> M | None:
    return check_model(model, maps[name], faults)


def _origin(entry: YamlMap) -> dict[str, object]:
    return {key: entry[key] for key in ("cite", "basis") if key in entry}
