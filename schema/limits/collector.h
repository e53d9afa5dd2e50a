#pragma once

// The limits of what takes datagrams, judges hosts and counts them.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "schema/limits/wire.h"

namespace flatline {

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
/// The bounds by which ticks' lengths and latenesses are counted: from what a tick of a small fleet
/// takes (0.1 ms) and of a million slots (12 ms) to what makes a collector blind.
inline constexpr std::array<std::chrono::microseconds, 14> kDurationBounds = {{
    std::chrono::microseconds{50},
    std::chrono::microseconds{100},
    std::chrono::microseconds{250},
    std::chrono::microseconds{500},
    std::chrono::microseconds{1'000},
    std::chrono::microseconds{2'500},
    std::chrono::microseconds{5'000},
    std::chrono::microseconds{10'000},
    std::chrono::microseconds{25'000},
    std::chrono::microseconds{50'000},
    std::chrono::microseconds{100'000},
    std::chrono::microseconds{250'000},
    std::chrono::microseconds{1'000'000},
    std::chrono::microseconds{5'000'000},
}};
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

}  // namespace flatline
