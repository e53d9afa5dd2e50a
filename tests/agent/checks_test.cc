// Tests the kinds load, memory, disk, process and tcp on the machine that they run on.

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <string>

#include "agent/checks/blocking_check.h"
#include "tests/agent/check_driver.h"

namespace flatline {
namespace {

using enum CheckState;

/// A TCP socket of loopback on a free port, IPv4 only.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(socket_, any, size) == 0);
    REQUIRE(::getsockname(socket_, any, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void listen() const { REQUIRE(::listen(socket_, 8) == 0); }
  [[nodiscard]] std::string port() const { return std::to_string(port_); }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

TEST_CASE("load, memory and disk have a value, and their ranges judge it") {
  for (const char* kind : {"load", "memory", "disk"}) {
    CAPTURE(kind);
    const CheckResult good = run_check(kind, "warning = \"0:\"\ncritical = \"0:\"");
    CHECK(good.state == kOk);
    CHECK(good.value >= 0);
    CHECK_FALSE(good.message.empty());
    CHECK(run_check(kind, "warning = \"@0:\"\ncritical = \"0:\"").state == kWarning);
    CHECK(run_check(kind, "warning = \"@0:\"\ncritical = \"@0:\"").state == kCritical);
  }
}

TEST_CASE("memory and disk are percentages") {
  CHECK(run_check("memory", "").value <= 100);
  CHECK(run_check("disk", "").value <= 100);
}

TEST_CASE("disk: inodes are judged beside space, and a path that is not there is UNKNOWN") {
  CHECK(run_check("disk", "warning=\"0:\"\ncritical=\"0:\"\ninodes_critical = \"@0:\"").state ==
        kCritical);
  const CheckResult missing = run_check("disk", "path = \"/no/such/path\"");
  CHECK(missing.state == kUnknown);
  CHECK(missing.message.view() == "No such file or directory: /no/such/path");
}

TEST_CASE("disk: a path at which nothing is mounted is CRITICAL where something must be") {
  CHECK(run_check("disk", "path = \"/proc\"\nmount = true").state == kOk);
  const CheckResult missing = run_check("disk", "path = \"/proc/self\"\nmount = true");
  CHECK(missing.state == kCritical);
  CHECK(missing.message.view() == "nothing is mounted at /proc/self");
  CHECK_FALSE(has_value(missing.value));
  CHECK(run_check("disk", "path = \"/proc/self\"").state == kOk);
}

TEST_CASE("disk: the cause comes first, whichever it is") {
  const CheckResult space = run_check("disk", "warning = \"0:\"\ncritical = \"0:\"");
  CHECK(space.message.view().find("GiB free") < space.message.view().find("inodes"));
  const CheckResult inodes =
      run_check("disk", "warning=\"0:\"\ncritical=\"0:\"\ninodes_critical = \"@0:\"");
  CHECK(inodes.message.view().starts_with("inodes "));
}

TEST_CASE("load: each of the three averages has thresholds, and the worst is told first") {
  const std::string good = "warning = \"0:\"\ncritical = \"0:\"\n";
  const CheckResult one = run_check("load", good);
  CHECK(one.message.view().find(" a processor over 1 min (") != std::string_view::npos);
  const CheckResult five = run_check("load", good + "five_warning = \"@0:\"");
  CHECK(five.state == kWarning);
  CHECK(five.message.view().find(" a processor over 5 min (") != std::string_view::npos);
  const CheckResult fifteen =
      run_check("load", good + "five_warning = \"@0:\"\nfifteen_critical = \"@0:\"");
  CHECK(fifteen.state == kCritical);
  CHECK(fifteen.message.view().find(" a processor over 15 min (") != std::string_view::npos);
}

TEST_CASE("process: counts by a text in the command line, too") {
  CHECK(run_check("process", "process = \"agent_test\"\narguments = \"agent_test\"").value >= 1);
  const CheckResult none =
      run_check("process", "process = \"agent_test\"\narguments = \"no such words\"");
  CHECK(none.state == kCritical);
  CHECK(none.message.view() == "0 running: agent_test with no such words");
}

TEST_CASE("process: counts by the kernel's name") {
  const CheckResult own = run_check("process", "process = \"agent_test\"");
  CHECK(own.state == kOk);
  CHECK(own.value >= 1);
  const CheckResult none = run_check("process", "process = \"no-such-proc\"");
  CHECK(none.state == kCritical);
  CHECK(none.value == 0);
  CHECK(none.message.view() == "0 running: no-such-proc");
  CHECK(run_check("process", "process = \"no-such-proc\"\ncritical = \"0\"").state == kOk);
}

TEST_CASE("tcp: a listener is OK, with the milliseconds that it took") {
  const Listener listener;
  listener.listen();
  for (const char* host : {"127.0.0.1:", "localhost:"}) {
    CAPTURE(host);
    const CheckResult result = run_check("tcp", "address = \"" + (host + listener.port()) + "\"");
    CHECK(result.state == kOk);
    CHECK(result.value >= 0);
    CHECK(result.value < 20'000);
  }
  CHECK(run_check("tcp", "address = \"127.0.0.1:" + listener.port() + "\"\nwarning = \"@0:\"")
            .state == kWarning);
}

TEST_CASE("tcp: a closed port and an unknown name are CRITICAL with the reason") {
  const Listener bound_only;
  const std::string address = "127.0.0.1:" + bound_only.port();
  const CheckResult refused = run_check("tcp", "address = \"" + address + "\"");
  CHECK(refused.state == kCritical);
  CHECK(refused.message.view() == "connection refused: " + address);
  CHECK_FALSE(has_value(refused.value));
  const CheckResult unknown = run_check("tcp", "address = \"no.such.invalid:1\"");
  CHECK(unknown.state == kCritical);
  CHECK(unknown.message.view().ends_with(": no.such.invalid:1"));
}

/// Blocks every run of a check until it is opened, as a dead file server would.
class Gate {
 public:
  void open() {
    const std::scoped_lock lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  CheckResult pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_open_; });
    return {kOk, 1, Message{"passed"}};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
};

TEST_CASE("a run that blocks in the system times out, is not joined by another, and heals") {
  const auto gate = std::make_shared<Gate>();
  ConfiguredCheck check;
  check.plan.name = CheckName{"blocking"};
  check.plan.period = std::chrono::milliseconds{40};
  check.timeout = std::chrono::milliseconds{20};
  check.check = std::make_unique<BlockingCheck>([gate] { return gate->pass(); });
  std::vector<std::string> messages;
  std::vector<ConfiguredCheck> checks;
  checks.push_back(std::move(check));
  OwnedLoop loop;
  const CheckRunner runner(loop.get(), std::move(checks), Duration::zero(), monotonic_now(),
                           [&](std::size_t, const CheckResult& result, Instant) {
                             messages.emplace_back(result.message.view());
                             if (messages.size() == 3) gate->open();
                             if (result.state == kOk) loop.stop();
                           });
  loop.run();
  REQUIRE(messages.size() >= 4);
  CHECK(messages[0] == "timed out after 20ms");
  CHECK(messages[1].starts_with("no answer from the system for "));
  CHECK(messages[2].starts_with("no answer from the system for "));
  CHECK(messages.back() == "passed");
}

TEST_CASE("a check that is stuck can be destroyed; its thread ends by itself") {
  const auto gate = std::make_shared<Gate>();
  ConfiguredCheck check;
  check.plan.period = std::chrono::seconds{60};
  check.timeout = std::chrono::milliseconds{5};
  check.check = std::make_unique<BlockingCheck>([gate] { return gate->pass(); });
  CHECK(run_check(std::move(check), 1).front().state == kUnknown);
  gate->open();
}

}  // namespace
}  // namespace flatline
