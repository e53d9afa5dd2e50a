#pragma once

// Whether a file is there, as the system tells. Where a failing disk or a missing permission keeps
// the system from telling, the file counts neither as there nor as missing: a caller that took it
// for missing would make a new one in its place. (std::filesystem::exists() throws then, or says
// that the file is missing.)

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
  /// The system did not tell; reason() says why.
  [[nodiscard]] bool is_unknown() const { return !is_there() && !is_missing(); }
  [[nodiscard]] std::string reason() const;

  /// The size of a file that is there; otherwise 0.
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  int error_number_;
  std::uint64_t size_bytes_;
};

/// Asks the system about `path`, and follows symbolic links. Throws nothing.
[[nodiscard]] Presence presence_of(const std::filesystem::path& path) noexcept;

/// Does the same for a caller that cannot go on without knowing: throws Failure if it is unknown.
[[nodiscard]] Presence known_presence_of(const std::filesystem::path& path);

}  // namespace flatline
