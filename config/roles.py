"""What the roles that decide are called where a pack names none of its own."""

from collections.abc import Mapping
from typing import Literal

Role = Literal["administrator", "discipline_standing_committee", "party_committee"]

ROLE_LABELS: Mapping[str, str] = {
    "administrator": "考核办管理员",
    "discipline_standing_committee": "州纪委常委会",
    "party_committee": "州党委",
}
