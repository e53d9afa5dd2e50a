#include "bench/proofs/process_figures.h"

#include <fmt/core.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace flatline::bench {
namespace {

namespace fs = std::filesystem;

/// The number behind `key` in lines of `key: number`.
std::uint64_t number_of(const fs::path& file, const std::string& key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(key)) return std::strtoull(line.c_str() + key.size(), nullptr, 10);
  }
  return 0;
}

}  // namespace

double ProcessFigures::cpu_seconds(const std::string& name) const {
  double sum = 0;
  for (const auto& [id, thread] : threads) sum += thread.name == name ? thread.cpu_seconds : 0;
  return sum;
}

double ProcessFigures::cpu_seconds() const {
  double sum = 0;
  for (const auto& [id, thread] : threads) sum += thread.cpu_seconds;
  return sum;
}

ProcessFigures read_figures(pid_t process) {
  const fs::path folder = fmt::format("/proc/{}", process);
  ProcessFigures figures;
  for (const auto& entry : fs::directory_iterator(folder / "task")) {
    const auto id = static_cast<pid_t>(std::stol(entry.path().filename().string()));
    ThreadFigures thread;
    std::uint64_t cpu_ns = 0;
    std::ifstream(entry.path() / "comm") >> thread.name;
    std::ifstream schedule(entry.path() / "schedstat");
    if (!(schedule >> cpu_ns)) continue;
    if (id == process) thread.name = "loop";
    thread.cpu_seconds = static_cast<double>(cpu_ns) / 1e9;
    thread.switches = number_of(entry.path() / "status", "voluntary_ctxt_switches:");
    figures.threads[id] = thread;
  }
  std::uint64_t pages = 0;
  std::ifstream memory(folder / "statm");
  memory >> pages >> pages;  // The second is what is resident.
  figures.resident_bytes = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  figures.written_bytes = number_of(folder / "io", "wchar:");
  figures.disk_bytes = number_of(folder / "io", "write_bytes:");
  figures.read_calls = number_of(folder / "io", "syscr:");
  figures.write_calls = number_of(folder / "io", "syscw:");
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

}  // namespace flatline::bench
