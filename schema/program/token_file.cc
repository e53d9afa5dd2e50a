#include "schema/program/token_file.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "schema/limits.h"
#include "schema/program/error.h"

namespace flatline {

std::string read_token_file(const std::filesystem::path& path) {
  struct stat status {};
  std::ifstream file(path);
  if (!file || ::stat(path.c_str(), &status) != 0) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(errno)));
  }
  if ((status.st_mode & 0077) != 0) {
    throw Failure(fmt::format("{}: mode {:04o} lets others read a secret; run: chmod 600 {}",
                              path.string(), status.st_mode & 07777, path.string()));
  }
  std::string token;
  std::getline(file, token);
  const bool printable =
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  if (token.empty() || token.size() > kTokenBytes || !printable) {
    throw Failure(fmt::format("{}: must hold one line of 1 to {} printable characters",
                              path.string(), kTokenBytes));
  }
  return token;
}

}  // namespace flatline
