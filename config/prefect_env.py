"""The environment in which Kaohe's Prefect processes run: own home, own port, nothing sent outside."""

import os
import sys
from pathlib import Path

from config.settings import ROOT, Settings


def prefect_environment(chosen: Settings) -> dict[str, str]:
    """Return the variables for server, worker and client; a Prefect API named outside is left alone."""
    url = os.environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{chosen.port}/api"
    return {
        "PREFECT_API_URL": url,
        "PREFECT_HOME": str(chosen.prefect_home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_LEVEL": os.environ.get("PREFECT_LOGGING_LEVEL", "INFO"),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        "PREFECT_CLI_PROMPT": "false",
        "KAOHE_DATA": str(chosen.data.resolve()),
        "KAOHE_OUT": str(chosen.out.resolve()),
        "KAOHE_DATABASE_URL": chosen.database,
        "KAOHE_LEASE_SECONDS": str(chosen.lease_seconds),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
    }
