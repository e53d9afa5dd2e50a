#pragma once

// Asks a collector, and tells it what operators want. Throws Failure with what went wrong and
// where: not reachable, too slow, refused, not flatline's answer.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "schema/answers/action_answers.h"
#include "schema/answers/bitmap_answer.h"
#include "schema/answers/past_answers.h"
#include "schema/answers/planes.h"
#include "schema/answers/view_answers.h"
#include "schema/time.h"
#include "tools/cli/connection.h"

namespace flatline::cli {

class Client {
 public:
  /// `api` is HOST:PORT or a URL; `token` may be empty.
  Client(const std::string& api, std::string token, std::chrono::milliseconds timeout);

  /// The body of a 200. `path` is from the root, encoded.
  std::string get(const std::string& path);

  /// From now on, summary, hosts and bitmap are those of `moment`.
  void look_back(WallTime moment) { moment_ = moment; }
  [[nodiscard]] bool looks_back() const { return moment_.has_value(); }

  SummaryAnswer summary();
  /// The same as it came.
  std::string summary_json();
  /// Nothing: no such host is registered.
  std::optional<HostAnswer> host(const std::string& name);
  /// Every host that matches, over all pages, in slot order. Looking back, some may have no name.
  HostPageAnswer hosts(const std::string& filter);
  BitmapAnswer bitmap();
  BitmapAnswer bitmap(Plane plane);

  /// What changed, over all pages; `to` absent: until now, or, where that takes more than a page,
  /// until the newest stored step.
  DiffAnswer diff(WallTime from, std::optional<WallTime> to);
  /// Over all pages.
  HostHistoryAnswer host_history(const std::string& name, WallTime from, WallTime to);
  FleetHistoryAnswer fleet_history(WallTime from, WallTime to, std::size_t points);

  /// What a change came to: what was done, or why this one was refused, while others may be taken.
  using Changed = std::variant<ActionDoneAnswer, std::string>;
  /// `path` is from the root, encoded. Under one `key` it is done once, however often it is asked.
  Changed change(const std::string& method, const std::string& path, const ActionBody& request,
                 const std::string& key);
  /// The newest `limit` actions, over as many pages as they take.
  ActionPageAnswer actions(std::uint32_t limit);
  /// Every ban, over all pages.
  BanPageAnswer bans();

  /// Starts the time allowed anew: for a command that asks again and again.
  void restart_deadline() { connection_.restart_deadline(); }

  [[nodiscard]] const std::string& api() const { return connection_.api(); }

 private:
  /// The body of a 200; throws what the collector says otherwise.
  [[nodiscard]] std::string require_ok(const Reply& reply) const;
  void require_name(const std::string& name) const;
  BitmapAnswer bitmap_of(const std::string& query);
  /// Of now, or of the moment looked back to. `query` may be empty.
  [[nodiscard]] std::string fleet_path(const std::string& resource, const std::string& query) const;
  /// All pages of one state of things, by `path`, which ends in a query. From the start again when
  /// `same(page, first)` says that a page is of another.
  template <typename Answer, typename Read, typename Same, typename Append>
  Answer all_pages(const std::string& path, Read read, Same same, Append append);

  Connection connection_;
  std::optional<WallTime> moment_;
};

}  // namespace flatline::cli
