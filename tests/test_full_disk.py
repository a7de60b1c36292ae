"""A disk that is full while mail is handed over: whoever is in doubt is named first."""

import os
import subprocess
import sys
import time

import pytest

from killing import make_site
from lying_server import Lie, LyingServer

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")

SLOW = Lie("slow", after=1.0)


def test_a_disk_that_is_full_before_the_answer_ends_with_a_doubt_that_is_told(tmp_path):
    with LyingServer() as server:
        make_site(tmp_path, 6, server, batch=2, connections=1)
        server.usually = SLOW
        process = subprocess.Popen(
            [sys.executable, "-m", "syndicate", "send", "--yes"],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ,
            text=True,
        )
        while not server.calls and process.poll() is None:
            time.sleep(0.01)
        # From here on nothing more can be written into any file.
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, hard))
        _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert process.returncode == 4
    assert "disk" in err
    assert "2 in doubt" in err
    assert "syndicate settle" in err
