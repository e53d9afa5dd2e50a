#include "schema/wire/datagram.h"

#include <doctest/doctest.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <vector>

#include "tests/harness/samples.h"

namespace flatline {
namespace {

Datagram sealed_sample() {
  Datagram datagram;
  seal_datagram(sample_header(), sample_snapshot(), sample_credential().key, datagram);
  return datagram;
}

TEST_CASE("a datagram gives back its header and its snapshot") {
  const Datagram datagram = sealed_sample();
  Header header;
  REQUIRE(read_header(datagram, header) == Outcome::kAccepted);
  CHECK(header == sample_header());
  SnapshotBytes plain;
  REQUIRE(open_datagram(datagram, sample_credential().key, plain));
  CHECK(plain == encoded(sample_snapshot()));
}

TEST_CASE("the header lies where the contract says") {
  const Header header{0xA1, 0xB2B3, AgentId{0x0102030405060708}, 0x1112131415161718,
                      0x2122232425262728};
  Datagram datagram;
  seal_datagram(header, sample_snapshot(), sample_credential().key, datagram);
  constexpr unsigned char kExpected[kHeaderBytes] = {
      'F',  'L',  'A',  'T',  1,    0xA1, 0xB3, 0xB2, 0x08, 0x07, 0x06,
      0x05, 0x04, 0x03, 0x02, 0x01, 0x18, 0x17, 0x16, 0x15, 0x14, 0x13,
      0x12, 0x11, 0x28, 0x27, 0x26, 0x25, 0x24, 0x23, 0x22, 0x21};
  CHECK(std::memcmp(datagram.data(), kExpected, sizeof kExpected) == 0);
}

TEST_CASE("libsodium opens it with bytes 8 to 31 as nonce and the header as additional data") {
  const Datagram datagram = sealed_sample();
  const auto* bytes = reinterpret_cast<const unsigned char*>(datagram.data());
  const SecretKey key = sample_credential().key;
  std::array<unsigned char, kSnapshotBytes> plain{};
  unsigned long long size = 0;
  REQUIRE(crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), &size, nullptr, bytes + 32,
                                                     512 + 16, bytes, 32, bytes + 8,
                                                     key.data()) == 0);
  CHECK(size == kSnapshotBytes);
  const SnapshotBytes expected = encoded(sample_snapshot());
  CHECK(std::memcmp(plain.data(), expected.data(), plain.size()) == 0);
}

TEST_CASE("what libsodium seals so is a datagram") {
  Datagram datagram = sealed_sample();
  const SecretKey key = sample_credential().key;
  const SnapshotBytes plain = encoded(smallest_snapshot());
  auto* bytes = reinterpret_cast<unsigned char*>(datagram.data());
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes + 32, nullptr, reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
      bytes, 32, nullptr, bytes + 8, key.data());
  SnapshotBytes opened;
  REQUIRE(open_datagram(datagram, key, opened));
  CHECK(opened == plain);
}

TEST_CASE("only 560 bytes can be a datagram") {
  const Datagram datagram = sealed_sample();
  std::vector<std::byte> longer(datagram.begin(), datagram.end());
  longer.resize(2 * kDatagramBytes);
  Header header;
  for (std::size_t size = 0; size <= longer.size(); ++size) {
    CAPTURE(size);
    const Outcome expected = size == 560 ? Outcome::kAccepted : Outcome::kWrongSize;
    CHECK(read_header(std::span(longer).first(size), header) == expected);
  }
}

TEST_CASE("every bit of a datagram counts") {
  const Datagram good = sealed_sample();
  const SecretKey key = sample_credential().key;
  for (std::size_t bit = 0; bit < 8 * kDatagramBytes; ++bit) {
    CAPTURE(bit);
    Datagram datagram = good;
    datagram[bit / 8] ^= std::byte{1} << (bit % 8);
    Header header;
    const Outcome outcome = read_header(datagram, header);
    if (bit < 8 * 4) {
      CHECK(outcome == Outcome::kWrongMagic);
    } else if (bit < 8 * 5) {
      CHECK(outcome == Outcome::kWrongVersion);
    } else {
      CHECK(outcome == Outcome::kAccepted);
    }
    SnapshotBytes plain;
    CHECK_FALSE(open_datagram(datagram, key, plain));
  }
}

TEST_CASE("another key opens nothing") {
  const Datagram datagram = sealed_sample();
  SecretKey key = sample_credential().key;
  for (std::size_t bit = 0; bit < 8 * key.size(); ++bit) {
    CAPTURE(bit);
    key[bit / 8] ^= static_cast<unsigned char>(1U << (bit % 8));
    SnapshotBytes plain;
    CHECK_FALSE(open_datagram(datagram, key, plain));
    key[bit / 8] ^= static_cast<unsigned char>(1U << (bit % 8));
  }
}

TEST_CASE("equal snapshots share no bytes once they are sealed") {
  Header header = sample_header();
  Datagram first;
  Datagram second;
  seal_datagram(header, sample_snapshot(), sample_credential().key, first);
  ++header.sequence;
  seal_datagram(header, sample_snapshot(), sample_credential().key, second);
  // Two random streams agree in one of 256 bytes.
  int equal = 0;
  for (std::size_t i = kHeaderBytes; i < kDatagramBytes; ++i) equal += first[i] == second[i];
  CHECK(equal < 20);
}

}  // namespace
}  // namespace flatline
