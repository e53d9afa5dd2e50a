#pragma once

// Lists of host names as people want them: in natural order, and folded. Pure.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace flatline::cli {

/// The name, or `(slot 7)` of a host of the past whose name is no longer remembered.
std::string name_or_slot(const std::string& name, std::uint32_t slot);

/// Whether `a` comes before `b` when runs of digits count as numbers: web-2 before web-10.
bool natural_less(std::string_view a, std::string_view b);

/// Groups of names that differ in their last number alone, one text a group:
/// `web-[001-250,252]`, `db-7`. Names are sorted first; the numbers of a group have one width, or
/// none of them is padded.
std::vector<std::string> fold_names(std::vector<std::string> names);

}  // namespace flatline::cli
