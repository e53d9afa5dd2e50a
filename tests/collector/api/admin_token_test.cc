// The admin token is made once, and only one user can read it.

#include "collector/api/admin_token.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "schema/access_limits.h"
#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/token_list.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

using namespace flatline;

constexpr std::size_t kMadeBytes = kTokenPrefix.size() + 2 * kTokenRandomBytes;

TEST_CASE("the admin token is made at the first start, for its owner alone, and then kept") {
  TemporaryFolder folder;
  const std::string token = admin_token(folder.path()).token;
  CHECK(token.size() == kMadeBytes);
  // By this the command line knows any copy of it, and does not show it in clear.
  CHECK(token.starts_with(kTokenPrefix));
  CHECK(token.find_first_not_of("0123456789abcdef", kTokenPrefix.size()) == std::string::npos);
  struct stat status {};
  REQUIRE(::stat((folder / kAdminTokenFile).c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(admin_token(folder.path()).token == token);
  const TemporaryFolder other;
  CHECK(admin_token(other.path()).token != token);
}

TEST_CASE("a token that an earlier collector made, of another form, is read as it is") {
  const TemporaryFolder folder;
  const std::string earlier(64, 'a');
  write_content(folder / kAdminTokenFile, earlier + "\n");
  REQUIRE(::chmod((folder / kAdminTokenFile).c_str(), 0600) == 0);
  CHECK(admin_token(folder.path()).token == earlier);
}

TEST_CASE("a token that others can read, or that is none, is trouble that is told, and no token") {
  TemporaryFolder folder;
  const std::filesystem::path file = folder / kAdminTokenFile;
  const std::string token = admin_token(folder.path()).token;
  const auto trouble = [&] {
    const AdminToken read = admin_token(folder.path());
    CHECK(read.token.empty());
    return read.trouble;
  };
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  CHECK(trouble().find("chmod 600") != std::string::npos);
  REQUIRE(::chmod(file.c_str(), 0600) == 0);
  CHECK(admin_token(folder.path()).token == token);
  write_content(file, "\n");
  CHECK(trouble().find("must hold one line") != std::string::npos);
  write_content(file, std::string(kTokenBytes + 1, 'x'));
  CHECK(trouble().find("must hold one line") != std::string::npos);
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  CHECK_MESSAGE(trouble().find("Is a directory") != std::string::npos, trouble());
}

TEST_CASE("a folder put in the place of the first gets the token; one that is there is left") {
  const TemporaryFolder folder;
  CHECK(keep_admin_token(folder.path(), "0123456789abcdef"));
  CHECK(admin_token(folder.path()).token == "0123456789abcdef");
  CHECK_FALSE(keep_admin_token(folder.path(), "fedcba9876543210"));
  CHECK_FALSE(keep_admin_token(folder.path(), ""));
  CHECK(admin_token(folder.path()).token == "0123456789abcdef");
  CHECK_FALSE(keep_admin_token(folder / "nowhere", "fedcba9876543210"));
  CHECK_FALSE(std::filesystem::exists(folder / "nowhere"));
}

TEST_CASE("where no token can be written the start goes on with one that nobody knows") {
  const TemporaryFolder folder;
  const AdminToken made = admin_token(folder / "nowhere");
  CHECK(made.token.size() == kMadeBytes);
  CHECK(made.trouble.find("nowhere") != std::string::npos);
  CHECK(admin_token(folder / "nowhere").token != made.token);
}

TEST_CASE(
    "where the disk does not tell whether there is a token it is left, and the start goes on") {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(kAdminTokenFile, folder / kAdminTokenFile);  // To itself.
  const AdminToken made = admin_token(folder.path());
  CHECK(made.token.size() == kMadeBytes);
  CHECK(!made.trouble.empty());
  CHECK(admin_token(folder.path()).token != made.token);
  CHECK_FALSE(keep_admin_token(folder.path(), made.token));
  CHECK(std::filesystem::is_symlink(std::filesystem::symlink_status(folder / kAdminTokenFile)));
}
