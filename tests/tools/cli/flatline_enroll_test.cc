// Tests the real flatline where it makes many credentials: how they are laid out, lists as people
// have them, and whatever can go wrong halfway. (One credential: flatline_program_test.cc.)

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "schema/program/descriptor.h"
#include "tests/harness/faults.h"
#include "tests/harness/files.h"
#include "tests/tools/cli/place.h"

namespace flatline::test {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

/// A place with a list of names, `web-1` and on, and a second key of the same fleet.
class Enrolling : public Place {
 public:
  explicit Enrolling(int hosts) {
    std::string names;
    for (int i = 1; i <= hosts; ++i) names += fmt::format("web-{}\n", i);
    write("names.txt", names);
    REQUIRE(shell("flatline keygen --rotate fleet.key -o next.key").exit_code == 0);
  }
  [[nodiscard]] Words command(const std::string& key, Words more = {}) const {
    Words words = {FLATLINE_CLI, "enroll",  "--names",     file("names.txt"),
                   "--into",     file("c"), "--fleet-key", file(key)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  [[nodiscard]] Finished enroll(const std::string& key, const Words& more = {}) const {
    return run_to_end(command(key, more));
  }
  /// What is in the folder: each file's name and content.
  [[nodiscard]] std::string content() const {
    std::string text;
    for (const std::string& name : files("c")) text += name + "\n" + content_of(file("c/" + name));
    return text;
  }
};

/// Whether a process took, in time, the signals that it was sent: none waits for it, and all of its
/// threads sleep again.
bool is_taken(pid_t process) {
  const fs::path folder = fmt::format("/proc/{}", process);
  const auto has_line = [](const fs::path& file, std::string_view begin) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(begin)) return true;
    }
    return false;
  };
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const bool waits = !has_line(folder / "status", "ShdPnd:\t0000000000000000");
    const fs::directory_iterator threads(folder / "task");
    if (!waits && std::ranges::all_of(threads, [&](const fs::directory_entry& thread) {
          return has_line(thread.path() / "status", "State:\tS");
        })) {
      return true;
    }
    ::sched_yield();
  }
  return false;
}

}  // namespace

TEST_CASE("a folder a host: each has the file as the agent's configuration calls it") {
  const Enrolling place(3);
  const Words layout = {"--layout", "folder"};
  const Finished made = place.enroll("fleet.key", layout);
  CHECK_MESSAGE(made.exit_code == 0, made.err);
  CHECK(made.out == "enrolled 3 (0 were already) in " + place.file("c") + "\n");
  CHECK(place.files("c") == Words{"web-1", "web-2", "web-3"});
  CHECK(place.files("c/web-2") == Words{"agent.credential"});
  const std::string path = place.file("c/web-2/agent.credential");
  CHECK(mode_of(path) == 0600);
  const std::string before = content_of(path);
  CHECK(before == place.shell("flatline enroll web-2 --fleet-key fleet.key -o -").out);
  CHECK(place.enroll("fleet.key", layout).out.starts_with("enrolled 3 (3 were already)"));
  const Finished in_the_way = place.enroll("next.key", layout);
  CHECK(in_the_way.exit_code == 1);
  says(in_the_way.err, {"web-2/agent.credential: holds another", "3 files are in the way"});
  CHECK(content_of(path) == before);
  const Finished replaced = place.enroll("next.key", {"--layout", "folder", "--replace"});
  CHECK(replaced.out.starts_with("enrolled 3 (0 were already, 3 replaced)"));
  CHECK(content_of(path) == place.shell("flatline enroll web-2 --fleet-key next.key -o -").out);
  CHECK(place.files("c") == Words{"web-1", "web-2", "web-3"});
  CHECK(
      place.shell("flatline enroll db-1 --fleet-key next.key --into c --layout folder").exit_code ==
      0);
  CHECK(place.files("c/db-1") == Words{"agent.credential"});
}

TEST_CASE("an archive goes to stdout, and tar makes of it what --into would have made") {
  const Enrolling place(40);
  for (const std::string layout : {"file", "folder"}) {
    CAPTURE(layout);
    const std::string many =
        "flatline enroll --names names.txt --fleet-key fleet.key --layout " + layout;
    const Finished made =
        place.shell("mkdir " + layout + " && " + many + " --tar | tar -x -C " + layout + " && " +
                    many + " --into " + layout + "-too && " + "diff -r " + layout + " " + layout +
                    "-too && " + "find " + layout + " -type f ! -perm 0600");
    CHECK_MESSAGE(made.exit_code == 0, made.out, made.err);
    CHECK(made.out == fmt::format("enrolled 40 (0 were already) in {}-too\n", layout));
    CHECK(made.err == "enrolled 40\n");
    CHECK(place.files(layout).size() == 40);
  }
  CHECK(place.shell("flatline enroll web-7 --fleet-key fleet.key --tar | tar -tf -").out ==
        "web-7.credential\n");
}

TEST_CASE("an archive is not written where others would see it") {
  const Enrolling place(2);
  const std::string many = "flatline enroll --names names.txt --fleet-key fleet.key --tar";
  const Finished loose = place.shell("umask 022 && " + many + " > all.tar");
  refused(loose, 1, {"mode 0644", "umask 077"});
  CHECK(content_of(place.file("all.tar")).empty());
  CHECK(place.shell("rm all.tar && umask 077 && " + many + " > all.tar && tar -tf all.tar").out ==
        "web-1.credential\nweb-2.credential\n");
  const Finished shown = run_to_end({"/usr/bin/script", "-qec",
                                     std::string(FLATLINE_CLI) + " enroll web-1 --fleet-key " +
                                         place.file("fleet.key") + " --tar",
                                     "/dev/null"});
  CHECK(shown.exit_code == 1);
  says(shown.out, {"stdout is a terminal"});
}

TEST_CASE("lists are read as people have them: folded, from other systems, with twins told") {
  const Enrolling place(1);
  const auto into = [&](const std::string& folder) {
    return place.shell("flatline enroll --names names.txt --fleet-key fleet.key --into " + folder);
  };
  place.write("names.txt", "\xEF\xBB\xBFweb-1\r\n\r\n# rack 7\r\ndb-[01-03]  # three\r\nweb-2");
  CHECK(into("a").err.empty());
  CHECK(place.files("a") == Words{"db-01.credential", "db-02.credential", "db-03.credential",
                                  "web-1.credential", "web-2.credential"});
  place.write("names.txt", std::string("\xFF\xFEw\0e\0b\0", 8));
  refused(into("b"), 1, {"names.txt", "UTF-16", "UTF-8"});
  place.write("names.txt", "db-[01-03]\ndb-02\nweb-[1-\nweb-*\n");
  const Finished wrong = into("b");
  CHECK(wrong.exit_code == 1);
  says(wrong.err, {"names.txt:2: db-02 stands on line 1 already",
                   "names.txt:3: ", "names.txt:4: 'web-*' is no host name", "3 lines are wrong"});
  CHECK_FALSE(fs::exists(place.file("b")));
  place.write("names.txt", "web-1\nWeb-1\ndb-[1-5]\nDB-[1-5]\n");
  const Finished twins = into("b");
  CHECK(twins.exit_code == 0);
  CHECK(place.files("b").size() == 12);
  says(twins.err,
       {"names.txt: web-1 and Web-1 differ in case alone", "db-1 and DB-1", "and 3 more do"});
}

TEST_CASE("whatever is in the way is told at once, and all else in the folder is left alone") {
  const Enrolling place(5);
  fs::create_directory(place.file("c"));
  place.write("c/README", "ours");
  place.write("c/web-2.credential", "not a credential");
  ::chmod(place.file("c/web-2.credential").c_str(), 0600);
  fs::create_directory(place.file("c/web-3.credential"));
  REQUIRE(
      place.shell("flatline enroll web-9 --fleet-key fleet.key -o c/web-4.credential").exit_code ==
      0);
  const Finished refusal = place.enroll("fleet.key", {"--replace"});
  CHECK(refusal.exit_code == 1);
  says(refusal.err, {"web-2.credential", "web-3.credential", "web-4.credential: holds another host",
                     "3 files are in the way; nothing was done"});
  CHECK(place.files("c") ==
        Words{"README", "web-2.credential", "web-3.credential", "web-4.credential"});
  for (const char* file : {"web-2", "web-3", "web-4"}) {
    fs::remove(place.file(std::string("c/") + file + ".credential"));
  }
  CHECK(place.enroll("fleet.key").exit_code == 0);
  CHECK(place.files("c").size() == 6);
  CHECK(content_of(place.file("c/README")) == "ours");
  // A file in the place of a host's folder.
  place.write("c/web-1", "");
  const Finished folder = place.enroll("fleet.key", {"--layout", "folder"});
  CHECK(folder.exit_code == 1);
  says(folder.err, {"c/web-1"});
}

TEST_CASE("two that write into one folder do not meet, and what a killed one left is removed") {
  const Enrolling place(2);
  fs::create_directories(place.file("c/.enroll~"));
  place.write("c/.enroll~/0", "a secret that nobody needs");
  {
    const Descriptor other = open_file(place.file("c").c_str(), O_RDONLY | O_DIRECTORY);
    REQUIRE(::flock(other.get(), LOCK_EX) == 0);
    refused(place.enroll("fleet.key"), 1, {"another enroll writes there now"});
    CHECK(place.files("c/.enroll~") == Words{"0"});
  }
  CHECK(place.enroll("fleet.key").exit_code == 0);
  CHECK(place.files("c") == Words{"web-1.credential", "web-2.credential"});
}

TEST_CASE("a disk that is full or broken halfway leaves the folder as it was, or says how far") {
  struct Row {
    FileCall call;
    int fault;
    const char* where;
    Words words;
    bool is_whole;  ///< Whether nothing was done.
    bool replaces = true;
  };
  const Row rows[] = {
      {FileCall::kOpen, ENOSPC, ".enroll~/2", {"No space left", "nothing was done"}, true},
      {FileCall::kWrite, ENOSPC, ".enroll~/2", {"No space left", "nothing was done"}, true},
      {FileCall::kWrite,
       EIO,
       ".enroll~/0",
       {"Input/output error", "nothing was done"},
       true,
       false},
      {FileCall::kSync, EIO, "/c", {"cannot sync"}, true},
      {FileCall::kRename, ENOSPC, "web-3", {"web-3", "2 of 4", "the same command"}, false},
      {FileCall::kRename, ENOSPC, "web-3", {"web-3", "2 of 4", "the same command"}, false, false},
      {FileCall::kRename, ENOSPC, "web-1", {"web-1", "No space left"}, true}};
  for (const Row& row : rows) {
    const bool replaces = row.replaces;
    CAPTURE(row.where);
    CAPTURE(replaces);
    const Enrolling place(4);
    if (replaces) REQUIRE(place.enroll("fleet.key").exit_code == 0);
    const std::string before = replaces ? place.content() : "";
    Faults faulty(FLATLINE_FAULTY_FILES);
    faulty.plan(row.call, row.fault, 1, row.where);
    Words command = faulty.under();
    const Words enroll = place.command("next.key", {"--replace"});
    command.insert(command.end(), enroll.begin(), enroll.end());
    const Finished failed = run_to_end(command);
    CHECK(faulty.met() == 1);
    CHECK(failed.exit_code == 1);
    says(failed.err, row.words);
    CHECK(fs::exists(place.file("c")) == (replaces || !row.is_whole));
    if (replaces) CHECK(place.files("c").size() == 4);
    if (replaces) CHECK((place.content() == before) == row.is_whole);
    // The same command mends it.
    CHECK(place.enroll("next.key", {"--replace"}).exit_code == 0);
    CHECK(place.files("c").size() == 4);
    CHECK(content_of(place.file("c/web-4.credential")) ==
          place.shell("flatline enroll web-4 --fleet-key next.key -o -").out);
  }
}

TEST_CASE("who interrupts it finds the folder as it was, also in tests that nohup runs") {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    const Enrolling place(3000);
    Faults faulty(FLATLINE_FAULTY_FILES);
    faulty.plan(FileCall::kWrite, FaultPlan::kHang, 1, ".enroll~/5");
    Words command = faulty.under();
    const Words enroll = place.command("fleet.key");
    command.insert(command.end(), enroll.begin(), enroll.end());
    ChildProcess enrolling(command);
    REQUIRE(faulty.await_hanging(1));
    enrolling.send_signal(signal);
    REQUIRE(is_taken(enrolling.pid()));
    faulty.end();
    CHECK(enrolling.wait() == 1);
    says(enrolling.err(), {"interrupted; nothing was done"});
    CHECK_FALSE(fs::exists(place.file("c")));
  }
  std::signal(SIGHUP, before);
}

TEST_CASE("a second signal ends it at once, and a signal that is ignored ends nothing") {
  const Enrolling place(3);
  for (const bool ignored : {false, true}) {
    CAPTURE(ignored);
    Faults faulty(FLATLINE_FAULTY_FILES);
    faulty.plan(FileCall::kWrite, FaultPlan::kHang, 1, ".enroll~/1");
    Words command = {"/bin/sh", "-c", (ignored ? "trap '' HUP; " : "") + std::string("exec \"$@\""),
                     "sh"};
    for (const Words& more : {faulty.under(), place.command("fleet.key")}) {
      command.insert(command.end(), more.begin(), more.end());
    }
    ChildProcess enrolling(command);
    REQUIRE(faulty.await_hanging(1));
    if (ignored) {
      enrolling.send_signal(SIGHUP);
      faulty.end();
      CHECK(enrolling.wait() == 0);
    } else {
      // Two of one kind that come together are one.
      enrolling.send_signal(SIGINT);
      enrolling.send_signal(SIGTERM);
      CHECK(enrolling.wait() > 128);
      faulty.end();
    }
  }
  CHECK(place.files("c").size() == 3);
}

TEST_CASE("what does not go together is refused before anything is read") {
  struct Row {
    Words more;
    Words words;
  };
  for (const Row& row : {Row{{"--names", "n", "--tar", "--into", "c"}, {"--tar", "--into"}},
                         Row{{"--names", "n", "--tar", "-o", "x"}, {"--output", "--tar"}},
                         Row{{"--names", "n", "--tar", "--replace"}, {"--replace", "--tar"}},
                         Row{{"web-1", "--layout", "folder"}, {"--layout", "--into"}},
                         Row{{"--names", "n", "--into", "c", "--layout", "x"}, {"'x'", "folder"}},
                         Row{{"web-1", "--why", "x"}, {"--why", "--expect"}},
                         Row{{"web-1", "--expect"}, {"--admin-token"}}}) {
    Words command = {"enroll", "--fleet-key", "/none"};
    command.insert(command.end(), row.more.begin(), row.more.end());
    CAPTURE(row.more.back());
    refused(Place::run(command), 2, row.words);
  }
}

TEST_CASE("where nobody could expect the hosts, none is enrolled") {
  const Enrolling place(2);
  place.write("admin.token", std::string(64, 'a') + "\n");
  ::chmod(place.file("admin.token").c_str(), 0600);
  refused(place.enroll("fleet.key", {"--expect", "--admin-token", place.file("admin.token"),
                                     "--api", "127.0.0.1:1"}),
          1, {"127.0.0.1:1"});
  CHECK_FALSE(fs::exists(place.file("c")));
}

}  // namespace flatline::test
