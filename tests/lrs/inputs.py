"""How many inputs are generated: about 20,000 a run, more with ASAH_TEST_INPUTS (10 means ten times as many).

The standard run makes the same inputs every time and reports what it finds as it is; with ASAH_TEST_INPUTS they differ
from run to run, and a find is made as small as it goes, which takes minutes.
"""

import os

from hypothesis import HealthCheck, Phase, settings

STANDARD = "ASAH_TEST_INPUTS" not in os.environ
TIMES = float(os.environ.get("ASAH_TEST_INPUTS", "1"))


def inputs(many: int) -> settings:
    """So many inputs of a kind."""
    return settings(
        max_examples=max(1, int(many * TIMES)),
        deadline=None,
        derandomize=STANDARD,
        phases=(Phase.explicit, Phase.generate) if STANDARD else tuple(Phase),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
