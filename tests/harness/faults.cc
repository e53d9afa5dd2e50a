#include "tests/harness/faults.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "tests/harness/child_process.h"

namespace flatline::test {

Faults::Faults(std::string library) : library_(std::move(library)) {
  const std::string path = folder_ / "plan";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void* memory = MAP_FAILED;
  if (::ftruncate(file, sizeof(FaultPlan)) == 0) {
    memory = ::mmap(nullptr, sizeof(FaultPlan), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  ::close(file);
  if (memory == MAP_FAILED) throw std::runtime_error(path + ": cannot map it");
  plan_ = static_cast<FaultPlan*>(memory);
}

Faults::~Faults() {
  end();
  ::munmap(plan_, sizeof(FaultPlan));
}

std::vector<std::string> Faults::under() const {
  // The sanitizers' libraries want to be the first: ours stands before them, and needs nothing of
  // them.
  return {"/usr/bin/env", "LD_PRELOAD=" + library_,
          "FLATLINE_FAULTY_FILES=" + (folder_ / "plan").string(),
          "ASAN_OPTIONS=verify_asan_link_order=0"};
}

void Faults::plan(FileCall call, int fault, int times, const std::string& name, int granted) {
  end();
  std::strncpy(plan_->name.data(), name.c_str(), plan_->name.size() - 1);
  plan_->fault = fault;
  plan_->times = times;
  plan_->granted = granted;
  plan_->met = 0;
  plan_->call.store(call, std::memory_order_release);
}

bool Faults::await_hanging(int count) const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (plan_->hanging < count) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::sched_yield();
  }
  return true;
}

const std::vector<Fault>& each_fault() {
  static const std::vector<Fault> all = {
      {FileCall::kOpen, EIO, "open: EIO"},
      {FileCall::kOpen, ENOSPC, "open: ENOSPC"},
      {FileCall::kOpen, EMFILE, "open: EMFILE"},
      {FileCall::kOpen, EINTR, "open: EINTR"},
      {FileCall::kRead, EIO, "read: EIO"},
      {FileCall::kRead, EINTR, "read: EINTR"},
      {FileCall::kRead, FaultPlan::kShort, "read: half of it"},
      {FileCall::kRead, FaultPlan::kFlip, "read: a bit is wrong"},
      {FileCall::kWrite, EIO, "write: EIO"},
      {FileCall::kWrite, ENOSPC, "write: ENOSPC"},
      {FileCall::kWrite, EINTR, "write: EINTR"},
      {FileCall::kWrite, FaultPlan::kShort, "write: half of it"},
      {FileCall::kSync, EIO, "sync: EIO"},
      {FileCall::kSync, ENOSPC, "sync: ENOSPC"},
      {FileCall::kStat, EIO, "stat: EIO"},
      {FileCall::kStat, ESTALE, "stat: ESTALE"},
      {FileCall::kStat, EACCES, "stat: EACCES"},
      {FileCall::kRename, EIO, "rename: EIO"},
  };
  return all;
}

void print_row(const std::string& row) {
  if (std::getenv("FLATLINE_TABLE") != nullptr) fmt::print("{}\n", row);
}

}  // namespace flatline::test
