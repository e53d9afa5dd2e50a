#pragma once

// Who has which slot, as a follower knows it. Names are fetched page by page: all at the start, and
// then, when the generation has grown, again from the first slot with a new host on, once around.
// So what is fetched follows hosts that come and go, a page at a time, and never how hosts are.
// Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/answers/names_answer.h"

namespace flatline::cli {

class SlotNames {
 public:
  explicit SlotNames(std::uint32_t capacity);

  /// Empty where it is not known.
  [[nodiscard]] const std::string& name(std::uint32_t slot) const { return names_[slot]; }
  /// The host has gone: whoever comes next into the slot has another name.
  void forget(std::uint32_t slot) { names_[slot].clear(); }

  /// All must be fetched anew, from `first` on.
  void fetch_again(std::uint32_t first);
  /// The first slot of the page to be fetched; nothing if all are known.
  [[nodiscard]] std::optional<std::uint32_t> next_page() const;

  /// A slot whose host is another one than was known.
  struct Replaced {
    std::uint32_t slot = 0;
    std::string before;
  };
  /// Takes the page that begins at next_page().
  std::vector<Replaced> take(const NamesAnswer& page);

 private:
  std::vector<std::string> names_;
  std::uint32_t next_ = 0;
  std::uint32_t left_;  ///< How many slots must yet be fetched, from next_ on and around.
};

}  // namespace flatline::cli
