"""One pass of the dispatcher: routes what is new, frees what dead senders held, and sends what is due."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import zip_longest
from uuid import uuid4

from sqlmodel import Session, and_, col, or_, select

from config import clock
from models.cycle import Rehearsal
from models.outbox import Delivery, Message
from models.session import reading, writing
from tasks.outbox.claim import Outcome, Parcel, Verb, claim, free_expired, renew, settle, until
from tasks.outbox.postman import Postman
from tasks.outbox.route import route_messages
from tasks.outbox.slip import Slip, Step, drop_slips, read_slip
from tasks.wiring import House

ROUTED_AT_ONCE = 500
BATCH = 200  # parcels under one lease: what is in doubt when the machine dies

NOTED: dict[Verb, Step] = {"send": "accepted", "retry": "refused", "fail": "refused", "doubt": "begun"}


@dataclass(frozen=True)
class Dispatched:
    """What a pass did, in deliveries; `routed` counts messages."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    uncertain: int = 0
    routed: int = 0


def dispatch(world: House, *, limit: int | None = None, now: datetime | None = None) -> Dispatched:
    """Send all that is due, at most `limit` deliveries; harmless when several run at once or one dies midway.

    `now` (else the clock's) decides what is due; leases run in real time.
    """
    return Pass(world, now).run(limit)


class Pass:
    """One holder of leases, from its first claim until nothing is due."""

    def __init__(self, world: House, now: datetime | None) -> None:
        self.world, self.given, self.holder = world, now, uuid4().hex
        # A mail takes a dozen steps at most, each as long as the timeout, before the lease is lengthened.
        self.lease = max(world.settings.lease_seconds, 20 * world.settings.smtp_timeout)

    def run(self, limit: int | None) -> Dispatched:
        """Send until nothing is due or the limit is reached."""
        with reading(self.world.engine) as session:
            rehearsal = session.exec(select(Rehearsal.id)).first() is not None
            if not _anything_due(session, self._now(session)):
                return Dispatched()
        told: Counter[str] = Counter(routed=self._route(), doubt=self._free())
        chosen = self.world.settings
        with Postman(chosen, rehearsal=rehearsal) as postman, Slip(chosen.data, self.holder) as slip:
            parcels = self._turn([], _room(limit, 0))
            taken = len(parcels)
            while parcels:
                outcomes = self._hand_over(postman, slip, parcels)
                told.update(outcome.verb for outcome in outcomes)
                parcels = self._turn(outcomes, _room(limit, taken))
                taken += len(parcels)
        return Dispatched(told["send"], told["retry"], told["fail"], told["doubt"], told["routed"])

    def _now(self, session: Session) -> datetime:
        return self.given or clock.now(session)

    def _route(self) -> int:
        routed, part = 0, ROUTED_AT_ONCE
        while part == ROUTED_AT_ONCE:
            with writing(self.world.engine) as session:
                part = route_messages(session, now=self._now(session), limit=ROUTED_AT_ONCE)
            routed += part
        return routed

    def _free(self) -> int:
        data = self.world.settings.data
        with writing(self.world.engine) as session:
            notes_of = partial(read_slip, data)
            doubtful = free_expired(session, now=self._now(session), wall=clock.wall_now(), notes_of=notes_of)
        with reading(self.world.engine) as session:
            drop_slips(data, set(session.exec(select(Delivery.lease_by).where(Delivery.state == "sending").distinct())))
        return doubtful

    def _turn(self, outcomes: Sequence[Outcome], room: int) -> list[Parcel]:
        """Settle a batch and claim the next, in one transaction."""
        with writing(self.world.engine) as session:
            self.at = self._now(session)
            settle(session, outcomes, holder=self.holder, now=self.at)
            ends = until(clock.wall_now(), self.lease)
            return claim(session, holder=self.holder, now=self.at, until=ends, limit=room) if room else []

    def _hand_over(self, postman: Postman, slip: Slip, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Send a batch; what is done is settled from time to time, and also when this process is told to stop."""
        outcomes: list[Outcome] = []
        at, ours = clock.wall_now(), {parcel.id for parcel in parcels}
        try:
            for parcel, following in zip_longest(parcels, parcels[1:]):
                if following:
                    postman.prepare(following, self.at)
                if (clock.wall_now() - at).total_seconds() > self.lease / 4:
                    at, ours = clock.wall_now(), self._settle(outcomes)
                if parcel.id in ours:
                    slip.note(parcel.id, "begun")
                    outcomes.append(postman.hand_over(parcel, self.at))
                    slip.note(parcel.id, NOTED[outcomes[-1].verb])
        except BaseException:
            self._settle(outcomes)
            raise
        return outcomes

    def _settle(self, outcomes: Sequence[Outcome]) -> set[int]:
        """Write what is done, lengthen the lease, and return what is still ours: a long sleep may have cost it."""
        with writing(self.world.engine) as session:
            settle(session, outcomes, holder=self.holder, now=self._now(session))
            return renew(session, holder=self.holder, until=until(clock.wall_now(), self.lease))


def _anything_due(session: Session, now: datetime) -> bool:
    waiting = select(Message.id).where(Message.state == "pending").limit(1)
    due = and_(col(Delivery.state) == "pending", col(Delivery.next_try_at) <= now)
    left = and_(col(Delivery.state) == "sending", col(Delivery.lease_until) < clock.wall_now())
    ready = select(Delivery.id).where(or_(due, left)).limit(1)
    return session.exec(waiting).first() is not None or session.exec(ready).first() is not None


def _room(limit: int | None, taken: int) -> int:
    return BATCH if limit is None else min(BATCH, limit - taken)
