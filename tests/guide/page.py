"""What stands in tools/GUIDE.md, and the rule that each of its commands is run by a test.

A block ```console holds commands behind the name of the machine that they are typed on (`mon-1# `), and
below each what it prints: `…` stands for any text, and alone on a line for any lines. Where nothing is
below, what it prints is not looked at. A block ```LANGUAGE MACHINE:/PATH is a file. A block
```dockerfile PROGRAM is an image, of which tests/packages/containers.py makes a container.
"""

import re

PROMPT = re.compile(r"([a-z]+-\d)# (.+)")
PROGRAMS = ("flatline", "flatline-agent", "flatline-collector", "flatline-sim")


class Wrong(Exception):
    """What is not as the guide says."""


def blocks(page):
    """Each block: its language, what stands behind that, its lines, and the number of the first."""
    lines = page.read_text().splitlines()
    begin = None
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if begin is None:
            begin = number
            continue
        language, _, place = lines[begin][3:].partition(" ")
        yield language, place, lines[begin + 1:number], begin + 1
        begin = None


def commands(lines):
    """The machine, the command and what is to come, for each."""
    found = []
    for line in lines:
        if typed := PROMPT.fullmatch(line):
            found.append((*typed.groups(), []))
        elif found:
            found[-1][2].append(line)
        else:
            raise Wrong(f"'{line}': stands before a command")
    return found


def typed_commands(page):
    return [command for language, _, lines, _ in blocks(page) if language == "console"
            for _, command, _ in commands(lines)]


def scripts(page):
    return [line for language, place, lines, _ in blocks(page) if language in ("sh", "cron")
            for line in lines]


def image(page, program):
    """The instructions of the program's image, in order, as words."""
    for language, place, lines, _ in blocks(page):
        if language == "dockerfile" and place == program:
            return [line.split(" ", 1) for line in lines]
    raise Wrong(f"the guide has no image of {program}")


def machines(page):
    """Who has a prompt."""
    return set(re.findall(r"(?m)^([a-z]+-\d)# ", page.read_text()))


def is_run(language, place, known):
    """Whether one of the tests does what the block says."""
    if language == "console":
        return not place
    if language == "dockerfile":
        return place in PROGRAMS
    name, _, path = place.partition(":")
    return name in known and path.startswith("/")


def hold_blocks(page):
    """Nothing that looks like a command stands where no test runs it."""
    known = machines(page)
    for language, place, _, number in blocks(page):
        if not is_run(language, place, known):
            raise Wrong(f"{page.name}:{number}: '```{language} {place}' is run by no test: a block is "
                        "```console, ```LANGUAGE MACHINE:/PATH or ```dockerfile PROGRAM")
    is_fenced, before = False, ""
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.startswith("```"):
            is_fenced = not is_fenced
        elif not is_fenced and line.startswith("    ") and not before:
            raise Wrong(f"{page.name}:{number}: a block without a fence is run by no test")
        before = line.strip()


def words_of(command):
    """The verb of one of our programs, and the options behind it."""
    words = command.split()
    verb = next((word for word in words[1:] if not word.startswith("-")), "")
    return words[0], verb, {word.split("=")[0] for word in words if word.startswith("--")}


def hold_sentences(page):
    """A command in a sentence is typed in a block, too, with each of its options."""
    typed = []
    for command in typed_commands(page) + scripts(page):
        for part in re.split(r"[|;&<>()]+ ?", command):
            words = part.split()
            if words and words[0] in PROGRAMS:
                typed.append((words[0], set(words), words_of(part)[2]))
    is_fenced = False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        is_fenced ^= line.startswith("```")
        if is_fenced:
            continue
        for code in re.findall(r"`(flatline[^`]* [^`]*)`", line):
            program, verb, options = words_of(code)
            if program in PROGRAMS and not any(
                    program == other and (not verb or verb in words) and options <= given
                    for other, words, given in typed):
                raise Wrong(f"{page.name}:{number}: `{code}` is in no block that a test runs")


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def hold_index(page, readme):
    """Each chapter is in the table at the guide's top, and in the README's index."""
    top = page.read_text().split("\n## ")[0]
    for chapter in re.findall(r"(?m)^## (.+)$", page.read_text()):
        link = f"[{chapter}](#{anchor(chapter)})"
        if link not in top:
            raise Wrong(f"{page.name}: its table lacks {link}")
        link = f"| [{chapter}](tools/{page.name}#{anchor(chapter)}) |"
        if link not in readme.read_text():
            raise Wrong(f"{readme.name}: its index lacks {link}")


def hold(page):
    hold_blocks(page)
    hold_sentences(page)
    hold_index(page, page.resolve().parents[1] / "README.md")
