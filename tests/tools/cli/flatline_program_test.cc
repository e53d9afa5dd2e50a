// Tests the real flatline where it needs no collector: keys, credentials, and every wrong use. Each
// wrong use ends with its exit code, one line on stderr and nothing half-written.

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "schema/answers/action_json.h"
#include "schema/answers/view_json.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/tools/cli/place.h"
#include "tests/tools/cli/scripted_collector.h"

namespace flatline::test {
namespace {

namespace fs = std::filesystem;

/// A port of loopback on which nobody listens.
constexpr const char* kNobody = "127.0.0.1:1";

}  // namespace

TEST_CASE("keygen writes a key that others cannot read, and never over one") {
  Place place;
  struct stat status {};
  REQUIRE(::stat(place.file("fleet.key").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  const std::string key = content_of(place.file("fleet.key"));
  refused(Place::run({"keygen", "-o", place.file("fleet.key")}), 1, {"fleet.key", "File exists"});
  CHECK(content_of(place.file("fleet.key")) == key);
  CHECK(place.files() == std::vector<std::string>{"fleet.key"});
}

TEST_CASE("a rotated key is of the same fleet, with another id and key") {
  Place place;
  const auto made =
      Place::run({"keygen", "--rotate", place.file("fleet.key"), "-o", place.file("next.key")});
  CHECK(made.exit_code == 0);
  const auto line = [&](const char* file, const char* field) {
    const std::string text = content_of(place.file(file));
    const std::size_t start = text.find(std::string("\n") + field + " =");
    REQUIRE(start != std::string::npos);
    return text.substr(start, text.find('\n', start + 1) - start);
  };
  CHECK(line("fleet.key", "fleet_id") == line("next.key", "fleet_id"));
  CHECK(line("fleet.key", "fleet_key") != line("next.key", "fleet_key"));
  CHECK(line("fleet.key", "key_id") != line("next.key", "key_id"));
}

TEST_CASE("enrolling one host is idempotent, and another generation does not overwrite") {
  Place place;
  const std::string credential = place.file("web-1.credential");
  const std::vector<std::string> command = {
      "enroll", "web-1", "--fleet-key", place.file("fleet.key"), "-o", credential};
  CHECK(Place::run(command).exit_code == 0);
  const std::string first = content_of(credential);
  const auto again = Place::run(command);
  CHECK(again.exit_code == 0);
  CHECK(again.out.find("already") != std::string::npos);
  CHECK(content_of(credential) == first);
  auto rebuilt = command;
  rebuilt.insert(rebuilt.end(), {"--generation", "1"});
  refused(Place::run(rebuilt), 1, {"web-1.credential", "another credential"});
  CHECK(content_of(credential) == first);
}

TEST_CASE("a file of names becomes a folder of credentials; a second run adds what is new") {
  Place place;
  const std::string names = place.write("names.txt", "# the web\nweb-1\n\n  web-2  # second\r\n");
  const std::vector<std::string> command = {"enroll",
                                            "--names",
                                            names,
                                            "--into",
                                            place.file("c"),
                                            "--fleet-key",
                                            place.file("fleet.key")};
  auto done = Place::run(command);
  CHECK(done.exit_code == 0);
  CHECK(done.err.empty());
  CHECK(done.out.starts_with("enrolled 2 (0 were already)"));
  CHECK(place.files("c") == std::vector<std::string>{"web-1.credential", "web-2.credential"});
  place.write("names.txt", "web-1\nweb-2\nweb-3\n");
  done = Place::run(command);
  CHECK(done.out.starts_with("enrolled 3 (2 were already)"));
  CHECK(place.files("c").size() == 3);
}

TEST_CASE("a file of names with anything wrong writes nothing") {
  Place place;
  const std::string long_name(65, 'a');
  struct Row {
    std::string text;
    std::vector<std::string> words;
  };
  const Row rows[] = {{"web-1\nweb 2\n", {"names.txt:2", "web 2", "A-Za-z0-9._-"}},
                      {"web-1\n\n" + long_name + "\n", {"names.txt:3", "1 to 64"}},
                      {"web-1\nweb-2\nweb-1\n", {"names.txt:3", "web-1", "line 1"}},
                      {"web-1\n..\n", {"names.txt:2", "'..'", "not dots alone"}},
                      {"web-1\n" + std::string(1025, '#'), {"names.txt:2", "1024 bytes"}},
                      {"# nothing\n", {"names.txt", "no name"}}};
  for (const Row& row : rows) {
    const std::string names = place.write("names.txt", row.text);
    refused(Place::run({"enroll", "--names", names, "--into", place.file("c"), "--fleet-key",
                        place.file("fleet.key")}),
            1, row.words);
    CHECK_FALSE(fs::exists(place.file("c")));
  }
  // A credential of another key stands in the way of the list's last name.
  place.write("names.txt", "web-1\nweb-2\n");
  fs::create_directory(place.file("c"));
  place.write("c/web-2.credential", "not ours");
  ::chmod(place.file("c/web-2.credential").c_str(), 0600);
  refused(Place::run({"enroll", "--names", place.file("names.txt"), "--into", place.file("c"),
                      "--fleet-key", place.file("fleet.key")}),
          1, {"web-2.credential"});
  CHECK(place.files("c") == std::vector<std::string>{"web-2.credential"});
}

TEST_CASE("all that is wrong with a file of names is told at once") {
  Place place;
  const std::string names = place.write("names.txt", "web-1\nweb 2\n..\nweb-1\nweb-3\n");
  const std::vector<std::string> command = {"enroll",
                                            "--names",
                                            names,
                                            "--into",
                                            place.file("c"),
                                            "--fleet-key",
                                            place.file("fleet.key")};
  const Finished finished = Place::run(command);
  CHECK(finished.exit_code == 1);
  for (const char* word :
       {"names.txt:2: ", "names.txt:3: ", "names.txt:4: ", "3 lines are wrong"}) {
    CHECK_MESSAGE(finished.err.find(word) != std::string::npos, finished.err);
  }
  CHECK_FALSE(fs::exists(place.file("c")));
  std::string many;
  for (int i = 0; i < 100; ++i) many += "web " + std::to_string(i) + "\n";
  place.write("names.txt", many);
  const std::string told = Place::run(command).err;
  CHECK(std::ranges::count(told, '\n') == 21);
  CHECK(told.find(
            "100 lines are wrong, of which these are the first; the others are on lines 21-100; "
            "nothing was done\n") != std::string::npos);
  many.clear();
  for (int i = 0; i < 200; ++i) many += i % 2 == 0 ? "web 1\n" : fmt::format("web-{}\n", i);
  place.write("names.txt", many);
  const std::string scattered = Place::run(command).err;
  CHECK(scattered.find("; the others are on lines 41, 43, 45, ") != std::string::npos);
  CHECK(scattered.find(", 119 and more; nothing was done\n") != std::string::npos);
}

TEST_CASE("a dash is stdin or stdout, and a pipe is written to and not read") {
  Place place;
  const std::string key = place.file("fleet.key");
  const auto shell = [&](const std::string& command) {
    return run_to_end({"/bin/sh", "-c", "cd " + place.file("") + " && " + command});
  };
  const std::string enroll = std::string(FLATLINE_CLI) + " enroll web-1 --fleet-key fleet.key";
  REQUIRE(shell(enroll + " -o file").exit_code == 0);
  const std::string credential = content_of(place.file("file"));
  for (const char* out : {"-", "/dev/stdout"}) {
    CAPTURE(out);
    const Finished piped = shell(enroll + " -o " + out + " | cat");
    CHECK(piped.out == credential);
    CHECK(piped.err.find("enrolled web-1") != std::string::npos);
    const Finished redirected = shell(enroll + " -o " + out + " > redirected");
    CHECK(redirected.exit_code == 0);
    CHECK(content_of(place.file("redirected")) == credential);
  }
  const Finished fifo = shell("mkfifo pipe && { cat pipe & " + enroll + " -o pipe; wait; }");
  CHECK(fifo.out.find(credential) != std::string::npos);
  CHECK_FALSE(fs::exists(place.file("-")));
  const Finished made = shell(std::string(FLATLINE_CLI) + " keygen -o - | cat");
  CHECK(made.out.find("fleet_key = ") != std::string::npos);
  const Finished named = shell("printf 'web-1\\nweb-2\\n' | " + std::string(FLATLINE_CLI) +
                               " enroll --names - --into c --fleet-key fleet.key");
  CHECK_MESSAGE(named.out.starts_with("enrolled 2 "), named.err);
  const Finished keyed =
      shell(std::string(FLATLINE_CLI) + " enroll web-1 --fleet-key - -o file < fleet.key");
  CHECK_MESSAGE(keyed.exit_code == 0, keyed.err);
  CHECK(shell("echo 'web 1' | " + std::string(FLATLINE_CLI) +
              " enroll --names - --into c --fleet-key fleet.key")
            .err.find("stdin:1: ") != std::string::npos);
}

TEST_CASE("after a key was rotated, hosts are enrolled anew in their place, all or none") {
  Place place;
  REQUIRE(Place::run({"keygen", "--rotate", place.file("fleet.key"), "-o", place.file("next.key")})
              .exit_code == 0);
  place.write("names.txt", "web-1\nweb-2\nweb-3\n");
  const auto enroll = [&](const char* key, std::vector<std::string> more) {
    std::vector<std::string> command = {"enroll",       "--names",       place.file("names.txt"),
                                        "--into",       place.file("c"), "--fleet-key",
                                        place.file(key)};
    command.insert(command.end(), more.begin(), more.end());
    return Place::run(command);
  };
  REQUIRE(enroll("fleet.key", {}).exit_code == 0);
  fs::remove(place.file("c/web-1.credential"));
  const std::string before = content_of(place.file("c/web-2.credential"));
  const Finished in_the_way = enroll("next.key", {});
  CHECK(in_the_way.exit_code == 1);
  for (const char* word : {"web-2.credential", "web-3.credential", "--replace", "2 files"}) {
    CHECK_MESSAGE(in_the_way.err.find(word) != std::string::npos, in_the_way.err);
  }
  CHECK(place.files("c").size() == 2);
  const Finished replaced = enroll("next.key", {"--replace"});
  CHECK_MESSAGE(replaced.out.starts_with("enrolled 3 (0 were already, 2 replaced) in "),
                (replaced.out + replaced.err));
  CHECK(content_of(place.file("c/web-2.credential")) != before);
  CHECK(place.files("c").size() == 3);
  // Another host's credential is never taken for an older one of this host.
  fs::copy_file(place.file("c/web-2.credential"), place.file("c/web-1.credential"),
                fs::copy_options::overwrite_existing);
  refused(enroll("fleet.key", {"--replace"}), 1, {"web-1.credential", "another host's"});
  CHECK(content_of(place.file("c/web-2.credential")) ==
        content_of(place.file("c/web-1.credential")));
}

TEST_CASE("a file of names that has no end is refused") {
  const Place place;
  refused(Place::run({"enroll", "--names", "/dev/zero", "--into", place.file("c"), "--fleet-key",
                      place.file("fleet.key")}),
          1, {"/dev/zero:1", "1024 bytes"});
}

TEST_CASE("files that are not there, not readable, or too loose") {
  Place place;
  const std::string nowhere = place.file("nowhere");
  refused(Place::run({"enroll", "web-1", "--fleet-key", nowhere}), 1,
          {"nowhere", "No such file or directory"});
  refused(Place::run({"enroll", "--names", nowhere, "--into", place.file("c"), "--fleet-key",
                      place.file("fleet.key")}),
          1, {"nowhere", "No such file or directory"});
  refused(Place::run({"keygen", "-o", nowhere + "/fleet.key"}), 1, {"nowhere/fleet.key"});
  refused(Place::run({"keygen", "--rotate", nowhere, "-o", place.file("x.key")}), 1, {"nowhere"});
  refused(Place::run({"status", "--token-file", nowhere}), 1, {"nowhere"});
  ::chmod(place.file("fleet.key").c_str(), 0644);
  refused(Place::run({"enroll", "web-1", "--fleet-key", place.file("fleet.key")}), 1,
          {"0644", "chmod 600"});
  CHECK(place.files() == std::vector<std::string>{"fleet.key"});
}

TEST_CASE("wrong command lines leave by 2 and say what would be right") {
  const std::string long_name(65, 'a');
  struct Row {
    std::vector<std::string> arguments;
    std::vector<std::string> words;
  };
  const Row rows[] = {
      {{}, {"--help"}},
      {{"frobnicate"}, {"frobnicate"}},
      {{"statsu"}, {"no verb 'statsu'; did you mean status?"}},
      {{"at", "03:14", "lss"}, {"no verb 'lss'; did you mean ls?"}},
      {{"help", "darin"}, {"did you mean drain?"}},
      {{"checks", "one", "two"}, {"not expected: one two"}},
      {{"status", "--frob", "--nicate"}, {"no such option: --frob --nicate"}},
      {{"completion", "--", "--bash"}, {"'--bash'", "bash, zsh or fish"}},
      {{"status", "--api", "mon-1:4171,mon-2:4171"}, {"--api", "one collector"}},
      {{"ls", "--slots", "9-3"}, {"--slots", "'9-3'", "75-149"}},
      {{"ls", "--slots", "x"}, {"--slots", "'x'"}},
      {{"enroll", "--names", "-", "--into", "c", "--fleet-key", "-"}, {"stdin"}},
      {{"status", "--frob"}, {"--frob"}},
      {{"status", "--timeout", "5"}, {"--timeout", "'5'", "500ms"}},
      {{"status", "--timeout", "5 parsecs"}, {"--timeout", "5 parsecs"}},
      {{"status", "--timeout", "0ms"}, {"--timeout"}},
      {{"status", "-o", "yaml"}, {"--output", "yaml", "table, json"}},
      {{"bitmap", "--plane", "sick"}, {"--plane", "sick", "registered, known"}},
      {{"bitmap", "-o", "table"}, {"table", "hex, raw, json, names"}},
      {{"map", "-o", "json"}, {"--output"}},
      {{"watch", "--every", "1"}, {"--every", "'1'"}},
      {{"watch", "--count", "-1"}, {"--count"}},
      {{"history", "web-1", "--since", "-1m"}, {"--since", "'-1m'"}},
      {{"history", "web-1", "--from", "-1 m"}, {"--from", "'-1 m'", "03:14"}},
      {{"diff", "-1x"}, {"-1x"}},
      {{"events", "--since", "1h", "--from", "-1h"}, {"--since and --from"}},
      {{"events", "--from", "-1h", "--to", "-2h"}, {"--from must be before --to"}},
      {{"events", "--follow", "--limit", "5"}, {"--limit: --follow has no end"}},
      {{"events", "--follow", "-o", "names"}, {"--follow: goes with -o table or json"}},
      {{"events", "web/1"}, {"'web/1'"}},
      {{"events", "web-[1-17]"}, {"17 hosts are more than the 16", "web-*"}},
      {{"events", "--lines", "many"}, {"--lines", "'many'"}},
      {{"drain", "web-1", "--why", "x", "--for", "-5m"}, {"--for", "'-5m'"}},
      {{"drain", "web-1", "--for", "1h", "--why", ""}, {"--why", "''", "1 to 120 bytes"}},
      {{"freeze", "--for", "1h", "--why", "a\nb"}, {"--why", "1 to 120 bytes"}},
      {{"show"}, {"name"}},
      {{"show", "a b"}, {"a b", "A-Za-z0-9._-"}},
      {{"show", long_name}, {"1 to 64"}},
      {{"show", ".."}, {"'..'", "not dots alone"}},
      {{"enroll", "..", "--fleet-key", "k"}, {"'..'", "not dots alone"}},
      {{"enroll", "--names", "n", "--into", "c", "-o", "x", "--fleet-key", "k"}, {"--output"}},
      {{"enroll", "web-1"}, {"--fleet-key"}},
      {{"enroll", "--fleet-key", "k"}, {"NAME"}},
      {{"enroll", "web-1", "--fleet-key", "k", "--names", "n"}, {"NAME"}},
      {{"enroll", "--names", "n", "--fleet-key", "/dev/null"}, {"--into"}},
      {{"enroll", long_name, "--fleet-key", "k"}, {"1 to 64"}},
      {{"enroll", "web-1", "--fleet-key", "k", "--generation", "65536"}, {"--generation"}}};
  for (const Row& row : rows) {
    std::string line;
    for (const std::string& argument : row.arguments) line += argument + " ";
    CAPTURE(line);
    refused(Place::run(row.arguments), 2, row.words);
  }
}

TEST_CASE("help and version are asked for as with other tools") {
  for (const auto& [asked, same] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"help"}, "--help"}, {{"-V"}, "--version"}}) {
    const Finished finished = Place::run(asked);
    CHECK(finished.exit_code == 0);
    CHECK(finished.out == Place::run({same}).out);
  }
  CHECK(Place::run({"help", "ls"}).out == Place::run({"ls", "--help"}).out);
}

TEST_CASE("help fits 80 columns") {
  for (const char* verb :
       {"",        "keygen",   "enroll",   "status", "ls",      "show",    "bitmap",
        "map",     "watch",    "check",    "at",     "diff",    "history", "drain",
        "undrain", "expect",   "unexpect", "forget", "admit",   "reset",   "revoke",
        "freeze",  "unfreeze", "actions",  "events", "contexts"}) {
    std::vector<std::string> arguments = {"--help"};
    if (*verb != '\0') arguments.insert(arguments.begin(), verb);
    const std::string help = Place::run(arguments).out;
    for (std::size_t begin = 0; begin < help.size();) {
      const std::size_t end = help.find('\n', begin);
      CHECK_MESSAGE(end - begin <= 80, help.substr(begin, end - begin));
      begin = end + 1;
    }
  }
}

TEST_CASE("the admin token does not leave for a collector that others could stand in for") {
  Place place;
  const std::string token = place.write("admin.token", std::string(64, 'a') + "\n");
  ::chmod(token.c_str(), 0600);
  refused(Place::run({"freeze", "--for", "1h", "--why", "x", "--admin-token", token, "--api",
                      "http://192.0.2.7:4171"}),
          2, {"in clear", "ssh -L"});
}

TEST_CASE("a collector that is not there is said once, by 1; by 3 where a plugin asks") {
  for (const char* verb : {"status", "ls", "bitmap", "map"}) {
    refused(Place::run({verb, "--api", kNobody}), 1, {kNobody, "--api"});
  }
  refused(Place::run({"--api", kNobody, "show", "web-1"}), 1, {kNobody});
  const Finished check = Place::run({"check", "--api", kNobody});
  CHECK(check.exit_code == 3);
  CHECK(check.out.starts_with("FLATLINE UNKNOWN - "));
  CHECK(std::ranges::count(check.out, '\n') == 1);
  CHECK(check.err.empty());
}

TEST_CASE("whatever goes wrong with check is a plugin's UNKNOWN") {
  struct Row {
    std::vector<std::string> arguments;
    const char* word;
  };
  const Row rows[] = {{{"--token-file", "/none", "check"}, "/none"},
                      {{"check", "--frob"}, "--frob"},
                      {{"check", "--warning", "lots"}, "'lots'"},
                      {{"check", "--critical", "101"}, "'101'"},
                      {{"check", "-w", "20:10"}, "'20:10'"},
                      {{"check", "-t", "soon"}, "'soon'"},
                      {{"check", "-t", "5x"}, "'5x'"},
                      {{"check", "web-1", "-H", "web-2"}, "-H"},
                      {{"check", "-H", "a b"}, "'a b'"},
                      {{"check", "--critical"}, "--critical"},
                      {{"check", "-o", "json"}, "--output"},
                      {{"check", "a b"}, "'a b'"},
                      {{"check", "a|\nb"}, "'a/ b'"},
                      {{"check", "web-1", "--timeout", "5"}, "--timeout"},
                      {{"check", "--api", kNobody}, kNobody}};
  for (const Row& row : rows) {
    const Finished check = Place::run(row.arguments);
    CAPTURE(row.word);
    CHECK(check.exit_code == 3);
    CHECK(check.err.empty());
    CHECK_MESSAGE(check.out.starts_with("FLATLINE UNKNOWN - "), check.out);
    CHECK_MESSAGE(check.out.find(row.word) != std::string::npos, check.out);
    CHECK(std::ranges::count(check.out, '\n') == 1);
  }
  CHECK(Place::run({"check", "--help"}).out.find("exit code 3") != std::string::npos);
}

TEST_CASE("a change that was sent and not answered is not told as one that was not done") {
  Place place;
  const std::string token = place.write("admin.token", std::string(64, 'a') + "\n");
  ::chmod(token.c_str(), 0600);
  const cli::ScriptedCollector collector(
      [](const std::string&) -> cli::ScriptedCollector::Answer { return {.hangs = true}; });
  const auto ask = [&](std::vector<std::string> command) {
    command.insert(command.end(), {"--for", "1h", "--why", "x", "--admin-token", token, "--api",
                                   collector.address(), "--key", "night-7"});
    const std::size_t before = collector.tokens().size();
    return run_until_heard(command, [&] { return collector.tokens().size() > before; });
  };
  refused(ask({"drain", "web-1"}), 1, {"web-1 may be done yet", "--key night-7"});
  refused(ask({"freeze"}), 1, {"may be done yet", "--key night-7"});
}

TEST_CASE("a collector that takes no actions for many hosts is asked host by host") {
  Place place;
  const std::string token = place.write("admin.token", std::string(64, 'a') + "\n");
  ::chmod(token.c_str(), 0600);
  const cli::ScriptedCollector collector(
      [](const std::string& path) -> cli::ScriptedCollector::Answer {
        if (path == "/api/v1/actions")
          return {to_json(ProblemAnswer{"POST is not allowed here"}), 405};
        ActionDoneAnswer done;
        done.action.action = "reset";
        done.action.changed = true;
        done.action.host = path.substr(std::string("/api/v1/hosts/").size(), 5);
        return {to_json(done), 200};
      });
  const Finished finished = Place::run({"reset", "web-[1-2]", "--yes", "--admin-token", token,
                                        "--api", collector.address(), "--timeout", "60s"});
  CHECK_MESSAGE(finished.exit_code == 0, finished.err);
  CHECK(finished.out == "reset web-[1,2]\n");
}

TEST_CASE("a terminal is filled up to its width, and has colours only where it knows them") {
  const cli::ScriptedCollector collector(
      [](const std::string& path) -> cli::ScriptedCollector::Answer {
        HostPageAnswer page;
        page.hosts.resize(1);
        page.hosts[0].name = "web-1";
        page.hosts[0].state = "failing";
        page.hosts[0].message = "the database at db-1.example:5432 does not answer within 10 s";
        if (!path.starts_with("/api/v1/hosts")) return {"", 404};
        return {to_json(page), 200};
      });
  const auto shown = [&](const std::string& term) {
    const std::string command = "stty cols 60; unset COLUMNS NO_COLOR; TERM=" + term + " " +
                                FLATLINE_CLI + " ls --timeout 60s --api " + collector.address();
    const Finished finished = run_to_end({"/usr/bin/script", "-qec", command, "/dev/null"});
    CHECK_MESSAGE(finished.exit_code == 0, finished.out);
    return finished.out;
  };
  const std::string plain = shown("dumb");
  CHECK(plain.find('\x1b') == std::string::npos);
  CHECK(shown("''").find('\x1b') == std::string::npos);
  CHECK(shown("xterm").find("\x1b[31mfailing") != std::string::npos);
  CHECK(std::ranges::count(plain, '\n') > 2);  // The message goes on below.
  for (std::size_t begin = 0; begin < plain.size();) {
    const std::size_t end = std::min(plain.find('\n', begin), plain.size());
    CHECK_MESSAGE(end - begin <= 60 + 1, plain);  // Terminals end lines by two characters.
    begin = end + 1;
  }
}

TEST_CASE("watch says on stderr that the collector is away, goes on, and ends by 1") {
  const Finished watch =
      Place::run({"watch", "--api", kNobody, "--every", "100ms", "--count", "3", "-o", "json"});
  CHECK(watch.exit_code == 1);
  CHECK(watch.out.empty());
  CHECK(std::ranges::count(watch.err, '\n') == 3);
}

TEST_CASE("every verb has help with examples, and help is no error") {
  const Finished help = Place::run({"--help"});
  CHECK(help.exit_code == 0);
  for (const char* verb :
       {"keygen", "enroll", "status", "ls", "show", "bitmap", "map", "watch", "check", "events"}) {
    CHECK(help.out.find(std::string("\n  ") + verb + " ") != std::string::npos);
    const Finished one = Place::run({verb, "--help"});
    CAPTURE(verb);
    CHECK(one.exit_code == 0);
    CHECK(one.err.empty());
    CHECK(one.out.find(std::string("flatline ") + verb) != std::string::npos);
    CHECK(one.out.find("Examples:") != std::string::npos);
  }
  CHECK(Place::run({"--version"}).out.starts_with("flatline "));
}

TEST_CASE("operators are known by their login name, whether their shell says it or not") {
  const Finished help = run_to_end({"/usr/bin/env", "-i", FLATLINE_CLI, "drain", "--help"});
  CHECK(help.exit_code == 0);
  const passwd* const user = ::getpwuid(::geteuid());
  REQUIRE(user != nullptr);
  CHECK_MESSAGE(help.out.find("--by NAME=" + std::string(user->pw_name) + " ") != std::string::npos,
                help.out);
}

TEST_CASE("a full disk is not success") {
  for (const char* arguments : {"--version", "--help", "status --help"}) {
    refused(
        run_to_end({"/bin/sh", "-c", std::string(FLATLINE_CLI) + " " + arguments + " > /dev/full"}),
        1, {"stdout: cannot write: No space left on device"});
  }
}

}  // namespace flatline::test
