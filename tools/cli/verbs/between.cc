#include "tools/cli/verbs/between.h"

#include <fmt/core.h>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "tools/cli/event_question.h"
#include "tools/cli/limits.h"
#include "tools/cli/report/between_report.h"

namespace flatline::cli {
namespace {

/// One of the two collectors, and what it said last.
class Side {
 public:
  Side(const Session& session, const CollectorEntry& entry)
      : name_(entry.name), client_(session.collectors.client({entry}, false)) {}

  /// Reads all hosts. Names are asked for again only where hosts have come or gone.
  void read() {
    client_.restart_deadline();
    for (std::size_t attempt = 0; attempt < kNameReadings; ++attempt) {
      if (names_.empty() || !names_fit_) read_names();
      slots_ = ask_slots(client_, "");
      const std::string generation = fmt::format("{:016x}", slots_.header.generation);
      names_fit_ = generation == generation_;
      if (names_fit_) break;
    }
    hosts_ = standings_of(slots_, names_);
  }

  [[nodiscard]] const std::vector<HostStanding>& hosts() const { return hosts_; }
  [[nodiscard]] const SlotsHeader& header() const { return slots_.header; }
  [[nodiscard]] CollectorSide told() const {
    return {name_, client_.api(), slots_.header, hosts_.size()};
  }

 private:
  /// Where hosts come and go all the time, pages are of several generations, and a host may be told
  /// of another one's slot. It is not told so twice.
  void read_names() {
    names_.clear();
    std::string after;
    do {
      auto page = client_.names_page("", after);
      if (!page) throw Failure(client_.api() + ": this collector is older than pages of names");
      if (after.empty()) generation_ = page->generation;
      if (page->generation != generation_) generation_.clear();
      names_.insert(names_.end(), std::make_move_iterator(page->hosts.begin()),
                    std::make_move_iterator(page->hosts.end()));
      if (!page->next.empty() && page->next == after) {
        throw Failure(client_.api() + ": the same page came twice");
      }
      after = page->next;
    } while (!after.empty());
  }

  std::string name_;
  Client client_;
  std::vector<SlotName> names_;
  std::string generation_;  ///< Of the names; empty where their pages are of several.
  bool names_fit_ = false;
  SlotsAnswer slots_;
  std::vector<HostStanding> hosts_;
};

/// Reads both at the same time.
void read_both(Side& first, Side& second) {
  std::future<void> other = std::async(std::launch::async, [&] { second.read(); });
  first.read();
  other.get();
}

/// Until both have made a view after this reading, whenever they tick.
Milliseconds until_next(const Side& first, const Side& second) {
  return Milliseconds{std::max(first.header().tick_ms, second.header().tick_ms)} + kFollowMargin;
}

BetweenTold compare(Side& first, Side& second) {
  BetweenTold told;
  read_both(first, second);
  const Instant begin = monotonic_now();
  told.hosts = differences(first.hosts(), second.hosts(), told.agreed);
  if (!told.hosts.empty()) {
    std::this_thread::sleep_for(until_next(first, second));
    const std::vector<HostDifference> before = std::move(told.hosts);
    read_both(first, second);
    told.seconds_between = std::chrono::duration<double>(monotonic_now() - begin).count();
    std::vector<HostDifference> now = differences(first.hosts(), second.hosts(), told.agreed);
    const std::size_t at_either = before.size() + now.size();
    told.hosts = lasting(before, std::move(now));
    told.agreed += at_either - before.size() - told.hosts.size();
    told.transient = at_either - 2 * told.hosts.size();
  }
  told.first = first.told();
  told.second = second.told();
  return told;
}

std::pair<CollectorEntry, CollectorEntry> pair_of(Session& session, const std::string& first,
                                                  const std::string& second) {
  const auto& chosen = session.chosen.collectors;
  if (first.empty() && chosen.size() == 2) return {chosen[0], chosen[1]};
  if (first.empty() || second.empty()) {
    throw UsageError(
        "diff --between: give two collectors, as mon-1 mon-2, or a context that has two");
  }
  return {session.collectors.named(first), session.collectors.named(second)};
}

}  // namespace

int diff_between(Session& session, const std::string& first, const std::string& second) {
  const auto [one, other] = pair_of(session, first, second);
  Side left(session, one);
  Side right(session, other);
  const BetweenTold told = compare(left, right);
  print(session.options.output == Output::kJson ? between_json(told)
        : session.options.output == Output::kNames
            ? between_names(told)
            : report_between(told, session.colored(), session.columns()));
  return 0;
}

}  // namespace flatline::cli
