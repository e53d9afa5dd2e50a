// Tests which collector of a pair answers, and what is said where it is not the first.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <atomic>
#include <optional>

#include "schema/answers/view_json.h"
#include "schema/program/error.h"
#include "tests/harness/thrown.h"
#include "tests/tools/cli/scripted_collector.h"
#include "tools/cli/client.h"

namespace flatline::cli {
namespace {

using namespace std::chrono_literals;
using Answer = ScriptedCollector::Answer;

Endpoint named(const char* name, const std::string& address) {
  return {.name = name, .address = read_api_address(address)};
}

/// A collector of so many hosts, which counts what it is asked.
class Counting {
 public:
  explicit Counting(std::uint32_t hosts, std::optional<Answer> instead = std::nullopt)
      : collector_([this, hosts, instead](const std::string&) -> Answer {
          ++asked_;
          SummaryAnswer summary;
          summary.hosts = hosts;
          return instead.value_or(Answer{to_json(summary)});
        }) {}
  [[nodiscard]] Endpoint as(const char* name) const { return named(name, collector_.address()); }
  [[nodiscard]] int asked() const { return asked_; }

 private:
  std::atomic<int> asked_ = 0;
  ScriptedCollector collector_;
};

const Endpoint kNobody = named("mon-1", "127.0.0.1:1");

}  // namespace

TEST_CASE("the first collector of a pair answers, and the second is not asked") {
  const Counting first(1);
  const Counting second(2);
  Client client({first.as("mon-1"), second.as("mon-2")}, 60s);
  CHECK(client.summary().hosts == 1);
  CHECK(client.collector() == "mon-1");
  CHECK(client.stand_in_note().empty());
  CHECK(second.asked() == 0);
}

TEST_CASE(
    "where the first is not there, hangs or is broken, the second answers, and that is said") {
  const Counting hanging(1, Answer{.hangs = true});
  const Counting broken(1, Answer{.body = "{}", .status = 503});
  struct Row {
    Endpoint first;
    const char* why;
    bool hangs = false;
  };
  for (const Row& row :
       {Row{kNobody, "127.0.0.1:1: "}, Row{hanging.as("mon-1"), "no answer within ", true},
        Row{broken.as("mon-1"), "answered 503"}}) {
    CAPTURE(row.why);
    const Counting second(2);
    const auto ask = [&](std::chrono::milliseconds timeout) {
      Client client({row.first, second.as("mon-2")}, timeout);
      std::string told;
      client.on_stand_in([&](const std::string& note) { told = note; });
      CHECK(client.summary().hosts == 2);
      CHECK_MESSAGE(told.starts_with("mon-1 does not answer (http://127.0.0.1:"), told);
      CHECK_MESSAGE(told.find(row.why) != std::string::npos, told);
      CHECK_MESSAGE(told.ends_with("); this is mon-2's answer"), told);
      CHECK(client.stand_in_note() == told);
    };
    // Who does not hang says so at once, however much time there is. Of a short time a busy machine
    // may take all.
    if (!row.hangs) {
      ask(60s);
      continue;
    }
    try {
      ask(6s);
    } catch (const Failure&) {
      ask(30s);
    }
  }
}

TEST_CASE("all of an answer is one collector's, although the first one is back meanwhile") {
  std::atomic<bool> is_away = true;
  std::atomic<int> asked = 0;
  const ScriptedCollector first([&](const std::string&) -> Answer {
    ++asked;
    if (is_away) return {.body = "{}", .status = 503};
    return {to_json(SummaryAnswer{})};
  });
  const Counting second(2);
  Client client({named("mon-1", first.address()), second.as("mon-2")}, 60s);
  CHECK(client.summary().hosts == 2);
  is_away = false;
  CHECK(client.summary().hosts == 2);
  client.restart_deadline();
  CHECK(client.summary().hosts == 2);
  CHECK(asked == 1);
  // Whoever is told to choose again stays with the one that answers.
  client.choose_again();
  CHECK(client.summary().hosts == 2);
  CHECK(asked == 1);
}

TEST_CASE("a refusal is an answer: no other collector is asked in its place") {
  const Counting first(1, Answer{.body = R"({"error":"no"})", .status = 401});
  const Counting second(2);
  Client client({first.as("mon-1"), second.as("mon-2")}, 60s);
  CHECK_THROWS_AS(client.summary(), Failure);
  CHECK(second.asked() == 0);
}

TEST_CASE("where none answers, each is named with its reason") {
  const Counting hanging(1, Answer{.hangs = true});
  Client client({kNobody, hanging.as("mon-2")}, 200ms);
  const std::string error = message_of<Failure>([&] { client.summary(); });
  CHECK_MESSAGE(error.find("mon-1 does not answer (http://127.0.0.1:1: ") == 0, error);
  CHECK_MESSAGE(error.find(", mon-2 does not answer (http://127.0.0.1:") != std::string::npos,
                error);
}

TEST_CASE("an action is never asked of another collector than was meant") {
  const Counting second(2);
  Client client({kNobody, second.as("mon-2")}, 6s);
  CHECK_THROWS_AS(client.change("POST", "/api/v1/freeze", {}, "key"), Failure);
  CHECK(second.asked() == 0);
}

}  // namespace flatline::cli
