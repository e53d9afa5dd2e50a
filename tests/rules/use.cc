// What nobody uses is not there: headers that nobody includes, sources that nothing builds, golden
// files that no test reads. (That every source which is built exists is meson's own rule.)

#include <algorithm>
#include <filesystem>
#include <set>

#include "tests/rules/rules.h"

namespace flatline {
namespace {

/// Every header of ours that is included by a file of another stem: its own .cc does not count.
std::set<std::string_view> included_elsewhere(const Tree& tree) {
  std::set<std::string_view> headers;
  for (const Source& source : tree) {
    for (const std::string_view line : lines_of(source.text)) {
      const std::string_view header = included_by(line);
      if (is_ours(header) && stem_of(header) != stem_of(source.file)) headers.insert(header);
    }
  }
  return headers;
}

/// The texts between single quotes.
std::set<std::string> quoted_in(std::string_view text) {
  std::set<std::string> quoted;
  for (const std::string_view line : lines_of(text)) {
    std::size_t open = line.find('\'');
    while (open != std::string_view::npos) {
      const std::size_t close = line.find('\'', open + 1);
      if (close == std::string_view::npos) break;
      quoted.emplace(line.substr(open + 1, close - open - 1));
      open = line.find('\'', close + 1);
    }
  }
  return quoted;
}

/// Every path that a meson.build names, from the top of the tree. In `'checks/' + kind + '.cc'` and
/// `name + '_benchmark.cc'` a path is in parts: whatever the words of the file make together
/// counts.
std::set<std::string> named_in_builds(const Tree& tree) {
  std::set<std::string> paths;
  for (const Source& source : tree) {
    if (!is_build(source.file)) continue;
    const std::filesystem::path folder(folder_of(source.file));
    const std::set<std::string> words = quoted_in(source.text);
    for (const std::string& word : words) {
      paths.insert((folder / word).lexically_normal().string());
      for (const std::string& name : words) {
        if (word.ends_with('/')) paths.insert((folder / (word + name + ".cc")).string());
        if (word.starts_with('_')) paths.insert((folder / (name + word)).string());
      }
    }
  }
  return paths;
}

bool quotes(std::string_view text, std::string_view word) {
  return text.find("\"" + std::string(word) + "\"") != std::string_view::npos;
}

/// `report.txt` is named as it stands; of `v1-full.snapshot.hex`, `full` and `snapshot.hex` are.
bool names_golden(std::string_view test, std::string_view name) {
  if (quotes(test, name)) return true;
  const std::size_t start = name.find('-');
  const std::size_t end = name.find('.');
  if (!name.starts_with('v') || start == std::string_view::npos || start > end) return false;
  return quotes(test, name.substr(start + 1, end - start - 1)) &&
         quotes(test, name.substr(end + 1));
}

bool is_golden(std::string_view file) {
  return file.starts_with("tests/golden/") && !is_cpp(file) && !is_build(file);
}

bool is_read(const Source& golden, const Tree& tree) {
  const std::string_view name = std::string_view(golden.file).substr(golden.file.rfind('/') + 1);
  return std::any_of(tree.begin(), tree.end(), [&](const Source& source) {
    const bool is_test = source.file.ends_with("_test.cc") || source.file.ends_with("_test.py");
    return is_test && names_golden(source.text, name);
  });
}

}  // namespace

Breaches breaches_of_use(const Tree& tree) {
  Breaches breaches;
  const std::set<std::string_view> included = included_elsewhere(tree);
  const std::set<std::string> built = named_in_builds(tree);
  for (const Source& source : tree) {
    if (is_header(source.file) && !included.contains(source.file)) {
      breaches.push_back(place(source, 1) + ": nobody includes it but its own .cc");
    }
    if (source.file.ends_with(".cc") && !built.contains(source.file)) {
      breaches.push_back(place(source, 1) + ": no meson.build names it");
    }
    if (is_golden(source.file) && !is_read(source, tree)) {
      breaches.push_back(place(source, 1) + ": no test names it");
    }
  }
  return breaches;
}

Breaches breaches_of_pragma_once(const Tree& tree) {
  Breaches breaches;
  for (const Source& source : tree) {
    if (is_header(source.file) && !source.text.starts_with("#pragma once\n")) {
      breaches.push_back(place(source, 1) + ": must be #pragma once");
    }
  }
  return breaches;
}

}  // namespace flatline
