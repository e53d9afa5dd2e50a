#include "tests/harness/programs.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <random>
#include <sstream>
#include <stdexcept>

#include "schema/program/descriptor.h"

namespace flatline::test {

const std::string kFlatlineSim = FLATLINE_SIM;
const std::string kFlatlineCollector = FLATLINE_COLLECTOR;
const std::string kFlatline = FLATLINE_CLI;
const std::vector<std::string> kUnhurried = {"--timeout", "50s"};

namespace {

/// Whether a socket of this type may be bound to a port of 127.0.0.1.
bool is_free(int type, std::uint16_t port) {
  const Descriptor descriptor(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return ::bind(descriptor.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

/// An address that is free for UDP and TCP, whose port the kernel gives to nobody who asks for any:
/// it must be there yet when a collector starts again.
std::string free_address() {
  static std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<std::uint16_t> any(10'000, 32'767);
  for (;;) {
    const std::uint16_t port = any(random);
    if (is_free(SOCK_DGRAM, port) && is_free(SOCK_STREAM, port)) {
      return "127.0.0.1:" + std::to_string(port);
    }
  }
}

}  // namespace

RunningCollector::RunningCollector(std::vector<std::string> flags, std::vector<std::string> under)
    : flags_(std::move(flags)), under_(std::move(under)) {
  const Finished made = run_to_end({kFlatline, "keygen", "-o", fleet_key()});
  if (made.exit_code != 0) throw std::runtime_error("keygen: " + made.err);
  start();
}

void RunningCollector::launch() {
  std::vector<std::string> command = under_;
  const std::vector<std::string> collector = {FLATLINE_COLLECTOR,
                                              "--data",
                                              (folder_.path() / "data").string(),
                                              "--fleet-key",
                                              fleet_key(),
                                              "--listen",
                                              udp_.empty() ? free_address() : udp_,
                                              "--api",
                                              keeps_api_ ? api_ : free_address()};
  command.insert(command.end(), collector.begin(), collector.end());
  command.insert(command.end(), flags_.begin(), flags_.end());
  process_ = std::make_unique<ChildProcess>(command);
}

void RunningCollector::start() {
  launch();
  const auto ready = process_->read_line();
  constexpr std::string_view kUdp = "ready udp=";
  constexpr std::string_view kApi = " api=";
  const std::size_t split = ready ? ready->find(kApi) : std::string::npos;
  if (split == std::string::npos || !ready->starts_with(kUdp)) {
    process_->wait();
    throw std::runtime_error("the collector did not start: " + process_->err());
  }
  udp_ = ready->substr(kUdp.size(), split - kUdp.size());
  api_ = ready->substr(split + kApi.size());
}

Finished RunningCollector::ask(std::vector<std::string> arguments) const {
  std::vector<std::string> command = {kFlatline, "--api", "http://" + api_};
  command.insert(command.end(), kUnhurried.begin(), kUnhurried.end());
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_to_end(command);
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace flatline::test
