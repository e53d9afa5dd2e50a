#include "tools/sim/truth.h"

#include <fmt/core.h>

#include <cerrno>
#include <iterator>

#include "schema/program/error.h"

namespace flatline::sim {
namespace {

/// The time as a JSON number of seconds: `10` or `0.25`.
std::string json_seconds(Milliseconds time) {
  std::string text = fmt::format("{}.{:03}", time.count() / 1000, time.count() % 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string truth_lines(const Script& script, std::size_t phase, std::uint32_t hosts,
                        const NameOfHost& name_of) {
  const std::string at = json_seconds(script.start_of(phase));
  std::string lines;
  for (std::uint32_t host = 0; host < hosts; ++host) {
    const std::string_view state = truth_state(script.verb_of(host, phase));
    if (phase > 0 && state == truth_state(script.verb_of(host, phase - 1))) continue;
    fmt::format_to(std::back_inserter(lines),
                   R"({{"at_s":{},"host":"{}","state":"{}"}})"
                   "\n",
                   at, name_of(host), state);
  }
  return lines;
}

TruthFile::TruthFile(const std::filesystem::path& path)
    : path_(path), file_(std::fopen(path.c_str(), "we")) {
  if (!file_) {
    throw Failure(
        fmt::format("--truth {}: cannot write: {}", path.string(), system_error_text(errno)));
  }
}

void TruthFile::write(const std::string& lines) {
  if (std::fwrite(lines.data(), 1, lines.size(), file_.get()) != lines.size() ||
      std::fflush(file_.get()) != 0) {
    throw Failure(
        fmt::format("--truth {}: cannot write: {}", path_.string(), system_error_text(errno)));
  }
}

}  // namespace flatline::sim
