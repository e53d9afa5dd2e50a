#include "schema/program/service_manager.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "schema/program/descriptor.h"
#include "schema/service_limits.h"
#include "tests/harness/notify_socket.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
using test::NotifySocket;

constexpr Instant at(Duration since_start) {
  return Instant{1h} + since_start;
}

void set_environment(const std::string& socket, const std::string& patience,
                     const std::string& process) {
  ::setenv("NOTIFY_SOCKET", socket.c_str(), 1);
  ::setenv("WATCHDOG_USEC", patience.c_str(), 1);
  ::setenv("WATCHDOG_PID", process.c_str(), 1);
}

TEST_CASE("what a manager is told is what sd_notify(3) says") {
  const NotifySocket manager;
  ServiceManager service(manager.path(), 30s);
  service.tell_ready();
  CHECK(manager.hear() == "READY=1\n");
  service.tell_reloading(Instant{1234567us});
  CHECK(manager.hear() == "RELOADING=1\nMONOTONIC_USEC=1234567\n");
  service.tell_stopping();
  CHECK(manager.hear() == "STOPPING=1\nSTATUS=stopping\n");
  service.beat(at(0s), "hosts=3");
  CHECK(manager.hear() == "WATCHDOG=1\nSTATUS=hosts=3\n");
  service.beat(at(1h), std::string(10'000, 'x'));
  CHECK(manager.hear() == "WATCHDOG=1\nSTATUS=" + std::string(kServiceStatusBytes, 'x') + "\n");
}

TEST_CASE("beats come no faster than twice a second, and four times in the manager's patience") {
  struct Row {
    Duration patience;
    Duration pace;
  };
  for (const Row& row :
       {Row{0s, 500ms}, Row{30s, 500ms}, Row{2s, 500ms}, Row{1s, 250ms}, Row{400ms, 100ms}}) {
    CAPTURE(row.patience.count());
    const NotifySocket manager;
    ServiceManager service(manager.path(), row.patience);
    CHECK(service.wants_beat(at(0s)));
    service.beat(at(0s), "");
    CHECK_FALSE(service.wants_beat(at(row.pace - 1ns)));
    service.beat(at(row.pace - 1ns), "");
    CHECK(service.wants_beat(at(row.pace)));
    service.beat(at(row.pace), "");
    CHECK(manager.hear());
    CHECK(manager.hear());
    CHECK_FALSE(manager.hear(0ms));
  }
}

TEST_CASE("work that is done less often than the manager's patience asks for more, once") {
  const NotifySocket manager;
  ServiceManager service(manager.path(), 30s);
  service.expect_work_every(30s / kServicePatience);
  CHECK_FALSE(manager.hear(0ms));
  service.expect_work_every(5min);
  CHECK(manager.hear() == "WATCHDOG_USEC=1200000000\n");
  service.expect_work_every(5min);
  CHECK_FALSE(manager.hear(0ms));
  service.expect_work_every(1s);  // A reload has made it faster again.
  CHECK(manager.hear() == "WATCHDOG_USEC=30000000\n");

  ServiceManager unwatched(manager.path(), 0s);
  unwatched.expect_work_every(5min);
  CHECK_FALSE(manager.hear(0ms));
}

TEST_CASE("what the manager wrote into the environment is taken out of it") {
  const NotifySocket manager;
  set_environment(manager.path(), "400000", std::to_string(::getpid()));
  ServiceManager service = ServiceManager::from_environment();
  for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
    CHECK(std::getenv(name) == nullptr);
  }
  service.beat(at(0s), "");
  CHECK(service.wants_beat(at(100ms)));
  CHECK_FALSE(service.wants_beat(at(99ms)));

  // Patience with another process, and what is no number, is none with us.
  for (const auto& [patience, process] :
       {std::pair{"400000", "1"}, std::pair{"0", ""}, std::pair{"-1", ""}, std::pair{"soon", ""}}) {
    set_environment(manager.path(), patience, process);
    ServiceManager unwatched = ServiceManager::from_environment();
    unwatched.beat(at(0s), "");
    CHECK_FALSE(unwatched.wants_beat(at(499ms)));
  }
  CHECK_FALSE(ServiceManager::from_environment().wants_beat(at(0s)));
}

TEST_CASE("a manager that is not there, or of another kind, is told nothing") {
  for (const std::string& socket : {std::string(), std::string("vsock:2:1234"),
                                    "/" + std::string(200, 'x'), std::string("/nobody/listens")}) {
    CAPTURE(socket);
    ServiceManager service(socket, 30s);
    service.tell_ready();
    service.beat(at(0s), "");
    service.tell_stopping();
  }
}

TEST_CASE("a name after @ is one of the kernel's own") {
  const Descriptor listener(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const std::string name = "flatline-test-" + std::to_string(::getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  ServiceManager("@" + name, 30s).tell_ready();
  char message[64] = {};
  REQUIRE(::recv(listener.get(), message, sizeof message, MSG_DONTWAIT) == 8);
  CHECK(std::string(message, 8) == "READY=1\n");
}

TEST_CASE("a manager that does not listen holds up nobody") {
  const NotifySocket manager;
  ServiceManager service(manager.path(), 30s);
  // More than the kernel queues for a socket (net.unix.max_dgram_qlen).
  for (int i = 0; i < 10'000; ++i) service.tell_ready();
  manager.forget();
  service.tell_stopping();
  CHECK(manager.hear() == "STOPPING=1\nSTATUS=stopping\n");
}

/// Tells so often that the kernel queues no more of it, and that the last word is lost. Then the
/// manager takes all that came.
void lose_ready(ServiceManager& service, const NotifySocket& manager) {
  for (int i = 0; i < 10'000; ++i) service.tell_ready();
  manager.forget();
}

TEST_CASE("the next beat that is taken begins with a READY=1 that was lost, once") {
  const NotifySocket manager;
  ServiceManager service(manager.path(), 30s);
  for (int i = 0; i < 10'000; ++i) service.tell_ready();
  service.beat(at(0s), "lost too");
  manager.forget();
  service.beat(at(1s), "hosts=3");
  CHECK(manager.hear() == "READY=1\nWATCHDOG=1\nSTATUS=hosts=3\n");
  service.beat(at(2s), "hosts=3");
  CHECK(manager.hear() == "WATCHDOG=1\nSTATUS=hosts=3\n");

  lose_ready(service, manager);
  service.beat(at(3s), std::string(10'000, 'x'));
  CHECK(manager.hear() ==
        "READY=1\nWATCHDOG=1\nSTATUS=" + std::string(kServiceStatusBytes, 'x') + "\n");
}

TEST_CASE("no beat says READY=1 of what came before a reload, or before the end") {
  const NotifySocket manager;
  ServiceManager service(manager.path(), 30s);
  lose_ready(service, manager);
  service.tell_reloading(Instant{1us});
  CHECK(manager.hear() == "RELOADING=1\nMONOTONIC_USEC=1\n");
  service.beat(at(0s), "");
  CHECK(manager.hear() == "WATCHDOG=1\nSTATUS=\n");
  lose_ready(service, manager);
  service.tell_stopping();
  CHECK(manager.hear() == "STOPPING=1\nSTATUS=stopping\n");
  service.beat(at(1s), "");
  CHECK(manager.hear() == "WATCHDOG=1\nSTATUS=\n");
}

TEST_CASE(
    "a reload that goes on, and patience that work needs, are said again where they were lost") {
  const NotifySocket manager;
  ServiceManager service(manager.path(), 1s);
  lose_ready(service, manager);
  service.beat(at(0s), "");
  CHECK(manager.hear() == "READY=1\nWATCHDOG=1\nSTATUS=\n");
  for (int i = 0; i < 10'000; ++i) service.tell_reloading(Instant{3us});
  service.expect_work_every(1s);
  service.beat(at(1s), "lost too");
  manager.forget();
  service.beat(at(2s), "");
  CHECK(manager.hear() ==
        "RELOADING=1\nMONOTONIC_USEC=3\nWATCHDOG_USEC=4000000\nWATCHDOG=1\nSTATUS=\n");
  service.beat(at(3s), "");
  CHECK(manager.hear() == "WATCHDOG=1\nSTATUS=\n");

  // The end of a reload is all that counts of it.
  for (int i = 0; i < 10'000; ++i) service.tell_reloading(Instant{5us});
  manager.forget();
  service.tell_ready();
  CHECK(manager.hear() == "READY=1\n");
  service.beat(at(4s), "");
  CHECK(manager.hear() == "WATCHDOG=1\nSTATUS=\n");
}

}  // namespace
}  // namespace flatline
