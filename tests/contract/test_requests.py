"""Every request of the product, and every answer of the simulated GitHub, as GitHub has them."""

import pytest
from graphql import find_breaking_changes, get_operation_ast, parse, validate
from graphql.execution.values import get_variable_values

from solvet.local.github.graphql import SCHEMA
from solvet.local.github.routes import ROUTES
from tests.contract.departures import unknown
from tests.contract.recording import told
from tests.contract.tap import adapter_methods

pytestmark = pytest.mark.contract

GRAPHQL = "/graphql"
UNDESCRIBED = {"GET /repositories/<int:repository_id>", "GET /repos/<owner>/<name>/contents"}
"""GitHub has these as well: a repository by its id, and the root of one."""


@pytest.fixture(scope="module")
def known(recording, operations):
    """The exchanges that GitHub describes, each with its operation."""
    rest = [each for each in recording.exchanges if each.path != GRAPHQL]
    found = [(operations.find(each.method, each.path), each) for each in rest]
    return [(operation, each) for operation, each in found if operation is not None]


def test_every_request_goes_to_an_operation_that_github_has(recording, operations, figures):
    asked = [each for each in recording.requests if each.path != GRAPHQL]
    names = [operations.find(each.method, each.path) for each in asked]
    lost = [
        (f"{each.method} {each.path}", "GitHub has no such operation", each.test)
        for each, found in zip(asked, names, strict=True)
        if found is None
    ]
    assert not lost, told(lost)
    figures["requests of the product"] = len(recording.requests)
    figures["REST operations among them"] = len({found.name for found in names})


def test_every_request_is_as_github_describes_it(known):
    against = (
        (operation.name, wrong, each.test)
        for operation, each in known
        if each.product
        for wrong in operation.against_request(each.query, each.sent)
    )
    violations = told(unknown(against))
    assert not violations, violations


def test_every_answer_of_the_simulated_github_is_as_github_describes_it(known, figures):
    honest = [(operation, each) for operation, each in known if each.status is not None]
    against = (
        (operation.name, f"{each.status}: {wrong}", each.test)
        for operation, each in honest
        for wrong in operation.against_answer(each.status, each.answered)
    )
    violations = told(unknown(against))
    assert not violations, violations
    figures["answers of the simulated GitHub"] = len(honest)
    figures["REST operations it answered"] = len({operation.name for operation, _ in honest})


def test_every_route_of_the_simulated_github_is_one_of_githubs(operations):
    paths = {f"{route.method} {route.path}": route for route in ROUTES if route.path != GRAPHQL}
    lost = {name for name, route in paths.items() if not _described(operations, route)}
    assert lost == UNDESCRIBED


def test_every_graphql_query_is_valid(recording, github_schema, figures):
    asked = [each for each in recording.requests if each.path == GRAPHQL]
    violations = told(
        ("POST /graphql", wrong, each.test)
        for each in asked
        for wrong in _against_query(github_schema, each.sent)
    )
    assert not violations, violations
    figures["GraphQL queries among them"] = len(asked)


def test_the_simulated_graphql_is_a_part_of_githubs(github_schema):
    departures = [str(it.description) for it in find_breaking_changes(SCHEMA, github_schema)]
    assert departures == []


def test_every_method_of_the_adapters_was_recorded(recording):
    methods = {f"{owner.__name__}.{name}" for owner, name, _ in adapter_methods()}
    silent = sorted(methods - recording.called)
    assert not silent, (
        f"no recorded test calls {silent}: name their tests in `talks` of the Makefile"
    )


def _described(operations, route):
    path = route.path.replace("<path:", "<").replace("<int:", "<")
    return operations.find(route.method, _filled(path))


def _filled(path):
    """A path with an example in every place."""
    numbers = {"<number>", "<review>", "<comment>", "<repository_id>"}
    steps = path.replace("<basehead>", "a...b").split("/")
    return "/".join("1" if s in numbers else s.strip("<>") for s in steps)


def _against_query(schema, sent):
    document = parse(sent["query"])
    wrong = [error.message for error in validate(schema, document)]
    if wrong:
        return wrong
    wanted = get_operation_ast(document).variable_definitions
    values = get_variable_values(schema, wanted, sent.get("variables") or {})
    return [error.message for error in values] if isinstance(values, list) else []
