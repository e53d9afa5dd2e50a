#include "agent/loop/resolver.h"

#include <doctest/doctest.h>

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>

#include "agent/loop/alarm.h"
#include "agent/loop/owned_loop.h"
#include "agent/sender.h"
#include "schema/limits.h"

namespace flatline {
namespace {

/// Makes lookups hang until it is opened, as a name server does that does not answer.
class SilentNameServer {
 public:
  Resolver::Answer ask() {
    std::unique_lock lock(mutex_);
    ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return answers_; });
    return {{}, "too late"};
  }
  void answer() {
    const std::scoped_lock lock(mutex_);
    answers_ = true;
    changed_.notify_all();
  }
  /// Waits until so many lookups hang.
  bool wait_for(unsigned count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return asked_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool answers_ = false;
  unsigned asked_ = 0;
};

Resolver::Lookup hanging(const std::shared_ptr<SilentNameServer>& server) {
  return [server](const Endpoint&) { return server->ask(); };
}

TEST_CASE("a name has addresses, or a reason why it has none") {
  OwnedLoop loop;
  Resolver resolver;
  for (const auto& [host, found] : {std::pair{"localhost", true}, {"no.such.invalid", false}}) {
    Resolver::Answer answer;
    resolver.start(loop.get(), {host, 4170}, [&](const Resolver::Answer& given) {
      answer = given;
      loop.stop();
    });
    CHECK(resolver.busy());
    loop.run();
    CHECK_FALSE(resolver.busy());
    CHECK(answer.addresses.empty() != found);
    CHECK(answer.error.empty() == found);
  }
}

TEST_CASE("lookups that hang hold back no other, and the sender still finds its collector") {
  const auto server = std::make_shared<SilentNameServer>();
  {
    OwnedLoop loop;
    std::array<std::unique_ptr<Resolver>, kChecks> stuck;
    for (auto& resolver : stuck) {
      resolver = std::make_unique<Resolver>(hanging(server));
      resolver->start(loop.get(), {"slow.example", 1},
                      [](const Resolver::Answer&) { FAIL_CHECK("nobody answered"); });
    }
    CHECK(server->wait_for(kChecks));
    Sender sender(loop.get(), {{"localhost", 9}});
    const Datagram datagram{};
    Alarm alarm(loop.get(), [&] {
      sender.send(datagram);
      if (sender.counts().sent + sender.counts().failed > 0) return loop.stop();
      alarm.set(Instant{});
    });
    alarm.set(Instant{});
    loop.run();
    CHECK(sender.counts().sent + sender.counts().failed > 0);
  }
  // The lookups' owners are gone, so what they answer now reaches nobody.
  server->answer();
}

TEST_CASE("an abandoned lookup keeps its resolver busy, and its answer is thrown away") {
  const auto server = std::make_shared<SilentNameServer>();
  OwnedLoop loop;
  Resolver resolver(hanging(server));
  bool answered = false;
  resolver.start(loop.get(), {"slow.example", 1},
                 [&](const Resolver::Answer&) { answered = true; });
  resolver.abandon();
  CHECK(resolver.busy());
  server->answer();
  Alarm alarm(loop.get(), [&] {
    if (!resolver.busy()) return loop.stop();
    alarm.set(Instant{});
  });
  alarm.set(Instant{});
  loop.run();
  CHECK_FALSE(answered);
}

TEST_CASE("a lookup that throws is an answer with an error, and the next one begins") {
  OwnedLoop loop;
  Resolver resolver([](const Endpoint&) -> Resolver::Answer { throw std::bad_alloc(); });
  for (int i = 0; i < 2; ++i) {
    Resolver::Answer answer;
    resolver.start(loop.get(), {"host.example", 1}, [&](const Resolver::Answer& given) {
      answer = given;
      loop.stop();
    });
    loop.run();
    CHECK_FALSE(resolver.busy());
    CHECK(answer.addresses.empty());
    CHECK(answer.error == "std::bad_alloc");
  }
}

TEST_CASE("a worker whose job throws is free again, and its thread goes on") {
  OwnedLoop loop;
  Worker worker;
  Alarm alarm(loop.get(), [&] {
    if (!worker.busy()) return loop.stop();
    alarm.set(Instant{});
  });
  for (int i = 0; i < 2; ++i) {
    worker.start(loop.get(), []() -> Worker::Finish { throw std::bad_alloc(); });
    alarm.set(Instant{});
    loop.run();
    CHECK_FALSE(worker.busy());
  }
  bool finished = false;
  worker.start(loop.get(), [&]() -> Worker::Finish { return [&] { finished = true; }; });
  alarm.set(Instant{});
  loop.run();
  CHECK(finished);
}

TEST_CASE("what is thrown in a callback ends no loop and no schedule") {
  OwnedLoop loop;
  Worker worker;
  int rings = 0;
  Alarm alarm(loop.get(), [&] {
    if (++rings == 1) throw std::runtime_error("the first ring");
    loop.stop();
  });
  alarm.set(Instant{});
  worker.start(loop.get(), []() -> Worker::Finish {
    return [] { throw std::runtime_error("the end of a job"); };
  });
  loop.run();
  CHECK(rings == 2);
  CHECK_FALSE(worker.busy());
}

}  // namespace
}  // namespace flatline
