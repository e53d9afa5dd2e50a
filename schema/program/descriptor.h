#pragma once

// A file descriptor with an owner, which closes it once: at its own end, and also where what was to
// be made around it throws half-way. It moves, because who opens a file is often not who keeps it.

namespace flatline {

class Descriptor {
 public:
  Descriptor() = default;
  /// Owns what open(), socket() and their like return. Below 0 it is none, and errno says why.
  explicit Descriptor(int number) noexcept : number_(number) {}
  /// Closes, and leaves errno as it is: who tells of a failure may let go of the file first.
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;

  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  /// For calls of the system; stays owned here.
  [[nodiscard]] int get() const { return number_; }
  /// The caller's to close from now on.
  [[nodiscard]] int release() noexcept;

 private:
  int number_ = -1;
};

}  // namespace flatline
