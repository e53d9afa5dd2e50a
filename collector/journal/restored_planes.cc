#include "collector/journal/restored_planes.h"

#include "collector/journal/history_reader.h"
#include "schema/program/clock.h"

namespace flatline {
namespace {

/// The view of the newest step, and what it says about each slot.
struct NewestStep {
  ViewMark view;
  std::vector<std::uint8_t> planes;
  std::vector<std::uint8_t> causes;
};

/// Steps are found by the wall clock. If that was set back since the last step, the step's time is
/// still to come by today's clock. So the search is made once from today's time and once from the
/// latest time that the step can have by the checkpoint's clock.
NewestStep newest_step(HistoryReader& history, WallTime checkpointed_at) {
  NewestStep newest;
  const WallTime last_possible = checkpointed_at + kCheckpointPeriod + 2 * history.shape().step;
  for (const WallTime time : {wall_now(), last_possible}) {
    std::vector<std::uint8_t> planes(history.shape().capacity);
    const auto step = history.read(time, planes);
    if (!step) continue;
    const ViewMark view{step->time, step->generation, step->tick};
    if (!view.is_after(newest.view)) continue;
    newest = {view, std::move(planes), std::vector<std::uint8_t>(history.shape().capacity)};
    (void)history.read_causes(step->number, newest.causes);
  }
  return newest;
}

/// Whether the host had its slot at the time of the step. If it came after the checkpoint, only
/// times of the wall clock tell, and they count only if the clock did not go back from the
/// checkpoint to the host's registration and on to the step.
bool was_there(const RestoredHost& tenancy, WallTime checkpointed_at, WallTime step) {
  return tenancy.last.was_there ||
         (checkpointed_at <= tenancy.registered_at && tenancy.registered_at <= step);
}

}  // namespace

void restore_newer_planes(const std::filesystem::path& folder, const ViewMark& checkpointed,
                          std::vector<RestoredHost>& restored) {
  try {
    HistoryReader history(folder);
    const NewestStep newest = newest_step(history, checkpointed.time);
    const bool is_newer = newest.view.is_after(checkpointed);
    for (RestoredHost& tenancy : restored) {
      if (tenancy.slot >= newest.planes.size() ||
          !was_there(tenancy, checkpointed.time, newest.view.time)) {
        continue;
      }
      if (is_newer) tenancy.last.planes = newest.planes[tenancy.slot];
      // A checkpoint has no causes. The step's still holds where nothing else has changed since.
      if (tenancy.last.planes == newest.planes[tenancy.slot] &&
          tenancy.registered_at <= newest.view.time) {
        tenancy.last.cause = newest.causes[tenancy.slot];
      }
    }
  } catch (const std::exception&) {
    // There is no history, or the journal's thread will say what is wrong with it.
  }
}

}  // namespace flatline
