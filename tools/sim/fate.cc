#include "tools/sim/fate.h"

#include "tools/sim/random.h"

namespace flatline::sim {
namespace {

/// A stream of Random that nothing else uses, so that fates do not depend on other draws from the
/// same seed.
constexpr std::uint64_t kFateStream = 2;

}  // namespace

Fate fate_of(const FateOptions& options, const DatagramId& datagram) {
  const std::uint64_t path =
      kFateStream << 56 | std::uint64_t{datagram.collector} << 32 | datagram.sender;
  Random random(options.seed, path, datagram.sequence);
  Fate fate;
  if (random.fraction() < options.loss) {
    fate.copies = 0;
    return fate;
  }
  if (random.fraction() < options.duplicate) fate.copies = 2;
  for (unsigned copy = 0; copy < fate.copies; ++copy) {
    if (random.fraction() >= options.reorder) continue;
    // The share is never zero, because zero would mean that the copy is not held back.
    const double share = 1 - random.fraction();
    fate.held[copy] =
        Duration{static_cast<Duration::rep>(share * static_cast<double>(options.delay.count()))};
  }
  return fate;
}

}  // namespace flatline::sim
