#pragma once

// Asks a collector for what it knows, and for actions. Throws Failure that says what went wrong and
// where: the collector was not reachable, too slow, it refused, or the answer was not flatline's.
// Throws UsageError where what was asked for is not of its form (status 400), because people typed
// it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "schema/answers/action_answers.h"
#include "schema/answers/bitmap_answer.h"
#include "schema/answers/census_answers.h"
#include "schema/answers/names_answer.h"
#include "schema/answers/past_answers.h"
#include "schema/answers/planes.h"
#include "schema/answers/view_answers.h"
#include "schema/time.h"
#include "tools/cli/connection.h"

namespace flatline::cli {

/// Slots from `first` to `last`, both included.
struct SlotRange {
  std::uint32_t first = 0;
  std::uint32_t last = ~std::uint32_t{0};
};

class Client {
 public:
  /// Asks the first of the `endpoints` that answers. An admin token is shown to a private address
  /// alone, since whoever reads it on its way may change everything: for another one this throws
  /// UsageError.
  Client(std::vector<Endpoint> endpoints, std::chrono::milliseconds timeout);
  /// Asks the collector at `api`. `token` may be empty. Throws UsageError for an address that is
  /// none.
  Client(const std::string& api, std::string token, std::chrono::milliseconds timeout,
         TokenSource source = {}, std::string ca_file = {});

  /// Returns the body of an answer with status 200. `path` begins at the root and is encoded.
  std::string get(const std::string& path);

  /// Makes summary(), hosts() and bitmap() ask about `moment` from now on; about now, where there
  /// is none.
  void look_back(std::optional<WallTime> moment) { moment_ = moment; }
  [[nodiscard]] bool looks_back() const { return moment_.has_value(); }

  SummaryAnswer summary();
  /// The summary's JSON as it came.
  std::string summary_json();
  /// Returns nothing if no such host is registered.
  std::optional<HostAnswer> host(const std::string& name);
  /// Every host that matches and has a slot of `slots`, from all pages, in slot order. Each page is
  /// of its own moment, so that a list ends however often hosts come and go; a host that moved to
  /// another slot meanwhile is listed once. `generation` is empty where pages are of several. Hosts
  /// of a past moment may lack a name.
  HostPageAnswer hosts(const std::string& filter, SlotRange slots = {});
  /// The names of every host that matches, in slot order; of a past moment, of those that still
  /// have one. A million take a second or two, so much less than hosts().
  std::vector<std::string> names(const std::string& filter);
  /// A page of names, behind the one whose `next` is `after`. Nothing where the collector is older
  /// than pages of names.
  std::optional<NamesAnswer> names_page(const std::string& filter, const std::string& after);
  /// Names of registered hosts, to find the one that was meant: all, or so many as fit a page where
  /// there are more than kHintHosts.
  std::vector<std::string> names_for_hints();
  /// All planes, or one, with the bits of the hosts alone that match.
  BitmapAnswer bitmap(const std::string& filter = {});
  BitmapAnswer bitmap(Plane plane, const std::string& filter = {});

  /// All checks and their counts, by name.
  CheckPageAnswer checks();
  /// How many hosts speak with which fleet key.
  KeysAnswer keys();

  /// What changed of the hosts that match, from all pages. Without `to` it is what changed until
  /// now; but where that takes more than one page, until the newest stored step.
  DiffAnswer diff(WallTime from, std::optional<WallTime> to, const std::string& filter = {});
  /// The spans of all pages.
  HostHistoryAnswer host_history(const std::string& name, WallTime from, WallTime to);
  /// A host at the moment that look_back() named.
  HostThenAnswer host_then(const std::string& name);
  CollectorHistoryAnswer collector_history(WallTime from, WallTime to, std::size_t points);
  /// Of the whole fleet, or of a group, `role=web`.
  FleetHistoryAnswer fleet_history(WallTime from, WallTime to, std::size_t points,
                                   const std::string& group = "");

  /// What a request for an action came to: what was done, or why this one was refused. A refusal is
  /// no Failure, because other hosts' may be taken.
  using Changed = std::variant<ActionDoneAnswer, std::string>;
  /// Asks for an action. `path` begins at the root and is encoded. Under one `key` an action is
  /// done once, however often it is asked for.
  Changed change(const std::string& method, const std::string& path, const ActionBody& request,
                 const std::string& key);
  /// Asks for an action for the many hosts that `request` names. Returns nothing where the
  /// collector is older than such requests.
  std::optional<NamesDoneAnswer> change_many(const ActionBody& request, const std::string& key);
  /// The newest `limit` actions, from as many pages as they take.
  ActionPageAnswer actions(std::uint32_t limit);
  /// Every ban, from all pages.
  BanPageAnswer bans();
  /// Who the collector takes us for, and what we may do there.
  WhoamiAnswer whoami();

  /// Waits until a view is published that is younger than `moment`, by the collector's clock.
  /// Returns whether one was seen before the time was over.
  bool await_view_after(WallTime moment);

  /// Starts the allowed time anew, for a command that asks again and again.
  void restart_deadline() { connection_.restart_deadline(); }
  /// May be called from any thread: whatever is asked now or later fails at once.
  void give_up() { connection_.give_up(); }

  /// What must be known of the filter that was asked for last; empty if nothing.
  [[nodiscard]] const std::string& filter_note() const { return filter_note_; }

  [[nodiscard]] const std::string& api() const { return connection_.api(); }
  /// What the collector that answers is called.
  [[nodiscard]] const std::string& collector() const { return connection_.endpoint().name; }

  /// Whose answers these are, where it is not the first collector: see Connection.
  [[nodiscard]] const std::string& stand_in_note() const { return connection_.stand_in_note(); }
  void on_stand_in(std::function<void(const std::string&)> tell) {
    connection_.on_stand_in(std::move(tell));
  }
  void choose_again() { connection_.choose_again(); }

 private:
  /// Returns the body of an answer with status 200. Throws what the collector says otherwise.
  [[nodiscard]] std::string require_ok(const Reply& reply);
  void require_name(const std::string& name) const;
  void require_progress(const std::string& next, const std::string& after) const;
  [[noreturn]] void refuse_answer() const;
  BitmapAnswer bitmap_of(const std::string& query, const std::string& filter);
  /// The path of a resource, of now or of the moment that look_back() named. `query` may be empty.
  [[nodiscard]] std::string fleet_path(const std::string& resource, const std::string& query) const;
  /// Fetches all pages by `path`, which ends in a query. The pages must belong together: when
  /// `same(page, first)` says that one does not, it fetches from the first page again.
  template <typename Answer, typename Read, typename Same, typename Append>
  Answer all_pages(const std::string& path, Read read, Same same, Append append);

  [[nodiscard]] std::string refusal_text(const Reply& reply) const;
  HostPageAnswer host_page(const std::string& filter, const std::string& after);
  HostPageAnswer hosts_by_json(const std::string& filter, SlotRange slots);
  /// Returns nothing where the collector is older than pages of rows.
  std::optional<HostPageAnswer> hosts_by_rows(const std::string& filter, SlotRange slots);

  Connection connection_;
  std::string filter_note_;
  std::optional<WallTime> moment_;
};

}  // namespace flatline::cli
