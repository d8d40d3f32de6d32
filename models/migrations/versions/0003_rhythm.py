"""recurring duties, deliveries, reminders

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.columns


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('stopped', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('contact', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_recipient'), ['recipient'], unique=False)
        batch_op.create_index('uq_contact', ['recipient', 'channel', 'address'], unique=True)

    op.create_table('period',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('duty', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('slot', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('label', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('seed', sa.Integer(), nullable=True),
    sa.Column('seen_entry', sa.Integer(), nullable=False),
    sa.Column('pending_until', sa.Date(), nullable=True),
    sa.Column('outcome', sa.JSON(none_as_null=True), nullable=False),
    sa.CheckConstraint("state = 'open' OR closed_on IS NOT NULL", name='check_period_closed_has_date'),
    sa.CheckConstraint("state IN ('open', 'closed')", name='check_period_state'),
    sa.CheckConstraint('opened_on <= due_on AND due_on <= closes_on', name='check_period_order'),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycle.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.create_index('ix_period_state', ['state', 'closes_on'], unique=False)
        batch_op.create_index('uq_period_slot', ['cycle_id', 'duty', 'slot'], unique=True)

    op.create_table('deadline_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('obligation_id', sa.Integer(), nullable=False),
    sa.Column('cause', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('due_before', sa.Date(), nullable=False),
    sa.Column('due_after', sa.Date(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('changed_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('changed_at', models.columns.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint("cause IN ('extension', 'calendar', 'return', 'correction')", name='check_deadline_change_cause'),
    sa.ForeignKeyConstraint(['obligation_id'], ['obligation.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('deadline_change', schema=None) as batch_op:
        batch_op.create_index('ix_deadline_change_obligation', ['obligation_id'], unique=False)

    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('address', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('state', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('first_try_at', models.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('next_try_at', models.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('lease_until', models.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('lease_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sent_at', models.columns.UTCDateTime(timezone=True), nullable=True),
    sa.Column('error', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.CheckConstraint("state IN ('pending', 'sending', 'sent', 'uncertain', 'failed', 'cancelled')", name='check_delivery_state'),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_due', ['state', 'next_try_at'], unique=False)
        batch_op.create_index('uq_delivery', ['message_id', 'channel', 'address'], unique=True)

    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('obligation_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('escalated', sa.Boolean(), nullable=False),
    sa.Column('told', sa.Boolean(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.Column('reached_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], ),
    sa.ForeignKeyConstraint(['obligation_id'], ['obligation.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.create_index('ix_reminder_message', ['message_id'], unique=False)
        batch_op.create_index('uq_reminder_rung', ['obligation_id', 'attempt', 'due_on', 'rung'], unique=True)

    with op.batch_alter_table('cycle', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default='annual'))
        batch_op.create_check_constraint('check_cycle_kind', "kind IN ('annual', 'routine')")

    with op.batch_alter_table('consequence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('slot', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.drop_index('uq_consequence')
        batch_op.create_index('uq_consequence', ['cycle_id', 'subject', 'rule', 'action', 'slot'], unique=True)

    with op.batch_alter_table('fact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('period_id', sa.Integer(), nullable=True))
        batch_op.alter_column('entry_id', existing_type=sa.Integer(), nullable=True)
        batch_op.create_index('ix_fact_period', ['period_id'], unique=False)
        batch_op.create_foreign_key('fk_fact_period_id_period', 'period', ['period_id'], ['id'])
        batch_op.create_check_constraint('check_fact_has_one_origin', '(entry_id IS NULL) <> (period_id IS NULL)')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.add_column(sa.Column('attachments', sa.JSON(none_as_null=True), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('deadline', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_message_recipient'), ['recipient'], unique=False)
        batch_op.create_index('ix_message_state', ['state'], unique=False)
        batch_op.drop_constraint('check_message_state', type_='check')
        batch_op.create_check_constraint('check_message_state', "state IN ('pending', 'routed', 'cancelled')")

    with op.batch_alter_table('obligation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('recipient', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('attempt', sa.Integer(), nullable=False, server_default='1'))
        batch_op.alter_column('unit_id', existing_type=sa.String(), nullable=True)
        batch_op.create_check_constraint('check_obligation_attempt', 'attempt >= 1')
        batch_op.drop_index('uq_obligation_slot')
        batch_op.create_index('uq_obligation_slot', ['cycle_id', 'duty', 'slot', 'owner'], unique=True)
    op.execute("UPDATE obligation SET recipient = unit_id")

    with op.batch_alter_table('rectification_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ground', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default='talk'))
        batch_op.add_column(sa.Column('returned', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('verification_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key('fk_rectification_item_verification_id_entry', 'entry', ['verification_id'], ['id'])
        batch_op.drop_constraint('check_rectification_item_state', type_='check')
        batch_op.create_check_constraint(
            'check_rectification_item_state',
            "state IN ('open', 'reported', 'closed', 'carried_over', 'withdrawn')",
        )
        batch_op.create_check_constraint(
            'check_rectification_item_ground',
            "ground IN ('feedback', 'talk', 'order', 'investigation', 'threshold', 'inspection')",
        )

    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.add_column(sa.Column('review_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_submission_entry', ['entry_id'], unique=False)
        batch_op.create_foreign_key('fk_submission_review_id_entry', 'entry', ['review_id'], ['id'])

    _archive_appends_only()


def _archive_appends_only() -> None:
    """Entries of the archive are corrected by further entries (BZ-22): the database refuses to change or delete one."""
    told = "archive entries are corrected by further entries, never changed or deleted"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION archive_entry_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{told}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER archive_entry_is_kept BEFORE UPDATE OR DELETE ON archive_entry "
            "FOR EACH ROW EXECUTE FUNCTION archive_entry_is_kept()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER archive_entry_no_{verb.lower()} BEFORE {verb} ON archive_entry "
            f"BEGIN SELECT RAISE(ABORT, '{told}'); END"
        )


def downgrade() -> None:
    raise NotImplementedError("sent messages and closed periods have no place in the older schema; restore the backup")
