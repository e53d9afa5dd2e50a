// Every link of our pages leads to a file and a heading that are there, and so does every
// `FILE.md, *Heading*` in a sentence, where a paragraph that begins in bold is a heading, too.

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "tests/rules/rules.h"

namespace flatline {
namespace {

bool is_page(std::string_view file) {
  return file.ends_with(".md");
}

/// The anchor that a heading gets: in small letters, without punctuation, a hyphen for each space.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') anchor += '-';
    if (byte >= 0x80 || std::isalnum(byte) != 0 || c == '-' || c == '_') {
      anchor += static_cast<char>(std::tolower(byte));
    }
  }
  return anchor;
}

/// The line without what stands between backticks.
std::string without_code(std::string_view line) {
  std::string prose;
  bool is_code = false;
  for (const char c : line) {
    if (c == '`') is_code = !is_code;
    if (!is_code && c != '`') prose += c;
  }
  return prose;
}

/// Each line that stands in no block of code, with its number.
void for_prose(const Source& page, const std::function<void(std::size_t, std::string_view)>& look) {
  bool is_block = false;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(page.text)) {
    ++number;
    if (line.starts_with("```")) {
      is_block = !is_block;
    } else if (!is_block) {
      look(number, line);
    }
  }
}

/// What can be referred to: `#anchor` of a heading, `*anchor` of what a paragraph begins with.
std::set<std::string> places_in(const Source& page) {
  std::set<std::string> places;
  for_prose(page, [&](std::size_t, std::string_view line) {
    if (line.starts_with("**")) {
      places.insert("*" + anchor_of(line.substr(2, line.find("**", 2) - 2)));
    }
    const std::size_t text = line.find_first_not_of('#');
    if (text == 0 || text == std::string_view::npos || line[text] != ' ') return;
    places.insert("#" + anchor_of(line.substr(text + 1)));
    places.insert("*" + anchor_of(line.substr(text + 1)));
  });
  return places;
}

/// What a line refers to: `PATH`, `PATH#ANCHOR` of a link, or `PATH*ANCHOR` of a sentence.
std::vector<std::string> references_in(std::string_view line) {
  std::vector<std::string> references;
  const std::string prose = without_code(line);
  for (std::size_t at = prose.find("]("); at != std::string::npos; at = prose.find("](", at + 2)) {
    references.push_back(prose.substr(at + 2, prose.find(')', at) - at - 2));
  }
  constexpr std::string_view kNamed = ".md, *";
  for (std::size_t at = prose.find(kNamed); at != std::string::npos;
       at = prose.find(kNamed, at + 1)) {
    const std::size_t begin = prose.find_last_of(" (", at) + 1;  // 0 where there is none.
    const std::size_t heading = at + kNamed.size();
    references.push_back(prose.substr(begin, at + 3 - begin) + "*" +
                         anchor_of(prose.substr(heading, prose.find('*', heading) - heading)));
  }
  return references;
}

class Links {
 public:
  explicit Links(const Tree& tree) : tree_(tree) {
    for (const Source& source : tree) {
      if (is_page(source.file)) places_[source.file] = places_in(source);
    }
  }

  /// What is wrong with a reference of this page; empty if nothing is.
  std::string fault(const Source& page, const std::string& reference) const {
    if (reference.find("://") != std::string::npos) return {};
    const std::size_t mark = reference.find_first_of("#*");
    const std::string path = reference.substr(0, mark);
    const std::string file = path.empty() ? page.file : found(page, path);
    if (file.empty()) return "leads to no file";
    if (mark == std::string::npos) return {};
    const auto places = places_.find(file);
    if (places == places_.end() || !places->second.contains(reference.substr(mark))) {
      return "leads to no heading";
    }
    return {};
  }

 private:
  /// A link is from the page's folder; a sentence may name a page from the top, or by its name
  /// alone.
  std::string found(const Source& page, const std::string& path) const {
    const std::filesystem::path folder(folder_of(page.file));
    for (const std::string& file :
         {(folder / path).lexically_normal().string(), path, "schema/" + path}) {
      if (std::any_of(tree_.begin(), tree_.end(), [&](const Source& source) {
            return source.file == file || source.file.starts_with(file + "/");
          })) {
        return file;
      }
    }
    return {};
  }

  const Tree& tree_;
  std::map<std::string, std::set<std::string>> places_;
};

}  // namespace

Breaches breaches_of_links(const Tree& tree) {
  Breaches breaches;
  const Links links(tree);
  for (const Source& page : tree) {
    if (!is_page(page.file)) continue;
    for_prose(page, [&](std::size_t number, std::string_view line) {
      for (const std::string& reference : references_in(line)) {
        const std::string fault = links.fault(page, reference);
        if (!fault.empty()) {
          breaches.push_back(place(page, number) + ": '" + reference + "' " + fault);
        }
      }
    });
  }
  return breaches;
}

}  // namespace flatline
