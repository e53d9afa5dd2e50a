// Lets the real tar read our archives.

#include "tools/cli/tar.h"

#include <doctest/doctest.h>

#include "tests/harness/child_process.h"
#include "tests/harness/files.h"

namespace flatline::cli {
namespace {

constexpr WallTime kThen{Milliseconds{1'764'487'496'789}};  // 2025-11-30 07:24:56 UTC

TEST_CASE("tar lists every entry with its owner, mode, size and time, and finds nothing wrong") {
  const TemporaryFolder folder;
  const std::string long_path = std::string(64, 'n') + "/agent.credential";
  std::string archive = tar_folder(std::string(64, 'n') + "/", kThen);
  archive += tar_file(long_path, "abc", kThen);
  for (const std::size_t size : {0, 1, 511, 512, 513, 1024}) {
    archive += tar_file("f" + std::to_string(size), std::string(size, 'x'), kThen);
  }
  archive += tar_end();
  CHECK(archive.size() % 512 == 0);
  write_content(folder.path() / "all.tar", archive);
  const test::Finished listed =
      test::run_to_end({"/usr/bin/env", "TZ=UTC", "tar", "--numeric-owner", "--full-time", "-tvf",
                        (folder.path() / "all.tar").string()});
  CHECK(listed.exit_code == 0);
  CHECK(listed.err.empty());
  const std::string when = " 2025-11-30 07:24:56 ";
  std::string expected = "drwxr-xr-x 0/0               0" + when + std::string(64, 'n') + "/\n";
  expected += "-rw------- 0/0               3" + when + long_path + "\n";
  expected += "-rw------- 0/0               0" + when + "f0\n";
  expected += "-rw------- 0/0               1" + when + "f1\n";
  expected += "-rw------- 0/0             511" + when + "f511\n";
  expected += "-rw------- 0/0             512" + when + "f512\n";
  expected += "-rw------- 0/0             513" + when + "f513\n";
  expected += "-rw------- 0/0            1024" + when + "f1024\n";
  CHECK(listed.out == expected);
}

TEST_CASE("a header has room for paths of 100 bytes, and says that it is ustar's") {
  const std::string path(kTarPathBytes, 'p');
  const std::string archive = tar_file(path, "", kThen);
  REQUIRE(archive.size() == 512);
  CHECK(archive.substr(0, 108) == path + "0000600" + std::string(1, '\0'));
  CHECK(archive.substr(257, 8) == std::string("ustar\0"
                                              "00",
                                              8));
}

}  // namespace
}  // namespace flatline::cli
