"""The policy in force, key by key, and which file says so."""

from solvet.policyfile.overview import overview
from solvet.policyfile.reading import merged, origins
from solvet.policyfile.rules import known_rules


def told(organisation, repository):
    rules = known_rules()
    reading = merged(organisation, repository, rules=rules)
    settings = overview(reading.policy, origins(organisation, repository, rules=rules))
    return {setting.key: (setting.value, setting.origin) for setting in settings}


def test_without_files_everything_is_a_default():
    settings = told(None, None)
    assert {origin for _, origin in settings.values()} == {"default"}
    assert settings["fail.severity"] == ("high", "default")
    assert settings["exclude"] == ("none", "default")
    assert settings["models.budget.month"] == ("as the installation has it", "default")


def test_each_value_is_told_with_the_file_that_sets_it():
    organisation = (
        "fail: {severity: low, confidence: high}\nrules: {tx-origin: off, xor-exponent: low}"
    )
    settings = told(organisation, "fail: off\nrules: {tx-origin: high}\nmodels: off")
    assert settings["fail.severity"] == ("off", ".solvet.yml")
    assert settings["fail.confidence"] == ("high", ".github/.solvet.yml")
    assert settings["rules.tx-origin"] == ("high", ".solvet.yml")
    assert settings["rules.xor-exponent"] == ("low", ".github/.solvet.yml")
    assert settings["models.enabled"] == ("off", ".solvet.yml")


def test_a_section_tells_its_paths_and_what_it_sets():
    sections = "paths: [{match: ['a/**', 'b/**'], fail: off, rules: {tx-origin: low}}, {match: c}]"
    settings = told(sections, None)
    assert settings["paths[0]"] == (
        "for `a/**`, `b/**`: fail.severity off, tx-origin low",
        ".github/.solvet.yml",
    )
    assert settings["paths[1]"] == ("for `c`: changes nothing", ".github/.solvet.yml")


def test_what_is_wrong_sets_nothing():
    assert told(None, "show: lwo\nfail: [")["show.severity"] == ("low", "default")
