#pragma once

// The file of contexts: which collectors there are, by name, and which of them are asked together.
//
//     default = "prod"
//
//     [collectors.mon-1]
//     address = "https://mon-1.example:4171"
//     ca_file = "ca.pem"
//     token_file = "mon-1.token"
//
//     [collectors.mon-2]
//     …
//
//     [contexts.prod]
//     collectors = ["mon-1", "mon-2"]
//
// Each collector is a context of its own besides, by its name. Paths are relative to the file's
// folder, or to the home folder behind `~/`.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/api_address.h"

namespace flatline::cli {

/// A collector as the file has it. What it does not have is empty.
struct CollectorEntry {
  std::string name;
  std::string file = {};   ///< Which has it; empty of one that was given by its address.
  std::string typed = {};  ///< The address as it was written.
  ApiAddress address;      ///< By https where there is a `ca_file` and no scheme.
  std::string ca_file;
  std::string token_file;
  std::string admin_token_file;
};

struct ContextEntry {
  std::string name;
  std::vector<std::string> collectors;  ///< In the order in which they are asked.
};

struct ContextsFile {
  std::string path;          ///< Empty where there is no such file.
  std::string default_name;  ///< Of a context or a collector; empty if there is none.
  std::vector<CollectorEntry> collectors;
  std::vector<ContextEntry> contexts;

  /// The collectors of a context, or the one of that name. Throws UsageError where there is
  /// neither, which begins with `said_by`: `--context`.
  [[nodiscard]] std::vector<CollectorEntry> of(std::string_view said_by,
                                               std::string_view name) const;
  /// Nothing where there is no such collector.
  [[nodiscard]] const CollectorEntry* collector(std::string_view name) const;
};

/// Where files of contexts may be: the user's own, and the machine's where he has none.
std::vector<std::filesystem::path> contexts_paths();

/// Reads the first of `paths` that there is. Throws ConfigurationError that tells all that is wrong
/// with it, each with its line, its key and what is allowed.
ContextsFile read_contexts(const std::vector<std::filesystem::path>& paths);

}  // namespace flatline::cli
