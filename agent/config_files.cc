#include "agent/config_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <system_error>

#include "schema/program/error.h"

namespace flatline {
namespace {

bool is_drop_in(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".toml") && !name.starts_with('.');
}

}  // namespace

std::vector<std::filesystem::path> config_files(const std::filesystem::path& path) {
  std::filesystem::path folder = path;
  folder.replace_extension(".d");
  std::vector<std::filesystem::path> files;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
    return {path};
  }
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (is_drop_in(entry->path())) files.push_back(entry->path());
    if (files.size() > kMaxDropIns) {
      throw Failure(fmt::format("{}: more than {} files *.toml", folder.string(), kMaxDropIns));
    }
  }
  if (error) throw Failure(fmt::format("{}: cannot read: {}", folder.string(), error.message()));
  std::sort(files.begin(), files.end());
  files.insert(files.begin(), path);
  return files;
}

}  // namespace flatline
