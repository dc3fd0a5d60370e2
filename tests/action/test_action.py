"""The GitHub Action: its steps as a runner would run them, in a repository of the test's own."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
SAFE = "pragma solidity 0.8.28;\ncontract A {\n    uint256 private total;\n}\n"
FLAWED = """pragma solidity 0.8.28;
contract A {
    mapping(address => uint256) private held;
    function take() external {
        (bool sent,) = msg.sender.call{value: held[msg.sender]}("");
        require(sent);
        held[msg.sender] = 0;
    }
}
"""


def git(folder, *arguments):
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode().strip()


class Runner:
    """A workspace and the files that a runner offers to a step."""

    def __init__(self, folder):
        self.work = folder / "work"
        self.temp = folder / "temp"
        self.work.mkdir()
        self.temp.mkdir()
        git(self.work, "init", "--quiet", "--initial-branch=main")

    def commit(self, text, name="A.sol"):
        (self.work / name).write_text(text)
        git(self.work, "add", "--all")
        git(self.work, "commit", "--quiet", "--message", "A change")
        return git(self.work, "rev-parse", "HEAD")

    def review(self, **inputs):
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "RUNNER_TEMP": str(self.temp),
            "SOLVET_SARIF": "solvet.sarif",
            **inputs,
        }
        script = ROOT / "action/review.sh"
        done = subprocess.run(  # noqa: PLW1510 - the exit code is what is asked for
            [str(script)], cwd=self.work, env=environment, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    def read(self, name):
        path = self.temp / name
        return path.read_text() if path.exists() else ""


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path)


def test_a_pull_request_that_introduces_a_weakness_fails_with_a_page_and_sarif(runner):
    base = runner.commit(SAFE)
    runner.commit(FLAWED)
    code, told = runner.review(SOLVET_BASE=base)
    assert code == 1
    assert "::error title=Solvet::" in told
    assert "## Introduced" in runner.read("summary")
    assert runner.read("output") == "sarif=solvet.sarif\nexit-code=1\n"
    assert '"reentrancy"' in (runner.work / "solvet.sarif").read_text()


def test_what_stood_before_does_not_fail_the_job(runner):
    base = runner.commit(FLAWED)
    runner.commit(FLAWED + "// a remark\n")
    assert runner.review(SOLVET_BASE=base)[0] == 0


@pytest.mark.parametrize("base", ["", "0" * 40])
def test_without_a_base_everything_is_reviewed(runner, base):
    runner.commit(FLAWED)
    code, _ = runner.review(SOLVET_BASE=base)
    assert code == 1
    assert "## Findings" in runner.read("summary")


def test_fail_on_none_only_tells(runner):
    base = runner.commit(SAFE)
    runner.commit(FLAWED)
    assert runner.review(SOLVET_BASE=base, SOLVET_FAIL_ON="none")[0] == 0


def test_the_policy_of_the_base_says_what_fails_unless_the_input_does(runner):
    (runner.work / ".solvet.yml").write_text("fail: off\n")
    base = runner.commit(SAFE)
    (runner.work / ".solvet.yml").write_text("fail: high\n")
    runner.commit(FLAWED)
    assert runner.review(SOLVET_BASE=base)[0] == 0
    assert runner.review(SOLVET_BASE=base, SOLVET_FAIL_ON="high")[0] == 1


def test_a_shallow_checkout_fetches_what_it_lacks(runner, tmp_path):
    base = runner.commit(SAFE)
    runner.commit(FLAWED)
    shallow = Runner.__new__(Runner)
    shallow.work, shallow.temp = tmp_path / "shallow", tmp_path / "temp2"
    shallow.temp.mkdir()
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{runner.work}", str(shallow.work))
    code, told = shallow.review(SOLVET_BASE=base)
    assert code == 1, told
    assert "## Introduced" in shallow.read("summary")


def test_a_base_that_cannot_be_found_fails_and_says_so(runner):
    runner.commit(SAFE)
    code, told = runner.review(SOLVET_BASE="1" * 40)
    assert code == 2
    assert "1111111" in told


def test_nothing_of_an_input_is_run(runner):
    runner.commit(SAFE)
    runner.review(
        SOLVET_BASE="$(touch stolen)", SOLVET_PATHS="; touch stolen", SOLVET_FAIL_ON="`id`"
    )
    assert not (runner.work / "stolen").exists()


def test_inputs_reach_the_scripts_as_variables_only():
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_every_foreign_action_is_pinned_to_a_commit():
    pages = [ROOT / "action.yml", *sorted((ROOT / ".github/workflows").glob("*.yml"))]
    used = [line for page in pages for line in page.read_text().splitlines() if "uses:" in line]
    assert used
    for line in used:
        assert re.search(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d", line), line


def test_the_scripts_may_be_run():
    for script in sorted((ROOT / "action").glob("*.sh")):
        assert script.stat().st_mode & stat.S_IXUSR


def test_the_hook_takes_files_and_speaks_our_command():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["entry"] == "solvet scan"
    assert re.search(hook["files"], "src/Vault.sol")
