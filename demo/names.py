"""Invented names: persons from surname and two syllables, units from words that no office bears."""

from random import Random

SURNAMES = "陆沈韩岳邵顾苗程简尹柏纪舒骆焦温凌芮闵卞桑蔺晏乔祁娄戚庞边房"
FIRST = "怀亦秋望景若明文知云书砚清子仲远思予维尚行希延宁沐向立敬承允"
SECOND = "川舟白舒谷野澜桐岚禾汀序章松溪原崧朴墨航箴启樵霁峤洲棠蘅攸恪"
WORDS = (
    "启明 长风 望川 晴岚 青禾 澄湖 归雁 牧歌 远游 明算 云岭 朗月 春畦 丰登 和畅 松涛 石桥 星河 银杏 晨露 "
    "红柳 沙枣 雪融 草海 平畴 安渡 言信 致远 知行 清源 永固 同舟 百川 新苗 嘉树"
).split()
KINDS = ("事务局", "服务局", "管理局", "协调局")
PLACES = "棠溪 雁鸣 柳湾 泉沟 麦田 云台 霞浦滩 鹿角".split()
DEPARTMENTS = len(WORDS)


def person_names(rng: Random, count: int) -> list[str]:
    """Return different invented names; as many as asked for."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[rng.choice(SURNAMES) + rng.choice(FIRST) + rng.choice(SECOND)] = None
    return list(names)


def unit_names(rng: Random) -> list[str]:
    """Return the names of all units, departments first, then townships."""
    words, places = rng.sample(WORDS, len(WORDS)), rng.sample(PLACES, len(PLACES))
    departments = [f"州{word}{rng.choice(KINDS)}" for word in words]
    return [*departments, *(f"{place}{rng.choice('乡镇')}" for place in places)]
