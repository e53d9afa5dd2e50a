#include "schema/wire/datagram.h"

#include <sodium.h>

#include <cstring>

#include "schema/wire/codec.h"

namespace flatline {
namespace {

// Offsets in the header (CONTRACT.md, "Layout").
constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kKeyIdAt = 5;
constexpr std::size_t kGenerationAt = 6;
constexpr std::size_t kAgentIdAt = 8;
constexpr std::size_t kEpochAt = 16;
constexpr std::size_t kSequenceAt = 24;
static_assert(kHeaderBytes - kAgentIdAt == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

template <typename T>
void store(std::byte* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

template <typename T>
void load(const std::byte* from, T& value) {
  std::memcpy(&value, from, sizeof value);
}

const unsigned char* as_unsigned(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

}  // namespace

Outcome read_header(std::span<const std::byte> bytes, Header& header) {
  if (bytes.size() != kDatagramBytes) return Outcome::kWrongSize;
  if (std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) return Outcome::kWrongMagic;
  if (std::to_integer<std::uint8_t>(bytes[kVersionAt]) != kWireVersion) {
    return Outcome::kWrongVersion;
  }
  load(bytes.data() + kKeyIdAt, header.key_id);
  load(bytes.data() + kGenerationAt, header.credential_generation);
  load(bytes.data() + kAgentIdAt, header.agent_id);
  load(bytes.data() + kEpochAt, header.epoch);
  load(bytes.data() + kSequenceAt, header.sequence);
  return Outcome::kAccepted;
}

void seal_datagram(const Header& header, const Snapshot& snapshot, const SecretKey& key,
                   Datagram& datagram) {
  std::byte* bytes = datagram.data();
  std::memcpy(bytes, kMagic.data(), kMagic.size());
  store(bytes + kVersionAt, kWireVersion);
  store(bytes + kKeyIdAt, header.key_id);
  store(bytes + kGenerationAt, header.credential_generation);
  store(bytes + kAgentIdAt, header.agent_id);
  store(bytes + kEpochAt, header.epoch);
  store(bytes + kSequenceAt, header.sequence);

  SnapshotBytes plain;
  encode_snapshot(snapshot, plain);
  auto* sealed = reinterpret_cast<unsigned char*>(bytes + kHeaderBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, nullptr, as_unsigned(plain.data()),
                                             plain.size(), as_unsigned(bytes), kHeaderBytes,
                                             nullptr, as_unsigned(bytes + kAgentIdAt), key.data());
}

bool open_datagram(DatagramView datagram, const SecretKey& key, SnapshotBytes& snapshot) {
  const std::byte* bytes = datagram.data();
  return crypto_aead_xchacha20poly1305_ietf_decrypt(
             reinterpret_cast<unsigned char*>(snapshot.data()), nullptr, nullptr,
             as_unsigned(bytes + kHeaderBytes), kSnapshotBytes + kTagBytes, as_unsigned(bytes),
             kHeaderBytes, as_unsigned(bytes + kAgentIdAt), key.data()) == 0;
}

SecretKey derive_epoch_key(const SecretKey& key, AgentId agent, std::uint64_t epoch) {
  std::array<std::byte, crypto_core_hchacha20_INPUTBYTES> nonce;
  store(nonce.data(), agent);
  store(nonce.data() + sizeof agent, epoch);
  static_assert(sizeof agent + sizeof epoch == sizeof nonce);
  SecretKey epoch_key;
  crypto_core_hchacha20(epoch_key.data(), as_unsigned(nonce.data()), key.data(), nullptr);
  return epoch_key;
}

}  // namespace flatline
