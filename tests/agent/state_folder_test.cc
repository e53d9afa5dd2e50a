#include "agent/state_folder.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
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
    StateFolder agent(state);
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
  StateFolder agent(folder.path());
  CHECK(agent.begin_epoch(WallTime{Milliseconds{-5}}) > 0);
}

TEST_CASE("an epoch that is none is refused and stays") {
  initialize_cryptography();
  const TemporaryFolder folder;
  StateFolder agent(folder.path());
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

TEST_CASE("where no epoch follows, the start is refused and says what to do; nothing is stored") {
  initialize_cryptography();
  const TemporaryFolder folder;
  StateFolder agent(folder.path());
  const auto path = folder / "epoch";
  for (const std::uint64_t stored : {kMaxEpochMs << kEpochRandomBits, ~std::uint64_t{0}}) {
    const std::string text = std::to_string(stored) + "\n";
    write(path, text);
    CHECK(message_of<Failure>([&] { (void)agent.begin_epoch(kWall); }) ==
          path.string() + ": holds " + std::to_string(stored) +
              ", and no epoch follows that; set the clock right, remove this file, start the "
              "agent, and `flatline reset` this host");
    CHECK(content_of(path) == text);
  }
  write(path, "5\n");
  constexpr WallTime kEnd{Milliseconds{kMaxEpochMs}};
  CHECK(message_of<Failure>([&] { (void)agent.begin_epoch(kEnd + Milliseconds{1}); }) ==
        "the clock says 2109-05-15T07:35:11.104Z, and there is no epoch after "
        "2109-05-15T07:35:11.103Z; set the clock");
  CHECK(content_of(path) == "5\n");
  CHECK((agent.begin_epoch(kEnd) >> kEpochRandomBits) == kMaxEpochMs);
}

TEST_CASE("while the agent runs, what is stored never goes down") {
  initialize_cryptography();
  const TemporaryFolder folder;
  StateFolder agent(folder.path());
  const auto path = folder / "epoch";
  const std::uint64_t begun = agent.begin_epoch(kWall);
  const std::uint64_t later = begun + (1 << kEpochRandomBits);
  CHECK(StateFolder::store_epoch(folder.path(), later) == later);
  CHECK(content_of(path) == std::to_string(later) + "\n");
  // A machine that was put back without its disk finds a later epoch there than its own.
  for (const std::uint64_t stored_already : {later, begun}) {
    const std::string before = content_of(path);
    const std::uint64_t stored = StateFolder::store_epoch(folder.path(), stored_already);
    CHECK(stored > std::stoull(before));
    CHECK(content_of(path) == std::to_string(stored) + "\n");
  }
  write(path, "18446744073709551615\n");
  CHECK(message_of<Failure>([&] {
          (void)StateFolder::store_epoch(folder.path(), later);
        }).starts_with(path.string() + ": holds 18446744073709551615, and no epoch follows"));
  CHECK(content_of(path) == "18446744073709551615\n");
}

TEST_CASE("one agent a folder; the lock goes with its owner") {
  const TemporaryFolder folder;
  CHECK(StateFolder::holder(folder.path()) == 0);
  {
    StateFolder agent(folder.path());
    CHECK(StateFolder::holder(folder.path()) == ::getpid());
    CHECK(message_of<Failure>([&] { StateFolder{folder.path()}; }) ==
          folder.path().string() + ": in use by another agent (process " +
              std::to_string(::getpid()) + "); give each its own `state`");
    CHECK(StateFolder::holder(folder.path()) == ::getpid());
  }
  CHECK(StateFolder::holder(folder.path()) == 0);
  StateFolder next(folder.path());
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

std::uintmax_t file_number(const std::filesystem::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

TEST_CASE("a new epoch is written over the reserve, whose room the disk gave before") {
  initialize_cryptography();
  const TemporaryFolder folder;
  StateFolder agent(folder.path());
  std::uint64_t last = agent.begin_epoch(kWall);
  for (int i = 0; i < 3; ++i) {
    const std::uintmax_t reserve = file_number(folder / "epoch.reserve");
    CHECK(content_of(folder / "epoch.reserve").size() >= std::to_string(last).size());
    last = StateFolder::store_epoch(folder.path(), last + 1);
    CHECK(file_number(folder / "epoch") == reserve);
    CHECK(content_of(folder / "epoch") == std::to_string(last) + "\n");
  }
  // What a program left that was killed in between is used, too.
  std::filesystem::rename(folder / "epoch.reserve", folder / "epoch.partial");
  CHECK(StateFolder::store_epoch(folder.path(), last + 1) == last + 1);
  CHECK_FALSE(std::filesystem::exists(folder / "epoch.partial"));
  CHECK(std::filesystem::exists(folder / "epoch.reserve"));
}

TEST_CASE("links, pipes and folders in the place of its files are refused, and nobody waits") {
  initialize_cryptography();
  const TemporaryFolder folder;
  write(folder / "other", "precious\n");
  struct Row {
    const char* name;
    const char* kind;
    const char* error;
  };
  for (const Row& row : {Row{"lock", "link", ": cannot write: Too many levels of symbolic links"},
                         Row{"lock", "pipe", ": cannot write: No such device"},
                         Row{"lock", "folder", ": cannot write: Is a directory"},
                         Row{"epoch", "link", ": cannot read: Too many levels of symbolic links"},
                         Row{"epoch", "pipe", ": cannot read: No such device"},
                         Row{"epoch", "folder", ": cannot read: Is a directory"},
                         Row{"epoch.partial", "link", ""}, Row{"epoch.partial", "pipe", ""},
                         Row{"epoch.reserve", "link", ""}, Row{"epoch.reserve", "pipe", ""}}) {
    CAPTURE(row.name);
    CAPTURE(row.kind);
    const auto state = folder / "state";
    std::filesystem::create_directory(state);
    const auto path = state / row.name;
    const std::string_view kind = row.kind;
    if (kind == "link") std::filesystem::create_symlink(folder / "other", path);
    if (kind == "pipe") REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    if (kind == "folder") std::filesystem::create_directory(path);
    const std::string message = message_of<Failure>([&] {
      StateFolder agent(state);
      (void)agent.begin_epoch(kWall);
    });
    CHECK(message == (*row.error == '\0' ? "" : path.string() + row.error));
    CHECK(content_of(folder / "other") == "precious\n");
    std::filesystem::remove_all(state);
  }
}

}  // namespace
}  // namespace flatline
