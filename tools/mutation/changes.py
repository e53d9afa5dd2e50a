"""What can be broken in a line of C++, for tools/mutants.

It knows lines and not the language: what comes out need not compile, and tools/mutants finds that
out. It relies on our format.
"""

import random, re
from collections import namedtuple

# A header is compiled into so many files that it takes minutes: its lines are drawn less often.
HEADER_WEIGHT = 0.1

Mutant = namedtuple("Mutant", "file line before after")

# What becomes what. Our format puts spaces around binary operators, and none around the signs of
# templates, pointers and references.
OTHERS = {
    "<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",),
    "!=": ("==",), "&&": ("||",), "||": ("&&",), "+": ("-",), "-": ("+",), "*": ("/",),
    "/": ("*",), "%": ("/",), "&": ("|",), "|": ("&",), "^": ("|",), "<<": (">>",), ">>": ("<<",),
    "+=": ("-=",), "-=": ("+=",), "|=": ("&=",), "&=": ("|=",), "++": ("--", ""), "--": ("++", ""),
    "!": ("",), "true": ("false",), "false": ("true",), "break": ("continue",),
    "continue": ("break",), "std::min": ("std::max",), "std::max": ("std::min",),
}
BINARY = "|".join(re.escape(sign) for sign in OTHERS if not re.search(r"\w|\+\+|--|!$", sign))
SIGN = re.compile(r"(?<=\s)(?:%s)(?=\s|$)|\+\+|--|!(?=[\w(])|"
                  r"(?<![\w:])(?:true|false|break|continue|std::min|std::max)(?!\w)" % BINARY)
NUMBER = re.compile(r"(?<![\w.'])(0[xX][\dA-Fa-f']+|\d[\d']*)(?=[uUlL]*(?![\w.']))")
CONSTANT = re.compile(r"(?<![\w:.])k[A-Z]\w*(?![\w:(<]| = )")
ENUMERATOR = re.compile(r"\b(\w+)::(k[A-Z]\w*)")
RETURNED = re.compile(r"\breturn (?!(?:true|false|0|\{\}|nullptr|std::nullopt);)(.+);$")
CHOICE = re.compile(r" \? ([^?:;,]+) : ([^?:;,)]+)(?=[;,)]|$)")
# An assignment, a call or a step, alone in its line or behind a condition.
STATEMENT = re.compile(r"^(?:\s*(?:if|while|for) \(.*\) |\s*else |\s*)"
                       r"((?!return\b|if\b|for\b|while\b)"
                       r"(?:[\w.:*>\[\]()-]+ (?:[-+*/|&^]|<<|>>)?= .*|[\w.:>\[\]-]+\(.*\)|"
                       r"(?:\+\+|--)[\w.\[\]]+));$")
# What holds at compile time, and what only speaks to the hardware, the allocator or the log.
NOT_CODE = re.compile(r"^\s*(#|using |namespace |template )|prefetch|reserve\(|madvise|\blog")


def blank(text):
    """The text with comments, strings, asserts and lists of enumerators blanked in place."""
    def spaces(match):
        return re.sub(r"[^\n]", " ", match[0])
    text = re.sub(r"""//[^\n]*|"(?:\\.|[^"\\\n])*"|(?<!\w)'(?:\\.|[^'\\\n])+'""",
                  lambda match: ("_ "[match[0][0] == "/"]) * len(match[0]), text)
    text = re.sub(r"\b(static_assert|INVARIANT)\(.*?\);", spaces, text, flags=re.DOTALL)
    return re.sub(r"\benum [^;{]*\{[^}]*\}", spaces, text)


def enumerators_in(text):
    """The enumerators of each enum in the text, by its name."""
    text = re.sub(r"//[^\n]*", "", text)
    return {name: re.findall(r"^\s*(k[A-Z]\w*)", body.replace(",", "\n"), re.MULTILINE)
            for name, body in re.findall(r"\benum class (\w+)[^;{]*\{([^}]*)\}", text)}


def condition_in(code):
    """Where the condition of an `if` or `while` stands, if the line holds all of it."""
    match = re.search(r"\b(?:if|while) \(", code)
    depth = 1
    for at in range(match.end() if match else len(code), len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            return match.end(), at
    return None


def changes(line, code, enums):
    """Yields what may change in a line: from where to where, and what comes there instead. `code` is
    the line, blanked."""
    endless = re.match(r"\s*for \(", code)  # Loops that never end would be found by any test.
    for match in SIGN.finditer(code):
        for other in () if endless and match[0] in ("++", "--") else OTHERS[match[0]]:
            yield *match.span(), other
    for match in NUMBER.finditer(code):
        for step in (1, -1):
            yield *match.span(), str(int(match[0].replace("'", ""), 0) + step)
    for match in CONSTANT.finditer(code):
        for step in ("+ 1", "- 1"):
            yield *match.span(), f"({match[0]} {step})"
    for match in ENUMERATOR.finditer(code):
        names = enums.get(match[1], [])
        if match[2] in names and len(names) > 1:
            yield *match.span(2), names[(names.index(match[2]) + 1) % len(names)]
    if condition := condition_in(code):
        yield *condition, f"!({line[slice(*condition)]})"
        yield *condition, "false"
    for match in CHOICE.finditer(code):
        one, other = (line[slice(*match.span(group))] for group in (1, 2))
        yield *match.span(), f" ? {other} : {one}"
    for match in RETURNED.finditer(code):
        yield *match.span(1), "{}"


def mutants_of(file, text, enums):
    """Yields the mutants of each line that has any, as lists."""
    begins = True  # Whether a statement may begin in the line.
    for number, (line, code) in enumerate(zip(text.split("\n"), blank(text).split("\n")), 1):
        code = code.rstrip()
        if code and not NOT_CODE.search(code):
            found = list(changes(line, code, enums))
            statement = STATEMENT.match(code)
            if begins and statement:
                found.append((*statement.span(1), ""))
            if found:
                yield [Mutant(file, number, line, line[:start] + new + line[end:])
                       for start, end, new in found]
        begins = code[-1] in ";{}:" if code else begins


def draw(lines, seed):
    """Yields mutants in the seed's order: a line at random, and then one of its mutants."""
    chance = random.Random(seed)
    while lines:
        weights = [HEADER_WEIGHT if line[0].file.endswith(".h") else 1 for line in lines]
        line = chance.choices(lines, weights)[0]
        yield line.pop(chance.randrange(len(line)))
        if not line:
            lines.remove(line)
