#pragma once

// Every limit of flatline, with its unit and its reason. A number that bounds anything stands here
// and nowhere else; the relations between them are checked while compiling.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace flatline {

// --- The datagram (CONTRACT.md, "Layout") -------------------------------------------------------

/// The clear header: what routes, orders and keys a datagram before anything is opened.
inline constexpr std::size_t kHeaderBytes = 32;
/// One Cap'n Proto segment of 64 words: everything an agent knows.
inline constexpr std::size_t kSnapshotBytes = 512;
/// Poly1305.
inline constexpr std::size_t kTagBytes = 16;
/// The UDP payload, always.
inline constexpr std::size_t kDatagramBytes = kHeaderBytes + kSnapshotBytes + kTagBytes;
/// What a datagram takes of a socket's receive buffer on Linux (measured: skb and its head).
inline constexpr std::size_t kDatagramBufferBytes = 1280;
/// With IPv6 and UDP headers a datagram stays far below every path's minimum MTU.
static_assert(kDatagramBytes + 40 + 8 <= 1280);

/// Host names: room for any label of DNS (63) and for most machine ids.
inline constexpr std::size_t kNameBytes = 64;
/// `role=web,zone=eu-1a`: a handful of labels.
inline constexpr std::size_t kLabelsBytes = 64;
/// Checks a host can have; a state of each is in every snapshot.
inline constexpr std::size_t kChecks = 32;
inline constexpr std::size_t kCheckNameBytes = 32;
/// A detail page's message: one line of a terminal.
inline constexpr std::size_t kMessageBytes = 80;
/// Words of data, seven pointers and the six lists fill the segment to the last byte.
static_assert(7 * 8 + 7 * 8 + kNameBytes + kLabelsBytes + kChecks + 4 * kChecks + kCheckNameBytes +
                  kMessageBytes ==
              kSnapshotBytes);

// --- Keys ---------------------------------------------------------------------------------------

/// Live fleet keys: the current one, and the next or the last one during a rotation.
inline constexpr std::size_t kFleetKeys = 2;
/// Credential generations: the field's 16 bits.
inline constexpr std::uint16_t kMaxCredentialGeneration = 0xFFFF;
/// Key and credential files are a dozen lines.
inline constexpr std::size_t kKeyFileBytes = 4096;
/// Random low bits of an epoch: two agents started in one millisecond differ.
inline constexpr unsigned kEpochRandomBits = 22;

// --- Schedules ----------------------------------------------------------------------------------

/// An agent's interval: faster than 100 ms tells nothing more, slower than 5 min is not monitoring.
inline constexpr std::chrono::milliseconds kMinInterval{100};
inline constexpr std::chrono::milliseconds kMaxInterval{300'000};
inline constexpr std::chrono::milliseconds kDefaultInterval{1'000};
/// The collector's tick.
inline constexpr std::chrono::milliseconds kMinTick{50};
inline constexpr std::chrono::milliseconds kMaxTick{60'000};
inline constexpr std::chrono::milliseconds kDefaultTick{1'000};
/// Lost snapshots that condemn a host: one loss is noise, sixty are a day.
inline constexpr unsigned kMinStaleAfter = 1;
inline constexpr unsigned kMaxStaleAfter = 60;
inline constexpr unsigned kDefaultStaleAfter = 4;
/// Ticks in which every slot's deadline is looked after once: an hour of the longest, where 32 bits
/// of milliseconds hold 24 days either way; a divisor of every capacity.
inline constexpr std::size_t kRenewTicks = 64;
static_assert(kRenewTicks * kMaxTick + kMaxInterval * (kMaxStaleAfter + 1) <
              std::chrono::milliseconds{1} * (std::int64_t{1} << 31));
/// The collector's own window, for its flags.
inline constexpr std::chrono::milliseconds kMinWindow{500};
inline constexpr std::chrono::milliseconds kMaxWindow{600'000};
inline constexpr std::chrono::milliseconds kDefaultWindow{5'000};
/// How far the authenticated send time of a first contact may be off.
inline constexpr std::chrono::minutes kFirstContactSkew{5};
/// Lag leaks away by one part in this many of the time that passes: a host whose clock runs up to
/// 0.1 % slow never gathers any.
inline constexpr std::int64_t kLagLeakDivisor = 1000;
/// Intervals for which a leaving agent sends its flag: enough to survive some losses.
inline constexpr unsigned kLeaveIntervals = 3;

// --- The collector ------------------------------------------------------------------------------

/// Slots: whole words of a bitmap; a million fit a cell of one machine.
inline constexpr std::uint32_t kMinCapacity = 64;
inline constexpr std::uint32_t kMaxCapacity = 1'048'576;
inline constexpr std::uint32_t kDefaultCapacity = 16'384;
static_assert(kDefaultCapacity % 64 == 0 && kMaxCapacity % 64 == 0);
/// Messages kept a host.
inline constexpr unsigned kMaxMessagesPerHost = kChecks;
inline constexpr unsigned kDefaultMessagesPerHost = 8;
/// Distinct check names in a fleet: fleets have tens.
inline constexpr std::uint16_t kCheckNames = 4096;
/// Datagrams taken by one recvmmsg: large enough that a call's cost vanishes in their openings.
inline constexpr std::size_t kReceiveBatch = 64;
/// How many openings before its own a host's memory is asked for: one takes longer than memory
/// does.
inline constexpr std::size_t kFetchAhead = 2;
/// Batches taken before the loop looks at its timers again: a flood cannot starve the tick.
inline constexpr std::size_t kBatchesPerWake = 64;
/// After the socket was drained it rests for this share of a beat, so that wakes a second are
/// bounded, whatever arrives. Arrivals are reckoned up to two rests too early: a twelfth of the
/// shortest interval, of whose half the windows allow for jitter.
inline constexpr int kRestsPerBeat = 6;
/// Longer rests save little more: waking, with cold caches, is by then a tenth of the work of
/// 10,000 hosts.
inline constexpr std::chrono::milliseconds kMaxReceiveRest{15};
/// The socket's buffer holds this much of the capacity's full rate: a stalled loop loses nothing.
inline constexpr std::chrono::milliseconds kReceiveBufferTime{500};
/// Smallest receive buffer asked for: a small fleet's burst.
inline constexpr std::size_t kMinReceiveBufferBytes = 1 << 20;
/// First contacts opened a second: a quarter of the capacity, so that a fleet registers in four
/// seconds whatever the tick, up to this many, so that they take under 5 % of a core.
inline constexpr std::uint32_t kMaxFirstContactsPerSecond = 16'384;
inline constexpr std::uint32_t kMinFirstContactsPerTick = 64;
/// The collector looks at its clock so many times in the shortest of tick and interval: what it
/// sleeps through beyond two of these looks was a pause.
inline constexpr int kBeatsPerInterval = 4;
inline constexpr std::chrono::milliseconds kMinBeat{10};
/// Lag is counted up to the window and this part of it more: a host whose machine stood still (its
/// uptime with it) is late for this part at the leak's pace, ten minutes with a window of 4.5 s.
inline constexpr std::int64_t kLagBeyondWindowDivisor = 8;
/// A host's interval, once stored, is stored again at most this often: what a host says about
/// itself cannot keep the disk busy.
inline constexpr std::chrono::seconds kIntervalStorePeriod{60};
/// Superseded-epoch snapshots within a window that make a conflict.
inline constexpr unsigned kConflictSnapshots = 3;
/// Share of known, undrained hosts under which a view panics, where it ends, and the smallest fleet
/// for which it speaks at all.
inline constexpr unsigned kDefaultPanicBelowPercent = 50;
inline constexpr unsigned kPanicEndsAbovePoints = 10;
inline constexpr std::uint32_t kPanicMinHosts = 10;
/// Different hosts that were refused as skewed within a window before `clocks disagree` is said.
inline constexpr unsigned kSkewedQuorum = 3;
/// Refused names a view carries for people: enough to find the cause.
inline constexpr std::size_t kNotices = 8;
/// Samples of time remembered of each slot, and how long one is: nearly eleven minutes. A verdict
/// lasts as long as its check's period, not a tick, so a sample is the default period. A host flaps
/// from the first number of samples with a change on (four outages, or eight runs in a row of a
/// check up to a minute apart), and no more below the second: an outage is two changes, a third may
/// be the begin of another, and neither is a pattern.
inline constexpr std::size_t kFlappingSamples = 64;
inline constexpr std::chrono::milliseconds kFlappingSample{10'000};
inline constexpr std::uint32_t kFlappingBegins = 8;
inline constexpr std::uint32_t kFlappingEndsBelow = 4;
static_assert(3 < kFlappingEndsBelow && kFlappingEndsBelow < kFlappingBegins &&
              kFlappingBegins < kFlappingSamples);
/// Grace for a host of the inventory that was never heard.
inline constexpr std::chrono::minutes kExpectedGrace{10};

// --- The API ------------------------------------------------------------------------------------

inline constexpr std::uint32_t kMaxPageHosts = 1000;
inline constexpr std::uint32_t kDefaultPageHosts = 100;
inline constexpr unsigned kApiConnections = 248;
inline constexpr unsigned kApiConnectionsPerClient = 64;
inline constexpr unsigned kApiThreads = 2;
/// libmicrohttpd asks epoll for this many events at once; a thread that gets exactly so many asks
/// again before it serves them, and waits for as long as it may idle. The connections of a thread,
/// its listening socket and its wake-up stay below it.
inline constexpr unsigned kApiEventsAtOnce = 128;
static_assert(kApiConnections / kApiThreads + 2 < kApiEventsAtOnce);
inline constexpr std::size_t kApiConnectionBytes = 16 * 1024;
inline constexpr std::chrono::seconds kApiIdleTimeout{10};
/// A change's body is a line or two of JSON.
inline constexpr std::size_t kApiBodyBytes = 4096;
/// Answers that wait, on the disk or for the loop, each kind in a pool of its own: how many at a
/// time, and how many behind them. The rest is refused: ask again.
inline constexpr unsigned kApiPastThreads = 2;
inline constexpr unsigned kApiChangeThreads = 4;
inline constexpr std::size_t kApiSlowJobs = 16;
inline constexpr unsigned kApiSlowRetrySeconds = 1;
/// A connection is closed this long after it was opened, idle or not: a client that trickles cannot
/// hold its place.
inline constexpr std::chrono::seconds kApiConnectionLifetime{30};
/// A view older than this many ticks means that the loop hangs.
inline constexpr int kStaleViewTicks = 10;
inline constexpr std::size_t kTokenBytes = 1024;
/// Requests a second and their burst: of one client address, and of all together.
inline constexpr double kClientRequestsPerSecond = 50;
inline constexpr double kClientBurst = 2500;
inline constexpr double kAllRequestsPerSecond = 500;
inline constexpr double kAllBurst = 5000;
/// Client addresses remembered for their buckets; the longest unseen makes room.
inline constexpr std::size_t kApiClients = 1024;
/// A full listing of the largest cell passes within one client's burst.
static_assert(kClientBurst > static_cast<double>(kMaxCapacity) / kMaxPageHosts);
/// Points of a fleet's history in one answer, and how many when nothing else is asked.
inline constexpr std::uint32_t kMaxHistoryPoints = 1000;
inline constexpr std::uint32_t kDefaultHistoryPoints = 60;
/// A moment that is further ahead than clocks differ is a mistake, not the present.
inline constexpr std::chrono::seconds kMomentAhead{60};
inline constexpr std::size_t kFilterBytes = 1024;
inline constexpr unsigned kFilterDepth = 32;
/// Attempts to copy a view or a row that is being written: each takes under a microsecond.
inline constexpr unsigned kReadAttempts = 10'000;

// --- Operators ----------------------------------------------------------------------------------

/// Hosts under a ban, a tombstone or a revocation: room for a whole cell of the default
/// capacity (1.6 MB). When it is full, the next one is refused.
inline constexpr std::uint32_t kBans = 16'384;
/// Datagrams a second that bans refuse may still cost an opening; at least so many a
/// tick. They come out of nobody else's budget.
inline constexpr std::uint32_t kBarredOpeningsPerSecond = 4096;
inline constexpr std::uint32_t kMinBarredOpeningsPerTick = 16;
/// Actions remembered, each with its idempotency key (1.8 MB); the oldest make room.
inline constexpr std::uint32_t kActions = 4096;
/// What an action is told with: a line of reason, a name, a random id or `BATCH/NAME`.
inline constexpr std::size_t kWhyBytes = 120;
inline constexpr std::size_t kByBytes = 64;
inline constexpr std::size_t kIdempotencyKeyBytes = 128;
static_assert(kIdempotencyKeyBytes >= 2 * kNameBytes);
/// How long a drain or a freeze lasts: nothing is taken out of service for good.
inline constexpr std::chrono::milliseconds kMinActionTime{1'000};
inline constexpr std::chrono::milliseconds kMaxActionTime{std::chrono::hours{24 * 90}};
/// Actions that wait for the loop, and how many it performs between two ticks: a few microseconds
/// each.
inline constexpr std::size_t kActionQueuePlaces = 16;
inline constexpr std::uint32_t kActionsPerTick = 128;
/// How long a change waits for the loop, and then for the disk, before it says so.
inline constexpr std::chrono::milliseconds kActionPatience{3'000};
inline constexpr std::chrono::milliseconds kStorePatience{2'000};
/// Changes a second and their burst, of everybody together: what operators can make the disk do.
inline constexpr double kChangesPerSecond = 50;
inline constexpr double kChangesBurst = 500;
/// Places enough that nobody who may ask finds them taken.
static_assert(kActionQueuePlaces >= kApiChangeThreads);
inline constexpr std::uint32_t kMaxPageActions = 1000;
inline constexpr std::uint32_t kDefaultPageActions = 100;
/// Random bytes of an admin token, written as hex.
inline constexpr std::size_t kAdminTokenBytes = 32;

// --- The journal --------------------------------------------------------------------------------

/// Registry rows written in one transaction: bounds how long the disk's thread is away.
inline constexpr std::size_t kRegistryBatch = 4096;
/// A page of the journal's databases: what a file system writes at once.
inline constexpr std::size_t kDatabasePageBytes = 4096;
/// A chunk is one row that fills one page: its stamp, and a byte a slot (history) or a record a
/// slot (checkpoint). SQLite takes up to 39 bytes of a page for itself and the row's head.
inline constexpr std::size_t kChunkStampBytes = 192;
inline constexpr std::size_t kChunkDataBytes = 3840;
inline constexpr std::size_t kChunkBytes = kChunkStampBytes + kChunkDataBytes;
static_assert(kChunkBytes + 39 <= kDatabasePageBytes);
static_assert(2 * kChunkBytes > kDatabasePageBytes, "a page never holds two chunks");
/// Slots of one chunk of the history: whole words of a plane.
inline constexpr std::uint32_t kSlotsPerHistoryChunk = kChunkDataBytes;
static_assert(kSlotsPerHistoryChunk % 64 == 0);
/// What a checkpoint remembers of a slot, and how many of them a chunk takes.
inline constexpr std::size_t kCheckpointSlotBytes = 32;
inline constexpr std::uint32_t kSlotsPerCheckpointChunk = kChunkDataBytes / kCheckpointSlotBytes;
static_assert(kChunkDataBytes % kCheckpointSlotBytes == 0);
/// How often a step of the history is stored; at least two ticks, so that each finds a view.
inline constexpr std::chrono::milliseconds kMinHistoryStep{100};
inline constexpr std::chrono::milliseconds kMaxHistoryStep{3'600'000};
inline constexpr std::chrono::milliseconds kDefaultHistoryStep{10'000};
inline constexpr int kTicksPerHistoryStep = 2;
/// How far back the history reaches, and in how many steps: 100,000 are 2 GB at the default
/// capacity; with fewer than two nothing can be compared.
inline constexpr std::chrono::milliseconds kMinHistoryKeep{1'000};
inline constexpr std::chrono::milliseconds kMaxHistoryKeep{std::chrono::hours{24 * 400}};
inline constexpr std::chrono::milliseconds kDefaultHistoryKeep{std::chrono::hours{24}};
inline constexpr std::uint32_t kMinHistorySteps = 2;
inline constexpr std::uint32_t kMaxHistorySteps = 100'000;
/// Rows of a new history made in one go (16 MB): between two goes the registry has its turn.
inline constexpr std::uint32_t kHistoryRowsPerTurn = 4096;
/// A history's write-ahead log holds a step; up to this many while a reader keeps it from being
/// begun anew. Beyond, steps are lost.
inline constexpr std::uint32_t kHistoryWalSteps = 8;
/// Pages of the history that its writer keeps beside those of a step: the tree over them. It reads
/// none of the others again: more would only grow until the ring has turned once.
inline constexpr std::uint32_t kHistoryTreePages = 64;
/// How often what was last accepted of every host goes to the disk: what a crash can lose. This is
/// the default and the longest: more than a minute is not to be lost, and a newest step of the
/// history is looked for no further than this behind a checkpoint. The largest one takes a disk
/// 0.4 s: more than one a second would leave no room for anything else.
inline constexpr std::chrono::milliseconds kMinCheckpointPeriod{1'000};
inline constexpr std::chrono::milliseconds kCheckpointPeriod{60'000};
/// The first one after a start comes this soon, or after a period where that is shorter, if the
/// last is older than the period: by then the living have spoken. So a collector that never lives
/// for a period still remembers.
inline constexpr std::chrono::milliseconds kFirstCheckpoint{5'000};
static_assert(kFirstCheckpoint < kCheckpointPeriod);
/// What goes through all of the registry, opening it or a checkpoint that failed, is tried again
/// this often, however long its disk is in trouble: either takes 0.3 to 0.8 s at a million slots.
/// So trying takes a twelfth of a core at the most, and soon tells that the disk is well again.
inline constexpr std::chrono::milliseconds kRegistryRetryPeriod{10'000};
static_assert(kRegistryRetryPeriod < kCheckpointPeriod);
/// The registry's write-ahead log, while a reader keeps it from being begun anew: so many
/// checkpoints, and eight thousand pages of rows (32 MiB).
inline constexpr std::uint32_t kRegistryWalCheckpoints = 3;
inline constexpr std::uint32_t kRegistryWalPages = 8192;
/// How long a lock of a tool that looks at a file is waited for.
inline constexpr std::chrono::milliseconds kDatabaseBusy{1'000};
/// A disk that takes longer than this for one answer is trouble: the largest of them, a checkpoint
/// of a million slots, took 0.4 s, and waiting for a lock has an end before.
inline constexpr std::chrono::milliseconds kDiskPatience{2'000};
static_assert(kDatabaseBusy < kDiskPatience);
/// Highest number of a start: it is the upper half of a generation. Starts count in seconds since
/// 1970, which reach it in 2106; no time that we stored lies beyond, either.
inline constexpr std::uint32_t kMaxStartNumber = 0xFFFF'FFFF;
/// Tenancies that ended are remembered: so many times the capacity, the oldest go first.
inline constexpr std::uint32_t kPastTenanciesPerSlot = 1;
/// Rows of a history that one transaction of a reader spans: writers wait for none of it, but the
/// write-ahead log cannot begin anew meanwhile.
inline constexpr std::uint32_t kHistoryRowsPerRead = 256;

// --- The agent ----------------------------------------------------------------------------------

inline constexpr std::size_t kCollectors = 8;
inline constexpr std::chrono::milliseconds kMinCheckPeriod{100};
inline constexpr std::chrono::hours kMaxCheckPeriod{24};
inline constexpr std::chrono::milliseconds kDefaultCheckPeriod{10'000};
inline constexpr std::chrono::milliseconds kDefaultCheckTimeout{5'000};
static_assert(kDefaultCheckTimeout < kDefaultCheckPeriod);
/// A check that changes at every run flaps also where two of its changes fall in one sample and
/// none in the next.
static_assert(kFlappingSample <= kDefaultCheckPeriod &&
              kFlappingBegins * kDefaultCheckPeriod * 2 < kFlappingSamples * kFlappingSample);
/// Results in a row that change a state.
inline constexpr unsigned kMaxInARow = 100;
/// A result this many periods old is UNKNOWN.
inline constexpr unsigned kResultPeriods = 2;
/// Output read from a plugin; the rest is thrown away, never waited for.
inline constexpr std::size_t kPluginOutputBytes = 8192;
inline constexpr std::size_t kPluginArguments = 64;
/// How often names of collectors are resolved again.
inline constexpr std::chrono::seconds kResolvePeriod{30};
/// Addresses of one name that are looked at: names have a handful.
inline constexpr std::size_t kResolvedAddresses = 16;
/// How long `leave` waits for the agent's end beyond the snapshots that say so.
inline constexpr std::chrono::seconds kLeaveGrace{5};
inline constexpr std::size_t kConfigFileBytes = 1 << 20;

// --- Command lines and the simulated fleet ------------------------------------------------------

inline constexpr std::chrono::milliseconds kDefaultRequestTimeout{5'000};
inline constexpr std::chrono::hours kMaxRequestTimeout{1};
inline constexpr std::size_t kMaxAnswerBytes = 64 << 20;
inline constexpr std::size_t kEnrollNames = kMaxCapacity;
/// A file of names: a line is a name and a comment, and twice the names are of some length.
inline constexpr std::size_t kNamesLineBytes = 1024;
inline constexpr std::size_t kNamesFileBytes = kEnrollNames * 2 * kNameBytes;
inline constexpr std::uint32_t kMaxSimulatedHosts = kMaxCapacity;
inline constexpr std::uint32_t kDefaultSimulatedChecks = 4;
/// `sim-00001`: fleets of up to 99,999 sort by name.
inline constexpr std::size_t kSimulatedNameDigits = 5;
/// The simulated fleet sends what is due at most so often: some datagrams a system call.
inline constexpr std::chrono::milliseconds kSimulatedTurn{1};
/// Longest sleep of the simulated fleet, for Ctrl-C to be heard.
inline constexpr std::chrono::milliseconds kSimulatedSleep{100};
/// Datagrams handed over by one sendmmsg.
inline constexpr std::size_t kSendBatch = 64;
/// A simulated datagram is late by a tenth of its interval, or by a scheduler's hiccup.
inline constexpr int kSimulatedLateDivisor = 10;
inline constexpr std::chrono::milliseconds kSimulatedLateAtLeast{20};
/// Simulated datagrams held back at any time (37 MB): those beyond go out at once, and are counted.
inline constexpr std::size_t kHeldDatagrams = 65'536;
inline constexpr std::chrono::milliseconds kDefaultHoldDelay{2'000};
inline constexpr std::chrono::milliseconds kMaxHoldDelay{60'000};
/// A clone starts so many intervals after its original.
inline constexpr std::uint64_t kCloneStartIntervals = 3;
/// Farthest that a simulated host's clock can be off.
inline constexpr std::chrono::hours kMaxSimulatedSkew{24 * 366};
inline constexpr std::size_t kScenarioPhases = 64;

}  // namespace flatline
