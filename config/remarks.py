"""What a pack leaves unsaid about its policy document: worth telling, no fault (BZ-01, BZ-59)."""

from collections.abc import Iterator

from config.scheme_models import PolicyModel


def missing_sections(policy: PolicyModel) -> list[str]:
    """The required sections of which the pack says nothing, in the order in which they are required (BZ-01)."""
    return [name for name in policy.required_sections if not policy.sections.get(name, "").strip()]


def policy_remarks(policy: PolicyModel | None) -> tuple[str, ...]:
    """One Chinese sentence for each thing missing from the policy record; none for a pack without such a record."""
    return tuple(_remarks(policy)) if policy else ()


def _remarks(policy: PolicyModel) -> Iterator[str]:
    if missing := missing_sections(policy):
        yield f"考核办法缺少{'、'.join(missing)}{_id(policy.rule)};请在 scheme.yaml 的 policy.sections 中补上"
    drafting = policy.drafting
    rule = _id(drafting.rule if drafting else policy.rule)
    if drafting is None or not drafting.consulted:
        yield f"起草记录没有征求过意见的对象{rule};请在 policy.drafting.consulted 中补上"
    if drafting is None or not drafting.superior:
        yield f"起草记录没有所依据的上级规定{rule};请在 policy.drafting.superior 中补上"


def _id(rule: str) -> str:
    return f"({rule})" if rule else ""
