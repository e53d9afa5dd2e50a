#pragma once

// Lists of host names as people want to read them: in natural order, and folded. Pure.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace flatline::cli {

/// The name, or `(slot 7)` of a host of the past whose name is no longer remembered.
std::string name_or_slot(const std::string& name, std::uint32_t slot);

/// Whether `a` comes before `b` when runs of digits count as numbers: web-2 before web-10.
bool natural_less(std::string_view a, std::string_view b);

/// The places of `texts` in natural order; those of equal texts as they stand.
std::vector<std::uint32_t> natural_order(std::span<const std::string_view> texts);

/// Folds names that differ in a number alone into one text for each group, such as
/// `web-[001-250,252]` or `db-7`, the last number first; texts that then differ in an earlier
/// number alone, too: `r[1-2]-n[01-10]`. Each text stands where its first name does in natural
/// order. The numbers of a range all have one width, or none of them is padded.
std::vector<std::string> fold_names(std::vector<std::string> names);

}  // namespace flatline::cli
