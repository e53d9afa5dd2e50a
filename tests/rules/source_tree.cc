#include "tests/rules/source_tree.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace flatline {
namespace {

const Words kOurFolders = {"schema/", "agent/", "collector/", "tools/", "tests/", "bench/"};

bool is_picture(std::string_view file) {
  return file.ends_with(".png");
}

bool is_of_interest(std::string_view file) {
  return is_cpp(file) || is_build(file) || file.starts_with("tests/golden/") ||
         file.ends_with("_test.py") || file.ends_with(".md") || file.ends_with(".yml") ||
         is_picture(file);
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

Tree read_tree(const std::filesystem::path& root) {
  Tree tree;
  for (const char* file : {"LICENSE", "README.md", "meson.build"}) {
    tree.push_back({file, content_of(root / file)});
  }
  for (const std::string_view folder : kOurFolders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      // No look at the disk: what other tests write beside it, as Python's caches, may be gone.
      const std::string file = entry.path().lexically_relative(root).string();
      if (!entry.is_regular_file() || !is_of_interest(file)) continue;
      tree.push_back({file, is_picture(file) ? "" : content_of(entry.path())});
    }
  }
  std::sort(tree.begin(), tree.end(),
            [](const Source& a, const Source& b) { return a.file < b.file; });
  return tree;
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Blanks one line after the other; `raw_end_` is what ends the raw text that it is within.
class Blanker {
 public:
  std::string blank(std::string_view line) {
    std::string code(line.size(), ' ');
    std::size_t at = 0;
    while (at < line.size()) {
      if (raw_end_) {
        at = skip_raw(line, at);
      } else if (line.substr(at).starts_with("//")) {
        break;
      } else if (const std::size_t raw = raw_start(line, at); raw != 0) {
        at = raw;
      } else if (is_quote(line, at)) {
        at = skip_quoted(line, at);
      } else {
        code[at] = line[at];
        ++at;
      }
    }
    return code;
  }

 private:
  std::size_t skip_raw(std::string_view line, std::size_t at) {
    const std::size_t end = line.find(*raw_end_, at);
    if (end == std::string_view::npos) return line.size();
    const std::size_t behind = end + raw_end_->size();
    raw_end_.reset();
    return behind;
  }

  /// Where the raw text that starts here has its first character; 0 if none starts here.
  std::size_t raw_start(std::string_view line, std::size_t at) {
    if (!line.substr(at).starts_with("R\"")) return 0;
    if (at > 0 && is_word_character(line[at - 1])) return 0;
    const std::size_t open = line.find('(', at);
    if (open == std::string_view::npos) return 0;
    raw_end_ = ")" + std::string(line.substr(at + 2, open - at - 2)) + "\"";
    return open + 1;
  }

  /// `1'000` has no quote.
  static bool is_quote(std::string_view line, std::size_t at) {
    if (line[at] == '"') return true;
    return line[at] == '\'' && (at == 0 || !is_word_character(line[at - 1]));
  }

  static std::size_t skip_quoted(std::string_view line, std::size_t at) {
    const char quote = line[at];
    for (++at; at < line.size() && line[at] != quote; ++at) {
      if (line[at] == '\\') ++at;
    }
    return at + 1;
  }

  std::optional<std::string> raw_end_;
};

}  // namespace

const Tree& whole_tree() {
  static const Tree tree = read_tree(FLATLINE_SOURCE_ROOT);
  return tree;
}

bool is_cpp(std::string_view file) {
  return file.ends_with(".cc") || file.ends_with(".h");
}

bool is_build(std::string_view file) {
  return file == "meson.build" || file.ends_with("/meson.build");
}

bool is_header(std::string_view file) {
  return file.ends_with(".h");
}

std::string_view folder_of(std::string_view file) {
  return file.substr(0, file.rfind('/') + 1);
}

std::string_view stem_of(std::string_view file) {
  return file.substr(0, file.rfind('.'));
}

bool starts_with_any(std::string_view text, const Words& starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return text.starts_with(start); });
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string_view included_by(std::string_view line) {
  if (!line.starts_with("#include ")) return {};
  const std::size_t start = line.find_first_of("<\"");
  const std::size_t end = line.find_first_of(">\"", start + 1);
  if (end == std::string_view::npos) return {};
  return line.substr(start + 1, end - start - 1);
}

bool is_ours(std::string_view header) {
  return starts_with_any(header, kOurFolders);
}

std::string place(const Source& source, std::size_t line_number) {
  return source.file + ":" + std::to_string(line_number);
}

std::vector<std::string> code_of(std::string_view text) {
  std::vector<std::string> code;
  Blanker blanker;
  for (const std::string_view line : lines_of(text)) code.push_back(blanker.blank(line));
  return code;
}

}  // namespace flatline
