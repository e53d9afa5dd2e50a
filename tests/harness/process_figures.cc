#include "tests/harness/process_figures.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace flatline::test {

double ProcessFigures::all_cpu_seconds() const {
  double sum = 0;
  for (const auto& [name, seconds] : cpu_seconds) sum += seconds;
  return sum;
}

ProcessFigures read_figures(pid_t process) {
  const std::filesystem::path folder = "/proc/" + std::to_string(process);
  ProcessFigures figures;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "task")) {
    std::string name;
    double nanoseconds = 0;
    std::ifstream(entry.path() / "comm") >> name;
    if (!(std::ifstream(entry.path() / "schedstat") >> nanoseconds)) continue;
    if (entry.path().filename() == std::to_string(process)) name = "loop";
    figures.cpu_seconds[name] += nanoseconds / 1e9;
  }
  double pages = 0;
  std::ifstream memory(folder / "statm");
  memory >> pages >> pages;  // The second is what is resident.
  figures.resident_bytes = pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
  std::ifstream file(folder / "io");
  for (std::string key; file >> key && key != "wchar:";) {
  }
  file >> figures.written_bytes;
  return figures;
}

InstructionCounter::InstructionCounter(pid_t thread) {
  perf_event_attr wanted{};
  wanted.size = sizeof wanted;
  wanted.type = PERF_TYPE_HARDWARE;
  wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
  wanted.exclude_hv = 1;
  wanted.exclude_kernel = 1;
  file_ = static_cast<int>(::syscall(SYS_perf_event_open, &wanted, thread, -1, -1, 0));
}

InstructionCounter::~InstructionCounter() {
  if (file_ >= 0) ::close(file_);
}

std::optional<std::uint64_t> InstructionCounter::read() const {
  std::uint64_t count = 0;
  if (file_ < 0 || ::read(file_, &count, sizeof count) != sizeof count) return std::nullopt;
  return count;
}

}  // namespace flatline::test
