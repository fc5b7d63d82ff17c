"""./run test and ./run trial: they count what ran, say what did not, and end with the right status."""

import os
import subprocess
import sys
import time
from collections import Counter

import pytest

from scripts import chromium, postgres, suite
from tests.run.house import ROOT

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><error/></testcase>
<testcase name="d"><skipped/></testcase>
<testcase name="e"><properties><property name="browser" value="yes"/></properties></testcase>
<testcase name="f"><properties><property name="browser" value="yes"/></properties><skipped/></testcase>
</testsuite></testsuites>"""


def ran(**counts):
    return suite.Suite("SQLite", Counter(counts), 1.0)


def test_a_report_is_counted_by_what_became_of_each_test(tmp_path):
    (tmp_path / "report.xml").write_text(REPORT)
    assert suite.count(tmp_path / "report.xml") == {"passed": 2, "failed": 2, "skipped": 2, "browser": 1}


def test_the_last_line_holds_the_counts_of_both_databases(capsys):
    status = suite.summary([ran(passed=40, skipped=2), ran(passed=39)], [], gated=True, started=0)
    assert status == 0
    assert capsys.readouterr().out.splitlines()[-1] == "79 passed, 0 failed, 2 skipped"


def test_a_gate_or_a_database_that_did_not_pass_is_a_failure(capsys):
    assert suite.summary([ran(passed=40)], ["types"], gated=True, started=0) == 1
    assert "FAILED: types" in capsys.readouterr().out
    ended_badly = ran()
    ended_badly.broken = True
    assert suite.summary([ended_badly], [], gated=True, started=0) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed, 0 skipped"


def test_without_chromium_it_says_that_browser_tests_did_not_run(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "")
    assert chromium.find() is None
    assert "DID NOT RUN" in suite.browser_line([ran(passed=1)])


def test_a_test_database_that_is_no_postgresql_is_refused(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "sqlite:////tmp/x")
    with pytest.raises(postgres.NoPostgres, match="must be postgresql"), postgres.server():
        pass


def test_a_test_database_that_is_not_there_is_told_without_its_password(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://me:hush@127.0.0.1:9/finder")
    with pytest.raises(postgres.NoPostgres, match="cannot be reached") as told, postgres.server():
        pass
    assert "hush" not in str(told.value)


def runs(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_server_of_the_tests_is_gone_afterwards(monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    with postgres.server() as server:
        folder = server.url.partition("host=")[2]
        assert os.path.isdir(folder)
        assert int(server.version.partition(".")[0]) >= 15
        assert server.origin
        with open(f"{folder}/data/postmaster.pid") as file:
            process = int(file.readline())
        assert runs(process)
    assert not os.path.exists(os.path.dirname(folder))
    deadline = time.monotonic() + 5
    while runs(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not runs(process)


def test_trials_are_listed_and_an_unknown_one_is_refused():
    def trial(*arguments):
        command = [sys.executable, "-m", "scripts.trial", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert trial().returncode == 0
    refused = trial("nonsense")
    assert refused.returncode == 2
    assert "One of these must be named" in refused.stderr
