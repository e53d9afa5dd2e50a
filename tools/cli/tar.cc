#include "tools/cli/tar.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "schema/invariant.h"

namespace flatline::cli {
namespace {

constexpr std::size_t kBlockBytes = 512;

/// What a header says of its entry.
struct Entry {
  std::string_view path;
  char type;
  unsigned mode;
  std::size_t size_bytes;
  WallTime modified;
};

/// Where a field of the header begins, and how many bytes it has (POSIX.1-2017, pax, "ustar
/// Interchange Format").
struct Field {
  std::size_t offset;
  std::size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUser{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kModified{136, 12};
constexpr Field kChecksum{148, 8};
constexpr Field kType{156, 1};
constexpr Field kMagic{257, 8};
constexpr Field kUserName{265, 32};
constexpr Field kGroupName{297, 32};

void put(std::string& block, const Field& field, std::string_view text) {
  INVARIANT(text.size() <= field.size);
  std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(field.offset));
}

/// A number is octal, as wide as its field but for the zero byte at its end.
void put_number(std::string& block, const Field& field, std::uint64_t number) {
  put(block, field, fmt::format("{:0{}o}", number, field.size - 1));
}

std::string header(const Entry& entry) {
  std::string block(kBlockBytes, '\0');
  put(block, kName, entry.path);
  put_number(block, kMode, entry.mode);
  put_number(block, kUser, 0);
  put_number(block, kGroup, 0);
  put_number(block, kSize, entry.size_bytes);
  put_number(
      block, kModified,
      static_cast<std::uint64_t>(
          std::chrono::floor<std::chrono::seconds>(entry.modified.time_since_epoch()).count()));
  put(block, kType, {&entry.type, 1});
  put(block, kMagic,
      std::string_view("ustar\0"
                       "00",
                       8));
  put(block, kUserName, "root");
  put(block, kGroupName, "root");
  // The sum of all bytes, with spaces in its own place.
  put(block, kChecksum, "        ");
  const unsigned sum = std::accumulate(block.begin(), block.end(), 0U, [](unsigned all, char byte) {
    return all + static_cast<unsigned char>(byte);
  });
  put(block, kChecksum, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  return block;
}

}  // namespace

std::string tar_file(std::string_view path, std::string_view content, WallTime modified) {
  std::string text = header({path, '0', 0600, content.size(), modified});
  text += content;
  const std::size_t beyond = content.size() % kBlockBytes;
  if (beyond != 0) text.append(kBlockBytes - beyond, '\0');
  return text;
}

std::string tar_folder(std::string_view path, WallTime modified) {
  return header({path, '5', 0755, 0, modified});
}

std::string tar_end() {
  return std::string(2 * kBlockBytes, '\0');
}

}  // namespace flatline::cli
