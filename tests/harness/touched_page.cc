#include "tests/harness/touched_page.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <utility>

namespace flatline::test {
namespace {

/// What the handler of SIGSEGV knows.
struct {
  void* page = nullptr;
  std::function<void()> touched;
  struct sigaction before {};
} current;

void on_fault(int, siginfo_t* fault, void*) {
  const auto at = reinterpret_cast<std::uintptr_t>(fault->si_addr);
  const auto page = reinterpret_cast<std::uintptr_t>(current.page);
  if (at < page || at >= page + TouchedPage::page_bytes() || !current.touched) std::abort();
  const auto touched = std::exchange(current.touched, nullptr);
  touched();
  ::mprotect(current.page, TouchedPage::page_bytes(), PROT_READ | PROT_WRITE);
}

}  // namespace

std::size_t TouchedPage::page_bytes() {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

void* TouchedPage::page_from(void* at) {
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  return reinterpret_cast<void*>((address + page_bytes() - 1) / page_bytes() * page_bytes());
}

TouchedPage::TouchedPage(void* page, Touch touch, std::function<void()> touched) {
  current.page = page;
  current.touched = std::move(touched);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGSEGV, &action, &current.before);
  ::mprotect(page, page_bytes(), touch == Touch::kAny ? PROT_NONE : PROT_READ);
}

TouchedPage::~TouchedPage() {
  ::mprotect(current.page, page_bytes(), PROT_READ | PROT_WRITE);
  ::sigaction(SIGSEGV, &current.before, nullptr);
  current.touched = nullptr;
}

}  // namespace flatline::test
