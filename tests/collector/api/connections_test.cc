// How many connections a client may have, and which one makes room when all places are taken.

#include "collector/api/connections.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <vector>

#include "schema/access_limits.h"
#include "schema/limits.h"
#include "schema/program/descriptor.h"

using namespace flatline;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{};

ClientAddress client(std::uint8_t number) {
  ClientAddress address{};
  address[7] = number;
  return address;
}

/// One end of a pair of sockets, which sees when the other was shut.
class Line {
 public:
  Line() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    ours_ = Descriptor(ends[0]);
    theirs_ = Descriptor(ends[1]);
  }
  [[nodiscard]] int socket() const { return theirs_.get(); }
  [[nodiscard]] bool was_shut() const {
    pollfd readable{ours_.get(), POLLIN, 0};
    return ::poll(&readable, 1, 0) == 1;
  }

 private:
  Descriptor ours_;
  Descriptor theirs_;
};

}  // namespace

TEST_CASE("the connection that has idled for the longest makes room, of who has the most") {
  ConnectionTable table(30s, 4);
  std::vector<Line> lines(7);
  const auto open = [&](std::size_t line, std::uint8_t who, Duration at) {
    table.opened(&lines[line], lines[line].socket(), client(who), kStart + at);
  };
  const auto shut = [&] {
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].was_shut()) which.push_back(i);
    }
    return which;
  };
  open(0, 1, 0s);  // The oldest, but its client has no other.
  open(1, 2, 1s);
  open(2, 2, 2s);
  open(3, 2, 3s);
  CHECK(shut().empty());
  table.waits(&lines[1]);  // Whoever waits for a slow pool is left alone.
  open(4, 3, 4s);
  CHECK(shut() == std::vector<std::size_t>{2});
  // Its owner has not closed it yet, so the next makes room.
  open(5, 3, 5s);
  CHECK(shut() == std::vector<std::size_t>{2, 3});
  table.closed(&lines[2]);
  table.closed(&lines[3]);
  table.moved(&lines[1], kStart + 6s);
  open(6, 4, 7s);
  // Client 3 has the most: two, of which this is the older.
  CHECK(shut() == std::vector<std::size_t>{2, 3, 4});
}

TEST_CASE("where every connection waits for its answer none is shut") {
  ConnectionTable table(30s, 1);
  std::vector<Line> lines(2);
  table.opened(&lines[0], lines[0].socket(), client(1), kStart);
  table.waits(&lines[0]);
  table.opened(&lines[1], lines[1].socket(), client(1), kStart);
  CHECK_FALSE(lines[0].was_shut());
  CHECK_FALSE(lines[1].was_shut());
}

TEST_CASE("a client has a bounded number of connections, and gets back what it closes") {
  ConnectionTable table(30s, 1000);
  std::vector<Line> lines(kApiConnectionsPerClient);
  for (Line& line : lines) {
    CHECK(table.may_open(client(1)));
    table.opened(&line, line.socket(), client(1), kStart);
  }
  CHECK_FALSE(table.may_open(client(1)));
  CHECK(table.may_open(client(2)));
  table.closed(&lines[7]);
  CHECK(table.may_open(client(1)));
}

TEST_CASE("beyond a client's share a connection is good for who may change something alone") {
  ConnectionTable table(30s, 1000);
  std::vector<Line> lines(kApiConnectionsPerClient + kConnectionsBeyondShare + 1);
  const std::size_t first = kApiConnectionsPerClient;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    table.opened(&lines[i], lines[i].socket(), client(1), kStart + i * 1ms);
  }
  CHECK(table.may_ask(&lines[0], false));
  CHECK_FALSE(table.may_ask(&lines[first], false));
  CHECK(table.may_ask(&lines[first], true));
  CHECK(table.may_ask(&lines[first], false));  // From then on it is like any other.
  // One more ends the oldest on which nothing was proved, where those have no room left.
  table.opened(&lines.back(), lines.back().socket(), client(1), kStart + 1s);
  for (const Line& line : lines) CHECK_FALSE(line.was_shut());
  Line another;
  table.opened(&another, another.socket(), client(1), kStart + 1s);
  CHECK(lines[first + 1].was_shut());
  CHECK_FALSE(lines[first].was_shut());
  CHECK_FALSE(another.was_shut());
  // Who proves nothing has a second.
  table.shut_overdue(kStart + 2s - 1ns);
  CHECK_FALSE(another.was_shut());
  table.shut_overdue(kStart + 2s);
  CHECK(another.was_shut());
  CHECK_FALSE(lines[first].was_shut());
  CHECK_FALSE(lines[0].was_shut());
}

TEST_CASE("the addresses of one IPv6 network are one client") {
  Connections connections(30s, 1000);
  std::vector<Line> lines(kApiConnectionsPerClient);
  ClientAddress address{0x20, 0x01, 0x0d, 0xb8};
  for (Line& line : lines) {
    ++address[15];
    CHECK(connections.may_open(address));
    connections.opened(&line, line.socket(), address);
  }
  ++address[15];
  CHECK_FALSE(connections.may_open(address));
  ++address[7];
  CHECK(connections.may_open(address));
}

TEST_CASE("a connection is shut when its deadline comes, and not before") {
  ConnectionTable table(30s, 1000);
  const Line line;
  table.opened(&line, line.socket(), client(1), kStart);
  table.shut_overdue(kStart + 30s - 1ns);
  CHECK_FALSE(line.was_shut());
  table.shut_overdue(kStart + 30s);
  CHECK(line.was_shut());
}

TEST_CASE("a handshake must be done by a deadline of its own, and then has its whole life") {
  ConnectionTable table(30s, 1000, 5s);
  std::vector<Line> lines(2);
  for (Line& line : lines) table.opened(&line, line.socket(), client(1), kStart);
  table.secured(&lines[1]);
  table.shut_overdue(kStart + 5s - 1ns);
  CHECK_FALSE(lines[0].was_shut());
  table.shut_overdue(kStart + 5s);
  CHECK(lines[0].was_shut());
  CHECK_FALSE(lines[1].was_shut());
  table.shut_overdue(kStart + 30s);
  CHECK(lines[1].was_shut());
}

TEST_CASE("who leaves handshakes half done loses the oldest of them, and nobody else loses any") {
  ConnectionTable table(30s, 1000, 5s);
  std::vector<Line> lines(kHandshakesPerClient + 3);
  const auto open = [&](std::size_t line, std::uint8_t who) {
    table.opened(&lines[line], lines[line].socket(), client(who),
                 kStart + Milliseconds{10} * static_cast<int>(line));
  };
  open(0, 2);
  open(1, 1);
  table.secured(&lines[1]);
  for (std::size_t i = 2; i < kHandshakesPerClient + 2; ++i) open(i, 1);
  for (const Line& line : lines) CHECK_FALSE(line.was_shut());
  open(kHandshakesPerClient + 2, 1);
  for (std::size_t i = 0; i < lines.size(); ++i) CHECK(lines[i].was_shut() == (i == 2));
}
