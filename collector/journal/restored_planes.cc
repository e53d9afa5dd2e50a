#include "collector/journal/restored_planes.h"

#include "collector/journal/history_reader.h"
#include "schema/program/clock.h"

namespace flatline {
namespace {

/// The newest step's view, and a slot's planes in it.
struct NewestStep {
  ViewMark view;
  std::vector<std::uint8_t> planes;
};

/// Steps are found by the wall clock, which may have been set back since the last one: then that
/// one's time is yet to come by today's clock, but not far from the checkpoint's, by its own.
NewestStep newest_step(HistoryReader& history, WallTime checkpointed_at) {
  NewestStep newest;
  const WallTime last_possible = checkpointed_at + kCheckpointPeriod + 2 * history.shape().step;
  for (const WallTime time : {wall_now(), last_possible}) {
    std::vector<std::uint8_t> planes(history.shape().capacity);
    const auto step = history.read(time, planes);
    if (!step) continue;
    const ViewMark view{step->time, step->generation, step->tick};
    if (view.is_after(newest.view)) newest = {view, std::move(planes)};
  }
  return newest;
}

/// Who came after the checkpoint is known by wall clocks alone: they count if they did not go back
/// from the checkpoint over the host to the step.
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
    if (!newest.view.is_after(checkpointed)) return;
    for (RestoredHost& tenancy : restored) {
      const bool stepped = tenancy.slot < newest.planes.size();
      if (stepped && was_there(tenancy, checkpointed.time, newest.view.time)) {
        tenancy.last.planes = newest.planes[tenancy.slot];
      }
    }
  } catch (const std::exception&) {
    // There is none, or the journal's thread will say what is wrong with it.
  }
}

}  // namespace flatline
