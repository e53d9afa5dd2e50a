#include "schema/program/token_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

TEST_CASE("a token is read where nobody may but its owner and a group of this process's own") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "read.token";
  write_content(path, "a-token\n");
  const auto refusal = [&](unsigned mode) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    return message_of<Failure>([&] {
      const std::string token = read_token_file(path);
      CHECK(token == "a-token");
    });
  };
  for (const unsigned mode : {0600U, 0400U, 0640U, 0440U}) {
    CAPTURE(mode);
    CHECK(refusal(mode).empty());
  }
  for (const unsigned mode : {0604U, 0644U, 0660U, 0620U, 0610U, 0601U, 0602U}) {
    CAPTURE(mode);
    CHECK(refusal(mode).find("lets others read a secret; run: chmod 600 " + path.string()) !=
          std::string::npos);
  }
  constexpr gid_t kForeign = 0x7654'3210;
  if (::chown(path.c_str(), static_cast<uid_t>(-1), kForeign) != 0) return;  // Root alone may.
  CHECK(refusal(0600).empty());
  CHECK(refusal(0640).find("lets group 1985229328, which is not ours, read a secret") !=
        std::string::npos);
}

TEST_CASE("a token is one line of printable characters") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "read.token";
  const auto refusal = [&](const std::string& content) {
    write_content(path, content);
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    return message_of<Failure>([&] { (void)read_token_file(path); });
  };
  CHECK(refusal("x").empty());
  CHECK(refusal(std::string(kTokenBytes, 'x') + "\n").empty());
  const std::string wrong[] = {
      "", "\n", "a b\n", "a\tb", "\x7F", "h\xC3\xBC", std::string(kTokenBytes + 1, 'x')};
  for (const std::string& content : wrong) {
    CAPTURE(content);
    CHECK(refusal(content).find("must hold one line of 1 to ") != std::string::npos);
  }
}

}  // namespace
}  // namespace flatline
