"""The identity of what decides grades in a pack: two packs with equal hashes grade alike."""

from collections.abc import Mapping

from config.scheme_loader import content_hash

DECIDING = ("scheme.yaml", "scoring.yaml", "rules.yaml", "consequences.yaml")


def grading_hash(files: Mapping[str, str]) -> str:
    """Return SHA-256 over the files that decide grades; texts of sources, stages, forms and cases do not count."""
    return content_hash({name: files[name] for name in DECIDING if name in files})
