#pragma once

// What it takes to make a fleet's inventory equal to a list of hosts. Pure.

#include <cstddef>
#include <string>
#include <vector>

namespace flatline::cli {

struct InventoryChange {
  std::vector<std::string> coming;    ///< Of the list, in its order, and not registered.
  std::vector<std::string> admitted;  ///< Of those, who is forgotten now and will be let in.
  std::vector<std::string> going;     ///< Expected, never heard, and not of the list.
  std::vector<std::string> staying;   ///< Registered and heard, though not of the list.
};

/// `expected` are those of the `registered` hosts that were not heard since they were expected, and
/// `forgotten` those that are kept out.
InventoryChange inventory_change(const std::vector<std::string>& list,
                                 const std::vector<std::string>& registered,
                                 const std::vector<std::string>& expected,
                                 const std::vector<std::string>& forgotten);

/// Says who would come and who would go, a line each, to be agreed to.
std::string report_proposal(const InventoryChange& change);

/// Says who stays though no list has it, and what takes it; empty where nobody does.
std::string report_staying(const InventoryChange& change);

}  // namespace flatline::cli
