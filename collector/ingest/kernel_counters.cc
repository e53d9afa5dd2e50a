#include "collector/ingest/kernel_counters.h"

#include <fcntl.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace flatline {
namespace {

using Page = std::array<char, 16 * 1024>;

std::string_view read_whole(const Descriptor& file, Page& page) {
  const ssize_t size = file.is_open() ? ::pread(file.get(), page.data(), page.size(), 0) : 0;
  return {page.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

std::string_view next_word(std::string_view& text) {
  const std::size_t start = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t end = std::min(text.find_first_of(" \t\n", start), text.size());
  const std::string_view word = text.substr(start, end - start);
  text.remove_prefix(end);
  return word;
}

std::uint64_t to_number(std::string_view word) {
  std::uint64_t number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

/// In /proc/net/snmp a line of names stands before a line of numbers, and both begin with `Udp:`.
std::uint64_t find_in_snmp(std::string_view text, std::string_view name) {
  const std::size_t names_at = text.find("\nUdp: ");
  if (names_at == std::string_view::npos) return 0;
  std::string_view names = text.substr(names_at + 1);
  const std::size_t values_at = names.find("\nUdp: ");
  if (values_at == std::string_view::npos) return 0;
  std::string_view values = names.substr(values_at + 1);
  names = names.substr(0, values_at);
  for (std::string_view word = next_word(names); !word.empty(); word = next_word(names)) {
    const std::string_view value = next_word(values);
    if (word == name) return to_number(value);
  }
  return 0;
}

/// In /proc/net/snmp6 each line has a name and its number.
std::uint64_t find_in_snmp6(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + name.size());
  return to_number(next_word(text));
}

}  // namespace

KernelCounters::KernelCounters(int socket)
    : socket_(socket),
      snmp_(::open("/proc/self/net/snmp", O_RDONLY | O_CLOEXEC)),
      snmp6_(::open("/proc/self/net/snmp6", O_RDONLY | O_CLOEXEC)) {
  last_errors_ = buffer_errors();
  last_drops_ = socket_drops();
  filtered_ = last_drops_;
}

void KernelCounters::read() {
  const std::uint64_t errors = buffer_errors();
  const std::uint32_t drops = socket_drops();
  const std::uint32_t dropped = drops - last_drops_;  // Modulo 2^32, as the kernel counts.
  const std::uint64_t lost =
      std::min<std::uint64_t>(errors - std::min(errors, last_errors_), dropped);
  last_errors_ = errors;
  last_drops_ = drops;
  lost_ += lost;
  filtered_ += dropped - lost;
}

std::uint64_t KernelCounters::buffer_errors() const {
  Page page;
  const std::uint64_t v4 = find_in_snmp(read_whole(snmp_, page), "RcvbufErrors");
  return v4 + find_in_snmp6(read_whole(snmp6_, page), "\nUdp6RcvbufErrors");
}

std::uint32_t KernelCounters::socket_drops() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_, SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0) return 0;
  return info[SK_MEMINFO_DROPS];
}

}  // namespace flatline
