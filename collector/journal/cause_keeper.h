#pragma once

// Brings to the registry which checks' names have got places among the causes, on the journal's
// thread. While a name is not stored, its place goes to no other (fleet/cause_places.h).

#include <vector>

#include "collector/view/cause_name.h"
#include "collector/view/dirty_table.h"

namespace flatline {

class CauseKeeper {
 public:
  explicit CauseKeeper(DirtyTable<CauseName>& names) : names_(names) {}

  /// Takes the marks and copies the marked rows. Throws Failure if the loop overtook the copying of
  /// a row at every attempt.
  void take();
  [[nodiscard]] const std::vector<PlacedCause>& taken() const { return taken_; }
  /// What was taken is on the disk.
  void stored() { taken_.clear(); }
  /// What was taken could not be stored, and is marked again.
  void put_back();
  /// Marks every name, because the file is a new one or was opened again.
  void mark_all();

 private:
  DirtyTable<CauseName>& names_;
  std::vector<PlacedCause> taken_;
};

}  // namespace flatline
