#pragma once

// Pages that readers of the past could not make sense of. Readers note them on any thread; the
// journal's thread takes them, looks for itself, and mends the file. In the history what the page
// held is a gap, and the reader goes on; in the registry its question has no answer now.

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <utility>

#include "schema/limits.h"

namespace flatline {

class BrokenPages {
 public:
  /// Notes a row of the history. Any thread may call it. Beyond kBrokenPages none is remembered:
  /// mending goes on anyway.
  void note(std::int64_t row) {
    const std::lock_guard guard(mutex_);
    if (rows_.size() < kBrokenPages) rows_.insert(row);
  }
  /// Returns the rows that were noted since the last call.
  [[nodiscard]] std::set<std::int64_t> take() {
    const std::lock_guard guard(mutex_);
    return std::exchange(rows_, {});
  }
  /// The same for the registry, of which any page concerns all of it.
  void note_registry() { registry_.store(true); }
  [[nodiscard]] bool take_registry() { return registry_.exchange(false); }

 private:
  std::mutex mutex_;
  std::set<std::int64_t> rows_;
  std::atomic<bool> registry_{false};
};

}  // namespace flatline
