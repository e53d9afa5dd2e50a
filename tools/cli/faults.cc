#include "tools/cli/faults.h"

#include <fmt/core.h>

#include "schema/program/error.h"

namespace flatline::cli {
namespace {

/// So many fit a screen, and show what kind of fault it is.
constexpr std::size_t kTold = 20;
/// So many places of others, or ranges of them, are what people still look up.
constexpr std::size_t kPlacesTold = 40;

}  // namespace

void Faults::add(const std::string& fault, std::size_t line) {
  if (++count_ > kTold) return note_place(line);
  text_ += (text_.empty() ? "" : "\n") + fault;
}

void Faults::note_place(std::size_t line) {
  if (line == 0) return;
  if (!others_.empty() && line <= others_.back().last + 1) {
    others_.back().last = line;
  } else if (others_.size() < kPlacesTold) {
    others_.push_back({line, line});
  } else {
    is_cut_ = true;
  }
}

void Faults::tell() const {
  if (count_ == 0) return;
  if (count_ == 1) throw Failure(text_);
  std::string others;
  for (const Range& range : others_) {
    others +=
        fmt::format("{}{}", others.empty() ? "; the others are on lines " : ", ", range.first);
    if (range.last > range.first) others += fmt::format("-{}", range.last);
  }
  throw Failure(fmt::format("{}\n{} {}{}{}{}; nothing was done", text_, count_, what_,
                            count_ > kTold ? ", of which these are the first" : "", others,
                            is_cut_ ? " and more" : ""));
}

}  // namespace flatline::cli
