#include "tools/cli/completion.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

/// What comes for a line, by the real verbs and a collector that knows some words.
class Typing {
 public:
  Typing() {
    add_keygen_verb(line_);
    add_enroll_verb(line_);
    add_status_verbs(line_);
    add_check_verb(line_);
    add_group_verbs(line_);
    add_host_verbs(line_);
    add_bitmap_verbs(line_);
    add_past_verbs(line_);
    add_action_verbs(line_);
    add_completion_verbs(line_);
  }

  Candidates all(const std::string& typed) {
    return complete(line_.manual(), line_.forms(), split_line(typed).arguments,
                    {[&](const std::string& beginning) {
                       asked_ += "hosts " + beginning + ";";
                       return std::vector<std::string>{"web-1", "web-2", "db-1"};
                     },
                     [&] {
                       asked_ += "groups;";
                       return std::vector<std::string>{"role=db", "role=web", "zone=eu-1a"};
                     },
                     [&] {
                       asked_ += "checks;";
                       return std::vector<std::string>{"disk", "load"};
                     },
                     [] {
                       return std::vector<std::string>{"prod", "mon-1", "mon-2"};
                     },
                     [] {
                       return std::vector<std::string>{"mon-1", "mon-2"};
                     }});
  }
  /// The words with spaces between them.
  std::string words(const std::string& typed) {
    std::string text;
    for (const Candidate& candidate : all(typed).words) {
      text += (text.empty() ? "" : " ") + candidate.word;
    }
    return text;
  }
  bool offers(const std::string& typed, const std::string& word) {
    return (" " + words(typed) + " ").find(" " + word + " ") != std::string::npos;
  }
  /// What the collector was asked for since the last time.
  std::string asked() { return std::exchange(asked_, {}); }

 private:
  CommandLine line_;
  std::string asked_;
};

TEST_CASE("a line is taken apart as a shell does, up to the word that is being typed") {
  using Words = std::vector<std::string>;
  CHECK(split_line("flatline ls ").arguments == Words{"flatline", "ls", ""});
  CHECK(split_line("flatline  ls fai").arguments == Words{"flatline", "ls", "fai"});
  CHECK(split_line("flatline ls 'role=db & ").arguments == Words{"flatline", "ls", "role=db & "});
  CHECK(split_line("flatline ls \"a\\\"b\" c\\ d").arguments ==
        Words{"flatline", "ls", "a\"b", "c d"});
  CHECK(split_line("flatline ls ''").arguments == Words{"flatline", "ls", ""});
  CHECK(split_line("").arguments == Words{""});
  CHECK(split_line("flatline ls 'role=db & ").is_quoted);
  CHECK_FALSE(split_line("flatline ls 'role=db' ").is_quoted);
}

TEST_CASE("verbs come first, and none that is ours alone") {
  Typing typing;
  CHECK(typing.words("flatline sta") == "status");
  CHECK(typing.words("flatline __") == "");
  CHECK(typing.words("flatline help sta") == "status");
  CHECK(typing.words("flatline help status ") == "");
  CHECK(typing.offers("flatline ", "help"));
  CHECK(typing.words("flatline --api mon:4171 sta") == "status");
  CHECK(typing.words("flatline at -15m ") == "status ls show bitmap map");
  CHECK(typing.words("flatline at -15m ls -o n") == "names");
  CHECK(typing.asked().empty());
}

TEST_CASE("options are the verb's own and then those of all verbs") {
  Typing typing;
  CHECK(typing.words("flatline ls --no") == "--no-header --no-color");
  CHECK(typing.words("flatline --tim") == "--timeout");
  CHECK(typing.words("flatline ls -- --no") == "");
  CHECK(typing.offers("flatline drain web-1 --", "--why"));
}

TEST_CASE("forms, files and folders follow their options") {
  Typing typing;
  CHECK(typing.words("flatline ls -o ") == "table wide csv json names");
  CHECK(typing.words("flatline ls --output=c") == "--output=csv");
  CHECK(typing.words("flatline bitmap -o h") == "hex");
  CHECK(typing.all("flatline keygen -o ").kind == Candidates::Kind::kFiles);
  CHECK(typing.all("flatline enroll --fleet-key ").kind == Candidates::Kind::kFiles);
  CHECK(typing.all("flatline enroll --into ").kind == Candidates::Kind::kFolders);
  CHECK(typing.words("flatline completion ") == "bash zsh fish");
  CHECK(typing.words("flatline enroll --layout fo") == "folder");
  CHECK(typing.words("flatline --context ") == "prod mon-1 mon-2");
  CHECK(typing.words("flatline ls --context=m") == "--context=mon-1 --context=mon-2");
  CHECK(typing.words("flatline ls --limit ") == "");
  CHECK(typing.asked().empty());
}

TEST_CASE("hosts and words of filters are asked of the collector, where they may come") {
  Typing typing;
  CHECK(typing.words("flatline show w") == "web-1 web-2");
  CHECK(typing.asked() == "hosts w;");
  CHECK(typing.words("flatline show web-1 d") == "db-1");
  CHECK(typing.words("flatline history -- d") == "db-1");
  CHECK(typing.words("flatline check -H d") == "db-1");
  CHECK(typing.words("flatline enroll w") == "");
  typing.asked();
  CHECK(typing.words("flatline ls fai") == "failing");
  CHECK(typing.words("flatline ls role=") == "role=db role=web");
  CHECK(typing.words("flatline ls 'failing & !ro") == "failing & !role=db failing & !role=web");
  CHECK(typing.words("flatline ls 'down & check:d") == "down & check:disk");
  CHECK(typing.asked() == "groups;groups;groups;checks;");
  CHECK(typing.words("flatline history --group z") == "zone=eu-1a");
  CHECK(typing.words("flatline groups --by ") == "role zone");
  CHECK(typing.words("flatline bitmap --plane dr") == "drained");
  CHECK(typing.words("flatline ls --columns name,ro") == "name,role");
  CHECK(typing.words("flatline ls --sort -hea") == "-heard");
  CHECK(typing.words("flatline ls --sort=-hea") == "--sort=-heard");
}

TEST_CASE("two collectors are compared by the names that the file has for them") {
  Typing typing;
  CHECK(typing.words("flatline diff --between ") == "mon-1 mon-2");
  CHECK(typing.words("flatline diff --between m") == "mon-1 mon-2");
  CHECK(typing.words("flatline diff --between mon-1 ") == "mon-2");
  CHECK(typing.words("flatline diff --between=true -o json mon-2 m") == "mon-1");
  CHECK(typing.words("flatline diff --between mon-1 mon-2 ") == "");
  CHECK(typing.words("flatline diff m") == "");
  CHECK(typing.asked().empty());
}

TEST_CASE("a shell that breaks words elsewhere gets what it puts in the place of the end") {
  Typing typing;
  const auto shown = [&](const std::string& line, const std::string& replaced) {
    return candidates_text(in_place_of(replaced, split_line(line), typing.all(line)));
  };
  CHECK(shown("flatline ls role=w", "w") == "words\nweb\n");
  CHECK(shown("flatline ls role=", "") == "words\ndb\nweb\n");
  CHECK(shown("flatline ls -o js", "js") == "words\njson\n");
  CHECK(shown("flatline ls --output=js", "js") == "words\njson\n");
  // Within quotes it breaks none, and nothing needs a backslash.
  CHECK(shown("flatline ls 'down & ro", "down & ro") == "words\ndown & role=db\ndown & role=web\n");
  CHECK(shown("flatline ls 'age", "age") == "parts\nagent<\n");
  CHECK(shown("flatline ls age", "age") == "parts\nagent\\<\n");
  CHECK(shown("flatline ls down\\ \\&\\ ro", "down\\ \\&\\ ro") ==
        "words\ndown\\ \\&\\ role=db\ndown\\ \\&\\ role=web\n");
}

TEST_CASE("what somebody called a check is never run by whoever completes it") {
  const auto shown = [](const std::string& line, const std::string& replaced,
                        const std::string& word) {
    return candidates_text(in_place_of(
        replaced, split_line(line), {Candidates::Kind::kWords, {{word, ""}, {"check:b c", ""}}}));
  };
  for (const char* name : {"x';touch${IFS}a;#", "x\"b", "x$(a)", "x`a`", "x\\", "x!a"}) {
    CAPTURE(name);
    const std::string word = "check:" + std::string(name);
    CHECK(shown("flatline ls 'check:", "check:", word) == "words\ncheck:b c\n");
    CHECK(shown("flatline ls \"check:", "check:", word) == "words\ncheck:b c\n");
    CHECK(split_line("flatline " + shown("flatline ls check:", "", word).substr(6)).arguments[1] ==
          name + std::string("\nb c\n"));
  }
  // What was typed is the own doing of who typed it.
  CHECK(shown("flatline ls '!check:", "!check:", "!check:disk") ==
        "words\n!check:disk\ncheck:b c\n");
  CHECK(shown("flatline ls check:", "", "check:x;a&b|c<d>(e)*?[f]{g}~#") ==
        "words\nx\\;a\\&b\\|c\\<d\\>\\(e\\)\\*\\?\\[f\\]\\{g\\}\\~\\#\nb\\ c\n");
  CHECK(candidates_text({Candidates::Kind::kWords,
                         {{"a\nb", ""}, {"a\x1b[2J", ""}, {"\u0085", ""}, {" ü", ""}}}) ==
        "words\n ü\n");
}

TEST_CASE("what a shell reads begins with its kind") {
  CHECK(candidates_text({Candidates::Kind::kFiles, {}}) == "files\n");
  CHECK(candidates_text({Candidates::Kind::kFolders, {}}) == "folders\n");
  CHECK(candidates_text({Candidates::Kind::kWords, {{"ls", "Hosts"}, {"a", ""}}}) ==
        "words\nls\tHosts\na\n");
  CHECK(candidates_text({Candidates::Kind::kWords, {{"name=", ""}}}) == "parts\nname=\n");
  CHECK(candidates_text({Candidates::Kind::kWords, {{"name=", ""}, {"a", ""}}}) ==
        "words\nname=\na\n");
  CHECK(completion_script("tcsh").empty());
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CHECK(completion_script(shell).find("__complete") != std::string_view::npos);
  }
}

}  // namespace
}  // namespace flatline::cli
