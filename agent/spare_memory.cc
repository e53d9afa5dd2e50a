#include "agent/spare_memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace flatline {
namespace {

using Segment = ElfW(Phdr);

/// Unmaps the whole pages of a segment that holds code. Nothing is lost: no page of it was written,
/// unless by a debugger, so the file has them all. Where the kernel refuses, all stays as it was.
void unmap_code(std::uintptr_t base, const Segment& segment) {
  const bool is_code = segment.p_type == PT_LOAD && (segment.p_flags & (PF_X | PF_W)) == PF_X;
  if (!is_code) return;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (base + segment.p_vaddr + page - 1) / page * page;
  const std::uintptr_t end = (base + segment.p_vaddr + segment.p_memsz) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

int unmap_code_of(dl_phdr_info* object, std::size_t /*size*/, void* /*data*/) {
  if (object->dlpi_addr == ::getauxval(AT_SYSINFO_EHDR)) return 0;  // The kernel's own page.
  for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
    unmap_code(object->dlpi_addr, object->dlpi_phdr[i]);
  }
  return 0;
}

}  // namespace

void give_back_spare_memory() {
  ::malloc_trim(0);
  ::dl_iterate_phdr(unmap_code_of, nullptr);
}

}  // namespace flatline
