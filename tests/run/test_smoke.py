"""The check with the clock notices a site that is slow, broken, or of two minds."""

import subprocess
import sys

import pytest

from scripts import smoke

SITE = f"""#!{sys.executable}
import http.server, json, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(STATUS))

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = "".join(f'<a href="/specialists/{{slug}}/">x</a>' * 2 for slug in PAGE)
        api = json.dumps({{"results": [{{"slug": slug}} for slug in ["ana", "ben"]]}})
        self.send_response(ANSWER)
        self.end_headers()
        self.wfile.write((api if self.path.startswith("/api/") else page).encode())
    def log_message(self, *_): pass

http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer).serve_forever()
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project that git knows, with a ./run that serves two specialists; what is asked for is changed in it."""

    def make(*, page=("ana", "ben"), status=0, answer=200, script=SITE):
        script = script.replace("PAGE", repr(list(page))).replace("STATUS", str(status)).replace("ANSWER", str(answer))
        (tmp_path / "run").write_text(script)
        (tmp_path / "run").chmod(0o755)
        (tmp_path / "not-known-to-git").touch()
        for command in (["init", "--quiet"], ["add", "run"]):
            subprocess.run(["git", *command], cwd=tmp_path, check=True)
        monkeypatch.setattr(smoke, "ROOT", tmp_path)

    return make


def test_a_good_site_passes_with_its_figures(project, capsys):
    project()
    assert smoke.main() == 0
    assert "page and API agree on 2 specialists" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"page": ["ben", "ana"]}, "in another order"),
        ({"page": ["ana"]}, "the page shows 1 specialists and the API 2"),
        ({"answer": 500}, "the results page answered 500"),
        ({"status": 3}, "ended with status 3"),
        ({"script": "#!/bin/sh\nexec sleep 60"}, "no page of results within 1 s"),
        ({"script": "#!/bin/sh\nexit 1"}, "no page of results"),
    ],
)
def test_a_faulty_one_does_not(project, monkeypatch, capsys, fault, told):
    monkeypatch.setattr(smoke, "FIRST_PAGE_SECONDS", 5 if "script" not in fault else 1)
    project(**fault)
    assert smoke.main() == 1
    assert told in capsys.readouterr().err


def test_only_what_git_knows_is_copied(project, tmp_path):
    project()
    copy = tmp_path / "copy"
    copy.mkdir()
    smoke.copy_of_project(copy)
    assert [path.name for path in copy.iterdir()] == ["run"]
