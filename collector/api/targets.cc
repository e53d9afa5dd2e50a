#include "collector/api/targets.h"

#include <algorithm>
#include <vector>

namespace flatline {
namespace {

constexpr std::string_view kLabelPrefix = "__meta_flatline_label_";

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string to_label_name(std::string_view key) {
  std::string name(key);
  std::ranges::replace_if(
      name, [](char c) { return !is_label_character(c); }, '_');
  return name;
}

/// Whether a label may go where a relabelling by `labelmap` would carry it. Those that begin with
/// two underscores tell Prometheus whom to scrape and how, and these two name who told: a host that
/// chose them could pose as any target.
bool is_hosts_own(std::string_view label) {
  return !label.starts_with("__") && label != "job" && label != "instance";
}

void append_pair(std::string& list, std::string_view prefix, std::string_view name,
                 std::string_view value) {
  list.append("\"").append(prefix).append(name).append("\":\"").append(value).append("\"");
}

}  // namespace

std::string target_at(Address heard_from, std::uint16_t port) {
  heard_from.port = port;
  return format_address(heard_from);
}

void append_target(std::string& list, std::string_view target, std::string_view name,
                   std::string_view labels) {
  list += list.empty() ? "[" : ",\n";
  list.append("{\"targets\":[\"").append(target).append("\"],\"labels\":{");
  append_pair(list, "__meta_flatline_", "name", name);
  std::vector<std::string> names;
  while (!labels.empty()) {
    const std::string_view pair = labels.substr(0, labels.find(','));
    labels.remove_prefix(std::min(pair.size() + 1, labels.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    std::string label = to_label_name(pair.substr(0, equals));
    if (!is_hosts_own(label) || std::ranges::find(names, label) != names.end()) continue;
    list += ',';
    append_pair(list, kLabelPrefix, label, pair.substr(equals + 1));
    names.push_back(std::move(label));
  }
  list += "}}";
}

}  // namespace flatline
