#include "schema/program/token_file.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/secret_file.h"
#include "schema/program/small_file.h"

namespace flatline {

std::string read_token_file(const std::filesystem::path& configured) {
  const std::filesystem::path path = secret_path(configured);
  struct stat status {};
  std::array<char, kTokenBytes + 2> buffer;  // A token, its newline, and one byte too many.
  const std::string_view content = read_small_file(path.c_str(), buffer);
  if (content.data() == nullptr || ::stat(path.c_str(), &status) != 0) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(errno)));
  }
  require_private(path, status.st_mode, status.st_gid);
  const std::string token(content.substr(0, content.find('\n')));
  const bool printable =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  if (token.empty() || token.size() > kTokenBytes || !printable) {
    throw Failure(fmt::format("{}: must hold one line of 1 to {} printable characters",
                              path.string(), kTokenBytes));
  }
  return token;
}

}  // namespace flatline
