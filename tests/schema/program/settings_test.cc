#include "schema/program/settings.h"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include "schema/program/error.h"
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
      {"k = \"1\"", whole, "1: k: must be a whole number"},
      {"k = 1.0", whole, "1: k: must be a whole number"},
      {"k = 1", boolean, "1: k: must be true or false"},
      {"k = \"true\"", boolean, "1: k: must be true or false"},
      {"k = 1", text, "1: k: must be text in quotes"},
      {"", required, "1: k is missing"},
      {"k = 1", required, "1: k: must be text in quotes"},
      {"k = \"99ms\"", duration, "1: k: 99ms is out of range; allowed are 100ms to 5m"},
      {"k = \"100ms\"", duration, ""},
      {"k = \"5m\"", duration, ""},
      {"k = \"5m1ms\"", duration, "1: k: 5m1ms is out of range; allowed are 100ms to 5m"},
      {"k = \"1\"", duration, "1: " + std::string(kNoDuration)},
      {"k = \"1 s\"", duration, "1: " + std::string(kNoDuration)},
      {"k = 1", duration, "1: " + std::string(kNoDuration)},
      {"k = 1", texts, "1: k: must be a list of texts"},
      {"k = [\"a\", 1]", texts, "1: k: must be a list of texts"},
      {"k = [\"a\",\n\"b\",\n\"c\"]", texts, "1: k: holds more than 2"},
      {"k = 1", table, "1: k: must be a table headed [k]"},
      {"[[k]]", table, "1: k: must be a table headed [k]"},
      {"[k]", tables, "1: k: must be tables headed [[k]]"},
      {"k = [1]", tables, "1: k: must be tables headed [[k]]"},
      {"[[k]]\n[[k]]", tables, "1: k: there are more than 1"},
      {"a = 1\nb = 2", text, "1: a: no such key; there are: k"},
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
  CHECK(message_of<Failure>([&] { static_cast<void>(tables[1].required_text("kind")); }) ==
        "x.toml:3: kind is missing");
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
