"""back-tests of changed packs

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import models.columns


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('back_test',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scheme_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('grading_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('cycles', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('summary', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('run_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('run_at', models.columns.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('back_test', schema=None) as batch_op:
        batch_op.create_index('ix_back_test_grading', ['scheme_id', 'grading_hash'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('back_test', schema=None) as batch_op:
        batch_op.drop_index('ix_back_test_grading')

    op.drop_table('back_test')
