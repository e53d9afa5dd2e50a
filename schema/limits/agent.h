#pragma once

// The limits of an agent, and of the checks that it runs.

#include <chrono>
#include <cstddef>

#include "schema/limits/collector.h"
#include "schema/limits/wire.h"

namespace flatline {

/// How many collectors an agent sends to: a pair or two, and a move from one to another.
inline constexpr std::size_t kCollectors = 8;
/// How often a check runs: no snapshot tells more often, and rarer than once a day is no check.
inline constexpr std::chrono::milliseconds kMinCheckPeriod{100};
inline constexpr std::chrono::hours kMaxCheckPeriod{24};
inline constexpr std::chrono::milliseconds kDefaultCheckPeriod{10'000};
/// How long one run of a check may take. It is below the period, so that runs never pile up.
inline constexpr std::chrono::milliseconds kDefaultCheckTimeout{5'000};
static_assert(kDefaultCheckTimeout < kDefaultCheckPeriod);
/// A check that changes at every run flaps, even where a sample holds two changes, the next none.
static_assert(kFlappingSample <= kDefaultCheckPeriod &&
              kFlappingBegins * kDefaultCheckPeriod * 2 < kFlappingSamples * kFlappingSample);
/// The highest `fail_after` and `recover_after`: results in a row that make a check fail, or end
/// it.
inline constexpr unsigned kMaxInARow = 100;
/// A check whose last result is older than this many of its periods is UNKNOWN.
inline constexpr unsigned kResultPeriods = 2;
/// How much of a plugin's output is kept. The rest is thrown away, so that it never blocks.
inline constexpr std::size_t kPluginOutputBytes = 8192;
/// How much of what it writes to stderr: the last half of this at least, which holds the last line.
inline constexpr std::size_t kPluginErrorBytes = 1024;
static_assert(kPluginErrorBytes / 2 >= 2 * kMessageBytes);
/// What a pipe holds on Linux, and so the most that is read of it once its plugin has ended.
inline constexpr std::size_t kPipeBytes = 65'536;
/// A plugin gets SIGTERM when all but this part of its timeout is over, a tenth, and SIGKILL at the
/// timeout: enough to remove a lock and to say something.
inline constexpr int kPluginGraceDivisor = 10;
/// A plugin whose check is dropped gets SIGTERM at once, and SIGKILL after this. The agent's own
/// end waits no longer for its plugins, so that whoever stops it does not wait either.
inline constexpr std::chrono::milliseconds kPluginEndGrace{1000};
/// How many words a plugin's command may have, and how many variables its environment.
inline constexpr std::size_t kPluginArguments = 64;
/// How much of a process's command line is looked through for a text.
inline constexpr std::size_t kCommandLineBytes = 4096;
/// How often an epoch that the disk did not take is stored again. Where that fails it costs a
/// write.
inline constexpr std::chrono::milliseconds kEpochRetryPeriod{60'000};
/// How many files an agent needs to have open: its own (stdin to stderr, loop, lock, two sockets
/// and what it reads just now), for each check (a plugin's two pipes and those of its start; a
/// lookup), and for each collector (a lookup). With the most of both it is below what select() can
/// take.
inline constexpr std::size_t kAgentFiles = 24;
inline constexpr std::size_t kFilesPerCheck = 6;
inline constexpr std::size_t kFilesPerCollector = 4;
static_assert(kAgentFiles + kChecks * kFilesPerCheck + kCollectors * kFilesPerCollector < 1024);
/// How many ended processes that are not its own the agent asks for at once.
inline constexpr unsigned kReapsAtOnce = 64;
/// How often the names of collectors are resolved again, to follow a name that moved.
inline constexpr std::chrono::seconds kResolvePeriod{30};
/// Sending to a collector is told to work again when no error came for this long, so that a network
/// that comes and goes fills no log.
inline constexpr std::chrono::seconds kSendingCalm{10};
/// How many addresses of one name are looked at: names have a handful.
inline constexpr std::size_t kResolvedAddresses = 16;
/// How long `leave` waits for the agent's end after the intervals in which the agent says goodbye.
inline constexpr std::chrono::seconds kLeaveGrace{5};
/// An alarm whose ring threw rings again after this: it misses little, and it fills no log.
inline constexpr std::chrono::seconds kAlarmRetry{1};
/// The largest configuration file that an agent or a collector reads.
inline constexpr std::size_t kConfigFileBytes = 1 << 20;

}  // namespace flatline
