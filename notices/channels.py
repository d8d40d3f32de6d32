"""Group channels (WeCom, DingTalk, Feishu, webhooks) by Apprise; their addresses come from the settings alone."""

from collections.abc import Mapping


class ChannelAway(Exception):
    """A channel that is not set up, or did not take the message."""


def post(channels: Mapping[str, str], name: str, title: str, body: str) -> None:
    """Post a plain message to the channel of this name in the settings, or raise ChannelAway."""
    if name not in channels:
        known = "、".join(channels) or "(无)"
        raise ChannelAway(f"没有设置通道“{name}”;现有:{known};请在 KAOHE_CHANNELS 中设置")
    from apprise import Apprise, LogCapture, NotifyFormat, logging  # half a second, only where there are channels

    target = Apprise()
    if not target.add(channels[name]):
        raise ChannelAway(f"通道“{name}”的地址读不懂;请按 Apprise 的写法改正 KAOHE_CHANNELS")
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]
        if not target.notify(body=body, title=title, body_format=NotifyFormat.TEXT):
            told = " ".join(said.getvalue().split())[:200]
            raise ChannelAway(f"通道“{name}”没有接收:{told or '没有说明原因'}")
