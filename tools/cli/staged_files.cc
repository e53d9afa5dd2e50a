#include "tools/cli/staged_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "schema/program/error.h"
#include "schema/program/whole_file.h"

namespace flatline::cli {
namespace {

namespace fs = std::filesystem;

/// No host's name has a tilde, so this is never the folder of a host.
constexpr const char* kAside = ".enroll~";

[[noreturn]] void fail_to(const char* verb, const fs::path& path, int error) {
  throw Failure(fmt::format("{}: cannot {}: {}", path.string(), verb, system_error_text(error)));
}

/// Makes a folder that may be there already.
void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) fail_to("make the folder", folder, error.value());
}

}  // namespace

StagedFiles::StagedFiles(const fs::path& folder) : folder_(folder) {
  struct stat status {};
  made_ = ::stat(folder.c_str(), &status) != 0 && errno == ENOENT;
  make_folder(folder);
  open_ = open_file(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!open_.is_open()) fail_to("open the folder", folder, errno);
  // A file system that has no locks refuses otherwise; then two writers are the operator's to
  // avoid.
  if (::flock(open_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    made_ = false;
    throw Failure(fmt::format("{}: another enroll writes there now", folder.string()));
  }
  remove_aside();
  if (::mkdir((folder_ / kAside).c_str(), 0700) != 0) {
    const int error = errno;
    fail_to("write into the folder", folder, error);
  }
}

StagedFiles::~StagedFiles() {
  remove_aside();
  if (made_) ::rmdir(folder_.c_str());  // It fails where something is in it.
}

fs::path StagedFiles::aside(std::size_t number) const {
  return folder_ / kAside / std::to_string(number);
}

void StagedFiles::write(const fs::path& place, std::string_view text, bool replaces) {
  const fs::path path = aside(staged_.size());
  const Descriptor file =
      open_file(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  const int error = file.is_open() ? write_all(file.get(), text) : errno;
  if (error != 0) {
    throw Failure(fmt::format("{}: cannot write: {}; nothing was done", (folder_ / place).string(),
                              system_error_text(error)));
  }
  staged_.push_back({place, replaces});
}

/// Syncs the file system that the folder is on: that is one wait for all files, their names and
/// their folders.
void StagedFiles::sync() const {
  if (::syncfs(open_.get()) != 0) fail_to("sync", folder_, errno);
}

void StagedFiles::put(std::size_t number) const {
  const Staged& staged = staged_[number];
  const fs::path from = aside(number);
  const fs::path to = folder_ / staged.place;
  if (staged.place.has_parent_path()) make_folder(to.parent_path());
  // link() fails where something is there; rename() takes its place at one stroke.
  const int done =
      staged.replaces ? ::rename(from.c_str(), to.c_str()) : ::link(from.c_str(), to.c_str());
  if (done != 0) fail_to("write", to, errno);
}

void StagedFiles::put_all(const std::function<void(std::size_t)>& came_to) {
  sync();
  std::size_t done = 0;
  try {
    while (done < staged_.size()) {
      put(done);
      came_to(++done);
    }
    sync();
  } catch (const Failure& failure) {
    if (done == 0) throw;
    throw Failure(
        fmt::format("{}; {} of {} are in their places and whole: the same command does the rest",
                    failure.what(), done, staged_.size()));
  }
}

void StagedFiles::remove_aside() const noexcept {
  std::error_code unknown;  // Then making it anew fails, too, and says so.
  fs::remove_all(folder_ / kAside, unknown);
}

}  // namespace flatline::cli
