import json
from pathlib import Path

import pytest

from solvet.cli.files import read
from solvet.errors import BadInput
from solvet.evaluation.labels import load

LABEL = {"file": "A.sol", "category": "reentrancy", "line": 1, "end_line": 2}
PAIR = {"case": "0", "category": "arithmetic", "bug_lines": [[1, 2]], "fix_lines": [[1, 3]]}


@pytest.fixture
def folder(tmp_path):
    data = tmp_path / "data"
    (data / "0").mkdir(parents=True)
    for name in ("A.sol", "0/bug.sol", "0/fix.sol"):
        (data / name).write_text("one\ntwo\nthree\n")
    (tmp_path / "B.sol").write_text("one\n")
    return data


@pytest.fixture
def loaded(folder):
    def loads(document):
        text = document if isinstance(document, str) else json.dumps(document)
        (folder / "labels.json").write_text(text)
        return load(folder, read)

    return loads


def test_files_and_twins_come_with_their_texts(folder, loaded):
    (found,) = loaded({"labels": [LABEL], "pairs": [PAIR]})
    names = [file.relative_to(folder).as_posix() for file in found.files]
    assert names == ["0/bug.sol", "0/fix.sol", "A.sol"]
    assert set(found.texts.values()) == {"one\ntwo\nthree\n"}


def test_the_sets_in_the_folders_of_a_folder_are_taken_together(folder, loaded):
    loaded({"labels": [LABEL]})
    assert [each.folder for each in load(folder.parent, read)] == [folder]


def test_a_class_that_no_rule_has_may_be_labelled(loaded):
    (found,) = loaded({"labels": [LABEL | {"category": "short_addresses", "accept": ["other"]}]})
    assert found.labels[0].categories == {"short_addresses", "other"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"file": "../B.sol"}, r"`\.\./B\.sol` is no path inside of the folder - at .*labels"),
        ({"file": "/etc/passwd"}, "is no path inside of the folder"),
        ({"file": ""}, "is no path inside of the folder"),
        ({"file": "A\0.sol"}, "is no path inside of the folder"),
        ({"file": "link.sol"}, r"labels link\.sol, which leads out of the folder"),
        ({"file": "Gone.sol"}, r"labels Gone\.sol, which is not there"),
        ({"file": "0"}, "labels 0, which is no regular file"),
        ({"category": "magic"}, "there is no category `magic`; there are access_control, "),
        ({"accept": ["magic"]}, "there is no category `magic`"),
        ({"accept": "other"}, "Expected `array`, got `str`"),
        ({"line": 0}, r"Expected `int` >= 1 - at .*line"),
        ({"line": "1"}, "Expected `int`, got `str`"),
        ({"line": 3}, "lines 3 to 2 end before they begin"),
        ({"end_line": 6}, r"labels line 6 of A\.sol, which has 3 lines"),
    ],
)
def test_a_label_that_cannot_be_right_is_named(folder, loaded, change, message):
    (folder / "link.sol").symlink_to(folder.parent / "B.sol")
    with pytest.raises(BadInput, match=message):
        loaded({"labels": [LABEL | change]})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"case": ".."}, "is no path inside of the folder"),
        ({"case": "1"}, r"labels 1/bug\.sol, which is not there"),
        ({"category": ""}, "there is no category ``"),
        ({"bug_lines": []}, "Expected `array` of length >= 1"),
        ({"bug_lines": [[1]]}, "Expected `array` of length 2"),
        ({"fix_lines": [[2, 1]]}, "lines 2 to 1 end before they begin"),
        ({"fix_lines": [[1, 9]]}, r"labels line 9 of 0/fix\.sol, which has 3 lines"),
    ],
)
def test_a_pair_that_cannot_be_right_is_named(loaded, change, message):
    with pytest.raises(BadInput, match=message):
        loaded({"pairs": [PAIR | change]})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be used: Input data was truncated"),
        ("[]", "Expected `object`, got `array`"),
        ("{}", "holds neither `labels` nor `pairs`"),
        ("[" * 100_000, "cannot be used"),
        ('{"labels": [{"file": "A.sol"}]}', "cannot be used: Object missing required field"),
    ],
)
def test_a_document_that_holds_no_labels_is_named(loaded, text, message):
    with pytest.raises(BadInput, match=message):
        loaded(text)


def test_a_folder_without_labels_is_named(folder):
    with pytest.raises(BadInput, match=r"no labels\.json in .* or in a folder of it"):
        load(folder, read)
    with pytest.raises(BadInput, match="no labelled data at nowhere"):
        load(Path("nowhere"), read)
