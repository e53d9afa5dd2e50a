#pragma once

// Which hosts filters selected at one tick, for the filters that cost much: the pages of a list ask
// for the same one again and again. A fixed number is kept, and the oldest makes room. Any thread
// may ask.

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "collector/view/view.h"
#include "schema/limits.h"

namespace flatline {

class FilterResults {
 public:
  using Result = std::shared_ptr<const PlaneWords>;

  /// What a filter of this normal form selected at this tick; null if it is not kept. Fills in what
  /// is to be said of it.
  [[nodiscard]] Result find(const std::string& normal_form, std::uint64_t tick,
                            std::string* note = nullptr) const;
  void keep(const std::string& normal_form, std::uint64_t tick, Result result,
            std::string note = {});

 private:
  struct Place {
    std::string normal_form{};
    std::uint64_t tick = 0;
    Result result{};
    std::string note{};
  };

  mutable std::mutex mutex_;
  std::array<Place, kFilterResults> places_;
  std::size_t next_ = 0;
};

}  // namespace flatline
