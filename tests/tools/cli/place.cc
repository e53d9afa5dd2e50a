#include "tests/tools/cli/place.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/harness/files.h"

namespace flatline::test {

Place::Place() {
  REQUIRE(run({"keygen", "-o", file("fleet.key")}).exit_code == 0);
}

std::string Place::file(const std::string& name) const {
  return (folder_.path() / name).string();
}

std::string Place::write(const std::string& name, const std::string& text) const {
  write_content(file(name), text);
  return file(name);
}

Finished Place::run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), FLATLINE_CLI);
  return run_to_end(arguments);
}

Finished Place::shell(const std::string& line) const {
  return run_to_end(
      {"/bin/sh", "-c",
       "flatline() { " FLATLINE_CLI " \"$@\"; }; cd " + folder_.path().string() + " && " + line});
}

std::vector<std::string> Place::files(const std::string& within) const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(file(within))) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Finished run_until_heard(const std::vector<std::string>& arguments,
                         const std::function<bool()>& is_heard) {
  Finished finished;
  for (const char* timeout : {"2s", "10s", "40s"}) {
    std::vector<std::string> command = arguments;
    command.insert(command.end(), {"--timeout", timeout});
    finished = Place::run(command);
    if (is_heard()) break;
  }
  return finished;
}

void refused(const Finished& finished, int exit_code, const std::vector<std::string>& words) {
  CHECK(finished.exit_code == exit_code);
  CHECK(finished.out.empty());
  CHECK_MESSAGE(std::ranges::count(finished.err, '\n') == 1, finished.err);
  CHECK_MESSAGE(finished.err.starts_with("flatline: "), finished.err);
  says(finished.err, words);
}

void says(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    CHECK_MESSAGE(text.find(word) != std::string::npos, word, " in: ", text);
  }
}

}  // namespace flatline::test
