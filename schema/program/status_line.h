#pragma once

// A line that is put together in a room that has an end: what goes beyond it is left out. It
// allocates nothing, so that what runs at every tick can say how it is.

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace flatline {

class StatusLine {
 public:
  /// Borrows the room.
  explicit StatusLine(std::span<char> room) : room_(room) {}

  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    const std::size_t left = room_.size() - size_;
    const auto written =
        fmt::format_to_n(room_.data() + size_, left, format, std::forward<Args>(args)...);
    size_ += std::min(written.size, left);
  }

  [[nodiscard]] std::string_view text() const { return {room_.data(), size_}; }

 private:
  std::span<char> room_;
  std::size_t size_ = 0;
};

}  // namespace flatline
