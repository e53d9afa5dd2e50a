#include "schema/program/secret_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "schema/program/error.h"
#include "schema/program/token_file.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

/// A service's folders, and its secret, which this process may not read. Root may read everything,
/// so it becomes another user meanwhile.
class Service {
 public:
  Service() {
    fs::permissions(folder_.path(), fs::perms{0755});
    for (const fs::path& folder : {secrets(), runtime(), credentials()}) {
      fs::create_directory(folder);
      fs::permissions(folder, fs::perms{0755});  // Whatever the umask of who runs the tests.
    }
    write_content(secret(), "of the configuration\n");
    REQUIRE(::chmod(secret().c_str(), 0) == 0);
    ::setenv("RUNTIME_DIRECTORY", runtime().c_str(), 1);
    ::setenv("CREDENTIALS_DIRECTORY", credentials().c_str(), 1);
    if (was_root_) REQUIRE(::seteuid(kNobody) == 0);
  }
  ~Service() {
    if (was_root_) (void)::seteuid(0);
    ::unsetenv("RUNTIME_DIRECTORY");
    ::unsetenv("CREDENTIALS_DIRECTORY");
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  [[nodiscard]] fs::path secrets() const { return folder_ / "secrets"; }
  [[nodiscard]] fs::path runtime() const { return folder_ / "runtime"; }
  [[nodiscard]] fs::path credentials() const { return folder_ / "credentials"; }
  [[nodiscard]] fs::path secret() const { return secrets() / "read.token"; }

  /// Makes a file that the service may read, as the manager does.
  void hand_over(const fs::path& path, const std::string& text) const {
    if (was_root_) REQUIRE(::seteuid(0) == 0);
    fs::remove(path);  // The one before may be of a mode that lets not even its owner write.
    write_content(path, text + "\n");
    REQUIRE(::chmod(path.c_str(), 0400) == 0);
    if (!was_root_) return;
    REQUIRE(::chown(path.c_str(), kNobody, static_cast<gid_t>(-1)) == 0);
    REQUIRE(::seteuid(kNobody) == 0);
  }

 private:
  bool was_root_ = ::geteuid() == 0;
  TemporaryFolder folder_;
};

TEST_CASE("a secret that a service may not read is the one that its manager handed over") {
  const Service service;
  const std::string refusal =
      message_of<Failure>([&] { const auto token = read_token_file(service.secret()); });
  CHECK(refusal == service.secret().string() + ": cannot read: Permission denied");
  service.hand_over(service.credentials() / "secrets_read.token", "of-a-folder");
  CHECK(read_token_file(service.secret()) == "of-a-folder");
  service.hand_over(service.credentials() / "read.token", "of-the-start");
  CHECK(read_token_file(service.secret()) == "of-the-start");
  service.hand_over(service.runtime() / "read.token", "of-the-reload");
  CHECK(read_token_file(service.secret()) == "of-the-reload");
}

TEST_CASE("a secret that a service may read is read where it was configured") {
  const Service service;
  service.hand_over(service.runtime() / "read.token", "another");
  service.hand_over(service.secret(), "the-configured");
  CHECK(read_token_file(service.secret()) == "the-configured");
  // A secret that is not there is missing, whatever else there is.
  CHECK(secret_path("/nonexistent/read.token") == "/nonexistent/read.token");
}

TEST_CASE("of what was handed over a group may seem to read, and of nothing else") {
  const Service service;
  constexpr gid_t kForeign = 0x7654'3210;
  require_private(service.credentials() / "read.token", 0440, kForeign);
  CHECK_THROWS_AS(require_private(service.credentials() / "read.token", 0444, kForeign), Failure);
  CHECK_THROWS_AS(require_private(service.runtime() / "read.token", 0440, kForeign), Failure);
}

}  // namespace
}  // namespace flatline
