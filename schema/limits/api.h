#pragma once

// The limits of who asks a collector, and of operators, who change something there.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "schema/limits/collector.h"
#include "schema/limits/wire.h"

namespace flatline {

// --- The API ------------------------------------------------------------------------------------

/// Hosts in one page of a list: this bounds how long one answer keeps a thread of the API.
inline constexpr std::uint32_t kMaxPageHosts = 1000;
inline constexpr std::uint32_t kDefaultPageHosts = 100;
/// Rows in a page of rows, where they have room in so many bytes: a page of healthy hosts takes a
/// thread some 50 ms, and slow readers can hold no more memory than by pages of names. A page of
/// more than kMaxPageHosts waits for the filter pool, and costs as much as a filter does there.
inline constexpr std::uint32_t kRowsPerPage = 65'536;
inline constexpr std::size_t kRowsPageBytes = std::size_t{4} << 20;
/// The longest row: every text that somebody wrote may be of quotes alone, which CSV doubles.
inline constexpr std::size_t kRowBytes = 1024;
/// Open connections, in all and of one client: each page that somebody has open takes one, and no
/// client can take every place.
inline constexpr unsigned kApiConnections = 1024;
inline constexpr unsigned kApiConnectionsPerClient = 64;
/// Places besides, for those that come while the idle connection that makes room is being closed.
inline constexpr unsigned kApiSpareConnections = 16;
/// Threads that answer what needs no waiting: as many as so many connections need (below). They
/// give way to the loop, as the slow ones do.
inline constexpr unsigned kApiThreads = 9;
/// libmicrohttpd asks epoll for this many events at once. A thread that gets exactly so many asks
/// again before it serves them, and may then wait for as long as an idle one. So the connections of
/// a thread, its listening socket and its wake-up must stay below this number.
inline constexpr unsigned kApiEventsAtOnce = 128;
static_assert((kApiConnections + kApiSpareConnections) / kApiThreads + 2 < kApiEventsAtOnce);
/// The memory that libmicrohttpd takes for a connection: the request's head must fit in it.
inline constexpr std::size_t kApiConnectionBytes = std::size_t{16} * 1024;
/// Bytes of answers that wait for readers who take their time, in all: a bitmap of a million slots
/// for each of 200 pages. Beyond it large answers are refused, and small ones are not.
inline constexpr std::size_t kApiUnsentBytes = std::size_t{256} << 20;
/// Small is what a page asks for at every tick with the default capacity, and its curves.
inline constexpr std::size_t kApiSmallAnswerBytes = std::size_t{128} * 1024;
/// Parameters in one request: no route takes more than five. libmicrohttpd needs memory for each.
inline constexpr std::size_t kApiParameters = 16;
/// A connection on which nothing moves for this long is closed.
inline constexpr std::chrono::seconds kApiIdleTimeout{10};
/// The largest body of a request: an action's is a line or two of JSON.
inline constexpr std::size_t kApiBodyBytes = 4096;
/// Threads for answers that wait for the disk (the past), and for those that wait for the loop.
inline constexpr unsigned kApiPastThreads = 2;
inline constexpr unsigned kApiChangeThreads = 4;
/// The niceness of threads that give way to the loop. The kernel weighs each step by a quarter:
/// with five of them, two threads beside the loop leave it three fifths of a core that all want.
inline constexpr int kGiveWayNice = 5;
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
/// Names besides its own under which a collector may be asked, and the longest (RFC 1035, 2.3.4).
inline constexpr std::size_t kApiNames = 16;
inline constexpr std::size_t kApiNameBytes = 253;
/// Open files of a collector: its connections, and what it has open itself (databases with their
/// write-ahead logs, for writing and for each of the slow threads, sockets, libuv's and epoll's).
inline constexpr unsigned kCollectorDescriptors = kApiConnections + kApiSpareConnections + 72;
/// Requests answered a second, and at once after a quiet time: of one client, and of all.
inline constexpr double kClientRequestsPerSecond = 50;
inline constexpr double kClientBurst = 2500;
inline constexpr double kAllRequestsPerSecond = 2000;
inline constexpr double kAllBurst = 5000;
/// A page that is open asks two questions a tick.
static_assert(kAllRequestsPerSecond >= 2 * 1000);
/// Clients whose rates are remembered: more than can be connected. The one that was not seen for
/// longest makes room.
inline constexpr std::size_t kApiClients = 2048;
static_assert(kApiClients >= kApiConnections + kApiSpareConnections);
/// One client can list all hosts of the largest collector within its burst.
static_assert(kClientBurst > static_cast<double>(kMaxCapacity) / kMaxPageHosts);
/// Groups in trouble that a summary names: these are enough to see what is going on.
inline constexpr std::size_t kTroubledGroups = 16;
/// Points of the fleet's history in one answer: the most, and how many without a wish.
inline constexpr std::uint32_t kMaxHistoryPoints = 1000;
inline constexpr std::uint32_t kDefaultHistoryPoints = 60;
/// How many steps a page of events goes through (an hour of the usual ones), and how many slots
/// they may have in all: it takes a thread about as long as a few other answers about the past.
/// Where hosts come or go between two steps, or a filter reads texts, comparing them costs like
/// this many steps more. So such a page costs its client as much as a filter that reads texts does.
inline constexpr std::uint32_t kEventSteps = 360;
inline constexpr std::uint64_t kEventSlots = std::uint64_t{32} << 20;
inline constexpr std::uint64_t kEventHostsPrice = 8;
static_assert(kEventSlots > kMaxCapacity, "every page compares two steps at least");
inline constexpr double kEventsPrice = 10;
/// A moment that lies further ahead than this is a mistake: clocks that are kept differ by less.
inline constexpr std::chrono::seconds kMomentAhead{60};
/// What a scrape has at most, with all groups, all checks and the longest names of both: a quarter
/// of what Prometheus reads a second is enough for that.
inline constexpr std::size_t kMetricsBytes = 1 << 20;
/// Hosts in one answer for a service discovery, which has no pages, and what one takes there: these
/// are 10 MB, and as many as a Prometheus scrapes.
inline constexpr std::uint32_t kMaxTargets = 65'536;
inline constexpr std::size_t kUsualTargetBytes = 160;
/// How many routes are counted apart: those that there are, and some that come.
inline constexpr std::size_t kApiRoutes = 64;
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
/// Different keys of labels among which one is looked for that a filter may have meant. Fleets have
/// a handful; one of more is not told that nobody has a key.
inline constexpr std::size_t kHintKeys = 256;
/// What a filter costs a client that reads names, labels or rows, in requests: with a million slots
/// it takes a core 50 to 150 ms. One thread does all of them, so that the loop keeps its core.
inline constexpr double kFilterPrice = 10;
inline constexpr unsigned kApiFilterThreads = 1;
/// How old the order of hosts may be that layouts are made of: making one takes a core half a
/// second with a million slots.
inline constexpr std::chrono::seconds kLayoutAge{30};
/// Layouts that are kept for as long (4.2 MB each at a million slots): what pages usually show.
inline constexpr std::size_t kLayoutsKept = 4;
/// How often a reader tries to copy what is being written. A try takes under a microsecond, and the
/// writer is done after as long, unless it has lost its processor. On a busy machine it may not
/// have it back for tens of milliseconds: so after a few tries the reader rests before each one
/// more, for a third of a second in all, which is below what a client waits for.
inline constexpr unsigned kReadAttempts = 3'000;
inline constexpr unsigned kReadAttemptsAtOnce = 100;
inline constexpr std::chrono::microseconds kReadRest{100};

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

}  // namespace flatline
