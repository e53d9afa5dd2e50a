#!/usr/bin/python3
"""embed.py OUTPUT FILE...: writes a C++ source that holds the files' bytes as web_files.h tells them.

A file's tag is a hash of its bytes, so that a browser that has them need not fetch them again.
Left out is what no browser needs: empty lines, indentation, comments of scripts and styles (on lines
of their own, or two spaces behind code), and spaces at the marks of styles, and at those of scripts
outside of texts, but for lines that hold a pattern. What is not ours (*.min.js) is taken whole. The same bytes are
held once more as gzip has them, so that nothing is packed while somebody waits.
"""

import gzip, hashlib, pathlib, re, sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

HEAD = """#include "collector/web/web_files.h"

namespace flatline {
namespace {

using namespace std::string_view_literals;

"""

FOOT = """};

}  // namespace

std::span<const WebFile> web_files() {
  return kFiles;
}

}  // namespace flatline
"""


def literal(content):
    """The bytes as literals of at most 96 characters. What is not printable is written in octal,
    with three digits, so that no digit behind it can belong to it."""
    for start in range(0, len(content), 96):
        line = ""
        for byte in content[start : start + 96]:
            is_plain = 32 <= byte < 127 and byte not in b'"\\?'
            line += chr(byte) if is_plain else f"\\{byte:03o}"
        yield f'    "{line}"'


def slim_code(line):
    """A line of a script without the spaces at its marks. No text of ours goes over several lines."""
    if line.count("`") > 2:
        return line  # One template is within another.
    parts = re.split(r"('(?:[^'\\]|\\.)*'|`[^`]*`)", line)  # Every other one is a text.
    if re.search("['\"`/]", "".join(parts[::2])):
        return line
    for i in range(0, len(parts), 2):
        part = re.sub(r" ?([][{}();:,=<>&|?*]) ?", r"\1", parts[i])
        parts[i] = re.sub(r" ([-+]) (?![-+])", r"\1", part)
    return "".join(parts)


def slim(file):
    """The bytes of a file that are served."""
    if file.suffix == ".svg" or file.name.endswith(".min.js"):
        return file.read_bytes()
    lines, in_comment = [], False
    for line in file.read_text().split("\n"):
        line = line.strip(" ")
        if file.suffix == ".css":
            line = re.sub(" ?([{};:,]) ", r"\1", line).replace(";}", "}")
        if file.suffix == ".js":
            line = slim_code(line.partition("  // ")[0])
        begins = in_comment or line.startswith("/*")
        in_comment = begins and not line.endswith("*/")
        if line and not begins and not line.startswith("//"):
            lines.append(line + ("" if file.suffix == ".css" and line[-1] in "{};," else "\n"))
    return "".join(lines).encode()


def main(output, *names):
    files = sorted((pathlib.Path(name) for name in names), key=lambda file: file.name)
    text = HEAD + f"constexpr WebFile kFiles[] = {{\n"
    for file in files:
        content = slim(file)
        packed = gzip.compress(content, 9, mtime=0)
        tag = hashlib.sha256(content).hexdigest()[:16]
        text += f'  {{"{file.name}", "{TYPES[file.suffix]}", "\\"{tag}\\"", "\\"{tag}-gzip\\"",\n'
        text += "\n".join(literal(content)) + '""sv,\n'
        text += "\n".join(literal(packed)) + '""sv},\n'
    pathlib.Path(output).write_text(text + FOOT)


if __name__ == "__main__":
    main(*sys.argv[1:])
