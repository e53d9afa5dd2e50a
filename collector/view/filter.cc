#include "collector/view/filter.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "schema/limits.h"

namespace flatline {
namespace {

constexpr std::string_view kWords =
    "all, registered, known, reporting, healthy, warning, drained, flapping, conflict, awaited, "
    "expected, missing, unknown, silent, failing";

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || c == '_';
}

class Parser {
 public:
  Parser(std::string_view text, const View& view) : text_(text), view_(view) {}

  std::variant<PlaneWords, FilterError> run() {
    PlaneWords result = expression(0);
    skip_spaces();
    if (at_ < text_.size()) fail("expected '&', '|' or the end");
    if (error_) return *error_;
    return result;
  }

 private:
  PlaneWords expression(unsigned depth) {
    PlaneWords left = term(depth);
    while (take('|')) {
      const PlaneWords right = term(depth);
      for (std::size_t i = 0; i < left.size(); ++i) left[i] |= right[i];
    }
    return left;
  }

  PlaneWords term(unsigned depth) {
    PlaneWords left = factor(depth);
    while (take('&')) {
      const PlaneWords right = factor(depth);
      for (std::size_t i = 0; i < left.size(); ++i) left[i] &= right[i];
    }
    return left;
  }

  PlaneWords factor(unsigned depth) {
    if (depth >= kFilterDepth) {
      fail(fmt::format("nested deeper than {}", kFilterDepth));
      return nobody();
    }
    if (take('!')) {
      PlaneWords set = factor(depth + 1);
      const PlaneWords& registered = view_.plane(Plane::kRegistered);
      for (std::size_t i = 0; i < set.size(); ++i) set[i] = registered[i] & ~set[i];
      return set;
    }
    if (take('(')) {
      PlaneWords set = expression(depth + 1);
      if (!take(')')) fail("expected ')'");
      return set;
    }
    return word();
  }

  PlaneWords word() {
    skip_spaces();
    const auto begin = text_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto end = std::find_if_not(begin, text_.end(), is_word_character);
    const std::string_view name(begin, end);
    if (auto set = named(name)) {
      at_ += name.size();
      return *set;
    }
    fail(name.empty() ? "expected a word, '!' or '('"
                      : fmt::format("no such word '{}'; there are: {}", name, kWords));
    return nobody();
  }

  std::optional<PlaneWords> named(std::string_view name) const {
    if (const auto plane = find_name(kPlaneNames, name)) return view_.planes[*plane];
    if (name == "all") return view_.plane(Plane::kRegistered);
    if (name == "expected") return without(view_.plane(Plane::kAwaited), Plane::kKnown);
    if (name == "missing") return without(view_.plane(Plane::kAwaited), not_known());
    if (name == "unknown") return without(not_known(), Plane::kAwaited);
    if (name == "silent") {
      return without(without(view_.plane(Plane::kKnown), Plane::kReporting), Plane::kAwaited);
    }
    if (name == "failing") return without(view_.plane(Plane::kReporting), Plane::kHealthy);
    return std::nullopt;
  }

  PlaneWords not_known() const { return without(view_.plane(Plane::kRegistered), Plane::kKnown); }

  PlaneWords without(PlaneWords words, Plane removed) const {
    return without(std::move(words), view_.plane(removed));
  }

  static PlaneWords without(PlaneWords words, const PlaneWords& removed) {
    for (std::size_t i = 0; i < words.size(); ++i) words[i] &= ~removed[i];
    return words;
  }

  PlaneWords nobody() const { return PlaneWords(view_.head.capacity / 64); }

  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  /// Returns false after any error, so that every loop over symbols ends.
  bool take(char symbol) {
    skip_spaces();
    if (error_ || at_ >= text_.size() || text_[at_] != symbol) return false;
    ++at_;
    return true;
  }

  void fail(std::string what) {
    if (!error_) error_ = FilterError{fmt::format("filter, character {}: {}", at_ + 1, what)};
  }

  std::string_view text_;
  const View& view_;
  std::size_t at_ = 0;
  std::optional<FilterError> error_;
};

}  // namespace

std::variant<PlaneWords, FilterError> evaluate_filter(std::string_view filter, const View& view) {
  if (filter.size() > kFilterBytes) {
    return FilterError{fmt::format("filter: longer than {} bytes", kFilterBytes)};
  }
  if (filter.find_first_not_of(' ') == std::string_view::npos) {
    return view.plane(Plane::kRegistered);
  }
  return Parser(filter, view).run();
}

}  // namespace flatline
