#include "collector/fleet/epoch_opener.h"

#include <doctest/doctest.h>

#include "tests/harness/samples.h"

namespace flatline {
namespace {

/// The sample's datagram, and the key of its epoch.
struct Sample {
  Sample() { seal_datagram(sample_header(), sample_snapshot(), credential.key, datagram); }
  Credential credential = sample_credential();
  SecretKey epoch_key =
      derive_epoch_key(credential.key, credential.agent_id, sample_header().epoch);
  Datagram datagram;
};

TEST_CASE("an epoch's key opens what the agent's key does, of that epoch, and nothing else") {
  const SecretKey key = sample_credential().key;
  Header header = sample_header();
  SnapshotBytes plain;
  EpochOpener opener;
  for (std::uint64_t epoch : {header.epoch, std::uint64_t{1}, ~std::uint64_t{0}}) {
    header.epoch = epoch;
    const SecretKey epoch_key = derive_epoch_key(key, header.agent_id, epoch);
    for (std::uint64_t sequence : {std::uint64_t{0}, std::uint64_t{1} << 32, ~std::uint64_t{0}}) {
      header.sequence = sequence;
      Datagram datagram;
      seal_datagram(header, sample_snapshot(), key, datagram);
      REQUIRE(opener.open(datagram, epoch_key, plain));
      CHECK(plain == encoded(sample_snapshot()));
      CHECK_FALSE(opener.open(datagram, derive_epoch_key(key, header.agent_id, epoch ^ 1), plain));
      for (const std::size_t byte : {std::size_t{5}, std::size_t{24}, std::size_t{31},
                                     std::size_t{32}, kDatagramBytes - 1}) {
        Datagram flipped = datagram;
        flipped[byte] ^= std::byte{1};
        CHECK_FALSE(opener.open(flipped, epoch_key, plain));
      }
    }
  }
}

TEST_CASE("every bit of a datagram counts, with an epoch's key too") {
  auto [credential, epoch_key, datagram] = Sample();
  EpochOpener opener;
  SnapshotBytes plain;
  // The epoch key already contains these bytes of the nonce; here they are authenticated only.
  for (std::size_t bit = 0; bit < 8 * kDatagramBytes; ++bit) {
    CAPTURE(bit);
    datagram[bit / 8] ^= std::byte{1} << (bit % 8);
    CHECK_FALSE(opener.open(datagram, epoch_key, plain));
    datagram[bit / 8] ^= std::byte{1} << (bit % 8);
  }
  REQUIRE(opener.open(datagram, epoch_key, plain));
  CHECK(plain == encoded(sample_snapshot()));
}

TEST_CASE("two openers side by side share nothing") {
  auto [credential, key, datagram] = Sample();
  EpochOpener first;
  SnapshotBytes plain;
  {
    EpochOpener second;
    CHECK_FALSE(second.open(datagram, SecretKey{}, plain));
    CHECK(first.open(datagram, key, plain));
    CHECK(second.open(datagram, key, plain));
  }
  CHECK(first.open(datagram, key, plain));
}

}  // namespace
}  // namespace flatline
