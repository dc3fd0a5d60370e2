"""Statements: from the grammar's tree to ours."""

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node as Raw

from solvet.solidity import nodes
from solvet.solidity.expressions import read

MAX_NESTING = 40

_OPCODE = re.compile(r"\b([a-z_]\w*)\s*\(", re.IGNORECASE)
_YUL_CALL = "yul_function_call"
#: Which argument of an opcode that leaves the contract says whom it concerns.
_SUBJECT = {"selfdestruct": 0, "suicide": 0, "delegatecall": 1, "callcode": 1, "call": 1}
_LEAVING = frozenset({"return", "stop", "selfdestruct", "suicide"})
_REVERT = re.compile(r"\b(?:revert|invalid)\s*\(")
_NOT_CODE = re.compile(r"//[^\r\n]*|/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'", re.DOTALL)


def inner(raw: Raw) -> list[Raw]:
    """The named children that are no comments."""
    return [child for child in raw.named_children if child.type != "comment"]


def _last_straight(assembly: str) -> str:
    """What runs last, whatever happened before: the code behind the last inner block."""
    inside = assembly.rstrip().removesuffix("}")
    return inside[max(inside.rfind("{"), inside.rfind("}")) + 1 :]


def _paid(arguments: tuple[nodes.Expr, ...]) -> Iterator[nodes.Option]:
    """The ether that `call(gas, to, value, …)` sends; none where a zero is written."""
    for value in arguments[2:3]:
        if not isinstance(value, nodes.Literal) or value.text.strip("0x"):
            yield nodes.Option(value.start, value.end, "value", value)


class StatementReader:
    """Reads statements of one text; `too_deep` collects what was cut at `MAX_NESTING`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.too_deep: list[tuple[int, int]] = []
        self._nesting = 0

    def expression(self, raw: Raw) -> nodes.Expr:
        return read(self.text, raw.start_byte, raw.end_byte)

    def field(self, raw: Raw, name: str) -> nodes.Expr | None:
        """The expression in a field, None if there is none or it is a bare sign."""
        child = raw.child_by_field_name(name)
        if child is None or not child.is_named:
            return None
        return read(self.text, child.start_byte, child.end_byte - (child.type[-4:] == "ment"))

    def statement(self, raw: Raw) -> nodes.Statement:
        if raw.type == "statement":
            raw = next(iter(inner(raw)), raw)
        reader = _READERS.get(raw.type)
        if reader is None:
            return nodes.Unknown(raw.start_byte, raw.end_byte)
        if self._nesting >= MAX_NESTING:
            self.too_deep.append((raw.start_byte, raw.end_byte))
            return nodes.Unknown(raw.start_byte, raw.end_byte)
        self._nesting += 1
        result = reader(self, raw)
        self._nesting -= 1
        return result

    def block(self, raw: Raw) -> nodes.Block:
        children = inner(raw)
        unchecked = bool(children) and children[0].type == "unchecked"
        statements = tuple(
            self.statement(child)
            for child in (children[1:] if unchecked else children)
            if child.type != "ERROR"
        )
        return nodes.Block(raw.start_byte, raw.end_byte, statements, unchecked)

    def do(self, raw: Raw) -> nodes.Statement:
        start, end = raw.start_byte, raw.end_byte
        body = self.text[start:end].rstrip("; \t\r\n")
        if body == "_":
            return nodes.Placeholder(start, end)
        if body == "throw":
            return nodes.Revert(start, end, None)
        children = inner(raw)
        if not children:
            return nodes.Unknown(start, end)
        return nodes.Do(start, end, self.expression(children[0]))

    def variable(self, raw: Raw) -> nodes.Variable:
        kind, name = raw.child_by_field_name("type"), raw.child_by_field_name("name")
        location = raw.child_by_field_name("location")
        if kind is None and name is None:
            return self._bare(raw)
        return nodes.Variable(
            raw.start_byte,
            raw.end_byte,
            self.words(kind),
            self.words(name),
            self.words(location),
        )

    def _bare(self, raw: Raw) -> nodes.Variable:
        """A name in `var (a, b)`."""
        return nodes.Variable(raw.start_byte, raw.end_byte, "", self.words(raw))

    def words(self, raw: Raw | None) -> str:
        """The text with white space folded."""
        return "" if raw is None else " ".join(self.text[raw.start_byte : raw.end_byte].split())

    def declare(self, raw: Raw) -> nodes.Statement:
        variables: list[nodes.Variable | None] = []
        for child in inner(raw):
            if child.type == "variable_declaration":
                variables.append(self.variable(child))
            elif child.type == "variable_declaration_tuple":
                variables.extend(self._holes(child))
        value = self.field(raw, "value")
        return nodes.Declare(raw.start_byte, raw.end_byte, tuple(variables), value)

    def _holes(self, raw: Raw) -> list[nodes.Variable | None]:
        result: list[nodes.Variable | None] = [None]
        for child in raw.children:
            if child.type == ",":
                result.append(None)
            elif child.type in {"variable_declaration", "identifier"}:
                result[-1] = self.variable(child)
        return result

    def branch(self, raw: Raw) -> nodes.Statement:
        bodies = [self.statement(body) for body in raw.children_by_field_name("body")]
        condition = self.field(raw, "condition")
        if condition is None or not bodies:
            return nodes.Unknown(raw.start_byte, raw.end_byte)
        other = bodies[1] if len(bodies) > 1 else None
        return nodes.If(raw.start_byte, raw.end_byte, condition, bodies[0], other)

    def loop(self, raw: Raw) -> nodes.Statement:
        body = raw.child_by_field_name("body")
        if body is None:
            return nodes.Unknown(raw.start_byte, raw.end_byte)
        initial = raw.child_by_field_name("initial")
        return nodes.Loop(
            raw.start_byte,
            raw.end_byte,
            raw.type.partition("_")[0],
            self.statement(initial) if initial is not None and initial.is_named else None,
            self.field(raw, "condition"),
            self.field(raw, "update"),
            self.statement(body),
        )

    def leave(self, raw: Raw) -> nodes.Statement:
        children = inner(raw)
        value = self.expression(children[0]) if children else None
        return nodes.Return(raw.start_byte, raw.end_byte, value)

    def after_keyword(self, raw: Raw, keyword: str) -> nodes.Expr:
        end = raw.end_byte - (self.text[raw.end_byte - 1 : raw.end_byte] == ";")
        return read(self.text, raw.start_byte + len(keyword), end)

    def revert(self, raw: Raw) -> nodes.Statement:
        error = self.after_keyword(raw, "revert")
        return nodes.Revert(raw.start_byte, raw.end_byte, error)

    def emit(self, raw: Raw) -> nodes.Statement:
        return nodes.Emit(raw.start_byte, raw.end_byte, self.after_keyword(raw, "emit"))

    def attempt(self, raw: Raw) -> nodes.Statement:
        attempt, body = self.field(raw, "attempt"), raw.child_by_field_name("body")
        if attempt is None or body is None:
            return nodes.Unknown(raw.start_byte, raw.end_byte)
        children = inner(raw)
        returns = tuple(self.variable(c) for c in children if c.type == "parameter")
        catches = tuple(self.catch(c) for c in children if c.type == "catch_clause")
        done = self.statement(body)
        return nodes.Try(raw.start_byte, raw.end_byte, attempt, returns, done, catches)

    def catch(self, raw: Raw) -> nodes.Catch:
        parameters = tuple(self.variable(c) for c in inner(raw) if c.type == "parameter")
        body = raw.child_by_field_name("body")
        done = nodes.Unknown(raw.end_byte, raw.end_byte) if body is None else self.statement(body)
        return nodes.Catch(raw.start_byte, raw.end_byte, parameters, done)

    def assembly(self, raw: Raw) -> nodes.Statement:
        code = _NOT_CODE.sub(" ", self.text[raw.start_byte : raw.end_byte])
        opcodes = frozenset(_OPCODE.findall(code))
        calls = tuple(self.opcodes(raw)) if opcodes & _SUBJECT.keys() else ()
        reverts = not opcodes & _LEAVING and _REVERT.search(_last_straight(code)) is not None
        return nodes.Assembly(raw.start_byte, raw.end_byte, opcodes, calls, reverts)

    def opcodes(self, raw: Raw) -> Iterator[nodes.Opcode]:
        """The calls of assembly that concern somebody, in the order of the text."""
        pending = list(reversed(raw.named_children))
        while pending:
            child = pending.pop()
            name = self.words(child.named_children[0]) if child.type == _YUL_CALL else ""
            found = self.opcode(child, name) if name in _SUBJECT else None
            if found is None:
                pending.extend(reversed(child.named_children))
            else:
                yield found

    def opcode(self, raw: Raw, name: str) -> nodes.Opcode | None:
        """None for a `call` that sends no ether."""
        call, start = self.expression(raw), raw.start_byte
        arguments = call.arguments if isinstance(call, nodes.Call) else ()
        subject = arguments[_SUBJECT[name]] if len(arguments) > _SUBJECT[name] else call
        callee = nodes.Name(start, start + len(name), name)
        paid = tuple(_paid(arguments)) if name == "call" else ()
        if name == "call" and not paid:
            return None
        return nodes.Opcode(start, raw.end_byte, callee, paid, (subject,))

    def jump(self, raw: Raw) -> nodes.Statement:
        return nodes.Jump(raw.start_byte, raw.end_byte, raw.type.partition("_")[0])


_READERS: dict[str, Callable[[StatementReader, Raw], nodes.Statement]] = {
    "block_statement": StatementReader.block,
    "function_body": StatementReader.block,
    "expression_statement": StatementReader.do,
    "variable_declaration_statement": StatementReader.declare,
    "if_statement": StatementReader.branch,
    "for_statement": StatementReader.loop,
    "while_statement": StatementReader.loop,
    "do_while_statement": StatementReader.loop,
    "return_statement": StatementReader.leave,
    "revert_statement": StatementReader.revert,
    "emit_statement": StatementReader.emit,
    "try_statement": StatementReader.attempt,
    "assembly_statement": StatementReader.assembly,
    "break_statement": StatementReader.jump,
    "continue_statement": StatementReader.jump,
}
