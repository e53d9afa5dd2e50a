#pragma once

// The contexts and their collectors, and which of these answer, as text for people and as JSON.
// Pure. Text that came from the network is made plain before it is shown.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace flatline::cli {

/// A collector that was asked for its summary.
struct CollectorTold {
  std::string name;
  std::string address;
  std::optional<double> latency_seconds;  ///< Nothing where it did not answer.
  std::string version;
  std::uint32_t hosts = 0;
  std::uint32_t healthy = 0;
  std::string error;  ///< Why it did not answer.
};

struct ContextTold {
  std::string name;
  bool is_current = false;
  std::vector<CollectorTold> collectors;  ///< In the order in which they are asked.
};

struct ContextsTold {
  std::string file;     ///< Empty where there is none.
  std::string current;  ///< The context of a command that says nothing of it; empty for none.
  /// Contexts; collectors that belong to none as contexts of their own name; and where the current
  /// collector is none of these, one without a name.
  std::vector<ContextTold> contexts;
};

std::string report_contexts(const ContextsTold& told, bool colored, std::size_t columns = 0);
std::string contexts_json(const ContextsTold& told);
/// What may follow --context, one on a line.
std::string context_names(const ContextsTold& told);

/// `text` in the quotes of JSON.
std::string json_text(const std::string& text);

}  // namespace flatline::cli
