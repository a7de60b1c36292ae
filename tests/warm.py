"""Commands in processes of their own that find everything loaded.

A server loads Syndicate and its libraries once, and makes a copy of itself for each command. What
a command loads, and when, is asked of Python that starts afresh: in `test_start_up.py`.
"""

import multiprocessing
import os
import pkgutil
import sys
import tempfile
import time
from pathlib import Path

import syndicate
from syndicate import cli

#: what Syndicate loads only where it needs it, which is in most commands
LIBRARIES = (
    "babel.numbers", "comrak", "feedgen.ext.base", "http.server", "jinja2.sandbox", "nh3",
    "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.PngImagePlugin", "premailer",
)  # fmt: skip
#: how the names begin of what Python reads of its environment once, when it starts
AT_START = ("PYTHON", "LANG", "LC_")


def _at_start(env):
    return {name: value for name, value in env.items() if name.startswith(AT_START)}


_STARTED_WITH = _at_start(os.environ)


def fits(env) -> bool:
    """Say whether Python would start in this environment as our server did."""
    return sys.platform == "linux" and _at_start(env) == _STARTED_WITH


def run(words, root, env, typed, timeout):
    """Run a command to its end; give its exit code and what it wrote."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(
        [*LIBRARIES, *(one.name for one in pkgutil.walk_packages(syndicate.__path__, "syndicate."))]
    )
    with tempfile.TemporaryDirectory(prefix="syndicate-run-") as folder:
        streams = [Path(folder, name) for name in ("in", "out", "err")]
        streams[0].write_text(typed, "utf-8")
        process = server.Process(target=_command, args=(words, root, env, streams))
        process.start()
        process.join(timeout)
        late = process.is_alive()
        process.kill()
        process.join()
        assert not late, f"{words} did not end in {timeout} seconds"
        return process.exitcode, *(stream.read_text("utf-8") for stream in streams[1:])


def _command(words, root, env, streams):
    for number, stream in enumerate(streams):
        flags = os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY
        os.dup2(os.open(stream, flags), number)
    # The copy began with one of its own, which leads nowhere.
    sys.stdin = os.fdopen(0, encoding=sys.stdout.encoding, errors=sys.stdout.errors)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(root)
    sys.path[0] = str(root)
    sys.argv = ["syndicate", *words]
    cli.run()
