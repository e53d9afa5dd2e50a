#pragma once

// What a collector has told, as a screen is made of it. Whoever asks makes these; nobody changes
// one after that, so that the thread that draws may read them while the next are made.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schema/answers/bitmap_answer.h"
#include "schema/answers/census_answers.h"
#include "schema/answers/group_answers.h"
#include "schema/answers/layout_answer.h"
#include "schema/answers/names_answer.h"
#include "schema/answers/past_answers.h"
#include "schema/answers/view_answers.h"
#include "schema/time.h"

namespace flatline::cli::screen {

/// A set of slots, a bit each.
using Slots = std::vector<std::uint64_t>;

/// The fleet now, by one round of questions.
struct Now {
  std::string api;  ///< Of the collector that told it. Slots of another one are others.
  SummaryAnswer summary;
  BitmapAnswer bitmap;  ///< All planes of all hosts.
  GroupsAnswer groups;
  CheckPageAnswer checks;
  std::string filter;  ///< Which hosts match it is in `matching`; all, where it is empty.
  Slots matching;
  Instant at{};  ///< When the summary came.
};

/// The fleet at a past step.
struct Past {
  WallTime moment{};  ///< What was asked for.
  std::string filter;
  std::string error;  ///< Why there is no such step; then nothing below is known.
  SummaryAnswer summary;
  BitmapAnswer bitmap;
  Slots matching;
  DiffAnswer diff;  ///< What changed since the step before; the first page of it.
  Milliseconds step{};
};

/// What changed in the minutes before the first question about a filter.
struct Recent {
  std::string filter;
  std::string time;  ///< In how many minutes: `in 5m`.
  DiffAnswer diff;
};

/// The hosts with a label that the collector groups by; `value` is empty for all values together
/// that it does not tell apart.
struct Membership {
  std::string key;
  std::string value;
  Slots hosts;
};
using Memberships = std::vector<std::shared_ptr<const Membership>>;
/// Adds the values of the layout's keys that have hosts.
void add_memberships(const LayoutAnswer& layout, Memberships& labels);

/// Who has which slot, page by page.
using NamePages = std::vector<std::shared_ptr<const NamesAnswer>>;
/// The name, or `(slot 7)` where it is not known yet.
std::string name_of(const NamePages& pages, std::uint32_t slot);

/// One host, now or at the past moment.
struct HostTold {
  std::string name;
  std::optional<WallTime> moment;
  std::optional<HostAnswer> now;
  std::optional<HostThenAnswer> then;
  std::string error;  ///< Why there is neither.
};

/// All that is known after a round of questions.
struct Told {
  std::shared_ptr<const Now> now;  ///< The newest that came; null before the first.
  std::shared_ptr<const Past> past;
  std::shared_ptr<const HostTold> host;
  std::shared_ptr<const Recent> recent;
  Memberships labels;
  NamePages names;
  std::string trouble;         ///< Why the last round failed; empty where it did not.
  std::string refused_filter;  ///< The last filter that the collector did not understand,
  std::string filter_error;    ///< and what is wrong with it.
};

/// What the person at the screen wants to know.
struct Wanted {
  std::string filter;
  std::string host;  ///< Empty where none is looked at.
  std::optional<WallTime> moment;
  bool operator==(const Wanted&) const = default;
};

}  // namespace flatline::cli::screen
