#pragma once

// An authority and certificates of collectors, made anew for each test program by openssl
// (make_certificates says which there are).

#include <filesystem>
#include <string>

#include "tests/harness/temporary_folder.h"

namespace flatline::test {

class Certificates {
 public:
  /// Makes all of them, which takes a second. If that fails, the test fails.
  Certificates();

  /// `good` has the files `good.pem` and `good.key`.
  [[nodiscard]] std::filesystem::path pem(const std::string& name) const {
    return folder_ / (name + ".pem");
  }
  [[nodiscard]] std::filesystem::path key(const std::string& name) const {
    return folder_ / (name + ".key");
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace flatline::test
