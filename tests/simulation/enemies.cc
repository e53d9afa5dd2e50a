#include "tests/simulation/enemies.h"

#include <fmt/core.h>

#include <array>
#include <cstring>

namespace flatline::simulation {
namespace {

using namespace std::chrono_literals;

/// What a middleman keeps of each way.
constexpr std::size_t kRecorded = 400;
constexpr std::size_t kHeld = 2000;
/// How long he does one thing, at the most.
constexpr std::uint32_t kWhimSeconds = 60;
/// The edges of what a header's field can hold.
constexpr std::array<std::uint64_t, 6> kEdges = {0,          1,     std::uint64_t{1} << 53,
                                                 1ULL << 63, ~0ULL, ~0ULL - 1};

Duration random_time(sim::Random& random, Duration least, Duration most) {
  return least + std::chrono::duration_cast<Duration>((most - least) * random.fraction());
}

}  // namespace

// --- The middleman ------------------------------------------------------------------------------

void Middleman::stand_on_the_way_of(World::Speaker& speaker) {
  const auto way = std::make_shared<Way>();
  speaker.way = [this, way](const SealedPtr& sealed) { take(*way, sealed); };
  change_his_mind(way);
  let_go(way);
  repeat(way);
}

void Middleman::take(Way& way, const SealedPtr& sealed) {
  way.recorded.push_back(sealed);
  if (way.recorded.size() > kRecorded) way.recorded.pop_front();
  if (way.mode == Mode::kPasses) world_.arrive(sealed);
  if (way.mode == Mode::kPasses && way.twice) world_.arrive(sealed);
  if (way.mode == Mode::kHolds && way.held.size() < kHeld) way.held.push_back(sealed);
}

void Middleman::change_his_mind(const std::shared_ptr<Way>& way) {
  constexpr std::array kModes = {Mode::kPasses, Mode::kHolds, Mode::kHolds, Mode::kDrops};
  constexpr std::array<Duration, 6> kPaces = {300ms, 1s, 1500ms, 2200ms, 4400ms, 9s};
  way->mode = kModes[random_.below(kModes.size())];
  way->pace = kPaces[random_.below(kPaces.size())];
  way->burst = random_.below(5);
  way->newest_first = random_.below(6) == 0;
  way->twice = random_.below(4) == 0;
  way->replay_pace = random_.below(3) == 0 ? kPaces[random_.below(kPaces.size())] : 0s;
  world_.after(random_time(random_, 1s, std::chrono::seconds{kWhimSeconds}),
               [this, way] { change_his_mind(way); });
}

void Middleman::let_go(const std::shared_ptr<Way>& way) {
  for (std::uint32_t i = 0; i < way->burst && !way->held.empty(); ++i) {
    const SealedPtr sealed = way->newest_first ? way->held.back() : way->held.front();
    if (way->newest_first) {
      way->held.pop_back();
    } else {
      way->held.pop_front();
    }
    world_.arrive(sealed);
    if (way->twice) world_.arrive(sealed);
  }
  world_.after(way->pace, [this, way] { let_go(way); });
}

void Middleman::repeat(const std::shared_ptr<Way>& way) {
  if (way->replay_pace > 0s && !way->recorded.empty()) {
    world_.arrive(way->recorded[random_.below(static_cast<std::uint32_t>(way->recorded.size()))]);
  }
  world_.after(std::max<Duration>(way->replay_pace, 1s), [this, way] { repeat(way); });
}

// --- The forger ---------------------------------------------------------------------------------

void Forger::begin() {
  const std::uint32_t burst = random_.below(40);
  for (std::uint32_t i = 0; i < burst; ++i) forge();
  world_.after(random_time(random_, 5ms, 1s), [this] { begin(); });
}

std::uint64_t Forger::some_number(std::uint64_t likely) {
  switch (random_.below(3)) {
    case 0:
      return kEdges[random_.below(kEdges.size())];
    case 1:
      return random_.next();
    default:
      return likely;
  }
}

/// He knows to the second when a host's agent started, and so all of its epoch but the random bits.
void Forger::forge() {
  if (victims_.empty()) return;
  const Victim& victim = victims_[random_.below(static_cast<std::uint32_t>(victims_.size()))];
  const bool knows_id = random_.below(4) != 0;
  const auto wall = static_cast<std::uint64_t>(right_wall(world_.now()).time_since_epoch().count());
  const std::array<std::uint64_t, 3> words = {
      knows_id ? static_cast<std::uint64_t>(victim.agent) : random_.next(),
      some_number((wall - random_.below(600'000)) << kEpochRandomBits),
      some_number(random_.below(1000))};
  Datagram bytes;
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::uint64_t)) {
    const std::uint64_t garbage = random_.next();
    std::memcpy(bytes.data() + i, &garbage, sizeof garbage);
  }
  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  bytes[4] = std::byte{random_.below(20) == 0 ? std::uint8_t{2} : kWireVersion};
  bytes[5] = std::byte{random_.below(20) == 0 ? std::uint8_t{9} : world_.key().key_id};
  bytes[6] = std::byte{static_cast<std::uint8_t>(random_.below(8) == 0 ? 1 : 0)};
  bytes[7] = std::byte{0};
  std::memcpy(bytes.data() + 8, words.data(), sizeof words);
  Address from = victim.address;
  if (random_.below(4) == 0) from.ip[15] = static_cast<std::uint8_t>(random_.below(256));
  world_.arrive_forged(bytes, from,
                       random_.below(20) == 0 ? random_.below(kDatagramBytes) : kDatagramBytes);
}

// --- The liar -----------------------------------------------------------------------------------

void Liar::begin(Machine machine) {
  world_.oracle().meet(machine.agent(), machine.name().view(), machine.number());
  lie(std::make_shared<Machine>(std::move(machine)));
}

std::uint64_t Liar::some_edge(std::uint64_t likely) {
  return random_.below(2) == 0 ? likely : kEdges[random_.below(kEdges.size())];
}

void Liar::lie(const std::shared_ptr<Machine>& machine) {
  constexpr std::uint64_t kMostMs = std::uint64_t{1} << 53;
  const auto wall = static_cast<std::uint64_t>(right_wall(world_.now()).time_since_epoch().count());
  Snapshot snapshot = machine->snapshot();
  snapshot.sent_at = WallTime{Milliseconds{std::min(some_edge(wall), kMostMs)}};
  snapshot.uptime = Milliseconds{std::min(some_edge(wall % 1'000'000), kMostMs)};
  constexpr std::array<Milliseconds, 4> kIntervals = {1s, kMinInterval, kMaxInterval, 1s};
  snapshot.interval = kIntervals[random_.below(kIntervals.size())];
  snapshot.leaving = random_.below(30) == 0;
  snapshot.labels = Labels{fmt::format("role=lie-{}", wall % 1000)};
  const auto steps = static_cast<std::uint64_t>(world_.time() / 1s);
  Place place{some_edge((wall / 60'000 * 60'000) << kEpochRandomBits), some_edge(steps)};
  if (random_.below(8) == 0) place = {};
  world_.arrive(machine->lie(world_.now(), place, snapshot));
  if (random_.below(40) == 0) world_.reset(machine->agent());
  world_.after(random_time(random_, 100ms, 3s), [this, machine] { lie(machine); });
}

}  // namespace flatline::simulation
