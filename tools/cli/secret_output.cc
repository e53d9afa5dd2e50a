#include "tools/cli/secret_output.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <fstream>

#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "schema/program/standard_files.h"

namespace flatline::cli {
namespace {

/// Whether there is a pipe or a device of that name.
bool is_special(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

void write_special(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  if (!file) throw Failure(fmt::format("{}: cannot write: {}", path, system_error_text(errno)));
}

}  // namespace

bool is_stdout(const std::string& out) {
  return out == "-" || out == "/dev/stdout";
}

bool wrote_to_stream(const std::string& out, const std::string& text) {
  if (is_stdout(out)) {
    print(text);
    return true;
  }
  if (!is_special(out)) return false;
  write_special(out, text);
  return true;
}

void tell_people(bool streamed, const std::string& text) {
  if (streamed) {
    fmt::print(stderr, "{}", text);
  } else {
    print(text);
  }
}

FleetKey read_key(const std::string& path) {
  return read_fleet_key(path == "-" ? "/dev/stdin" : path);
}

}  // namespace flatline::cli
