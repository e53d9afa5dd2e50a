// The admin token is made once, and only one user can read it.

#include "collector/api/admin_token.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

using namespace flatline;

TEST_CASE("the admin token is made at the first start, for its owner alone, and then kept") {
  TemporaryFolder folder;
  const std::string token = admin_token(folder.path());
  CHECK(token.size() == 2 * kAdminTokenBytes);
  CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
  struct stat status {};
  REQUIRE(::stat((folder / kAdminTokenFile).c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(admin_token(folder.path()) == token);
  const TemporaryFolder other;
  CHECK(admin_token(other.path()) != token);
}

TEST_CASE("a token that others can read, or that is none, stops the start") {
  TemporaryFolder folder;
  admin_token(folder.path());
  REQUIRE(::chmod((folder / kAdminTokenFile).c_str(), 0640) == 0);
  CHECK(message_of<Failure>([&] { admin_token(folder.path()); }).find("chmod 600") !=
        std::string::npos);
  REQUIRE(::chmod((folder / kAdminTokenFile).c_str(), 0600) == 0);
  write_content(folder / kAdminTokenFile, "\n");
  CHECK(message_of<Failure>([&] { admin_token(folder.path()); }).find("must hold one line") !=
        std::string::npos);
}

TEST_CASE("a folder put in the place of the first gets the token; one that is there is left") {
  const TemporaryFolder folder;
  keep_admin_token(folder.path(), "0123456789abcdef");
  CHECK(admin_token(folder.path()) == "0123456789abcdef");
  keep_admin_token(folder.path(), "fedcba9876543210");
  CHECK(admin_token(folder.path()) == "0123456789abcdef");
  keep_admin_token(folder / "nowhere", "fedcba9876543210");
  CHECK_FALSE(std::filesystem::exists(folder / "nowhere"));
}

TEST_CASE("where no token can be written the start goes on with one that nobody knows") {
  const TemporaryFolder folder;
  CHECK(admin_token(folder / "nowhere").size() == 2 * kAdminTokenBytes);
  CHECK(admin_token(folder / "nowhere") != admin_token(folder / "nowhere"));
}

TEST_CASE(
    "where the disk does not tell whether there is a token it is left, and the start goes on") {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(kAdminTokenFile, folder / kAdminTokenFile);  // To itself.
  const std::string token = admin_token(folder.path());
  CHECK(token.size() == 2 * kAdminTokenBytes);
  CHECK(admin_token(folder.path()) != token);
  keep_admin_token(folder.path(), token);
  CHECK(std::filesystem::is_symlink(std::filesystem::symlink_status(folder / kAdminTokenFile)));
}
