#include "tests/harness/certificates.h"

#include <doctest/doctest.h>

#include "tests/harness/child_process.h"
#include "tests/harness/files.h"

namespace flatline::test {

Certificates::Certificates() {
  const Finished made = run_to_end(
      {source_file("tests/harness/make_certificates").string(), folder_.path().string()});
  REQUIRE_MESSAGE(made.exit_code == 0, made.out, made.err);
}

}  // namespace flatline::test
