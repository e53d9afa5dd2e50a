#pragma once

// Whom a command asks: what flags, the environment and the file of contexts say of it, and who of
// them counts. A flag beats the environment, and that beats the file.
//
// A token belongs to its collector. What the file says of one is shown to no other: where --api or
// FLATLINE_API names an address, nothing of the file holds, unless --context says besides which
// collector that is. And where --context takes the place of FLATLINE_API, the tokens that the
// environment names do not go to the context's collectors.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/client.h"
#include "tools/cli/contexts_file.h"

namespace flatline::cli {

/// What flags, or the environment, say of whom to ask. Empty where they say nothing.
struct Asked {
  std::string api = {};
  std::string context = {};
  std::string ca_file = {};
  std::string token_file = {};
  std::string admin_token_file = {};
};

/// FLATLINE_API, FLATLINE_CONTEXT, FLATLINE_CA, FLATLINE_TOKEN_FILE and FLATLINE_ADMIN_TOKEN_FILE.
Asked asked_by_environment();

/// Those who are asked. Where no file names them, their entry's name is the address as it was
/// typed.
struct Chosen {
  std::string context;  ///< Empty where an address was given, or where nothing was.
  std::vector<CollectorEntry> collectors;
  [[nodiscard]] bool is_pair() const { return collectors.size() > 1; }
};

/// Throws UsageError where a collector would be shown no token for changes.
void require_operator_tokens(const std::string& verb, const Chosen& chosen);

/// The flags, and those of a command line that is being typed in their place.
Asked with_typed(Asked flags, const std::vector<std::string>& arguments);

class Collectors {
 public:
  /// Files of contexts are looked for in `paths`, and only when one is needed.
  Collectors(Asked flags, Asked environment, std::vector<std::filesystem::path> paths,
             std::chrono::milliseconds timeout);

  /// Throws UsageError where what was asked for is not there, and Failure for a wrong file.
  Chosen chosen();
  /// The collector of that name in the file, with what flags say besides; or, where `name` is an
  /// address, the one there.
  CollectorEntry named(const std::string& name);
  /// Without collectors and contexts where there is no file.
  const ContextsFile& file();

  /// Asks the first of these that answers; all are shown the token for reading, or for changes.
  /// Throws Failure where a token's file cannot be read.
  [[nodiscard]] Client client(const std::vector<CollectorEntry>& entries, bool is_operator) const;
  /// The token that a collector is shown by a verb that changes something, or by any other. One is
  /// enough: whoever may change something may read. But for reading, the admin token goes to
  /// private addresses alone.
  [[nodiscard]] static TokenSource token_source_of(const CollectorEntry& entry, bool is_operator);
  /// The files that flags name, and those of the environment where it does not name others to ask,
  /// take the place of the entries' own.
  [[nodiscard]] std::vector<CollectorEntry> with_given_files(
      std::vector<CollectorEntry> entries) const;

 private:
  [[nodiscard]] bool environment_is_of(const CollectorEntry& entry) const;
  [[nodiscard]] static CollectorEntry at_address(const std::string& address);

  Asked flags_;
  Asked environment_;
  std::vector<std::filesystem::path> paths_;
  std::chrono::milliseconds timeout_;
  std::optional<ContextsFile> file_;
};

}  // namespace flatline::cli
