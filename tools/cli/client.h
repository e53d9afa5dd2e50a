#pragma once

// Asks a collector, over HTTP by libcurl, with one deadline for all that a command asks. Throws
// Failure with what went wrong and where: not reachable, too slow, refused, not flatline's answer.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schema/answers.h"
#include "schema/bitmap_answer.h"
#include "schema/past_answers.h"
#include "schema/time.h"
#include "schema/view.h"

namespace flatline::cli {

class Client {
 public:
  /// `api` is HOST:PORT or a URL; `token` may be empty.
  Client(const std::string& api, std::string token, std::chrono::milliseconds timeout);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

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
  /// Every host that matches, over all pages, in slot order.
  HostPageAnswer hosts(const std::string& filter);
  BitmapAnswer bitmap();
  BitmapAnswer bitmap(Plane plane);

  /// What changed, over all pages; `to` absent: until now.
  DiffAnswer diff(WallTime from, std::optional<WallTime> to);
  /// Over all pages.
  HostHistoryAnswer host_history(const std::string& name, WallTime from, WallTime to);
  FleetHistoryAnswer fleet_history(WallTime from, WallTime to, std::size_t points);

  /// Starts the time allowed anew: for a command that asks again and again.
  void restart_deadline();

  [[nodiscard]] const std::string& api() const { return api_; }

 private:
  struct Reply;
  Reply ask(const std::string& path);
  Reply ask_once(const std::string& path);
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

  std::string api_;
  std::string token_;
  std::chrono::milliseconds timeout_;
  std::chrono::steady_clock::time_point deadline_;
  std::optional<WallTime> moment_;
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

/// `text` for a query's value (RFC 3986).
std::string url_encode(const std::string& text);

}  // namespace flatline::cli
