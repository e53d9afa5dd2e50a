#pragma once

// The source tree as the rules of the house see it: files with their lines, and the few questions
// that most rules ask. A rule takes a tree and answers with the breaches that it found, each as
// `file:line: what is wrong`; it is handed the real tree, or a small one that a test made up.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flatline {

struct Source {
  std::string file;  ///< From the top of the tree.
  std::string text;
};

using Tree = std::vector<Source>;
using Breaches = std::vector<std::string>;
using Words = std::vector<std::string_view>;

/// All C++ sources, meson.build files and pages below our folders, what pages link to (without what
/// is in pictures), and everything in tests/golden.
const Tree& whole_tree();

bool is_cpp(std::string_view file);
bool is_build(std::string_view file);
bool is_header(std::string_view file);

/// `a/b/c.h` is in the folder `a/b/`.
std::string_view folder_of(std::string_view file);

/// `a/b/c.h` and `a/b/c.cc` have the stem `a/b/c`.
std::string_view stem_of(std::string_view file);

bool starts_with_any(std::string_view text, const Words& starts);

std::vector<std::string_view> lines_of(std::string_view text);

/// What the line includes, without quotes or angle brackets; empty if it includes nothing.
std::string_view included_by(std::string_view line);

/// Whether the path of a header begins with one of our own folders.
bool is_ours(std::string_view header);

/// `file:line`.
std::string place(const Source& source, std::size_t line_number);

/// The lines with comments, texts and characters blanked out, each as long as it was, so that what
/// is left is code. Raw texts are blanked over all their lines.
std::vector<std::string> code_of(std::string_view text);

}  // namespace flatline
