#include "agent/rights.h"

#include <fmt/core.h>

#include <algorithm>

namespace flatline {
namespace {

/// What stands behind `field` and a tab on its line; empty where there is no such line.
std::string_view field_of(std::string_view status, std::string_view field) {
  while (!status.empty()) {
    std::string_view line = status.substr(0, status.find('\n'));
    status.remove_prefix(std::min(line.size() + 1, status.size()));
    if (!line.starts_with(field)) continue;
    line.remove_prefix(field.size());
    return line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
  }
  return {};
}

}  // namespace

std::optional<std::string> rights_beyond_service(std::string_view status) {
  std::string_view capabilities = field_of(status, "CapEff:");
  capabilities.remove_prefix(std::min(capabilities.find_first_not_of('0'), capabilities.size()));
  const bool may_gain = field_of(status, "NoNewPrivs:") == "0";
  std::string_view user = field_of(status, "Uid:");
  user = user.substr(0, user.find('\t'));
  if (capabilities.empty() && !may_gain && user != "0") return std::nullopt;
  return fmt::format("user {}, {}{}", user,
                     capabilities.empty() ? std::string("no capabilities")
                                          : fmt::format("capabilities {}", capabilities),
                     may_gain ? ", setuid programs" : "");
}

}  // namespace flatline
