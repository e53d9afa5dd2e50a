#include "bench/proofs/report_files.h"

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <sys/utsname.h>

#include <ctime>
#include <fstream>
#include <thread>

#include "schema/program/error.h"
#include "schema/program/version.h"
#include "tests/harness/child_process.h"

namespace flatline::bench {
namespace {

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

/// The same plots go to both files.
std::string script_of(const Picture& picture) {
  return fmt::format(R"(# gnuplot: {0}
set terminal svg size 1200,900 font 'sans,11' background '#ffffff'
set output '{0}.svg'
do for [pass = 1:2] {{
if (pass == 2) {{ set terminal pngcairo size 1200,900 font 'sans,11'; set output '{0}.png' }}
{1}unset output
}}
)",
                     picture.name, picture.plots);
}

}  // namespace

std::string machine() {
  utsname system{};
  ::uname(&system);
  return fmt::format("{}, {} cores, {} {}", processor_name(), std::thread::hardware_concurrency(),
                     system.sysname, system.release);
}

std::string quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string origin_json() {
  return fmt::format("\"version\":{},\"time\":\"{:%Y-%m-%dT%H:%M:%SZ}\",\"machine\":{}",
                     quoted(std::string(kVersion)), fmt::gmtime(std::time(nullptr)),
                     quoted(machine()));
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw Failure(fmt::format("--report: cannot write {}", path.string()));
}

std::string cell(double value, int width) {
  const bool whole = value == static_cast<double>(static_cast<std::int64_t>(value));
  return fmt::format(" {:>{}.{}f}", value, width, whole ? 0 : 3);
}

std::string draw(const std::filesystem::path& folder, const Picture& picture) {
  write_file(folder / (picture.name + ".dat"), picture.data);
  write_file(folder / (picture.name + ".gnuplot"), script_of(picture));
  const test::Finished drawn = test::run_to_end(
      {"/bin/sh", "-c", "cd \"$0\" && command -v gnuplot >/dev/null || exit 127; gnuplot \"$1\"",
       folder.string(), picture.name + ".gnuplot"});
  if (drawn.exit_code == 127) return "no pictures: gnuplot is not installed (gnuplot-nox)";
  if (drawn.exit_code != 0) return fmt::format("{}: gnuplot: {}", picture.name, drawn.err);
  return "";
}

}  // namespace flatline::bench
