#pragma once

// Every limit of flatline, with its unit and its reason. A number that bounds anything stands here
// and nowhere else (but for the simulated fleet's, in tools/sim/limits.h), and the relations
// between these numbers are checked while compiling. The unit is in the type or the name; what has
// neither is a count. CONTRACT.md ("Limits") has the wire's.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace flatline {

// --- The datagram (CONTRACT.md, "Layout") -------------------------------------------------------

/// The clear header. It tells the key, the host and the order before anything is opened.
inline constexpr std::size_t kHeaderBytes = 32;
/// Everything an agent knows: one Cap'n Proto segment of 64 words of 8 bytes.
inline constexpr std::size_t kSnapshotBytes = 512;
/// The tag of Poly1305, which shows that the agent's key sealed the datagram.
inline constexpr std::size_t kTagBytes = 16;
/// The UDP payload has this size always, so that one datagram costs what any other costs.
inline constexpr std::size_t kDatagramBytes = kHeaderBytes + kSnapshotBytes + kTagBytes;
/// What a datagram takes of a socket's receive buffer on Linux, the kernel's own needs included.
inline constexpr std::size_t kDatagramBufferBytes = 1280;
/// With the headers of IPv6 and UDP it stays below IPv6's minimum MTU, so it is never fragmented.
static_assert(kDatagramBytes + 40 + 8 <= 1280);

/// The longest host name: it has room for any label of DNS (63) and for most machine ids.
inline constexpr std::size_t kNameBytes = 64;
/// The longest text of all labels together, which is enough for a handful: `role=web,zone=eu-1a`.
inline constexpr std::size_t kLabelsBytes = 64;
/// How many checks a host can have: every snapshot carries the state and the value of each.
inline constexpr std::size_t kChecks = 32;
/// The longest name of a check. With the message it fits a terminal's line or two.
inline constexpr std::size_t kCheckNameBytes = 32;
/// The longest message of a check: one line of a terminal.
inline constexpr std::size_t kMessageBytes = 80;
/// Seven words of data, seven pointers and six lists fill the segment to its last byte.
static_assert(7 * 8 + 7 * 8 + kNameBytes + kLabelsBytes + kChecks + 4 * kChecks + kCheckNameBytes +
                  kMessageBytes ==
              kSnapshotBytes);

/// The farthest send time (since 1970) and the longest uptime, 285,000 years.
inline constexpr std::chrono::milliseconds kMaxWireTime{std::int64_t{1} << 53};

// --- Keys ---------------------------------------------------------------------------------------

/// How many fleet keys are live at once: the current one, and its neighbour during a rotation.
inline constexpr std::size_t kFleetKeys = 2;
/// The highest credential generation: its field in the header has 16 bits.
inline constexpr std::uint16_t kMaxCredentialGeneration = 0xFFFF;
/// The largest key or credential file that is read: such files have a dozen lines.
inline constexpr std::size_t kKeyFileBytes = 4096;
/// Random low bits of an epoch, by which two agents that start in one millisecond differ.
inline constexpr unsigned kEpochRandomBits = 22;
/// The last millisecond since 1970 that an epoch has room for beside them: in May 2109.
inline constexpr std::uint64_t kMaxEpochMs = ~std::uint64_t{0} >> kEpochRandomBits;

// --- Schedules ----------------------------------------------------------------------------------

/// An agent's interval: less than 100 ms tells nothing more, more than 5 min is not monitoring.
inline constexpr std::chrono::milliseconds kMinInterval{100};
inline constexpr std::chrono::milliseconds kMaxInterval{300'000};
inline constexpr std::chrono::milliseconds kDefaultInterval{1'000};
/// The collector's tick, at which all of the bitmap is judged and published anew.
inline constexpr std::chrono::milliseconds kMinTick{50};
inline constexpr std::chrono::milliseconds kMaxTick{60'000};
inline constexpr std::chrono::milliseconds kDefaultTick{1'000};
/// How many lost snapshots in a row make a host silent. Four do not happen on a working network.
inline constexpr unsigned kMinStaleAfter = 1;
inline constexpr unsigned kMaxStaleAfter = 60;
inline constexpr unsigned kDefaultStaleAfter = 4;
/// Deadlines are 32-bit milliseconds that wrap: 24 days behind, a past one would seem to lie ahead.
/// So each tick moves those of one 64th of the slots up to now where they are past, and reaches
/// every slot in 64 ticks, which take at most an hour. Every capacity is a multiple of 64.
inline constexpr std::size_t kRenewTicks = 64;
static_assert(kRenewTicks * kMaxTick + kMaxInterval * (kMaxStaleAfter + 1) <
              std::chrono::milliseconds{1} * (std::int64_t{1} << 31));
/// How long the collector looks back when it judges itself (the flags `warming` and `blind`).
inline constexpr std::chrono::milliseconds kMinWindow{500};
inline constexpr std::chrono::milliseconds kMaxWindow{600'000};
inline constexpr std::chrono::milliseconds kDefaultWindow{5'000};
/// How far the authenticated send time of a first contact may be off (CONTRACT.md, "Order").
inline constexpr std::chrono::minutes kFirstContactSkew{5};
/// Lag leaks away by this part of the time that passes, 0.05 %: crystals differ by up to 0.01 %.
inline constexpr std::int64_t kLagLeakDivisor = 2000;
/// The most progress of a host's clock between two snapshots that lag counts: ten years.
inline constexpr std::chrono::hours kMostClockProgress{10 * 366 * 24};
/// An agent whose wall clock runs ahead of its uptime by more than this begins a new epoch: only a
/// machine that stood still, one that was put back or a clock that was set is that far off.
inline constexpr std::chrono::milliseconds kClockAhead{10'000};
/// But for this part of the time that passes: a crystal that is up to 0.01 % slow begins no epochs.
/// The slowest correction of a wall clock (adjtime's 0.05 %) still shows.
inline constexpr std::int64_t kClockAheadLeakDivisor = 10'000;
/// For how many intervals a leaving agent sends its flag: some of these snapshots may be lost.
inline constexpr unsigned kLeaveIntervals = 3;

// --- The collector ------------------------------------------------------------------------------

/// Slots of a collector: whole words of a bitmap, at most a million, which one machine serves.
inline constexpr std::uint32_t kMinCapacity = 64;
inline constexpr std::uint32_t kMaxCapacity = 1'048'576;
inline constexpr std::uint32_t kDefaultCapacity = 16'384;
static_assert(kDefaultCapacity % 64 == 0 && kMaxCapacity % 64 == 0);
/// How many checks' messages a collector keeps for each host. Those not OK come first.
inline constexpr unsigned kMaxMessagesPerHost = kChecks;
inline constexpr unsigned kDefaultMessagesPerHost = 8;
/// How many different names of checks a collector remembers: fleets have tens of them.
inline constexpr std::uint16_t kCheckNames = 4096;
/// How many of these names have a place in the byte that tells why a host is as it is: places 1 to
/// 254. Checks without a place share kOtherCause.
inline constexpr std::uint32_t kCausePlaces = 255;
/// A place goes to another name no more often than this, so that no host that names ever new checks
/// can push the names of a day out of what is remembered of them (kCauseNamesKept).
inline constexpr std::chrono::seconds kCauseReusePeriod{30};
/// How many of them are kept of the past, with the present ones: more than a day's.
inline constexpr std::int64_t kCauseNamesKept = 4096;
static_assert(kCauseNamesKept * kCauseReusePeriod > std::chrono::hours{24} &&
              kCauseNamesKept >= 4 * std::int64_t{kCausePlaces});
/// Names without a place are offered one in turn, so many a tick, as long as there is none for all.
inline constexpr std::uint16_t kCauseOffersPerTick = 16;
static_assert(kCheckNames % kCauseOffersPerTick == 0);
/// How many datagrams one recvmmsg takes: so many that the call costs little beside opening them.
inline constexpr std::size_t kReceiveBatch = 64;
/// A host's memory is fetched so many openings ahead: an opening takes longer than memory does.
inline constexpr std::size_t kFetchAhead = 2;
/// Batches taken before the loop looks at its timers again: a flood cannot hold up the tick.
inline constexpr std::size_t kBatchesPerWake = 64;
/// After the socket was drained, the loop leaves it alone for up to a sixth of a beat: this bounds
/// how often a fleet wakes it. A datagram may thus count as heard up to two such rests before it
/// came. That is a twelfth of the shortest interval, and windows allow for jitter of half of one.
inline constexpr int kRestsPerBeat = 6;
/// The longest rest. Waking is then only a tenth of the work that 10,000 hosts make.
inline constexpr std::chrono::milliseconds kMaxReceiveRest{15};
/// While more comes, a rest is only as long as this part of the receive buffer takes to fill. The
/// rest of the buffer is for the time in which something else has the loop's core.
inline constexpr std::size_t kRestsPerReceiveBuffer = 8;
/// The socket's buffer holds what a full fleet sends while the loop is held up for this long.
inline constexpr std::chrono::milliseconds kReceiveBufferTime{500};
/// No fleet shortens the rests of a collector that has the buffer that it wants.
static_assert(kMaxReceiveRest * kRestsPerReceiveBuffer < kReceiveBufferTime);
/// So many datagrams a second may come from strangers without one good one lost, whatever the
/// capacity (CONTRACT.md, "Rates"), even if the loop is held up for so long after its longest rest.
/// On two cores that compilers shared, it waited 10 ms for its core on average.
inline constexpr std::uint32_t kFloodPerSecond = 300'000;
inline constexpr std::chrono::milliseconds kFloodHoldUp{85};
/// The smallest receive buffer that is asked for (38.4 MB) has room for that.
inline constexpr std::size_t kMinReceiveBufferBytes =
    kFloodPerSecond * (kMaxReceiveRest + kFloodHoldUp).count() / 1000 * kDatagramBufferBytes;
/// What opening a datagram costs when its epoch is not the one accepted last, the derivation of two
/// keys included: 1.9 us were measured on a quiet machine, and half as much again is for others.
inline constexpr std::chrono::nanoseconds kOpeningPrice{3'000};
/// Such openings take at most this part of a core: a tenth. Half of it is for registered hosts.
inline constexpr int kCoreShareOfOpenings = 10;
/// So many hosts a second can register: what the other half pays for. A fleet of the default
/// capacity is in after a second, a million hosts after a minute.
inline constexpr std::uint32_t kNewcomersPerSecond =
    std::chrono::seconds{1} / kOpeningPrice / kCoreShareOfOpenings / 2;
/// So many datagrams of one host are opened at once, such as after a stall on their way.
inline constexpr int kOwnBurst = 8;
/// A beat is a quarter of the tick or of the shortest interval allowed, whichever is shorter. The
/// collector looks at its clock at each beat: where the next look is more than two beats away, the
/// collector was paused, and every deadline moves by what it missed.
inline constexpr int kBeatsPerInterval = 4;
inline constexpr std::chrono::milliseconds kMinBeat{10};
/// A host's interval and labels are stored again at most this often, and it moves to other groups
/// no more often: no host keeps the disk busy, or changes what a place of a group stands for.
inline constexpr std::chrono::seconds kHostStorePeriod{60};
/// So many newer snapshots of an older epoch within a window are a conflict, not stragglers.
inline constexpr unsigned kConflictSnapshots = 3;
/// A view is in `panic` when less than this share of its known, undrained hosts is healthy.
inline constexpr unsigned kDefaultPanicBelowPercent = 50;
/// It ends so many percentage points above that, so that it does not come and go with one host.
inline constexpr unsigned kPanicEndsAbovePoints = 10;
/// A fleet of fewer hosts never panics: a share of so few says nothing.
inline constexpr std::uint32_t kPanicMinHosts = 10;
/// So many different hosts, skewed or late within a window, make the collector doubt its clock.
inline constexpr unsigned kClockQuorum = 3;
/// So many hosts that left are remembered after another host took their slot: what was recorded of
/// them cannot register them again. Besides these, each free slot remembers who left it.
inline constexpr std::uint32_t kDepartures = 4096;
/// How many refused hosts a view names for people: these are enough to find the cause.
inline constexpr std::size_t kNotices = 8;
/// How many samples of time the collector remembers of each slot: nearly eleven minutes.
inline constexpr std::size_t kFlappingSamples = 64;
/// How long a sample is: a check's default period, because a verdict lasts that long.
inline constexpr std::chrono::milliseconds kFlappingSample{10'000};
/// A host flaps when its verdict changed in so many samples: after four outages, or after eight
/// changing runs in a row of a check with a period of up to a minute.
inline constexpr std::uint32_t kFlappingBegins = 8;
/// It stops flapping when fewer samples than this have a change. One outage makes two changes, and
/// a third may begin another: neither is a pattern.
inline constexpr std::uint32_t kFlappingEndsBelow = 4;
static_assert(3 < kFlappingEndsBelow && kFlappingEndsBelow < kFlappingBegins &&
              kFlappingBegins < kFlappingSamples);
/// The label keys that hosts are grouped by, and the values of each that are counted apart: a group
/// that people tell from others by name. So the table of a view has 29 KB, whatever hosts say.
inline constexpr std::size_t kGroupKeys = 4;
inline constexpr std::size_t kGroupValues = 64;
/// Groups that must have a quorum. Their values keep a place each, and one key may have all of
/// them.
inline constexpr std::size_t kQuorums = 64;
static_assert(kQuorums <= kGroupValues);
/// Which value had which place from when to when is remembered of so many, the newest.
inline constexpr std::uint32_t kGroupTenancies = 4096;
/// How long a host of the inventory may take to be heard before it is missing: it has to boot. And
/// how long PENDING checks leave a verdict as it was: an agent in a crash loop must be seen.
inline constexpr std::chrono::minutes kExpectedGrace{10};
inline constexpr std::chrono::minutes kPendingGrace{10};

/// A host that was silent for so long while it was watched is forgotten, and its slot is free: of
/// machines that come back, few take longer than a holiday. A checkpoint keeps the silence in units
/// of a quarter of an hour, for which it has 13 bits.
inline constexpr std::chrono::hours kDefaultForgetAfter{24 * 7};
inline constexpr std::chrono::minutes kMinForgetAfter{1};
inline constexpr std::chrono::hours kMaxForgetAfter{24 * 80};
inline constexpr std::chrono::minutes kSilenceUnit{15};
inline constexpr unsigned kSilenceBits = 13;
static_assert(kMaxForgetAfter < kSilenceUnit * (1 << kSilenceBits));
static_assert(kMaxInterval.count() < std::int64_t{1} << (32 - kSilenceBits));
/// How often one may be forgotten, and how long it takes to look at all slots for one.
inline constexpr std::chrono::seconds kForgetEvery{1};
inline constexpr std::chrono::minutes kForgetRound{10};

/// How often a census counts all rows: 10 us a slot, but at least once in 10 s (which a million
/// slots have) and at most once in 1 s, so that a cause is told about a second after the bits fell.
/// A pass takes 0.1 us a slot: a hundredth of a core.
inline constexpr std::chrono::nanoseconds kCensusTimePerSlot{10'000};
inline constexpr std::chrono::nanoseconds kMinCensusPeriod{std::chrono::seconds{1}};
inline constexpr std::chrono::nanoseconds kMaxCensusPeriod{std::chrono::seconds{10}};
/// A row's memory is fetched so many rows ahead of the one that is counted.
inline constexpr std::uint32_t kCensusFetchAhead = 4;
/// How many names of checks are counted apart: fleets have tens of them.
inline constexpr std::size_t kCountedChecks = 256;
static_assert(kCountedChecks < kCheckNames);
/// How many different labels, agent versions, configurations and networks are looked at for causes.
/// Fleets have hundreds of racks, a handful of versions, and at 256 hosts each as many networks.
inline constexpr std::uint16_t kLabelTraits = 1024;
inline constexpr std::uint16_t kAgentTraits = 64;
inline constexpr std::uint16_t kConfigTraits = 64;
inline constexpr std::uint16_t kAddressTraits = 4096;
/// In how many places of its table, which is a quarter full at most, a key is looked for.
inline constexpr std::size_t kKeyProbes = 32;
/// Whole sets of labels of which a pass remembers what they are: most hosts share theirs.
inline constexpr std::size_t kKnownLabels = 4096;
/// Of the failing, of the silent, and of those that changed, so many are looked at one by one to
/// tell two causes apart: a share of these is known to 1 %.
inline constexpr std::uint32_t kSampledHosts = 4096;
/// Who turned, or was last heard, within so long has changed in the last minutes.
inline constexpr std::chrono::minutes kChangedWithin{5};
/// CONTRACT.md ("Causes") has the rule with these numbers. Chance makes a cause of nothing less
/// than once in 10,000 times: this is the logarithm of that.
inline constexpr double kCauseLogChance = -9.210340;
/// A trait is told of at least so many hosts, which it hits so many times as often as the others;
inline constexpr std::uint32_t kCauseHosts = 3;
inline constexpr std::uint32_t kCauseTimes = 3;
/// it is of a quarter of those told of, or else half of those that have it are among these;
inline constexpr std::uint32_t kCauseQuarter = 4;
inline constexpr std::uint32_t kCauseHalf = 2;
/// and of at most three quarters of the fleet: what nearly all have explains nothing.
inline constexpr std::uint32_t kCauseFleetParts = 3;
inline constexpr std::uint32_t kCauseFleetWhole = 4;
/// Another trait is told beside it that is this part as unlikely and has this part of its hosts.
inline constexpr double kCauseTwinPart = 0.9;
inline constexpr std::size_t kCauseTwins = 3;
/// How many causes of one kind are told of the failing, say: more are no explanation. All of them:
/// traits of three, checks of one, moments of two.
inline constexpr std::size_t kCausesEach = 3;
inline constexpr std::size_t kCauses = 4 * kCausesEach + 2;
/// How far back moments are told, in seconds: an hour and some; how short a burst is; of how many.
inline constexpr std::uint32_t kMomentSeconds = 4096;
inline constexpr std::array<std::uint32_t, 5> kBurstSeconds = {2, 5, 10, 30, 60};
inline constexpr std::uint32_t kBurstHosts = 5;

// --- The API ------------------------------------------------------------------------------------

/// Hosts in one page of a list: this bounds how long one answer keeps a thread of the API.
inline constexpr std::uint32_t kMaxPageHosts = 1000;
inline constexpr std::uint32_t kDefaultPageHosts = 100;
/// Open connections, in all and of one client: no client can take every place.
inline constexpr unsigned kApiConnections = 232;
inline constexpr unsigned kApiConnectionsPerClient = 64;
/// Places besides, for those that come while the idle connection that makes room is being closed.
inline constexpr unsigned kApiSpareConnections = 16;
/// Threads that answer what needs no waiting: readers shall not crowd out the loop.
inline constexpr unsigned kApiThreads = 2;
/// libmicrohttpd asks epoll for this many events at once. A thread that gets exactly so many asks
/// again before it serves them, and may then wait for as long as an idle one. So the connections of
/// a thread, its listening socket and its wake-up must stay below this number.
inline constexpr unsigned kApiEventsAtOnce = 128;
static_assert((kApiConnections + kApiSpareConnections) / kApiThreads + 2 < kApiEventsAtOnce);
/// The memory that libmicrohttpd takes for a connection: the request's head must fit in it.
inline constexpr std::size_t kApiConnectionBytes = std::size_t{16} * 1024;
/// Parameters in one request: no route takes more than four. libmicrohttpd needs memory for each.
inline constexpr std::size_t kApiParameters = 16;
/// A connection on which nothing moves for this long is closed.
inline constexpr std::chrono::seconds kApiIdleTimeout{10};
/// The largest body of a request: an action's is a line or two of JSON.
inline constexpr std::size_t kApiBodyBytes = 4096;
/// Threads for answers that wait for the disk (the past), and for those that wait for the loop.
inline constexpr unsigned kApiPastThreads = 2;
inline constexpr unsigned kApiChangeThreads = 4;
/// So many requests wait in each pool's queue; those beyond are refused.
inline constexpr std::size_t kApiSlowJobs = 16;
/// When a refused client is told to ask again.
inline constexpr unsigned kApiSlowRetrySeconds = 1;
/// A connection is closed so long after it was opened: a client that trickles cannot keep it.
inline constexpr std::chrono::seconds kApiConnectionLifetime{30};
/// A view that is older than this many ticks means that the loop hangs.
inline constexpr int kStaleViewTicks = 10;
/// The longest token in a token file.
inline constexpr std::size_t kTokenBytes = 1024;
/// Open files of a collector: its connections, and what it has open itself (databases with their
/// write-ahead logs, for writing and for each of the slow threads, sockets, libuv's and epoll's).
inline constexpr unsigned kCollectorDescriptors = kApiConnections + kApiSpareConnections + 72;
/// Requests answered a second, and at once after a quiet time: of one client, and of all.
inline constexpr double kClientRequestsPerSecond = 50;
inline constexpr double kClientBurst = 2500;
inline constexpr double kAllRequestsPerSecond = 500;
inline constexpr double kAllBurst = 5000;
/// Clients whose rates are remembered. The one that was not seen for longest makes room.
inline constexpr std::size_t kApiClients = 1024;
/// One client can list all hosts of the largest collector within its burst.
static_assert(kClientBurst > static_cast<double>(kMaxCapacity) / kMaxPageHosts);
/// Groups in trouble that a summary names: these are enough to see what is going on.
inline constexpr std::size_t kTroubledGroups = 16;
/// Points of the fleet's history in one answer: the most, and how many without a wish.
inline constexpr std::uint32_t kMaxHistoryPoints = 1000;
inline constexpr std::uint32_t kDefaultHistoryPoints = 60;
/// A moment that lies further ahead than this is a mistake: clocks that are kept differ by less.
inline constexpr std::chrono::seconds kMomentAhead{60};
/// A filter's length, and how deep its parentheses nest: reading one must cost little.
inline constexpr std::size_t kFilterBytes = 1024;
inline constexpr unsigned kFilterDepth = 32;
/// Terms of names and labels in a filter, and of what rows tell: all of a kind are matched in one
/// pass over all slots, each by a bit of one number.
inline constexpr std::size_t kFilterTextTerms = 16;
inline constexpr std::size_t kFilterRowTerms = 16;
/// Results of such filters that are kept for the tick that they are of (128 KB each at a million
/// slots): the pages of a list ask for the same one again and again.
inline constexpr std::size_t kFilterResults = 16;
/// What a filter costs a client that reads names, labels or rows, in requests: with a million slots
/// it takes a core 50 to 150 ms. One thread does all of them, so that the loop keeps its core.
inline constexpr double kFilterPrice = 10;
inline constexpr unsigned kApiFilterThreads = 1;
/// How often a reader tries to copy what is being written. A try takes under a microsecond, and the
/// writer is done after as long, unless it has lost its processor: so after a few tries the reader
/// offers it its own, before each one more.
inline constexpr unsigned kReadAttempts = 10'000;
inline constexpr unsigned kReadAttemptsAtOnce = 100;

// --- Operators ----------------------------------------------------------------------------------

/// How many hosts can be under a ban, which is a tombstone or a revocation: as many as a collector
/// of the default capacity has (1.6 MB). When all places are taken, the next ban is refused.
inline constexpr std::uint32_t kBans = 16'384;
/// How many actions are remembered, each with its idempotency key (1.8 MB). The oldest make room.
inline constexpr std::uint32_t kActions = 4096;
/// The texts of an action: why it is done (a line), by whom (a name), and its idempotency key (a
/// random id, or `BATCH/NAME` where one command changes many hosts).
inline constexpr std::size_t kWhyBytes = 120;
inline constexpr std::size_t kByBytes = 64;
inline constexpr std::size_t kIdempotencyKeyBytes = 128;
static_assert(kIdempotencyKeyBytes >= 2 * kNameBytes);
/// Names in one request for an action, which the loop serves in about a millisecond. Longer lists
/// come in parts, of which there are enough for the largest fleet's names given twice.
inline constexpr std::uint32_t kNamesPerAction = 1000;
inline constexpr std::uint32_t kActionParts = 2 * (kMaxCapacity / kNamesPerAction + 1);
/// The body of such a request: every name with its quotes and a line's indentation.
inline constexpr std::size_t kActionBodyBytes = kApiBodyBytes + kNamesPerAction * (kNameBytes + 16);
/// Of all names together, this share of the capacity is taken in a second. A client that has spent
/// it is told to wait. Small fleets may name this many at once.
inline constexpr std::uint32_t kNamesShareOfCapacity = 4;
/// Answers that are remembered in full, with what came of each name (1 MB): whoever did not get an
/// answer asks again soon.
inline constexpr std::size_t kActionsAnswered = 64;
/// How long a drain or a freeze can last: nothing is taken out of service for good.
inline constexpr std::chrono::milliseconds kMinActionTime{1'000};
inline constexpr std::chrono::milliseconds kMaxActionTime{std::chrono::hours{24 * 90}};
/// How many actions can wait for the loop.
inline constexpr std::size_t kActionQueuePlaces = 16;
/// How many actions the loop does between two ticks. Each takes it a few microseconds.
inline constexpr std::uint32_t kActionsPerTick = 128;
/// How long a request waits until the loop has done it. Then its client is told to ask again.
inline constexpr std::chrono::milliseconds kActionPatience{3'000};
/// How long it then waits for the disk. After that its client is told that it is not stored yet.
inline constexpr std::chrono::milliseconds kStorePatience{2'000};
/// Actions taken a second, and at once after a quiet time: they make the disk work.
inline constexpr double kChangesPerSecond = 50;
inline constexpr double kChangesBurst = 500;
/// Each thread that may ask the loop waits with one action at a time, so it always finds a place.
static_assert(kActionQueuePlaces >= kApiChangeThreads);
/// Actions, or bans, in one page of a list.
inline constexpr std::uint32_t kMaxPageActions = 1000;
inline constexpr std::uint32_t kDefaultPageActions = 100;
/// Random bytes of an admin token, which its file holds as hex: 256 bits cannot be guessed.
inline constexpr std::size_t kAdminTokenBytes = 32;

// --- Files --------------------------------------------------------------------------------------

/// How long a pipe in the place of a file may be silent: secrets are handed over by pipes, too, and
/// no program waits for ever for one.
inline constexpr std::chrono::milliseconds kPipePatience{2'000};

// --- The journal --------------------------------------------------------------------------------

/// Rows of the registry in one transaction: the journal's thread is never away for long.
inline constexpr std::size_t kRegistryBatch = 4096;
/// A page of the journal's databases. File systems write as much at once.
inline constexpr std::size_t kDatabasePageBytes = 4096;
/// A chunk is one row that fills one page. It holds a stamp (what the chunk is of), and a byte per
/// slot in the history or a record per slot in a checkpoint. SQLite takes up to 39 bytes of the
/// page for itself and the row's head.
inline constexpr std::size_t kChunkStampBytes = 192;
inline constexpr std::size_t kChunkDataBytes = 3840;
inline constexpr std::size_t kChunkBytes = kChunkStampBytes + kChunkDataBytes;
static_assert(kChunkBytes + 39 <= kDatabasePageBytes);
static_assert(2 * kChunkBytes > kDatabasePageBytes, "a page never holds two chunks");
/// How many slots one chunk of the history holds, a byte each: whole 64-bit words of a plane.
inline constexpr std::uint32_t kSlotsPerHistoryChunk = kChunkDataBytes;
static_assert(kSlotsPerHistoryChunk % 64 == 0);
/// Each step of the history holds the group table, too, half of it in each of these chunks: for
/// each group seven counters and its flags, and which places were whose (GroupTable::assignment).
inline constexpr std::uint32_t kHistoryGroupChunks = 2;
inline constexpr std::size_t kHistoryGroups = kGroupKeys * (kGroupValues + 1);
static_assert(kHistoryGroups % kHistoryGroupChunks == 0 &&
              8 + kHistoryGroups / kHistoryGroupChunks * (7 * 4 + 1) <= kChunkDataBytes);
/// The record that a checkpoint keeps of a slot, and how many of them one chunk holds.
inline constexpr std::size_t kCheckpointSlotBytes = 32;
inline constexpr std::uint32_t kSlotsPerCheckpointChunk = kChunkDataBytes / kCheckpointSlotBytes;
static_assert(kChunkDataBytes % kCheckpointSlotBytes == 0);
/// How often a step of the history is stored: at least two ticks, so that each finds a new view.
inline constexpr std::chrono::milliseconds kMinHistoryStep{100};
inline constexpr std::chrono::milliseconds kMaxHistoryStep{3'600'000};
inline constexpr std::chrono::milliseconds kDefaultHistoryStep{10'000};
inline constexpr int kTicksPerHistoryStep = 2;
/// How far back the history reaches, and in how many steps. With fewer than two steps nothing can
/// be compared; 100,000 steps take 2 GB of disk at the default capacity.
inline constexpr std::chrono::milliseconds kMinHistoryKeep{1'000};
inline constexpr std::chrono::milliseconds kMaxHistoryKeep{std::chrono::hours{24 * 400}};
inline constexpr std::chrono::milliseconds kDefaultHistoryKeep{std::chrono::hours{24}};
inline constexpr std::uint32_t kMinHistorySteps = 2;
inline constexpr std::uint32_t kMaxHistorySteps = 100'000;
/// Rows of a new history made at once (16 MB). Between two such turns the registry is served.
inline constexpr std::uint32_t kHistoryRowsPerTurn = 4096;
/// The history's write-ahead log holds one step. While a reader keeps it from starting over, it
/// grows to this many steps; steps beyond that are lost, so that the disk cannot fill.
inline constexpr std::uint32_t kHistoryWalSteps = 8;
/// Pages that the history's writer caches beside those of a step: the tree over them. It reads no
/// other page again, so a larger cache would hold pages for nothing.
inline constexpr std::uint32_t kHistoryTreePages = 64;
/// How often a checkpoint stores what was last accepted of every host: this much a crash can lose.
/// The shortest period is a second, because a checkpoint of a million slots takes a disk 0.4 s.
/// kCheckpointPeriod is the default and the longest: a minute is the most that may be lost, and a
/// start looks for the history's newest step no further than this beyond the checkpoint.
inline constexpr std::chrono::milliseconds kMinCheckpointPeriod{1'000};
inline constexpr std::chrono::milliseconds kCheckpointPeriod{60'000};
/// If the last checkpoint is older than a period, the first after a start comes this soon: living
/// hosts have spoken by then. So a collector that is always killed early stores what it heard, too.
inline constexpr std::chrono::milliseconds kFirstCheckpoint{5'000};
static_assert(kFirstCheckpoint < kCheckpointPeriod);
/// Opening the registry and storing a checkpoint go through all of it: 0.3 to 0.8 s at a million
/// slots. What failed is tried again this often, however long the disk is in trouble. So trying
/// takes at most a twelfth of a core, and a disk that is well again is soon noticed.
inline constexpr std::chrono::milliseconds kRegistryRetryPeriod{10'000};
static_assert(kRegistryRetryPeriod < kCheckpointPeriod);
/// While a reader keeps the registry's write-ahead log from starting over, it grows to so many
/// checkpoints and so many pages of rows (32 MiB). Beyond that nothing is written to it.
inline constexpr std::uint32_t kRegistryWalCheckpoints = 3;
inline constexpr std::uint32_t kRegistryWalPages = 8192;
/// How long a database waits for the lock of another program, such as a tool that looks into it.
inline constexpr std::chrono::milliseconds kDatabaseBusy{1'000};
/// A disk that takes longer than this for one answer is in trouble. The longest that a sound one
/// took was 0.4 s, for a checkpoint of a million slots; and waiting for a lock ends before.
inline constexpr std::chrono::milliseconds kDiskPatience{2'000};
static_assert(kDatabaseBusy < kDiskPatience);
/// How long a collector that is told to end waits for its disk: the last turn of a million slots
/// takes a second. Then it ends all the same, before a service manager kills it without a word.
inline constexpr std::chrono::seconds kEndPatience{10};
static_assert(kEndPatience > 2 * kDiskPatience);
/// The highest number of a start, which is the upper half of a generation. Starts are numbered by
/// seconds since 1970, which reach it in 2106; a stored time beyond it is not believed.
inline constexpr std::uint32_t kMaxStartNumber = 0xFFFF'FFFF;
/// Ended tenancies (a host's time in a slot) remembered for each slot. The oldest make room.
inline constexpr std::uint32_t kPastTenanciesPerSlot = 1;
/// How often reading of one table may fail while a damaged registry is read row by row.
/// A bad page costs about as many failures as it has rows, fifty, and some for the way to it. So
/// this is enough for dozens of bad pages, and reading ends within a second in any case.
inline constexpr unsigned kRescueFailures = 4096;
/// How many damaged pages of the history readers tell the writer of between two steps.
inline constexpr std::size_t kBrokenPages = 1024;
/// How much of a history must be readable before what was read of it counts as damage: its head,
/// and the tables that say what it is.
inline constexpr std::int64_t kHistoryProofBytes = 1 << 20;
/// The text that tells an operator what was lost of a damaged registry.
inline constexpr std::size_t kLossNoteBytes = 1024;
/// Rows that a reader takes in one transaction, during which the write-ahead log cannot restart.
inline constexpr std::uint32_t kHistoryRowsPerRead = 256;

// --- The agent ----------------------------------------------------------------------------------

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
/// A plugin whose check is dropped gets SIGTERM at once, and SIGKILL after this. The agent's own end
/// waits no longer for its plugins, so that whoever stops it does not wait either.
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

// --- Command lines ------------------------------------------------------------------------------

/// The port that a collector serves HTTP on, and a command asks, where nobody names another.
inline constexpr std::uint16_t kApiPort = 4171;
/// How long a command may take in all (`--timeout`): somebody waits for it.
inline constexpr std::chrono::milliseconds kDefaultRequestTimeout{5'000};
inline constexpr std::chrono::hours kMaxRequestTimeout{1};
/// Names in a page of names. It keeps a collector's thread for about as long as the largest page of
/// hosts does, and so is one request like that.
inline constexpr std::uint32_t kNamesPerPage = 65'536;
/// How many ranges a folded name has at most, as r[1-2]-n[01-10]-x[1-4]: more can hardly be read.
inline constexpr std::size_t kFoldedRanges = 3;
/// How many hosts one `show` tells of: each is a request of its own.
inline constexpr std::size_t kShownHosts = 1000;
static_assert(kShownHosts < kClientBurst);
/// The largest answer that the command line takes. A collector's largest, a page of names, has 4.9.
inline constexpr std::size_t kMaxAnswerBytes = 64 << 20;
/// In a fleet of up to so many hosts a name that is not registered is compared with all, to say
/// which was meant: that takes a few pages.
inline constexpr std::uint32_t kHintHosts = 16'384;
/// A host that is refused tries again within its interval, of at most kMaxInterval. One that was
/// not refused for twice as long is no longer refused.
inline constexpr std::chrono::minutes kRefusalLasts{10};
static_assert(kRefusalLasts >= 2 * kMaxInterval);
/// How many names a file of names may hold: as many as the largest collector has slots.
inline constexpr std::size_t kEnrollNames = kMaxCapacity;
/// The longest line of such a file (a name and a comment), and the largest file (128 MiB).
inline constexpr std::size_t kNamesLineBytes = 1024;
inline constexpr std::size_t kNamesFileBytes = kEnrollNames * 2 * kNameBytes;

}  // namespace flatline
