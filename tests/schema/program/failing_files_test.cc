// Files that cannot be read or written as they should: the system's own reason is told, nobody
// waits for ever, and nothing is written where a link leads.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <functional>
#include <thread>

#include "schema/program/descriptor.h"
#include "schema/program/error.h"
#include "schema/program/key_file.h"
#include "schema/program/settings.h"
#include "schema/program/token_file.h"
#include "schema/program/whole_file.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/harness/temporary_folder.h"
#include "tests/harness/thrown.h"

using namespace flatline;
using namespace flatline::test;

namespace {

namespace fs = std::filesystem;

/// What stands in the place of a file, and what is told of it.
struct Place {
  const char* reason;
  std::function<fs::path(const fs::path& folder)> make;
};

const std::vector<Place>& places() {
  static const std::vector<Place> all = {
      {"No such file or directory", [](const fs::path& folder) { return folder / "missing"; }},
      {"Not a directory",
       [](const fs::path& folder) {
         write_content(folder / "file", "");
         return folder / "file" / "below";
       }},
      {"Is a directory",
       [](const fs::path& folder) {
         fs::create_directory(folder / "folder");
         ::chmod((folder / "folder").c_str(), 0700);
         return folder / "folder";
       }},
      {"Too many levels of symbolic links",
       [](const fs::path& folder) {
         fs::create_symlink("loop", folder / "loop");
         return folder / "loop";
       }},
      {"No data available",
       [](const fs::path& folder) {
         REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
         return folder / "fifo";
       }},
      // Reading it begins at an address where there is nothing.
      {"Input/output error", [](const fs::path&) { return fs::path("/proc/self/mem"); }},
      {"File name too long", [](const fs::path& folder) { return folder / std::string(300, 'n'); }},
  };
  return all;
}

}  // namespace

TEST_CASE("a file that cannot be read is told with the system's own reason, whoever reads it") {
  using Reader = std::function<void(const fs::path&)>;
  const std::vector<std::pair<const char*, Reader>> readers = {
      {"fleet key", [](const fs::path& path) { (void)read_fleet_key(path); }},
      {"credential", [](const fs::path& path) { (void)read_credential(path); }},
      {"token", [](const fs::path& path) { (void)read_token_file(path); }},
      {"settings", [](const fs::path& path) { (void)read_settings(path, 4096); }},
  };
  for (const auto& [what, read] : readers) {
    for (const Place& place : places()) {
      CAPTURE(what);
      const TemporaryFolder folder;
      const fs::path path = place.make(folder.path());
      CHECK(message_of<Failure>([&, &run = read] { run(path); }) ==
            path.string() + ": cannot read: " + place.reason);
    }
  }
}

TEST_CASE("a secret may come by a pipe, from a writer that takes its time") {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  const Descriptor reading(pipe[0]);
  std::thread writer([file = pipe[1]] {
    const Descriptor writing(file);
    for (const std::string_view part : {"a-to", "ken\n"}) {
      std::this_thread::yield();
      CHECK(::write(writing.get(), part.data(), part.size()) == static_cast<ssize_t>(part.size()));
    }
  });
  CHECK(read_token_file("/proc/self/fd/" + std::to_string(reading.get())) == "a-token");
  writer.join();
}

TEST_CASE("a whole file is never written through a link, and replaces what a crash left") {
  const TemporaryFolder folder;
  write_content(folder / "victim", "untouched");
  fs::create_symlink("victim", folder / "file.partial");
  CHECK(message_of<Failure>([&] { replace_whole_file(folder / "file", "new"); }) ==
        (folder / "file").string() + ": cannot write: Too many levels of symbolic links");
  CHECK(content_of(folder / "victim") == "untouched");

  write_content(folder / "file.partial", "what a crash left, and longer than what comes");
  replace_whole_file(folder / "file", "newer");
  CHECK(content_of(folder / "file") == "newer");

  fs::create_symlink("victim", folder / "link");
  replace_whole_file(folder / "link", "a file of its own");
  CHECK(content_of(folder / "link") == "a file of its own");
  CHECK(content_of(folder / "victim") == "untouched");

  fs::create_directory(folder / "file.partial");
  CHECK(message_of<Failure>([&] { replace_whole_file(folder / "file", "x"); }) ==
        (folder / "file").string() + ": cannot write: Is a directory");
  CHECK(content_of(folder / "file") == "newer");
  fs::create_directory(folder / "taken");
  CHECK(message_of<Failure>([&] {
          replace_whole_file(folder / "taken", "x");
        }).starts_with((folder / "taken").string() + ": cannot write: "));
}
