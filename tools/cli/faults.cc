#include "tools/cli/faults.h"

#include <fmt/core.h>

#include "schema/program/error.h"

namespace flatline::cli {
namespace {

/// So many fit a screen, and show what kind of fault it is.
constexpr std::size_t kTold = 20;

}  // namespace

void Faults::add(const std::string& fault) {
  if (++count_ <= kTold) text_ += (text_.empty() ? "" : "\n") + fault;
}

void Faults::tell() const {
  if (count_ == 0) return;
  if (count_ == 1) throw Failure(text_);
  throw Failure(fmt::format("{}\n{} {}{}; nothing was done", text_, count_, what_,
                            count_ > kTold ? ", of which these are the first" : ""));
}

}  // namespace flatline::cli
