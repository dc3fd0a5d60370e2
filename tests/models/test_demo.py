from solvet.llm.ask import request_for
from solvet.local.providers.answers import Asked
from solvet.local.providers.demo import reply


def claimed(source):
    request = request_for(source, ())
    asked = Asked(
        dialect="chat",
        path="",
        body=b"",
        model="m",
        instructions=request.instructions,
        input=request.input,
    )
    return [(claim["start_line"], claim["quote"]) for claim in reply(asked)["claims"]]


def test_a_privileged_setter_without_an_event_is_claimed():
    source = "contract A {\n  function setFee(uint f) external onlyOwner {\n    fee = f;\n  }\n}"
    assert claimed(source) == [(2, "function setFee(uint f) external onlyOwner {")]


def test_a_setter_that_emits_an_event_is_not_claimed():
    source = "function setFee(uint f) external onlyOwner {\n fee = f;\n emit Fee(f);\n}"
    assert claimed(source) == []


def test_the_event_of_another_function_does_not_count():
    source = "function setFee(uint f) external onlyOwner {\n}\nfunction g() { \n emit Fee(f);\n}"
    assert len(claimed(source)) == 1


def test_a_setter_that_anyone_may_call_is_not_this_rules_business():
    assert claimed("function setName(string n) external {\n name = n;\n}") == []
