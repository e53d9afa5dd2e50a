#include "collector/journal/loss_note.h"

#include <fmt/core.h>

#include <array>
#include <cerrno>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/presence.h"
#include "schema/program/small_file.h"
#include "schema/program/whole_file.h"

namespace flatline {

LossNote::LossNote(const std::filesystem::path& folder) : file_(folder / kLossFile) {
  std::array<char, kLossNoteBytes> buffer;
  const std::string_view text = read_small_file(file_.c_str(), buffer);
  if (text.data() == nullptr) {
    if (errno == ENOENT || errno == ENOTDIR) return;
    text_ =
        fmt::format("something was lost before; cannot read what: {}\n", system_error_text(errno));
  } else {
    text_ = text.empty() ? "something was lost before\n" : text;
  }
  stored_ = true;
}

/// The oldest losses make room: their lines went into the log, too.
void LossNote::add(const std::string& loss) {
  log_warning("{}", loss);
  text_ += loss + "\n";
  while (text_.size() > kLossNoteBytes && text_.find('\n') + 1 < text_.size()) {
    text_.erase(0, text_.find('\n') + 1);
  }
  if (text_.size() > kLossNoteBytes) text_.resize(kLossNoteBytes);
  write();
}

void LossNote::look() {
  if (text_.empty()) return;
  if (!stored_) return write();
  if (presence_of(file_).is_missing()) text_.clear();
}

void LossNote::write() noexcept {
  try {
    replace_whole_file(file_, text_);
    stored_ = true;
  } catch (const std::exception&) {
    stored_ = false;  // The disk's trouble is told by whoever stores more than this.
  }
}

std::string LossNote::told() const {
  if (text_.empty()) return {};
  std::string line = text_.ends_with('\n') ? text_.substr(0, text_.size() - 1) : text_;
  for (std::size_t at = 0; (at = line.find('\n', at)) != std::string::npos; at += 2) {
    line.replace(at, 1, "; ");
  }
  return fmt::format("{}; who has seen to it removes {}", line, file_.string());
}

}  // namespace flatline
