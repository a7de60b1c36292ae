"""`kill -9` at random moments, and the same command again: nobody twice, nobody lost."""

import pytest

from killing import kill_and_go_on, make_site
from lying_server import LyingServer


@pytest.mark.parametrize("connections", [1, 4])
def test_however_often_it_is_killed_nobody_gets_it_twice_and_nobody_is_lost(tmp_path, connections):
    with LyingServer() as server:
        make_site(tmp_path, 800, server, batch=10, connections=connections)
        tally = kill_and_go_on(tmp_path, server, kills=4, seed=connections)
    assert tally.kills == 4
    assert (tally.twice, tally.wrong) == (0, 0)
    assert tally.said["accepted"] + tally.said["in doubt"] == 800
    # Whoever is in doubt was in a call when a run was killed: at most all connections each time.
    assert tally.said["in doubt"] <= 4 * connections * 10
