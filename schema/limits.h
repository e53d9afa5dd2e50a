#pragma once

// Every limit of flatline, with its unit and its reason. A number that bounds anything stands in
// one of these files and nowhere else (but for the simulated fleet's, in tools/sim/limits.h), and
// the relations between these numbers are checked while compiling. The unit is in the type or the
// name; what has neither is a count. Code includes this file alone, so that a limit can move.

#include "schema/limits/agent.h"
#include "schema/limits/api.h"
#include "schema/limits/collector.h"
#include "schema/limits/command_line.h"
#include "schema/limits/journal.h"
#include "schema/limits/wire.h"
