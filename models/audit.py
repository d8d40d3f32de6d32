"""The append-only audit chain: what was done, by whom, when, each row hashing the one before."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, update
from sqlmodel import Field, Session, SQLModel, col, select

GENESIS = "0" * 64
VERSION = b"kaohe-audit-1\n"


class Audit(SQLModel, table=True):
    """One link of the chain; `canonical` is stored as it was hashed."""

    seq: int = Field(primary_key=True)
    prev: str = Field(unique=True, max_length=64)
    hash: str = Field(unique=True, max_length=64)
    canonical: str
    object: str = Field(index=True)


class AuditHead(SQLModel, table=True):
    """The last link; appending locks this one row, so the chain cannot fork."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="check_audit_head_one_row"),)

    id: int = Field(default=1, primary_key=True)
    seq: int = 0
    hash: str = GENESIS


def canonical_json(content: Any) -> str:
    """Return JSON with sorted keys and no spaces: equal content, equal bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def link_hash(prev: str, canonical: str) -> str:
    """Return SHA-256 over version tag, previous hash and content."""
    return hashlib.sha256(VERSION + prev.encode() + b"\n" + canonical.encode()).hexdigest()


def append_audit(session: Session, *, verb: str, object: str, by: str, at: datetime, detail: dict[str, Any]) -> None:
    """Append one link in the caller's transaction, locking the head row first."""
    head = session.exec(select(AuditHead).where(AuditHead.id == 1).with_for_update()).one()
    canonical = canonical_json({"verb": verb, "object": object, "by": by, "at": at.isoformat(), "detail": detail})
    digest = link_hash(head.hash, canonical)
    session.add(Audit(seq=head.seq + 1, prev=head.hash, hash=digest, canonical=canonical, object=object))
    session.exec(update(AuditHead).where(col(AuditHead.id) == 1).values(seq=head.seq + 1, hash=digest))
    session.flush()
    session.expire(head)


def verify_audit(session: Session) -> list[str]:
    """Return what is wrong with the chain, in words; empty when every link holds."""
    faults, prev, count = [], GENESIS, 0
    for count, link in enumerate(session.exec(select(Audit).order_by(col(Audit.seq))), start=1):
        if link.seq != count or link.prev != prev:
            faults.append(f"审计链第 {count} 条之前有缺失或插入(序号 {link.seq})")
        if link_hash(link.prev, link.canonical) != link.hash:
            faults.append(f"审计链第 {link.seq} 条内容被改动")
        prev = link.hash
    head = session.exec(select(AuditHead)).one()
    if (head.seq, head.hash) != (count, prev):
        faults.append(f"审计链末尾应为第 {head.seq} 条,实有 {count} 条")
    return faults
