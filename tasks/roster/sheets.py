"""The sheets of the roster: units, persons, posts, roles, and where each of them is reached."""

from config.forms import FieldSpec, Option
from tasks.sheets.spec import SheetSpec


def _options(**labels: str) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=label) for value, label in labels.items())


UNIT_TYPES = _options(department="部门", township="乡镇", enterprise="企业", institution="事业单位")
TIERS = _options(principal="正职", deputy="副职", member="班子成员", staff="其他")
ROLES = _options(administrator="管理员", discipline_standing_committee="州纪委常委会", party_committee="州党委")

UNITS = SheetSpec(
    id="units",
    label="单位",
    key=("id",),
    help="被考核单位,一个单位一行。编码不重复,也不得与人员编码相同。",
    fields=(
        FieldSpec(name="id", label="编码", type="text", required=True, help="字母、数字、下划线、点、短横,最多 32 个"),
        FieldSpec(name="name", label="名称", type="text", required=True, help="全称,不重复"),
        FieldSpec(name="type", label="类型", type="choice", required=True, options=UNIT_TYPES),
        FieldSpec(name="leader_in_charge", label="分管领导", type="text"),
    ),
)
PERSONS = SheetSpec(
    id="persons",
    label="人员",
    key=("id",),
    help="一人一行;同名的人靠编码区分。",
    fields=(
        FieldSpec(name="id", label="编码", type="text", required=True, help="字母、数字、下划线、点、短横,最多 32 个"),
        FieldSpec(name="name", label="姓名", type="text", required=True),
    ),
)
POSTS = SheetSpec(
    id="posts",
    label="任职",
    key=("person_id", "unit_id", "start_on"),
    help="一人在一个单位的一段任职一行;调动时给旧的一行填免职日期,再加新的一行。",
    fields=(
        FieldSpec(name="person_id", label="人员编码", type="text", required=True),
        FieldSpec(name="unit_id", label="单位编码", type="text", required=True),
        FieldSpec(name="title", label="职务", type="text"),
        FieldSpec(name="tier", label="层级", type="choice", required=True, options=TIERS),
        FieldSpec(name="principal", label="主要领导", type="bool", help="留空的,正职按“是”,其他按“否”"),
        FieldSpec(name="start_on", label="任职日期", type="date", required=True),
        FieldSpec(name="end_on", label="免职日期", type="date", help="任职的最后一天;在任的留空"),
    ),
)
ROLE_HOLDERS = SheetSpec(
    id="roles",
    label="角色",
    key=("role", "name", "start_on"),
    help="谁可以答复各个关口。",
    fields=(
        FieldSpec(name="role", label="角色", type="choice", required=True, options=ROLES),
        FieldSpec(name="name", label="姓名", type="text", required=True),
        FieldSpec(name="start_on", label="起", type="date", required=True),
        FieldSpec(name="end_on", label="止", type="date", help="最后一天;仍在任的留空"),
    ),
)
CONTACTS = SheetSpec(
    id="contacts",
    label="联系方式",
    key=("recipient", "channel", "address"),
    help="通知发到哪里,一个地址一行;没有联系方式的只在站内收到。",
    fields=(
        FieldSpec(name="recipient", label="接收方", type="text", required=True, help="单位编码、人员编码,或角色名称"),
        FieldSpec(name="channel", label="方式", type="text", required=True, help="“邮件”,或设置中的群通道名称"),
        FieldSpec(name="address", label="地址", type="text", default="", help="邮箱;群通道留空"),
        FieldSpec(name="stopped", label="停用", type="bool", default=False, help="填“是”的不再使用"),
    ),
)
ROSTER_SHEETS = (UNITS, PERSONS, POSTS, ROLE_HOLDERS, CONTACTS)
NOTES = (
    "各张表可以一次导入,也可以分开导入;带 * 的列必填,日期写成 2010-12-20。",
    "先不加 --apply 试导入,看清要增加和变更的内容,再加 --apply 写入。表里没有的行保持不变。",
)
