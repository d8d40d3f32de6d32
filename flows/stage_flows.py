"""The ten stages in the order of the calendar, each a flow of its own (a shared one would overwrite the timeline)."""

from typing import Any

from prefect.flows import Flow

from flows.stages.announce import announce
from flows.stages.decide import decide
from flows.stages.evaluate import evaluate
from flows.stages.feedback import feedback
from flows.stages.investigate import investigate
from flows.stages.propose import propose
from flows.stages.publish import publish
from flows.stages.rectify import rectify
from flows.stages.report_meeting import report_meeting
from flows.stages.self_report import self_report

STAGE_FLOWS: dict[str, Flow[..., Any]] = {
    "announce": announce,
    "self_report": self_report,
    "report_meeting": report_meeting,
    "evaluate": evaluate,
    "investigate": investigate,
    "propose": propose,
    "decide": decide,
    "publish": publish,
    "feedback": feedback,
    "rectify": rectify,
}
