"""What the setup page may do in AWS: put three secrets, keep one item, and read no secret."""

from solvet.bootstrap.settings import ENVIRONMENT
from solvet.services.setup.desk import PATHS
from tests.template.test_template import allowed, as_list, referenced, statements


def test_the_setup_page_puts_the_secrets_that_it_is_told_of_and_reads_none(functions, resources):
    function = functions["setup"]
    told = referenced(function, "_SECRET_ARN")
    assert allowed(resources, function, "secretsmanager:PutSecretValue") == told
    assert told == {"AppSecret", "WebhookSecret", "ModelSecret"}
    assert allowed(resources, function, "secretsmanager:GetSecretValue") == set()


def test_nobody_else_puts_secrets(functions, resources):
    may = {
        name
        for name, function in functions.items()
        if allowed(resources, function, "secretsmanager:PutSecretValue")
    }
    assert may == {"setup"}


def test_the_setup_page_reaches_its_own_partition_of_the_table_only(functions, resources):
    mine = [
        statement
        for statement in statements(resources, functions["setup"])
        if any(action.startswith("dynamodb:") for action in as_list(statement["Action"]))
    ]
    keys = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["setup"]}}
    assert [statement["Condition"] for statement in mine] == [keys]


def test_the_template_routes_what_the_page_answers_and_nothing_else(functions):
    events = functions["setup"]["Events"].values()
    routes = [(e["Properties"]["Method"], e["Properties"]["Path"]) for e in events]
    assert sorted(routes) == sorted(PATHS)


def test_no_key_is_a_parameter_or_a_variable(template, functions):
    names = {*template["Parameters"], *(name for names in ENVIRONMENT.values() for name in names)}
    assert not [name for name in names if "API_KEY" in name.upper() or name.endswith("Key")]
