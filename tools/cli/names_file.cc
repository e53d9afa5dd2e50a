#include "tools/cli/names_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "schema/limits.h"
#include "schema/program/did_you_mean.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/faults.h"
#include "tools/cli/report/host_patterns.h"

namespace flatline::cli {
namespace {

namespace fs = std::filesystem;

std::string trimmed(const std::string& line) {
  const std::string text = line.substr(0, line.find('#'));
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// What a file may hold.
enum class Holds {
  kNames,          ///< Names, and none twice.
  kNamesOrNone,    ///< The same, or nothing.
  kNamesAnyTimes,  ///< Names that may come twice.
};

/// What editors of another system put before the first line: one of UTF-8 is no fault, of the
/// others nothing can be read.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kOtherMarks[] = {"\xFF\xFE", "\xFE\xFF"};

/// So many pairs show what kind of mistake it may be.
constexpr std::size_t kTwinsTold = 3;

/// Names that differ in case alone are different hosts, which is seldom meant.
void tell_twins(const std::string& label, const std::vector<std::string>& names) {
  std::unordered_map<std::string, std::string_view> seen;
  std::size_t count = 0;
  for (const std::string& name : names) {
    const auto [first, is_new] = seen.emplace(to_lower(name), name);
    if (is_new || ++count > kTwinsTold) continue;
    fmt::print(stderr, "flatline: {}: {} and {} differ in case alone, and are different hosts\n",
               label, first->second, name);
  }
  if (count > kTwinsTold) {
    fmt::print(stderr, "flatline: {}: and {} more do\n", label, count - kTwinsTold);
  }
}

/// Reads the names of a file that is open.
class NamesReader {
 public:
  NamesReader(std::istream& file, std::string label, Holds holds)
      : file_(file), label_(std::move(label)), holds_(holds) {}

  std::vector<std::string> read() {
    for (std::vector<char> line(kNamesLineBytes + 1);
         file_.getline(line.data(), static_cast<std::streamsize>(line.size())) ||
         file_.gcount() > 0;) {
      ++number_;
      const auto size = static_cast<std::size_t>(file_.gcount());
      bytes_ += size;
      if (file_.fail()) {  // There may be no end to it.
        fault(fmt::format("longer than {} bytes; give one name a line", kNamesLineBytes));
        break;
      }
      if (bytes_ > kNamesFileBytes) {
        throw Failure(fmt::format("{}: larger than {} bytes", label_, kNamesFileBytes));
      }
      take(trimmed(without_mark({line.data(), size - (file_.eof() ? 0 : 1)})));
    }
    // What could not be read to its end may lack names, and must not be taken for a shorter list.
    if (file_.bad()) throw Failure(fmt::format("{}: cannot read it to its end", label_));
    faults_.tell();
    if (names_.empty() && holds_ != Holds::kNamesOrNone) {
      throw Failure(fmt::format("{}: holds no name", label_));
    }
    tell_twins(label_, names_);
    return std::move(names_);
  }

 private:
  void fault(const std::string& what) {
    faults_.add(fmt::format("{}:{}: {}", label_, number_, what), number_);
  }
  [[nodiscard]] std::string without_mark(std::string line) const {
    if (number_ > 1) return line;
    for (const std::string_view mark : kOtherMarks) {
      if (line.starts_with(mark)) {
        throw Failure(fmt::format("{}: is text of UTF-16; save it as UTF-8", label_));
      }
    }
    return line.starts_with(kByteOrderMark) ? line.substr(kByteOrderMark.size()) : line;
  }
  void take(const std::string& line) {
    if (line.empty()) return;
    if (line.find('[') == std::string::npos) return take_name(line);
    try {
      for (const std::string& name : unfold(line)) take_name(name);
    } catch (const UsageError& error) {
      fault(error.what());
    }
  }
  void take_name(const std::string& name) {
    if (!is_host_name(name)) {
      return fault(
          fmt::format("'{}' is no host name; give {}", to_plain_utf8(name), kHostNameForm));
    }
    const auto [first, fresh] = lines_.emplace(name, number_);
    if (!fresh && holds_ == Holds::kNamesAnyTimes) return;
    if (!fresh) return fault(fmt::format("{} stands on line {} already", name, first->second));
    names_.push_back(name);
    if (names_.size() > kEnrollNames) {
      throw Failure(fmt::format("{}: holds more than {} names", label_, kEnrollNames));
    }
  }

  std::istream& file_;
  std::string label_;
  Holds holds_;
  std::vector<std::string> names_;
  std::map<std::string, std::size_t> lines_;
  std::size_t number_ = 0;
  std::size_t bytes_ = 0;
  Faults faults_{"lines are wrong"};
};

std::vector<std::string> read_file(const std::filesystem::path& path, Holds holds) {
  if (path == "-") return NamesReader(std::cin, "stdin", holds).read();
  std::ifstream file(path);
  if (!file) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(errno)));
  }
  std::error_code unknown;  // Then reading it fails, too.
  if (fs::is_directory(path, unknown)) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(EISDIR)));
  }
  return NamesReader(file, path.string(), holds).read();
}

}  // namespace

std::vector<std::string> read_names(const std::filesystem::path& path) {
  return read_file(path, Holds::kNames);
}

std::vector<std::string> read_names_or_none(const std::filesystem::path& path) {
  return read_file(path, Holds::kNamesOrNone);
}

std::vector<std::string> read_host_list(const std::filesystem::path& path) {
  return read_file(path, Holds::kNamesAnyTimes);
}

std::vector<std::string> with_stdin(const std::vector<std::string>& arguments) {
  const auto dash = std::find(arguments.begin(), arguments.end(), "-");
  if (dash == arguments.end()) return arguments;
  if (std::find(dash + 1, arguments.end(), "-") != arguments.end()) {
    throw UsageError("host: '-' stands twice; there is one stdin");
  }
  std::vector<std::string> all(arguments.begin(), dash);
  std::vector<std::string> listed = read_host_list("-");
  all.insert(all.end(), std::make_move_iterator(listed.begin()),
             std::make_move_iterator(listed.end()));
  all.insert(all.end(), dash + 1, arguments.end());
  return all;
}

}  // namespace flatline::cli
