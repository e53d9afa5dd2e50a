#include "collector/api/process_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "schema/program/small_file.h"

namespace flatline {
namespace {

/// Room for the longest of these files, /proc/stat, as far as `btime`: a line for each processor
/// and one with the counts of all interrupts stand before it.
constexpr std::size_t kProcFileBytes = 262'144;

/// The number behind so many words.
double number_behind(std::string_view text, std::size_t words) {
  for (; words > 0 && !text.empty(); --words) {
    text.remove_prefix(std::min(text.find(' '), text.size() - 1) + 1);
  }
  return std::strtod(std::string(text.substr(0, text.find(' '))).c_str(), nullptr);
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// When the machine started, since 1970.
double boot_unix_seconds() {
  std::string buffer(kProcFileBytes, '\0');
  const std::string_view text = read_small_file("/proc/stat", buffer);
  constexpr std::string_view kKey = "\nbtime ";
  const std::size_t at = text.find(kKey);
  if (text.data() == nullptr || at == std::string_view::npos) return 0;
  return number_behind(text.substr(at + kKey.size(), 20), 0);
}

double count_open_files() {
  std::error_code error;
  double count = 0;
  std::filesystem::directory_iterator file("/proc/self/fd", error);
  for (; !error && file != std::filesystem::directory_iterator(); file.increment(error)) ++count;
  return count > 0 ? count - 1 : 0;  // One is the folder's own.
}

}  // namespace

ProcessFigures read_process_figures() {
  ProcessFigures figures;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) {
    figures.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
  }
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    figures.max_files = static_cast<double>(files.rlim_cur);
  }
  figures.open_files = count_open_files();
  std::array<char, 1024> buffer{};
  const std::string_view stat = read_small_file("/proc/self/stat", buffer);
  // The name stands in parentheses, and may hold some. Behind it come the fields from the third on
  // (proc(5)): starttime is the 22nd, vsize the 23rd, rss the 24th.
  const std::size_t name_end = stat.data() == nullptr ? std::string_view::npos : stat.rfind(") ");
  if (name_end == std::string_view::npos) return figures;
  const std::string_view fields = stat.substr(name_end + 2);
  figures.started_unix_seconds =
      boot_unix_seconds() +
      number_behind(fields, 22 - 3) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  figures.virtual_bytes = number_behind(fields, 23 - 3);
  figures.resident_bytes =
      number_behind(fields, 24 - 3) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  return figures;
}

}  // namespace flatline
