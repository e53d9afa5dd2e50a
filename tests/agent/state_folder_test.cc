#include "agent/state_folder.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "schema/limits.h"
#include "schema/program/cryptography.h"
#include "schema/program/error.h"
#include "schema/wire/identity.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

constexpr WallTime kWall{Milliseconds{1'700'000'000'123}};

void write(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST_CASE("each start has a greater epoch, whatever the clock says") {
  initialize_cryptography();
  const TemporaryFolder folder;
  const auto state = folder / "state";
  std::uint64_t last = 0;
  for (const auto shift : {0, 0, -1'000'000'000, 5}) {
    const StateFolder agent(state);
    const std::uint64_t epoch = agent.begin_epoch(kWall + Milliseconds{shift});
    CHECK(epoch > last);
    CHECK(content_of(state / "epoch") == std::to_string(epoch) + "\n");
    CHECK_FALSE(std::filesystem::exists(state / "epoch.partial"));
    last = epoch;
  }
  CHECK((last >> kEpochRandomBits) > static_cast<std::uint64_t>(kWall.time_since_epoch().count()));
}

TEST_CASE("a clock before 1970 is no greater trouble") {
  initialize_cryptography();
  const TemporaryFolder folder;
  const StateFolder agent(folder.path());
  CHECK(agent.begin_epoch(WallTime{Milliseconds{-5}}) > 0);
}

TEST_CASE("an epoch that is none is refused and stays") {
  initialize_cryptography();
  const TemporaryFolder folder;
  const StateFolder agent(folder.path());
  for (const char* text : {"", "12", "x\n", "-1\n", "1 \n", "99999999999999999999\n"}) {
    CAPTURE(text);
    write(folder / "epoch", text);
    CHECK(message_of<Failure>([&] { (void)agent.begin_epoch(kWall); }) ==
          (folder / "epoch").string() +
              ": does not hold a number and a newline; remove it, and the next epoch comes from "
              "the clock");
    CHECK(content_of(folder / "epoch") == text);
  }
}

TEST_CASE("one agent a folder; the lock goes with its owner") {
  const TemporaryFolder folder;
  CHECK(StateFolder::holder(folder.path()) == 0);
  {
    const StateFolder agent(folder.path());
    CHECK(StateFolder::holder(folder.path()) == ::getpid());
    CHECK(message_of<Failure>([&] { StateFolder{folder.path()}; }) ==
          folder.path().string() + ": in use by another agent (process " +
              std::to_string(::getpid()) + "); give each its own `state`");
    CHECK(StateFolder::holder(folder.path()) == ::getpid());
  }
  CHECK(StateFolder::holder(folder.path()) == 0);
  const StateFolder next(folder.path());
}

TEST_CASE("a folder that cannot be is named") {
  const TemporaryFolder folder;
  const auto deep = folder / "a" / "b";
  CHECK(message_of<Failure>([&] { StateFolder{deep}; }) ==
        deep.string() + ": cannot make: No such file or directory");
  write(folder / "file", "");
  CHECK(message_of<Failure>([&] { StateFolder{folder / "file"}; }) ==
        (folder / "file" / "lock").string() + ": cannot write: Not a directory");
}

}  // namespace
}  // namespace flatline
