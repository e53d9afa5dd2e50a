#pragma once

// The rules of the house (one file for each kind), each held against the source tree. What they
// allow stands in tables at the top of those files; DESIGN's layout and STYLE's page are where they
// come from.

#include "tests/rules/source_tree.h"

namespace flatline {

// rooms.cc: folders are rooms, and arrows between them run one way.
Breaches breaches_of_rooms(const Tree& tree);
/// The table itself: an arrow that comes back, or one to a room that it does not have.
Breaches breaches_in_table_of_rooms();

/// A room is a folder, or a file's beginning where a folder's own files stand on two floors.
struct Room {
  std::string_view path;
  /// Rooms by their paths; `collector/*` stands for every room whose path begins with `collector/`.
  Words may_include;
};
Breaches circles_between(const std::vector<Room>& rooms);

// doors.cc: libraries stay behind their doors.
Breaches breaches_of_doors(const Tree& tree);
Words paths_of_doors();  ///< That its table names.

// purity.cc: what decides is handed the time and does no I/O.
Breaches breaches_of_purity(const Tree& tree);
Words paths_of_purity();  ///< That its tables name.

// waiting.cc: nothing waits in libuv's pool, and no test sleeps.
Breaches breaches_of_the_pool(const Tree& tree);
Breaches breaches_of_waiting(const Tree& tree);

// size.cc: files and functions stay short.
Breaches breaches_of_length(const Tree& tree);
Breaches breaches_of_functions(const Tree& tree);

// throwing.cc: Failure is thrown where somebody catches it.
Breaches breaches_of_throwing(const Tree& tree);
Words paths_of_throwing();  ///< That its table names.

// system.cc: descriptors are closed by their owner, and a file that nobody can tell of is not
// missing.
Breaches breaches_of_asking(const Tree& tree);

// links.cc: what our pages refer to is there.
Breaches breaches_of_links(const Tree& tree);

// use.cc: what nobody uses is not there.
Breaches breaches_of_use(const Tree& tree);
Breaches breaches_of_pragma_once(const Tree& tree);

}  // namespace flatline
