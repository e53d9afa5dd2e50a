#include "tools/cli/report/wrap.h"

#include <algorithm>

#include "tools/cli/report/table.h"

namespace flatline::cli {
namespace {

/// The size of the escape sequence or the UTF-8 character that the text begins with.
std::size_t first_size(std::string_view text) {
  if (text.front() == '\x1b') return std::min(text.find('m'), text.size() - 1) + 1;
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

/// How many characters are seen.
std::size_t seen_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::size_t size = first_size(text);
    width += text.front() == '\x1b' ? 0 : 1;
    text.remove_prefix(size);
  }
  return width;
}

/// How many bytes of a word that is too long go on a line: up to its last comma there, if it has
/// one.
std::size_t fitting_bytes(std::string_view word, std::size_t columns) {
  std::size_t bytes = 0;
  std::size_t behind_comma = 0;
  for (std::size_t width = 0; bytes < word.size(); ++width) {
    if (word[bytes] == '\x1b') --width;
    if (width == columns) break;
    const bool is_comma = word[bytes] == ',';
    bytes += first_size(word.substr(bytes));
    if (is_comma) behind_comma = bytes;
  }
  return behind_comma > 0 && bytes < word.size() ? behind_comma : bytes;
}

}  // namespace

std::vector<std::string> wrap(std::string_view line, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 1);
  std::vector<std::string> lines;
  std::string begun;
  std::size_t width = 0;
  while (!line.empty()) {
    const std::size_t gap = std::min(line.find_first_not_of(' '), line.size());
    std::string_view word = line.substr(gap, line.find(' ', gap) - gap);
    line.remove_prefix(gap + word.size());
    if (width + gap + seen_width(word) <= columns) {
      begun += std::string(gap, ' ') + std::string(word);
      width += gap + seen_width(word);
      continue;
    }
    if (width > 0) lines.push_back(std::move(begun));
    while (seen_width(word) > columns) {
      const std::size_t bytes = fitting_bytes(word, columns);
      lines.emplace_back(word.substr(0, bytes));
      word.remove_prefix(bytes);
    }
    begun = word;
    width = seen_width(word);
  }
  if (width > 0 || lines.empty()) lines.push_back(std::move(begun));
  return lines;
}

std::string wrap_lines(const std::string& text, std::size_t columns) {
  if (columns == 0) return text;
  std::string wrapped;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view{text}.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    constexpr std::size_t kMore = 2;
    if (seen_width(line) <= columns || columns <= 2 * (indent + kMore)) {
      wrapped += std::string(line) + "\n";
      continue;
    }
    // The first line has two characters less than it could have, so that all are alike.
    std::string before(indent, ' ');
    for (const std::string& part : wrap(line.substr(indent), columns - indent - kMore)) {
      wrapped += before + part + "\n";
      before = std::string(indent + kMore, ' ');
    }
  }
  return wrapped;
}

}  // namespace flatline::cli
