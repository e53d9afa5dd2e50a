// Whether a file is there: what the system does not tell is neither yes nor no.

#include "schema/program/presence.h"

#include <doctest/doctest.h>

#include "schema/program/error.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

TEST_CASE("a file is there with its size, or missing, also where nothing can be below a file") {
  const TemporaryFolder folder;
  write_content(folder / "file", "12345");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  CHECK(presence_of(folder / "file").is_there());
  CHECK(presence_of(folder / "file").size_bytes() == 5);
  CHECK(presence_of(folder.path()).is_there());
  for (const char* name : {"other", "file/below", "dangling"}) {
    CAPTURE(name);
    const Presence presence = presence_of(folder / name);
    CHECK_FALSE(presence.is_there());
    CHECK(presence.is_missing());
    CHECK_FALSE(presence.is_unknown());
    CHECK(known_presence_of(folder / name).is_missing());
  }
}

TEST_CASE("what the system does not tell is unknown, with its reason, and no exception by itself") {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("loop", folder / "loop");
  struct Row {
    std::string name;
    const char* reason;
  };
  for (const Row& row : {Row{"loop", "Too many levels of symbolic links"},
                         Row{"loop/below", "Too many levels of symbolic links"},
                         Row{std::string(300, 'x'), "File name too long"}}) {
    CAPTURE(row.name);
    const Presence presence = presence_of(folder / row.name);
    CHECK(presence.is_unknown());
    CHECK_FALSE(presence.is_there());
    CHECK_FALSE(presence.is_missing());
    CHECK(presence.reason() == row.reason);
    CHECK(message_of<Failure>([&] { (void)known_presence_of(folder / row.name); }) ==
          (folder / row.name).string() + ": cannot tell whether it is there: " + row.reason);
  }
}

}  // namespace
}  // namespace flatline
