#pragma once

// A collector in the test's own process that answers HTTP requests as the test says. It gives
// answers that a real collector gives rarely.

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace flatline::cli {

class ScriptedCollector {
 public:
  struct Answer {
    std::string body = {};
    int status = 200;
    bool hangs = false;        ///< The request is never answered.
    std::string headers = {};  ///< Further ones, each with its line's end.
    bool keeps = false;        ///< The connection stays open for the next request.
  };
  /// Gets the path that was asked for, as `/api/v1/hosts?limit=1000`, and returns the answer. It is
  /// called on a thread of its own.
  using Script = std::function<Answer(const std::string& path)>;

  explicit ScriptedCollector(Script script);
  ~ScriptedCollector();
  ScriptedCollector(const ScriptedCollector&) = delete;
  ScriptedCollector& operator=(const ScriptedCollector&) = delete;

  /// Its address, as `127.0.0.1:PORT`.
  [[nodiscard]] const std::string& address() const { return address_; }
  /// The token of each request so far, in their order; empty where one had none.
  [[nodiscard]] std::vector<std::string> tokens() const;

 private:
  void serve();
  /// Answers one request. Returns whether another one may follow.
  bool answer(int connection);

  Script script_;
  mutable std::mutex mutex_;
  std::vector<std::string> tokens_;
  int socket_ = -1;
  std::string address_;
  std::thread thread_;
};

}  // namespace flatline::cli
