#include "schema/program/settings.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "schema/program/configuration_error.h"
#include "tests/harness/bytes_as_text.h"
#include "tests/harness/child_process.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

/// Returns the message of the error that reading `text` throws, without the origin in front.
std::string reading(std::string_view text, const std::function<void(SettingsTable&)>& read) {
  const std::string message = message_of<Failure>([&] {
    SettingsTable table = parse_settings(text, "x.toml");
    read(table);
    table.finish();
  });
  REQUIRE((message.empty() || message.starts_with("x.toml:")));
  return message.empty() ? message : message.substr(std::string_view("x.toml:").size());
}

TEST_CASE("values are read by type, and absent ones are nothing") {
  SettingsTable table = parse_settings(
      "text = \"a\"\nwhole = -3\nyes = true\nevery = \"1m30s\"\n"
      "one = \"x\"\nmany = [\"x\", \"y\"]\nnone = []\n",
      "x.toml");
  CHECK(table.text("text") == "a");
  CHECK(table.required_text("text") == "a");
  CHECK(table.integer("whole", -3, -3) == -3);
  CHECK(table.boolean("yes") == true);
  CHECK(table.duration("every", Milliseconds{90'000}, Milliseconds{90'000}) ==
        Milliseconds{90'000});
  CHECK(table.texts("one", 1) == std::vector<std::string>{"x"});
  CHECK(table.texts("many", 2) == std::vector<std::string>{"x", "y"});
  CHECK(table.texts("none", 0) == std::vector<std::string>{});
  CHECK_NOTHROW(table.finish());

  SettingsTable empty = parse_settings("", "x.toml");
  CHECK_FALSE(empty.text("a"));
  CHECK_FALSE(empty.integer("a", 0, 1));
  CHECK_FALSE(empty.boolean("a"));
  CHECK_FALSE(empty.duration("a", Milliseconds{0}, Milliseconds{1}));
  CHECK_FALSE(empty.texts("a", 1));
  CHECK_FALSE(empty.table("a"));
  CHECK(empty.tables("a", 1).empty());
  CHECK_NOTHROW(empty.finish());
}

TEST_CASE("every error names line, key and what is right") {
  const auto whole = [](SettingsTable& t) { static_cast<void>(t.integer("k", 1, 10)); };
  const auto boolean = [](SettingsTable& t) { static_cast<void>(t.boolean("k")); };
  const auto text = [](SettingsTable& t) { static_cast<void>(t.text("k")); };
  const auto required = [](SettingsTable& t) { static_cast<void>(t.required_text("k")); };
  const auto duration = [](SettingsTable& t) {
    static_cast<void>(t.duration("k", Milliseconds{100}, Milliseconds{300'000}));
  };
  const auto texts = [](SettingsTable& t) { static_cast<void>(t.texts("k", 2)); };
  const auto table = [](SettingsTable& t) { static_cast<void>(t.table("k")); };
  const auto tables = [](SettingsTable& t) { static_cast<void>(t.tables("k", 1)); };
  constexpr std::string_view kNoDuration =
      "k: must be a duration in quotes with its unit, such as \"250ms\" or \"2h\"";

  struct Row {
    std::string_view text;
    std::function<void(SettingsTable&)> read;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"k = 0", whole, "1: k: 0 is out of range; allowed are 1 to 10"},
      {"k = 1", whole, ""},
      {"k = 10", whole, ""},
      {"\n\nk = 11", whole, "3: k: 11 is out of range; allowed are 1 to 10"},
      {"k = \"1\"", whole, "1: k: must be a whole number; found \"1\""},
      {"k = 1.0", whole, "1: k: must be a whole number; found 1"},
      {"k = 1", boolean, "1: k: must be true or false; found 1"},
      {"k = \"true\"", boolean, "1: k: must be true or false; found \"true\""},
      {"k = 1", text, "1: k: must be text in quotes; found 1"},
      {"", required, "1: k is missing"},
      {"k = true", required, "1: k: must be text in quotes; found true"},
      {"k = \"99ms\"", duration, "1: k: 99ms is out of range; allowed are 100ms to 5m"},
      {"k = \"100ms\"", duration, ""},
      {"k = \"5m\"", duration, ""},
      {"k = \"5m1ms\"", duration, "1: k: 5m1ms is out of range; allowed are 100ms to 5m"},
      {"k = \"1\"", duration, "1: " + std::string(kNoDuration) + "; found \"1\""},
      {"k = \"1 s\"", duration, "1: " + std::string(kNoDuration) + "; found \"1 s\""},
      {"k = 1", duration, "1: " + std::string(kNoDuration) + "; found 1"},
      {"k = 1", texts, "1: k: must be a list of texts; found 1"},
      {"k = [\"a\", 1]", texts, "1: k: must be a list of texts; found 1"},
      {"k = [\"a\",\n\"b\",\n\"c\"]", texts, "1: k: holds more than 2; found 3"},
      {"k = 1", table, "1: k: must be a table headed [k]; found 1"},
      {"[[k]]", table, "1: k: must be a table headed [k]; found tables"},
      {"[k]", tables, "1: k: must be tables headed [[k]]; found a table"},
      {"k = [1]", tables, "1: k: must be tables headed [[k]]; found a list"},
      {"k = 2026-11-30", tables, "1: k: must be tables headed [[k]]; found a date or a time"},
      {"[[k]]\n[[k]]", tables, "1: k: there are more than 1; found 2"},
      {"a = 1\nb = 2", text, "1: a: no such key; there are: k\nx.toml:2: b: no such key; there are: k"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(reading(row.text, row.read) == row.message);
  }
}

TEST_CASE("a key nobody asked for is an error that lists the keys there are") {
  CHECK(reading("b = 1\nc = 1\nd = 1", [](SettingsTable& table) {
          static_cast<void>(table.integer("b", 0, 1));
          static_cast<void>(table.integer("a", 0, 1));
          static_cast<void>(table.integer("d", 0, 1));
        }) == "2: c: no such key; there are: a, b, d");
  CHECK(reading("[t]\ngood = 1\nbad = 1", [](SettingsTable& table) {
          auto inner = table.table("t");
          REQUIRE(inner);
          static_cast<void>(inner->integer("good", 0, 1));
          inner->finish();
        }) == "3: bad: no such key; there are: good");
}

TEST_CASE("all that is wrong with a file is told at once, in the order of its lines") {
  const std::string text =
      "b = 1\na = \"x\"\nunknown = 1\n[[t]]\nk = 11\n[[t]]\nk = \"long, long, long, long, long, "
      "long, texts\"\nother = 1\n";
  SettingsTable file = parse_settings(text, "x.toml");
  for (SettingsTable& table : file.tables("t", 2)) {
    CHECK_FALSE(table.integer("k", 0, 10));
    CHECK(table.integer("k", 0, 10, 7) == 7);  // Of one key, the first fault alone is told.
    CHECK(table.is_faulty());
    table.finish();
  }
  CHECK(file.required_text("missing").empty());
  CHECK_FALSE(file.boolean("a"));
  CHECK(file.duration("b", Milliseconds{1}, Milliseconds{2}, Milliseconds{2}) == Milliseconds{2});
  CHECK(message_of<ConfigurationError>([&] { file.finish(); }) ==
        "x.toml:1: missing is missing\n"
        "x.toml:1: b: must be a duration in quotes with its unit, such as \"250ms\" or \"2h\"; "
        "found 1\n"
        "x.toml:2: a: must be true or false; found \"x\"\n"
        "x.toml:3: unknown: no such key; there are: a, b, missing, t\n"
        "x.toml:5: k: 11 is out of range; allowed are 0 to 10\n"
        "x.toml:7: k: must be a whole number; found \"long, long, long, long, long, long, text…\"\n"
        "x.toml:8: other: no such key; there are: k");
}

TEST_CASE("of very many faults the first are told, and how many there are") {
  std::string text;
  for (int i = 0; i < 21; ++i) text += "k" + std::to_string(i) + " = 1\n";
  SettingsTable file = parse_settings(text, "x.toml");
  const std::string message = message_of<ConfigurationError>([&] { file.finish(); });
  CHECK(message.find("x.toml:20: k19") != std::string::npos);
  CHECK(message.find("k20") == std::string::npos);
  CHECK(message.ends_with("\nx.toml: 21 faults, of which these are the first"));
}

TEST_CASE("what a secret holds is not shown, and a secret is no configuration") {
  SettingsTable file = parse_settings("key = 4711\n", "x.key", SettingsEcho::kNothing);
  CHECK_FALSE(file.text("key"));
  CHECK(message_of<ConfigurationError>([&] {
          try {
            file.finish();
          } catch (const ConfigurationError&) {
            throw;
          } catch (const Failure& error) {
            CHECK(std::string(error.what()) == "x.key:1: key: must be text in quotes");
          }
        }).empty());
}

TEST_CASE("variables are put into the settings that take them, and into no others") {
  ::setenv("FLATLINE_TEST_PLACE", "eu-${HOME}", 1);
  ::unsetenv("FLATLINE_TEST_NONE");
  const auto taking = [](std::string_view key) { return Setting{key, "", Variables::kAreRead}; };
  SettingsTable file = parse_settings(
      "a = \"x-${FLATLINE_TEST_PLACE}$\"\nb = [\"$$\", \"${HOSTNAME}\", \"${9}${a-b}${\"]\n"
      "c = \"${FLATLINE_TEST_PLACE}\"\nd = \"${FLATLINE_TEST_NONE}\"\n",
      "x.toml");
  CHECK(file.text(taking("a")) == "x-eu-${HOME}$");
  std::string machine(256, '\0');
  REQUIRE(::gethostname(machine.data(), machine.size()) == 0);
  machine.resize(machine.find('\0'));
  CHECK(file.texts(taking("b"), 3) == std::vector<std::string>{"$$", machine, "${9}${a-b}${"});
  CHECK(file.text("c") == "${FLATLINE_TEST_PLACE}");
  CHECK_FALSE(file.text(taking("d")));
  CHECK(message_of<ConfigurationError>([&] { file.finish(); }) ==
        "x.toml:4: d: ${FLATLINE_TEST_NONE} is not set; give it in the environment, or write its "
        "value");
}

TEST_CASE("what is asked of a file can be described, with defaults and what is allowed") {
  const auto described = describe_settings([](SettingsTable& file) {
    static_cast<void>(file.integer({"slots", "How many"}, 1, 10, 5));
    static_cast<void>(file.text("silent"));
    for (SettingsTable& table : file.tables({"check", "What to watch"}, 32)) {
      static_cast<void>(table.required_text({"kind", "Of what kind"}));
      static_cast<void>(table.duration({"period", "How often", Variables::kAreRead},
                                       Milliseconds{1}, Milliseconds{2000}, Milliseconds{1000}));
    }
  });
  REQUIRE(described.size() == 4);
  CHECK(described[0].key == "slots");
  CHECK(described[0].type == "a whole number, 1 to 10");
  CHECK(described[0].fallback == "5");
  CHECK(described[1].type == "1 to 32 tables");
  CHECK(described[2].head == "[[check]]");
  CHECK(described[2].required);
  CHECK(described[3].type == "a duration, 1ms to 2s");
  CHECK(described[3].fallback == "1s");
  CHECK(described[3].takes_variables);
}

TEST_CASE("tables come in the order of the file and outlive their parent") {
  std::vector<SettingsTable> tables;
  {
    SettingsTable parent =
        parse_settings("[[check]]\nname = \"b\"\n[[check]]\nname = \"a\"\n", "x.toml");
    tables = parent.tables("check", 2);
    parent.finish();
  }
  REQUIRE(tables.size() == 2);
  CHECK(tables[0].required_text("name") == "b");
  CHECK(tables[1].required_text("name") == "a");
  CHECK(message_of<Failure>([&] { tables[1].fail("name", "is b's already"); }) ==
        "x.toml:4: name: is b's already");
  CHECK(tables[1].required_text("kind").empty());
  CHECK(message_of<Failure>([&] { tables[1].fail("kind", "must be one"); }) ==
        "x.toml:3: kind is missing\nx.toml:4: name: is b's already");
}

TEST_CASE("what is not TOML is an error with its line") {
  const auto nothing = [](SettingsTable&) {};
  CHECK(reading("a = 1\nb = \n", nothing).starts_with("2: not TOML: "));
  CHECK(reading("a = 1\na = 2\n", nothing).starts_with("2: not TOML: "));
  CHECK(reading("a = \"\xFF\"\n", nothing).find("not TOML: ") != std::string::npos);
}

TEST_CASE("files are read up to a size") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x.toml";
  write_content(path, "a = 1\n");
  CHECK_NOTHROW(static_cast<void>(read_settings(path, 6)));
  const auto failing = [](const std::filesystem::path& file, std::size_t max) {
    return message_of<Failure>([&] { static_cast<void>(read_settings(file, max)); });
  };
  CHECK(failing(path, 5) == path.string() + ": larger than 5 bytes");
  CHECK(failing(folder.path(), 6) == folder.path().string() + ": cannot read: Is a directory");
  const auto missing = folder.path() / "y.toml";
  CHECK(failing(missing, 6) == missing.string() + ": cannot read: No such file or directory");
}

TEST_CASE("a file that cannot be opened or read is a Failure with the system's reason") {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("loop", folder / "loop");
  struct Row {
    std::filesystem::path path;
    const char* reason;
  };
  // Reading /proc/self/mem from its start is an EIO, as a failing disk's is.
  for (const Row& row :
       {Row{folder / "none", "No such file or directory"}, Row{folder.path(), "Is a directory"},
        Row{folder / "loop", "Too many levels of symbolic links"},
        Row{"/proc/self/mem", "Input/output error"}}) {
    CHECK(message_of<Failure>([&] { read_settings(row.path, 100); }) ==
          row.path.string() + ": cannot read: " + row.reason);
  }
}

/// Reads `text`, which must come to settings or to a Failure that names where it stood.
void read_or_fail(const std::string& text) {
  const std::string message = message_of<Failure>([&] { parse_settings(text, "x.toml"); });
  INFO(message);
  CHECK((message.empty() || message.starts_with("x.toml:")));
}

TEST_CASE("a head without a name is a Failure with its line, like all that is no TOML") {
  const std::string error = ": not TOML: a table's head is [NAME] or [[NAME]]";
  for (const char* head : {"[", "[\n", "[.]", "[[", "[=]", " [", "[[\n]]", "[[]]", "[]", "[ ]\n",
                           "[[.]]\n", "[#]", "[\n[["}) {
    CAPTURE(head);
    const auto message = [&](const std::string& text) {
      return message_of<Failure>([&] { parse_settings(text, "x.toml"); });
    };
    CHECK(message(head).starts_with("x.toml:1: not TOML: "));
    CHECK(message(std::string("a = 1\n\n") + head).starts_with("x.toml:3: not TOML: "));
  }
  CHECK(message_of<Failure>([&] { parse_settings("a = 1\n[.]", "x.toml"); }) == "x.toml:2" + error);
}

TEST_CASE("no text ends the program: all short ones, alone and where a value is awaited") {
  const std::string_view letters = "[].=\"'#{}, \na1-";
  constexpr std::size_t kLength = 4;
  std::size_t texts = 1;
  for (std::size_t i = 0; i < kLength; ++i) texts *= letters.size();
  for (std::size_t number = 0; number < texts; ++number) {
    std::string text;
    for (std::size_t rest = number; text.size() < kLength; rest /= letters.size()) {
      text += letters[rest % letters.size()];
    }
    read_or_fail(text);
    read_or_fail("a = [" + text);
    read_or_fail("a.b = {" + text);
  }
}

TEST_CASE("no damage to a configuration ends the program") {
  const std::string good =
      "text = \"a\\u00fc\"\nraw = '''x\ny'''\nday = 2026-11-29T12:00:00.5Z\nfloat = -1.5e3\n"
      "[[check]]\nkind = \"load\"\nlist = [1, [2, 0x3], {a.\"b c\" = inf}]\n[a.b]\nc = nan # end\n";
  CHECK_NOTHROW(parse_settings(good, "x.toml"));
  const std::string_view letters = "[].=\"'#{}, \n\r\ta1-+_:\\\xff\xc3";
  for (std::size_t at = 0; at <= good.size(); ++at) {
    read_or_fail(good.substr(0, at));
    for (const char letter : letters) {
      std::string damaged = good;
      damaged.insert(at, 1, letter);
      read_or_fail(damaged);
      if (at < good.size()) damaged.erase(at + 1, 1);
      read_or_fail(damaged);
    }
  }
}

}  // namespace
}  // namespace flatline
