#pragma once

// Tells what of a damaged registry could not be saved, until an operator has seen it: the text is a
// file in the data folder, and who has seen to it removes that file. So it is told over restarts,
// too, and nobody else can take it back.

#include <filesystem>
#include <string>

namespace flatline {

inline constexpr const char* kLossFile = "flatline.lost";

class LossNote {
 public:
  /// Reads what was told before. A file that cannot be read is told as such.
  explicit LossNote(const std::filesystem::path& folder);

  /// Tells of one loss more. Where the file cannot be written now, look() tries again.
  void add(const std::string& loss);
  /// Looks whether an operator has removed the file. The folder must be the locked one.
  void look();

  /// One line for the status; empty if nothing is lost, or what was lost has been seen.
  [[nodiscard]] std::string told() const;

 private:
  void write() noexcept;

  std::filesystem::path file_;
  std::string text_;     ///< A line for each loss.
  bool stored_ = false;  ///< Whether the file has the text.
};

}  // namespace flatline
