#pragma once

// Reads the ways in which people name many hosts at once: folded as this program prints them,
// `web-[001-250,252]`, with several ranges, `rack[1-4]-node[01-16]`, in lists, `web-1,db-[1-3]`,
// and by patterns, `db-*`. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace flatline::cli {

/// The texts that a folded text stands for; the text itself if nothing in it is folded. Of several
/// ranges the last runs fastest. Throws UsageError if brackets do not close, if they hold no range,
/// or if there would be more texts than the largest collector has hosts.
std::vector<std::string> unfold(const std::string& text);

/// Whether a text has a `*`, which stands for any characters, or a `?`, which stands for one.
bool is_glob(std::string_view text);
bool matches_glob(const std::string& glob, const std::string& name);

/// The hosts that the arguments mean, each once, in their order. A name means itself, and a glob
/// means those of `candidates` that match, which are the `kind` hosts. Throws UsageError if an
/// argument is no host name, or if no host matches a glob.
std::vector<std::string> choose_hosts(const std::vector<std::string>& arguments,
                                      const std::vector<std::string>& candidates,
                                      std::string_view kind = "registered");

}  // namespace flatline::cli
