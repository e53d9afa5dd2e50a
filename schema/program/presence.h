#pragma once

// Whether a file is there, as the system tells. Where the system does not tell, for a failing disk
// or a missing permission, the file is neither there nor missing: who took it for missing would
// make a new one in its place. (std::filesystem::exists throws then, or says "missing".)

#include <cstdint>
#include <filesystem>
#include <string>

namespace flatline {

class Presence {
 public:
  Presence(int error_number, std::uint64_t size_bytes) noexcept
      : error_number_(error_number), size_bytes_(size_bytes) {}

  [[nodiscard]] bool is_there() const { return error_number_ == 0; }
  [[nodiscard]] bool is_missing() const;
  /// The system did not tell, for reason().
  [[nodiscard]] bool is_unknown() const { return !is_there() && !is_missing(); }
  [[nodiscard]] std::string reason() const;

  /// Of a file that is there.
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  int error_number_;
  std::uint64_t size_bytes_;
};

/// Asks the system. Follows symbolic links; throws nothing.
[[nodiscard]] Presence presence_of(const std::filesystem::path& path) noexcept;

/// The same for who cannot go on without knowing. Throws Failure where it is unknown.
[[nodiscard]] Presence known_presence_of(const std::filesystem::path& path);

}  // namespace flatline
