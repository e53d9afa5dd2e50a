// A descriptor is closed once, by its owner.

#include "schema/program/descriptor.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "tests/harness/descriptors.h"

namespace flatline {
namespace {

using test::open_descriptors;

Descriptor opened() {
  return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

TEST_CASE("a descriptor is closed with its owner, whoever that is by then") {
  const std::size_t before = open_descriptors();
  {
    Descriptor first = opened();
    CHECK(first.is_open());
    CHECK(open_descriptors() == before + 1);
    const int number = first.get();
    Descriptor second(std::move(first));
    CHECK(second.get() == number);
    CHECK(open_descriptors() == before + 1);
    second = opened();
    CHECK(open_descriptors() == before + 1);
    Descriptor& itself = second;
    second = std::move(itself);
    CHECK(second.is_open());
    CHECK(open_descriptors() == before + 1);
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("what was released is somebody else's") {
  Descriptor owner = opened();
  const Descriptor next(owner.release());
  CHECK_FALSE(owner.is_open());
  CHECK(next.is_open());
}

TEST_CASE("one that is none closes nothing, and closing leaves errno alone") {
  {
    const Descriptor none(::open("/no/such/file", O_RDONLY | O_CLOEXEC));
    CHECK_FALSE(none.is_open());
    CHECK(errno == ENOENT);
  }
  CHECK(errno == ENOENT);
  errno = 0;
  {
    const Descriptor one = opened();
    errno = EBUSY;
  }
  CHECK(errno == EBUSY);
}

}  // namespace
}  // namespace flatline
