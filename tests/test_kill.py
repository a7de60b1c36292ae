"""`kill -9` at random moments, and the same command again: nobody twice, nobody lost."""

import signal

import pytest

from campaign_servers import BrevoDesk, CampaignServer
from killing import kill_and_go_on, make_campaign_site, make_site, send
from lying_server import LyingServer
from tongues import ResendTongue


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


def test_with_a_key_even_those_in_doubt_are_known_in_the_end(tmp_path):
    with LyingServer(ResendTongue()) as server:
        make_site(tmp_path, 160, server, batch=10, connections=2, provider="resend")
        tally = kill_and_go_on(tmp_path, server, kills=3, seed=7)
    assert tally.kills == 3
    assert (tally.twice, tally.wrong) == (0, 0)
    assert tally.said == {"accepted": 160}


CALLS = {
    "the draft was made": ("POST", "/v3/emailCampaigns"),
    "the draft was read": ("GET", r"/v3/emailCampaigns/\d+"),
    "it was let go": ("POST", r"/v3/emailCampaigns/\d+/sendNow"),
}


@pytest.mark.parametrize("moment", CALLS)
def test_a_campaign_is_let_go_once_wherever_it_is_killed(tmp_path, moment):
    with CampaignServer(BrevoDesk()) as server:
        make_campaign_site(tmp_path, server.url)
        server.waits_at = CALLS[moment]
        process = send(tmp_path)
        assert server.reached.wait(30)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
        server.goes_on.set()
        assert send(tmp_path).wait(timeout=60) == 0
        assert list(server.desk.gone.values()) == [1]
        assert len(server.desk.kept) == 1
