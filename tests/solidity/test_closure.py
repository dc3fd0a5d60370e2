"""All that a file imports, and what leads nowhere."""

from solvet.solidity import closure as module
from solvet.solidity.closure import DeadEnd, closure
from solvet.solidity.paths import Layout, Remapping

TEXTS = {
    "src/B.sol": '\nimport "./C.sol";\nimport "./Gone.sol";\n',
    "src/C.sol": 'import "./B.sol";\nimport "@own/D.sol";\n',
    "own/D.sol": "contract D {}\n",
    "node_modules/@own/D.sol": "contract D { uint256 other; }\n",
}
LAYOUT = Layout((Remapping("", "@own/", "own/"),))
START = '// First.\nimport "./B.sol";\nimport "./None.sol";\n'


def test_the_nearest_files_come_first_and_each_once():
    found = closure("src/A.sol", START, TEXTS.get, LAYOUT)
    assert list(found.texts) == ["src/B.sol", "src/C.sol", "own/D.sol"]


def test_where_imports_lead_nowhere_is_told_by_the_line_that_leads_there():
    found = closure("src/A.sol", START, TEXTS.get, LAYOUT)
    assert found.dead_ends == (
        DeadEnd("src/A.sol", "./None.sol", 3),
        DeadEnd("src/B.sol", "./Gone.sol", 2),
    )


def test_without_the_remapping_the_package_is_meant():
    found = closure("src/A.sol", START, TEXTS.get)
    assert "node_modules/@own/D.sol" in found.texts


def test_a_file_that_imports_itself_is_no_part_of_what_it_imports():
    text = 'import "./A.sol";'
    assert closure("A.sol", text, {"A.sol": text}.get).texts == {}


def test_a_very_long_chain_is_followed_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(module, "MOST_FILES", 5)
    texts = {f"F{n}.sol": f'import "./F{n + 1}.sol";' for n in range(50)}
    found = closure("F0.sol", texts["F0.sol"], texts.get)
    assert list(found.texts) == [f"F{n}.sol" for n in range(1, 6)]
    assert found.dead_ends == ()
