#pragma once

// Where each tick publishes its view and every other thread copies it from. There are three
// buffers, written in turn, and one atomic store says which is the newest. The writer never waits.
// A reader that the writer overtakes copies again, at most kReadAttempts times.

#include <atomic>
#include <memory>

#include "collector/view/seqlock.h"
#include "collector/view/view.h"

namespace flatline {

class ViewBoard {
 public:
  explicit ViewBoard(std::uint32_t capacity);

  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

  /// Only the loop's thread may call it. It allocates nothing and returns how many bytes it
  /// published.
  std::size_t publish(const View& view);

  /// Any thread may call it: copies the newest view, whole. `view` must have this capacity. False
  /// only if the writer overtook every attempt, which means that the reader stalled.
  [[nodiscard]] bool read(View& view) const;

  /// Does the same without planes and causes, and without groups, too.
  [[nodiscard]] bool read_groups(ViewHead& head, GroupTable& groups) const;
  [[nodiscard]] bool read_head(ViewHead& head) const;

 private:
  static constexpr std::size_t kViews = 3;

  struct Buffer {
    explicit Buffer(std::uint32_t capacity);
    Seqlock lock;
    SeqlockWords head;
    SeqlockWords groups;
    SeqlockWords planes;
    SeqlockWords causes;
  };

  template <typename Copy>
  [[nodiscard]] bool read_newest(Copy&& copy) const;

  std::uint32_t capacity_;
  std::array<std::unique_ptr<Buffer>, kViews> views_;
  std::atomic<std::size_t> newest_{0};
};

}  // namespace flatline
