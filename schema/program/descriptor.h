#pragma once

// Owns a file descriptor and closes it exactly once, also where a constructor throws half-way after
// opening it. It can be moved, because whoever opens a file is often not whoever keeps it.

namespace flatline {

class Descriptor {
 public:
  Descriptor() = default;
  /// Owns what open(), socket() and their like returned. A number below 0 is no descriptor; errno
  /// then says why.
  explicit Descriptor(int number) noexcept : number_(number) {}
  /// Closes the descriptor and leaves errno as it is, so that a failure can still be told after the
  /// file was closed.
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;

  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  /// The number, for system calls. This object still owns it.
  [[nodiscard]] int get() const { return number_; }
  /// Gives the number up: from now on the caller must close it.
  [[nodiscard]] int release() noexcept;

 private:
  int number_ = -1;
};

/// Opens a file, and tries again when a signal interrupted that, as it may on a disk in a network.
/// `mode` is that of a file that is made. Where it fails, errno says why.
[[nodiscard]] Descriptor open_file(const char* path, int flags, unsigned mode = 0) noexcept;

}  // namespace flatline
