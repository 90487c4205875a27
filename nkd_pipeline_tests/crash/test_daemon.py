"""The daemon's runs: a killed one is failed and started again, a living one is left alone, and the command line may come between."""

from nkd_pipeline_tests.crash.campaign import RUN
from nkd_pipeline_tests.crash.daemon import DaemonChain, strike_daemon, until
from nkd_pipeline_tests.crash.harness import GOOD_CODES, Toll


def test_killed_run_workers_and_daemons_cost_nothing_but_time(site):
    chain = DaemonChain(site, Toll())
    try:
        chain.start_daemon()
        chain.launch()
        killed = [strike_daemon(chain, "run worker"), strike_daemon(chain, "whole group")]
        assert [chain.closed(run) for run in killed] == [True, True]
        until(chain.at_work, "the daemon's retry")
        beside = chain.start(RUN)  # a person who does not want to wait
        assert beside.wait() in GOOD_CODES
        until(chain.over, "the end of the last retry")
        chain.look("the end")
        chain.compare(RUN)
    finally:
        chain.end()
    assert chain.toll.problems == []
    assert chain.toll.flushed_again == 0
