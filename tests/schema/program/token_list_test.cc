// The list of tokens: what it may hold, and that every fault of it is told with file, line and key.

#include "schema/program/token_list.h"

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <set>

#include "schema/program/cryptography.h"
#include "schema/program/error.h"
#include "schema/program/wall_time.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

using namespace flatline;

namespace {

TokenEntry entry_of(const std::string& name, Role role, const std::string& token) {
  return {name, role, hash_of_token(token), *parse_rfc3339("2026-11-30T07:00:00Z"), {}};
}

std::string error_of(const std::string& text) {
  return message_of<Failure>([&] { (void)parse_token_list(text, "tokens.toml"); });
}

}  // namespace

TEST_CASE("a list says who has a token and what it is good for, and reads back as it was written") {
  initialize_cryptography();
  TokenEntry ada = entry_of("ada@example.com", Role::kOperator, "one");
  ada.expires = *parse_rfc3339("2027-01-31T12:00:00Z");
  const std::vector<TokenEntry> entries = {ada, entry_of("ci", Role::kDrain, "two"),
                                           entry_of("prometheus", Role::kReader, "three")};
  std::string text = "# a comment\n";
  for (const TokenEntry& entry : entries) text += token_entry_text(entry);
  CHECK(parse_token_list(text, "tokens.toml") == entries);
  CHECK(parse_token_list("", "tokens.toml").empty());
}

TEST_CASE(
    "a token is long enough that nobody guesses it, no other is the same, and no list has it") {
  initialize_cryptography();
  std::set<std::string> made;
  for (int i = 0; i < 1000; ++i) made.insert(make_random_token());
  CHECK(made.size() == 1000);
  const std::string& token = *made.begin();
  CHECK(token.starts_with("flt_"));
  CHECK(token.size() == kTokenPrefix.size() + 2 * kTokenRandomBytes);
  CHECK(token_entry_text(entry_of("ada", Role::kReader, token)).find(token.substr(4)) ==
        std::string::npos);
  CHECK(hash_of_token(token) != hash_of_token(token.substr(0, token.size() - 1)));
  // Of BLAKE2b with 32 bytes: what any other program makes of the same text.
  CHECK(token_entry_text(entry_of("ada", Role::kReader, "abc"))
            .find("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319") !=
        std::string::npos);
}

TEST_CASE("every fault of a list is told with its file, line and key, and with what is allowed") {
  initialize_cryptography();
  const std::string hash(64, 'a');
  const std::string good = fmt::format(
      "[[token]]\nname = \"ada\"\nrole = \"operator\"\nhash = \"{}\"\nmade = "
      "\"2026-11-30T07:00:00Z\"\n",
      hash);
  const auto changed = [&](const std::string& what, const std::string& into) {
    std::string text = good;
    return text.replace(text.find(what), what.size(), into);
  };
  struct Row {
    std::string text;
    std::string where;
    std::string words;
  };
  const Row rows[] = {
      {changed("operator", "root"), "tokens.toml:3: role", "reader, drain, operator"},
      {changed("ada", ""), "tokens.toml:2: name", "1 to 32"},
      {changed("ada", "admin"), "tokens.toml:2: name", "neither admin nor read_token"},
      {changed("ada", "read_token"), "tokens.toml:2: name", "neither admin"},
      {changed("ada", "ada lovelace"), "tokens.toml:2: name", "A-Za-z0-9"},
      {changed("ada", "ada\\u001b[31m"), "tokens.toml:2: name", "A-Za-z0-9"},
      {changed("ada", std::string(kTokenNameBytes + 1, 'a')), "tokens.toml:2: name", "1 to 32"},
      {changed(hash, hash.substr(1)), "tokens.toml:4: hash", "64 hexadecimal"},
      {changed(hash, hash + "a"), "tokens.toml:4: hash", "64 hexadecimal"},
      {changed(hash, "g" + hash.substr(1)), "tokens.toml:4: hash", "64 hexadecimal"},
      {changed(hash, make_random_token()), "tokens.toml:4: hash", "this is a token"},
      {changed("2026-11-30T07:00:00Z", "yesterday"), "tokens.toml:5: made", "give a moment"},
      {changed("role = \"operator\"\n", ""), "tokens.toml:1", "role is missing"},
      {good + "expires = 7\n", "tokens.toml:6: expires", "text in quotes"},
      {good + "expires = \"never\"\n", "tokens.toml:6: expires", "give a moment"},
      {good + "uid = 7\n", "tokens.toml:6: uid", "no such key"},
      {"tokens = 1\n" + good, "tokens.toml:1: tokens", "no such key"},
      {"token = 1\n", "tokens.toml:1: token", "[[token]]"},
      {good + good, "tokens.toml:7: name", "another entry's already"},
      {good + changed("ada", "bo"), "tokens.toml:9: hash", "another entry's already"},
      {"[[token]\n", "tokens.toml:1", "not TOML"}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::string error = error_of(row.text);
    CHECK_MESSAGE(error.starts_with(row.where), error);
    CHECK_MESSAGE(error.find(row.words) != std::string::npos, error);
    CHECK(error.find('\x1b') == std::string::npos);
  }
  std::string many;
  for (std::size_t i = 0; i <= kTokens; ++i) {
    many += token_entry_text(entry_of(fmt::format("n{}", i), Role::kReader, std::to_string(i)));
  }
  CHECK(error_of(many).find("more than 256") != std::string::npos);
}

TEST_CASE("a list that others may read or change is refused, and so is one that is too large") {
  initialize_cryptography();
  const TemporaryFolder folder;
  const auto path = folder / "tokens.toml";
  const auto error = [&] { return message_of<Failure>([&] { (void)read_token_list(path); }); };
  CHECK(error().find("cannot read") != std::string::npos);
  write_content(path, token_entry_text(entry_of("ada", Role::kReader, "one")));
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  CHECK(error().find("chmod 600") != std::string::npos);
  REQUIRE(::chmod(path.c_str(), 0620) == 0);
  CHECK(error().find("chmod 600") != std::string::npos);
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  CHECK(read_token_list(path).size() == 1);
  write_content(path, std::string(kTokenListBytes + 1, '#'));
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  CHECK(error().find("larger than") != std::string::npos);
}
