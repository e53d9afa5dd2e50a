#include "collector/journal/restored_planes.h"

#include "collector/journal/history_reader.h"
#include "schema/clock.h"

namespace flatline {

void restore_newer_planes(const std::filesystem::path& folder, WallTime checkpointed_at,
                          std::vector<Tenancy>& restored) {
  try {
    HistoryReader history(folder);
    std::vector<std::uint8_t> planes(history.shape().capacity);
    const auto step = history.read(wall_now(), planes);
    if (!step || step->time <= checkpointed_at) return;
    for (Tenancy& tenancy : restored) {
      if (tenancy.slot < planes.size() && tenancy.registered_at <= step->time) {
        tenancy.last.planes = planes[tenancy.slot];
      }
    }
  } catch (const std::exception&) {
    // There is none, or the journal's thread will say what is wrong with it.
  }
}

}  // namespace flatline
