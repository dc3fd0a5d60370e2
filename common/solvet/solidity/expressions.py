"""Expressions, read again from their text by precedence climbing.

The grammar's tree is right about where an expression begins and ends and wrong about what binds
tighter: `!a.send(1)` comes as `(!a).send(1)` and `a + b.c()` as `(a + b).c()`. Precedences:
https://docs.soliditylang.org/en/latest/cheatsheet.html#order-of-precedence-of-operators
"""

from solvet.solidity.nodes import (
    Assign,
    Binary,
    Call,
    Conditional,
    Expr,
    Index,
    Literal,
    Member,
    Name,
    New,
    Opaque,
    Option,
    Tuple,
    Unary,
)
from solvet.solidity.tokens import Token, tokens_of

MAX_NESTING = 60
MAX_CHAIN = 400

_BINARY = {
    operator: level
    for level, operators in enumerate(
        ("||", "&&", "== !=", "< > <= >=", "|", "^", "&", "<< >> >>>", "+ -", "* / %", "**"),
        start=3,
    )
    for operator in operators.split()
}
_POWER = _BINARY["**"]
_ASSIGN = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>="})
_PREFIX = frozenset({"!", "~", "-", "+", "++", "--", "delete", "after"})
_ETHER_UNITS = ("wei", "gwei", "szabo", "finney", "ether")
_TIME_UNITS = ("seconds", "minutes", "hours", "days", "weeks", "years")
_UNITS = frozenset((*_ETHER_UNITS, *_TIME_UNITS))
_LOOSE, _TERNARY, _TIGHT = 1, 2, 20


class Unreadable(Exception):
    """The text is no expression, or one nested too deeply."""


def read(text: str, start: int, end: int) -> Expr:
    """The expression between two offsets; `Opaque` if it makes no sense."""
    tokens = tokens_of(text, start, end)
    reader = _Reader(tokens)
    try:
        expression = reader.expression(_LOOSE)
    except Unreadable:
        return Opaque(start, end)
    return expression if reader.at == len(tokens) else Opaque(start, end)


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.nesting = 0
        self.end = Token("end", "", tokens[-1].end, tokens[-1].end) if tokens else None

    def peek(self, ahead: int = 0) -> Token:
        if self.at + ahead < len(self.tokens):
            return self.tokens[self.at + ahead]
        if self.end is None:
            raise Unreadable
        return self.end

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, text: str) -> Token:
        token = self.next()
        if token.text != text:
            raise Unreadable
        return token

    def accept(self, text: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at].text == text:
            self.at += 1
            return True
        return False

    def expression(self, level: int) -> Expr:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise Unreadable
        left = self.operators(self.prefix(), level)
        self.nesting -= 1
        return left

    def operators(self, left: Expr, level: int) -> Expr:
        for _ in range(MAX_CHAIN):
            if self.at >= len(self.tokens):
                return left
            token = self.tokens[self.at]
            binds = _BINARY.get(token.text)
            if binds is not None and binds >= level and token.kind == "sign":
                self.at += 1
                right = self.expression(binds if binds == _POWER else binds + 1)
                left = Binary(left.start, right.end, token.text, left, right)
            elif token.text in _ASSIGN and level <= _LOOSE:
                self.at += 1
                value = self.expression(_LOOSE)
                left = Assign(left.start, value.end, token.text, left, value)
            elif token.text == "?" and level <= _TERNARY:
                left = self.conditional(left)
            else:
                return left
        raise Unreadable

    def conditional(self, condition: Expr) -> Expr:
        self.expect("?")
        then = self.expression(_LOOSE)
        self.expect(":")
        other = self.expression(_LOOSE)
        return Conditional(condition.start, other.end, condition, then, other)

    def prefix(self) -> Expr:
        token = self.peek()
        if token.text in _PREFIX and token.kind != "string":
            self.at += 1
            operand = self.expression(_TIGHT)
            return Unary(token.start, operand.end, token.text, operand)
        return self.postfix(self.primary())

    def primary(self) -> Expr:
        token = self.next()
        if token.kind == "word":
            return self.word(token)
        if token.kind in {"number", "string"}:
            return self.literal(token)
        if token.text in {"(", "["}:
            return self.parenthesised(token)
        raise Unreadable

    def word(self, token: Token) -> Expr:
        if token.text == "new":
            return self.new(token)
        if token.text in {"true", "false"}:
            return Literal(token.start, token.end, token.text)
        end = token.end
        if token.text == "address" and self.peek().text == "payable":
            end = self.next().end
        return Name(token.start, end, token.text)

    def new(self, token: Token) -> Expr:
        words, end = [], token.end
        while self.peek().kind == "word" or self.peek().text in {".", "[", "]"}:
            part = self.next()
            words.append(part.text)
            end = part.end
        return New(token.start, end, "".join(words))

    def literal(self, token: Token) -> Expr:
        end, texts = token.end, [token.text]
        while (following := self.peek()).kind != "end" and (
            following.kind == token.kind == "string"
            or (token.kind == "number" and following.text in _UNITS)
        ):
            texts.append(self.next().text)
            end = following.end
        return Literal(token.start, end, " ".join(texts))

    def parenthesised(self, opening: Token) -> Expr:
        closing = ")" if opening.text == "(" else "]"
        items = self.items(closing)
        end = self.expect(closing).end
        if closing == ")" and len(items) == 1 and items[0] is not None:
            return items[0]
        return Tuple(opening.start, end, items)

    def items(self, closing: str) -> tuple[Expr | None, ...]:
        items: list[Expr | None] = []
        if self.peek().text == closing:
            return ()
        while True:
            empty = self.peek().text in {",", closing}
            items.append(None if empty else self.expression(_LOOSE))
            if not self.accept(","):
                return tuple(items)

    def postfix(self, left: Expr) -> Expr:
        for _ in range(MAX_CHAIN):
            if self.at >= len(self.tokens):
                return left
            token = self.tokens[self.at]
            if token.text == ".":
                left = self.member(left)
            elif token.text == "(":
                left = self.call(left, ())
            elif token.text == "[":
                left = self.subscript(left)
            elif token.text == "{":
                left = self.call(left, self.options())
            elif token.text in {"++", "--"}:
                self.at += 1
                left = Unary(left.start, token.end, token.text, left)
            else:
                return left
        raise Unreadable

    def member(self, left: Expr) -> Expr:
        self.at += 1
        name = self.next()
        if name.kind != "word":
            raise Unreadable
        return Member(left.start, name.end, left, name.text)

    def subscript(self, left: Expr) -> Expr:
        self.at += 1
        index = upto = None
        if self.peek().text not in {"]", ":"}:
            index = self.expression(_LOOSE)
        if self.accept(":") and self.peek().text != "]":
            upto = self.expression(_LOOSE)
        return Index(left.start, self.expect("]").end, left, index, upto)

    def options(self) -> tuple[Option, ...]:
        self.expect("{")
        options = []
        while self.peek().text != "}":
            name = self.next()
            self.expect(":")
            value = self.expression(_LOOSE)
            options.append(Option(name.start, value.end, name.text, value))
            if not self.accept(","):
                break
        self.expect("}")
        return tuple(options)

    def call(self, callee: Expr, options: tuple[Option, ...]) -> Expr:
        self.expect("(")
        if self.peek().text == "{":
            arguments: tuple[Expr, ...] = tuple(option.value for option in self.options())
        else:
            arguments = tuple(item for item in self.items(")") if item is not None)
        end = self.expect(")").end
        return _folded(Call(callee.start, end, callee, options, arguments))


def _folded(call: Call) -> Call:
    """`a.call.value(1).gas(2)(x)` as `a.call{value: 1, gas: 2}(x)`."""
    callee, options = call.callee, list(call.options)
    while (
        isinstance(callee, Call)
        and isinstance(callee.callee, Member)
        and callee.callee.member in {"value", "gas"}
        and len(callee.arguments) == 1
    ):
        value = callee.arguments[0]
        options.insert(0, Option(value.start, value.end, callee.callee.member, value))
        callee = callee.callee.object
    if callee is call.callee:
        return call
    return Call(call.start, call.end, callee, tuple(options), call.arguments)
