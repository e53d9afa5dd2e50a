#include "agent/checks/kinds.h"

namespace flatline {

#define KIND(name) MakeCheck make_##name;
#include "agent/kinds.inc"
#undef KIND

namespace {

struct Kind {
  std::string_view name;
  MakeCheck* make;
};

constexpr Kind kKinds[] = {
#define KIND(name) {#name, make_##name},
#include "agent/kinds.inc"
#undef KIND
};

}  // namespace

MakeCheck* find_kind(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return kind.make;
  }
  return nullptr;
}

std::vector<std::string_view> kinds() {
  std::vector<std::string_view> names;
  for (const Kind& kind : kKinds) names.push_back(kind.name);
  return names;
}

std::string kind_names() {
  std::string names;
  for (const Kind& kind : kKinds) {
    if (!names.empty()) names += ", ";
    names += kind.name;
  }
  return names;
}

}  // namespace flatline
