// Files and functions stay short.

#include <algorithm>
#include <array>

#include "tests/rules/rules.h"

namespace flatline {
namespace {

constexpr std::size_t kSourceLines = 400;
constexpr std::size_t kTestLines = 600;
constexpr std::size_t kMainLines = 100;

constexpr std::size_t kFunctionLines = 70;
/// A test case may be a table of boundaries, or a story of many steps that only make sense in turn.
constexpr std::size_t kTestCaseLines = 100;

std::size_t allowed_lines(std::string_view file) {
  if (file.starts_with("tests/")) return kTestLines;
  return file.ends_with("/main.cc") ? kMainLines : kSourceLines;
}

struct Function {
  std::size_t first_line = 0;
  std::size_t last_line = 0;
};

/// Matches braces. What stands before one tells what it opens: a scope that functions are found in
/// (a namespace, a class), a function, or anything else, in which nothing is looked for.
class FunctionFinder {
 public:
  std::vector<Function> find(std::string_view text) {
    line_ = 0;
    for (const std::string& code : code_of(text)) {
      ++line_;
      if (code.starts_with('#')) continue;
      for (const char c : code) take(c);
      if (!head_.empty()) head_ += ' ';
    }
    return found_;
  }

 private:
  enum class Kind { kScope, kFunction, kOther };

  static constexpr std::string_view kExtern = "extern";
  static constexpr std::array<std::string_view, 4> kScopes = {"namespace", "class ", "struct ",
                                                              "union "};

  struct Open {
    Kind kind = Kind::kOther;
    std::size_t line = 0;  ///< Where its head begins.
  };

  void take(char c) {
    switch (c) {
      case '{':
        return open();
      case '}':
        return close();
      case ';':
        return head_.clear();
      case ':':
        return colon();
      default:
        break;
    }
    if (head_.empty() && c == ' ') return;
    if (head_.empty()) head_line_ = line_;
    head_ += c;
  }

  void open() {
    open_.push_back({kind_of_head(), head_.empty() ? line_ : head_line_});
    head_.clear();
  }

  void close() {
    if (!open_.empty()) {
      if (open_.back().kind == Kind::kFunction) found_.push_back({open_.back().line, line_});
      open_.pop_back();
    }
    head_.clear();
  }

  /// What comes behind `public:` is a head of its own.
  void colon() {
    if (head_ == "public" || head_ == "protected" || head_ == "private") {
      head_.clear();
    } else {
      head_ += ':';
    }
  }

  Kind kind_of_head() const {
    const bool within_scopes = std::all_of(
        open_.begin(), open_.end(), [](const Open& open) { return open.kind == Kind::kScope; });
    if (!within_scopes) return Kind::kOther;
    if (opens_scope(head_)) return Kind::kScope;
    // `const Table kTable = f({` opens a value.
    const std::size_t parenthesis = head_.find('(');
    if (parenthesis == std::string::npos || head_.find(" = ") < parenthesis) return Kind::kOther;
    return Kind::kFunction;
  }

  static bool opens_scope(std::string_view head) {
    // Texts are blank, so this is `extern "C" {`.
    if (head.find_last_not_of(' ') + 1 == kExtern.size() && head.starts_with(kExtern)) return true;
    return std::any_of(kScopes.begin(), kScopes.end(), [&](std::string_view scope) {
      // `template <typename Row> class Table`
      return head.starts_with(scope) || head.find("> " + std::string(scope)) != std::string::npos;
    });
  }

  std::vector<Open> open_;
  std::vector<Function> found_;
  std::string head_;  ///< What has been read since the last brace or semicolon.
  std::size_t head_line_ = 0;
  std::size_t line_ = 0;
};

}  // namespace

Breaches breaches_of_length(const Tree& tree) {
  Breaches breaches;
  for (const Source& source : tree) {
    if (!is_cpp(source.file)) continue;
    const std::size_t allowed = allowed_lines(source.file);
    if (lines_of(source.text).size() > allowed) {
      breaches.push_back(place(source, allowed + 1) + ": longer than " + std::to_string(allowed) +
                         " lines");
    }
  }
  return breaches;
}

Breaches breaches_of_functions(const Tree& tree) {
  Breaches breaches;
  for (const Source& source : tree) {
    if (!is_cpp(source.file)) continue;
    const std::size_t allowed = source.file.starts_with("tests/") ? kTestCaseLines : kFunctionLines;
    for (const Function& function : FunctionFinder().find(source.text)) {
      const std::size_t lines = function.last_line - function.first_line + 1;
      if (lines <= allowed) continue;
      breaches.push_back(place(source, function.first_line) + ": a function of " +
                         std::to_string(lines) + " lines; allowed are " + std::to_string(allowed));
    }
  }
  return breaches;
}

}  // namespace flatline
