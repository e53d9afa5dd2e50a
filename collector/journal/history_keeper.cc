#include "collector/journal/history_keeper.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "collector/journal/data_folder.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/presence.h"

namespace flatline {

HistoryKeeper::HistoryKeeper(const std::filesystem::path& folder, const HistoryShape& shape,
                             BrokenPages* broken, std::function<void(const View&)> before_step)
    : file_(folder / kHistoryFile),
      shape_(shape),
      broken_(broken),
      before_step_(std::move(before_step)),
      view_(shape.capacity) {}

bool HistoryKeeper::turn(const ViewBoard& board, FolderLock& lock) {
  ViewHead head;
  if (!board.read_head(head) || head.tick == 0) return false;
  newest_ = head;
  worst_tick_ = std::max(worst_tick_, head.work.last_tick_time);
  const std::uint64_t number = shape_.number_at(head.time);
  const bool due = number != 0 && number != last_number_;
  // A file that could not be made is not tried again before the next step, because making it is
  // much work.
  if (!due && !maker_) return false;
  if (!maker_ && failed_number_ == number) return false;
  try {
    lock.hold();
    if (ring_ && ring_->moved()) {
      log_warning("{}: the file is no longer there; it is opened or made anew", file_.string());
      ring_.reset();
    }
    if (!ring_ && !make(head)) return true;
    mend();
    store(board);
    suspected_ = false;
    trouble_.clear();
  } catch (const SqliteError& error) {
    trouble_ = fmt::format("{}: {}", file_.string(), error.what());
    if (maker_) failed_number_ = number;
    maker_.reset();
    if (error.is_unreadable()) ring_.reset();
    if (!error.is_corruption()) return false;
    meet_damage(error.what());
    return ring_ != nullptr || maker_ != nullptr;
  } catch (const std::exception& error) {
    trouble_ = error.what();
    if (maker_ || !ring_) failed_number_ = number;
    maker_.reset();
  }
  return false;
}

/// Goes on with making the file if there is none, and opens it when it is finished. Returns true if
/// it is open.
bool HistoryKeeper::make(const ViewHead& head) {
  if (!maker_) begin_making(head);
  if (maker_) {
    if (!maker_->advance()) {
      if (head.at - told_at_ >= std::chrono::seconds{1}) {
        told_at_ = head.at;
        log_info("{}: {} % made", file_.string(), maker_->rows_made() * 100 / shape_.rows());
      }
      return false;
    }
    if (const std::int64_t lost = maker_->rows_lost(); lost > 0) {
      log_warning("{}: {} of its pages were damaged; what they held is a gap", file_.string(),
                  lost);
    }
    maker_.reset();
    log_info("{}: made", file_.string());
  }
  remove_older_history(file_.parent_path());
  ring_ = std::make_unique<HistoryRing>(file_, shape_);
  return true;
}

/// Begins to make the file if there is none, or if the one that is there has steps that hold more
/// or less than they are to hold from now on: then all of them go on in a new file. While that is
/// made no step is stored.
void HistoryKeeper::begin_making(const ViewHead& head) {
  const std::uintmax_t mebibytes = history_file_bytes(shape_) >> 20;
  if (known_presence_of(file_).is_missing()) {
    maker_ = std::make_unique<HistoryMaker>(file_.parent_path(), shape_);
    log_info("{}: making {} MiB for {} steps", file_.string(), mebibytes, shape_.steps);
  } else {
    HistoryShape found;
    {
      Database file(file_, static_cast<int>(kDatabaseBusy.count()), Database::Mode::kExisting);
      found = read_history_shape(file, file_);
    }
    if (found == shape_ || !found.has_size_of(shape_)) return;
    maker_ =
        std::make_unique<HistoryMaker>(file_.parent_path(), shape_, HistoryMaker::From::kOther);
    log_info("{}: its steps are {} pages and become {}; making {} MiB, all steps go on there",
             file_.string(), found.chunks(), shape_.chunks(), mebibytes);
  }
  told_at_ = head.at;
}

void HistoryKeeper::store(const ViewBoard& board) {
  if (!board.read(view_)) return;  // Overtaken each time; the next tick tries again.
  const std::uint64_t number = shape_.number_at(view_.head.time);
  if (number == 0) return;
  if (before_step_) before_step_(view_);
  const LoopWork& work = view_.head.work;
  worst_tick_ = std::max(worst_tick_, work.last_tick_time);
  last_cost_ = ring_->write(number, view_,
                            {processor_time(), work.datagrams, work.datagram_bytes,
                             work.published_bytes, work.tick_time, worst_tick_, view_.head.at});
  worst_tick_ = Duration{0};
  work_.add(last_cost_);
  newest_ = view_.head;
  lost_steps_ += missed(newest_);
  last_number_ = number;
  last_ = view_.head.moment();
}

/// How many steps were missed between the last stored one and that of `head`.
std::uint64_t HistoryKeeper::missed(const ViewHead& head) const {
  return last_number_ == 0 ? 0 : shape_.steps_between(last_, head.moment());
}

/// Looks at the pages that readers could not make sense of.
void HistoryKeeper::mend() {
  if (broken_ == nullptr) return;
  for (const std::int64_t row : broken_->take()) {
    try {
      if (row >= shape_.rows() || !ring_->wipe_if_broken(row)) continue;
    } catch (const SqliteError& error) {
      if (!error.is_unreadable()) {
        broken_->note(row);  // It is looked at again.
        throw;
      }
      log_warning("{}: row {} cannot be read now, and is a gap", file_.string(), row);
      continue;
    }
    ++lost_steps_;
    log_warning("{}: row {} was damaged; what it held is a gap now", file_.string(), row);
  }
}

/// What seems to be damaged is opened and read once more, because a disk may have read it wrong. If
/// its head is damaged, it is no history any more. Otherwise it goes on in a new file, with every
/// step that can be read.
void HistoryKeeper::meet_damage(const std::string& damage) {
  ring_.reset();
  try {
    auto ring = std::make_unique<HistoryRing>(file_, shape_);
    if (!suspected_) {
      suspected_ = true;
      log_warning("{}: {}; it is read again", file_.string(), damage);
      ring_ = std::move(ring);
      return;
    }
    ring.reset();
    maker_ =
        std::make_unique<HistoryMaker>(file_.parent_path(), shape_, HistoryMaker::From::kDamaged);
    suspected_ = false;
    log_warning("{}: {}; all steps that can be read go on in a new file", file_.string(), damage);
  } catch (const SqliteError& error) {
    trouble_ = fmt::format("{}: {}", file_.string(), error.what());
    if (error.is_corruption()) condemn(error.what());
  } catch (const std::exception& error) {
    trouble_ = error.what();
  }
}

/// Throws SqliteError where the beginning of the file cannot be read, or not all of it. All of the
/// file may be gigabytes.
void HistoryKeeper::require_readable() const {
  const Database file(file_, static_cast<int>(kDatabaseBusy.count()), Database::Mode::kReadOnly);
  file.read_through(kHistoryProofBytes);
}

void HistoryKeeper::condemn(const std::string& why) {
  try {
    require_readable();
    put_aside(why);
  } catch (const std::exception& error) {
    trouble_ = fmt::format("{}: {}", file_.string(), error.what());
  }
}

void HistoryKeeper::put_aside(const std::string& why) {
  ring_.reset();
  const auto aside = set_aside(file_, "corrupt", wall_now());
  if (!presence_of(file_).is_missing()) return;  // It could not even be renamed.
  log_warning("{}: {}; set aside as {}, a new history begins", file_.string(), why,
              aside.filename().string());
}

}  // namespace flatline
