import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvet.solidity.paths import Layout, Remapping, candidates, layout_of, places_of_imports


@pytest.mark.parametrize(
    ("importer", "name", "place"),
    [
        ("src/Vault.sol", "./Math.sol", "src/Math.sol"),
        ("src/a/Vault.sol", "../Math.sol", "src/Math.sol"),
        ("Vault.sol", "./a/../Math.sol", "Math.sol"),
        ("src/Vault.sol", "src/Math.sol", "src/Math.sol"),
    ],
)
def test_an_import_leads_to_the_file_it_means(importer, name, place):
    assert candidates(importer, name)[0] == place


@pytest.mark.parametrize(
    "name", ["../../etc.sol", "/etc/passwd.sol", "./a.txt", "../..", "./\0.sol"]
)
def test_what_leads_out_or_is_no_solidity_leads_nowhere(name):
    assert candidates("src/Vault.sol", name) == ()


def test_a_library_is_looked_for_where_npm_and_foundry_put_it():
    places = candidates("src/Vault.sol", "solmate/tokens/ERC20.sol")
    assert "node_modules/solmate/tokens/ERC20.sol" in places
    assert "lib/solmate/src/tokens/ERC20.sol" in places


def test_remappings_of_both_files_count_and_the_longest_prefix_wins():
    layout = layout_of(
        {
            "remappings.txt": "@oz/=lib/oz/contracts/\n@oz/utils/=src/own/\nnonsense\n",
            "foundry.toml": '[profile.default]\nremappings = ["ds/=lib/ds/src/"]\n',
        }
    )
    assert candidates("src/A.sol", "@oz/token/T.sol", layout)[0] == "lib/oz/contracts/token/T.sol"
    assert candidates("src/A.sol", "@oz/utils/U.sol", layout)[0] == "src/own/U.sol"
    assert candidates("src/A.sol", "ds/D.sol", layout)[0] == "lib/ds/src/D.sol"


def test_a_remapping_with_a_context_counts_below_it_only():
    layout = Layout((Remapping("lib/a/", "x/", "lib/a/lib/x/"),))
    assert candidates("lib/a/A.sol", "x/X.sol", layout)[0] == "lib/a/lib/x/X.sol"
    assert candidates("src/A.sol", "x/X.sol", layout)[0] == "x/X.sol"


def test_every_import_of_a_text_is_looked_for():
    text = 'import "./A.sol"; import {B} from "./b/B.sol"; import * as c from "./C.sol";'
    assert places_of_imports("src/X.sol", text) == ["src/A.sol", "src/b/B.sol", "src/C.sol"]


@given(st.text(), st.text())
def test_no_nonsense_in_a_layout_file_breaks_anything(remappings, foundry):
    layout_of({"remappings.txt": remappings, "foundry.toml": foundry})


@given(st.text(min_size=1), st.text(min_size=1), st.text())
def test_no_place_is_outside_of_the_repository(importer, name, target):
    layout = layout_of({"remappings.txt": f"{name[:3]}={target}"})
    for place in candidates(importer, name, layout):
        assert not place.startswith(("/", "../"))
