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

UdpLosses udp_losses_in(std::string_view snmp, std::string_view snmp6) {
  return {find_in_snmp(snmp, "RcvbufErrors") + find_in_snmp6(snmp6, "\nUdp6RcvbufErrors"),
          find_in_snmp(snmp, "MemErrors") + find_in_snmp6(snmp6, "\nUdp6MemErrors")};
}

void DropCounts::read(std::uint32_t drops, const UdpLosses& losses, bool was_filled) {
  if (began_) {
    const auto growth = [](std::uint64_t now, std::uint64_t last) {
      return now - std::min(now, last);
    };
    const std::uint32_t dropped = drops - last_drops_;  // Modulo 2^32, as the kernel counts.
    const std::uint64_t grown =
        growth(losses.by_memory, last_losses_.by_memory) +
        (was_filled ? growth(losses.by_buffers, last_losses_.by_buffers) : 0);
    const std::uint64_t lost = std::min<std::uint64_t>(grown + unanswered_, dropped);
    unanswered_ = std::min(grown, grown + unanswered_ - lost);
    lost_ += lost;
    filtered_ += dropped - lost;
  }
  began_ = true;
  last_drops_ = drops;
  last_losses_ = losses;
}

KernelCounters::KernelCounters(int socket)
    : socket_(socket),
      snmp_(::open("/proc/self/net/snmp", O_RDONLY | O_CLOEXEC)),
      snmp6_(::open("/proc/self/net/snmp6", O_RDONLY | O_CLOEXEC)) {
  read(/*was_filled=*/false);
}

void KernelCounters::read(bool was_filled) {
  Page v4;
  Page v6;
  const std::uint32_t drops = socket_drops();
  counts_.read(drops, udp_losses_in(read_whole(snmp_, v4), read_whole(snmp6_, v6)), was_filled);
}

std::uint32_t KernelCounters::socket_drops() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_, SOL_SOCKET, SO_MEMINFO, info.data(), &size) != 0) return 0;
  return info[SK_MEMINFO_DROPS];
}

}  // namespace flatline
