#pragma once

// Hosts as people name many of them at once: folded, `web-[001-250,252]`, as this program prints
// them, and by patterns, `db-*`. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace flatline::cli {

/// The texts that a folded one stands for; itself if nothing in it is folded. Throws UsageError:
/// brackets that do not close, what is no range, more than a cell's hosts.
std::vector<std::string> unfold(const std::string& text);

/// Whether it has a `*` or `?`, which stand for any characters and for one.
bool is_glob(std::string_view text);
bool matches_glob(const std::string& glob, const std::string& name);

/// The hosts that the arguments mean, each once, in their order. Names stand for themselves, globs
/// for those of `registered` that match. Throws UsageError: no name, or a glob that none matches.
std::vector<std::string> choose_hosts(const std::vector<std::string>& arguments,
                                      const std::vector<std::string>& registered);

}  // namespace flatline::cli
