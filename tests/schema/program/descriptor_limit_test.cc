#include "schema/program/descriptor_limit.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "schema/program/error.h"
#include "tests/harness/thrown.h"

using namespace flatline;

namespace {

rlimit limit_now() {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  return limit;
}

}  // namespace

TEST_CASE("the soft limit is raised to what is needed, and never lowered") {
  const rlimit before = limit_now();
  rlimit low = before;
  low.rlim_cur = 64;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  require_descriptors(100, "tests");
  CHECK(limit_now().rlim_cur == 100);
  require_descriptors(50, "tests");
  CHECK(limit_now().rlim_cur == 100);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
}

TEST_CASE("more than the hard limit is refused, with both numbers and what would be right") {
  const rlimit hard = limit_now();
  const auto need = static_cast<unsigned>(hard.rlim_max + 1);
  const std::string said = message_of<Failure>([&] { require_descriptors(need, "tests"); });
  CHECK(said.find(std::to_string(hard.rlim_max) + " files may be open, and " +
                  std::to_string(need) + " are needed for tests") == 0);
  CHECK(said.find("LimitNOFILE=" + std::to_string(need)) != std::string::npos);
  CHECK(limit_now().rlim_cur == hard.rlim_cur);
}
