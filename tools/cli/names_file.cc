#include "tools/cli/names_file.h"

#include <fmt/core.h>

#include <cerrno>
#include <fstream>
#include <map>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"

namespace flatline::cli {
namespace {

namespace fs = std::filesystem;

std::string trimmed(const std::string& line) {
  const std::string text = line.substr(0, line.find('#'));
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

std::vector<std::string> read_names(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(errno)));
  }
  std::error_code unknown;  // Then reading it fails, too.
  if (fs::is_directory(path, unknown)) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(EISDIR)));
  }
  std::vector<std::string> names;
  std::map<std::string, std::size_t> lines;
  std::size_t number = 0;
  std::size_t bytes = 0;
  for (std::vector<char> line(kNamesLineBytes + 1);
       file.getline(line.data(), static_cast<std::streamsize>(line.size())) || file.gcount() > 0;) {
    ++number;
    bytes += static_cast<std::size_t>(file.gcount());
    if (file.fail()) {
      throw Failure(fmt::format("{}:{}: longer than {} bytes; give one name a line", path.string(),
                                number, kNamesLineBytes));
    }
    if (bytes > kNamesFileBytes) {
      throw Failure(fmt::format("{}: larger than {} bytes", path.string(), kNamesFileBytes));
    }
    const std::string name =
        trimmed({line.data(), static_cast<std::size_t>(file.gcount()) - (file.eof() ? 0 : 1)});
    if (name.empty()) continue;
    if (!is_host_name(name)) {
      throw Failure(fmt::format("{}:{}: '{}' is no host name; give {}", path.string(), number,
                                to_plain_utf8(name), kHostNameForm));
    }
    const auto [first, fresh] = lines.emplace(name, number);
    if (!fresh) {
      throw Failure(fmt::format("{}:{}: {} stands on line {} already", path.string(), number, name,
                                first->second));
    }
    names.push_back(name);
    if (names.size() > kEnrollNames) {
      throw Failure(fmt::format("{}: holds more than {} names", path.string(), kEnrollNames));
    }
  }
  if (names.empty()) throw Failure(fmt::format("{}: holds no name", path.string()));
  return names;
}

}  // namespace flatline::cli
