#pragma once

// Layouts of the newest view, for whoever draws a picture of the fleet. The order of the hosts is
// made when somebody asks and the last is older than kLayoutAge, never sooner: so what this costs
// follows neither from how many ask nor from what hosts do. All layouts are made of it.

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "collector/api/route.h"
#include "collector/api/sources.h"
#include "collector/view/layout.h"

namespace flatline {

class Layouts {
 public:
  /// `sources` must outlive it.
  explicit Layouts(const ApiSources& sources) : sources_(sources) {}

  /// `by` is up to kLayoutKeys keys with commas between them. What is kept is answered at once;
  /// what must be made costs its client kFilterPrice, and waits for the filter pool. This must
  /// outlive the outcome.
  [[nodiscard]] ApiOutcome answer(const std::string& by, Instant now);

 private:
  using Bytes = std::shared_ptr<const std::string>;
  struct Place {
    std::string by{};
    Bytes bytes{};
  };

  [[nodiscard]] Bytes find(const std::string& by, Instant now) const;
  ApiResponse make(const std::string& by, Instant now);
  void keep(const std::string& by, Bytes bytes);
  /// The order, which is made anew where it is too old; null if its making was overtaken.
  std::shared_ptr<const HostOrder> order(Instant now);
  [[nodiscard]] bool is_fresh(Instant now) const;

  const ApiSources& sources_;
  mutable std::mutex mutex_;  ///< Guards all below.
  std::shared_ptr<const HostOrder> order_;
  std::array<Place, kLayoutsKept> places_;
  std::size_t next_ = 0;
};

}  // namespace flatline
