#pragma once

// Where the tick pins its view and every other thread copies it from. Three views in turn,
// published by one store; the writer never waits, a reader that was overtaken copies again, a
// bounded number of times.

#include <atomic>
#include <memory>

#include "collector/view/seqlock.h"
#include "collector/view/view.h"

namespace flatline {

class ViewBoard {
 public:
  explicit ViewBoard(std::uint32_t capacity);

  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }

  /// The writer's alone. Allocates nothing. Returns how many bytes it published.
  std::size_t publish(const View& view);

  /// Any thread: copies the newest view, whole. `view` must be of this capacity. False only when
  /// every attempt was overtaken: a sign of a stalled reader, not of a busy writer.
  [[nodiscard]] bool read(View& view) const;

  /// The same without the planes.
  [[nodiscard]] bool read_head(ViewHead& head) const;

 private:
  static constexpr std::size_t kViews = 3;

  struct Buffer {
    explicit Buffer(std::uint32_t capacity);
    Seqlock lock;
    SeqlockWords head;
    SeqlockWords planes;
  };

  std::uint32_t capacity_;
  std::array<std::unique_ptr<Buffer>, kViews> views_;
  std::atomic<std::size_t> newest_{0};
};

}  // namespace flatline
