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

  SummaryAnswer summary();
  /// Nothing: no such host is registered.
  std::optional<HostAnswer> host(const std::string& name);
  /// Every host that matches, over all pages, in slot order.
  HostPageAnswer hosts(const std::string& filter);
  BitmapAnswer bitmap();
  BitmapAnswer bitmap(Plane plane);

  /// Starts the time allowed anew: for a command that asks again and again.
  void restart_deadline();

  [[nodiscard]] const std::string& api() const { return api_; }

 private:
  struct Reply;
  Reply ask(const std::string& path);
  Reply ask_once(const std::string& path);
  /// The body of a 200; throws what the collector says otherwise.
  [[nodiscard]] std::string require_ok(const Reply& reply) const;
  BitmapAnswer bitmap_of(const std::string& path);

  std::string api_;
  std::string token_;
  std::chrono::milliseconds timeout_;
  std::chrono::steady_clock::time_point deadline_;
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

/// `text` for a query's value (RFC 3986).
std::string url_encode(const std::string& text);

}  // namespace flatline::cli
