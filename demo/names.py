"""Invented names: persons from surname and two syllables, units from words that no office bears."""

from random import Random

SURNAMES = "陆沈韩岳邵顾苗程简尹柏纪舒骆焦温凌芮闵卞桑蔺晏乔祁娄戚庞边房"
FIRST = "怀亦秋望景若明文知云书砚清子仲远思予维尚行希延宁沐向立敬承允"
SECOND = "川舟白舒谷野澜桐岚禾汀序章松溪原崧朴墨航箴启樵霁峤洲棠蘅攸恪"
WORDS = (
    "启明长风望川晴岚青禾澄湖归雁牧歌远游明算云岭朗月春畦丰登和畅松涛石桥星河"
    "银杏晨露红柳沙枣雪融草海平畴安渡言信致远知行清源永固同舟百川新苗嘉树"
)
PLACES = "棠溪雁鸣柳湾泉沟麦田云台霞滩鹿角"
KINDS = ("事务局", "服务局", "管理局", "协调局")
DEPARTMENTS = len(WORDS) // 2


def person_names(rng: Random, count: int) -> list[str]:
    """Return different invented names; as many as asked for."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[rng.choice(SURNAMES) + rng.choice(FIRST) + rng.choice(SECOND)] = None
    return list(names)


def unit_names(rng: Random, count: int) -> list[str]:
    """Return the names of units, departments first, then townships; those beyond the invented words have numbers."""
    words, places = (rng.sample(pairs, len(pairs)) for pairs in (_pairs(WORDS), _pairs(PLACES)))
    departments = [f"州{word}{rng.choice(KINDS)}" for word in words]
    named = [*departments, *(f"{place}{rng.choice('乡镇')}" for place in places)]
    return [*named, *(f"第{number}乡" for number in range(len(named) + 1, count + 1))]


def _pairs(text: str) -> list[str]:
    """The words of a text in which each has two characters."""
    return [text[n : n + 2] for n in range(0, len(text), 2)]
