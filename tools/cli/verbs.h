#pragma once

// The verbs, one function each; a file a group. Each prints its answer on stdout and returns the
// exit code; what goes wrong is thrown.

#include "schema/standard_files.h"
#include "tools/cli/client.h"
#include "tools/cli/options.h"
#include "tools/cli/terminal.h"

namespace flatline::cli {

/// What the verbs that ask a collector work with.
struct Session {
  const Options& options;
  Terminal terminal;
  Client client;
  [[nodiscard]] bool colored() const { return terminal.is_terminal && !options.no_color; }
};

int keygen(const Options& options);
int enroll(const Options& options);

int status(Session& session);
int watch(Session& session);
int check(Session& session);
int list(Session& session);
int show(Session& session);
int bitmap(Session& session);
int map(Session& session);

}  // namespace flatline::cli
