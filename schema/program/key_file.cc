#include "schema/program/key_file.h"

#include <fmt/core.h>
#include <sodium.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <span>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/presence.h"
#include "schema/program/secret_file.h"
#include "schema/program/settings.h"
#include "schema/program/whole_file.h"
#include "schema/wire/names.h"

namespace flatline {
namespace {

std::string to_hex(std::span<const unsigned char> bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();
  return text;
}

void read_hex(SettingsTable& table, std::string_view key, std::span<unsigned char> bytes) {
  const std::string text = table.required_text(key);
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, &end) !=
          0 ||
      size != bytes.size() || end != text.data() + text.size()) {
    table.fail(key, fmt::format("must be {} hexadecimal digits", 2 * bytes.size()));
  }
}

/// Opens a secret's file and refuses it where others may touch it.
SettingsTable read_secret(const std::filesystem::path& configured) {
  const std::filesystem::path path = secret_path(configured);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    throw Failure(fmt::format("{}: cannot read: {}", path.string(), system_error_text(errno)));
  }
  if (S_ISREG(status.st_mode)) require_private(path, status.st_mode, status.st_gid);
  return read_settings(path, kKeyFileBytes, SettingsEcho::kNothing);
}

bool equal(const Credential& a, const Credential& b) {
  return a.name == b.name && a.agent_id == b.agent_id && a.key_id == b.key_id &&
         a.generation == b.generation && a.key == b.key;
}

}  // namespace

FleetKey read_fleet_key(const std::filesystem::path& path) {
  SettingsTable file = read_secret(path);
  FleetKey key;
  read_hex(file, "fleet_id", key.fleet);
  read_hex(file, "fleet_key", key.key);
  const auto id = file.integer("key_id", 0, 255);
  if (!id) file.fail("key_id", "is missing");
  key.key_id = static_cast<std::uint8_t>(*id);
  file.finish();
  return key;
}

std::vector<FleetKey> read_fleet_keys(const std::vector<std::filesystem::path>& paths) {
  std::vector<FleetKey> keys;
  for (const auto& path : paths) keys.push_back(read_fleet_key(path));
  if (keys.size() == 2) {
    if (keys[0].fleet != keys[1].fleet) {
      throw Failure(fmt::format("{}: of another fleet than {}; live keys share a fleet_id",
                                paths[1].string(), paths[0].string()));
    }
    if (keys[0].key_id == keys[1].key_id) {
      throw Failure(
          fmt::format("{}: key_id {} is {}'s already; make the next key with: flatline "
                      "keygen --rotate {}",
                      paths[1].string(), keys[1].key_id, paths[0].string(), paths[0].string()));
    }
  }
  return keys;
}

Credential read_credential(const std::filesystem::path& path) {
  SettingsTable file = read_secret(path);
  Credential credential;
  credential.name = file.required_text("name");
  if (!is_host_name(credential.name)) {
    file.fail("name", fmt::format("must be {}", kHostNameForm));
  }
  std::array<unsigned char, 8> id{};
  read_hex(file, "agent_id", id);
  std::uint64_t number = 0;
  for (const unsigned char byte : id) number = number << 8 | byte;
  credential.agent_id = AgentId{number};
  const auto key_id = file.integer("key_id", 0, 255);
  if (!key_id) file.fail("key_id", "is missing");
  credential.key_id = static_cast<std::uint8_t>(*key_id);
  const auto generation = file.integer("generation", 0, 65535);
  if (!generation) file.fail("generation", "is missing");
  credential.generation = static_cast<std::uint16_t>(*generation);
  read_hex(file, "agent_key", credential.key);
  file.finish();
  return credential;
}

std::string fleet_key_text(const FleetKey& key) {
  return fmt::format(
      "# A flatline fleet key: whoever holds it can speak for every host. Keep it on the "
      "collector.\n"
      "fleet_id = \"{}\"\nkey_id = {}\nfleet_key = \"{}\"\n",
      to_hex(key.fleet), key.key_id, to_hex(key.key));
}

std::string credential_text(const Credential& credential) {
  return fmt::format(
      "# A flatline credential: it speaks for this host alone.\n"
      "name = \"{}\"\nagent_id = \"{}\"\nkey_id = {}\n"
      "generation = {}\nagent_key = \"{}\"\n",
      credential.name, format_agent_id(credential.agent_id), credential.key_id,
      credential.generation, to_hex(credential.key));
}

void write_fleet_key(const std::filesystem::path& path, const FleetKey& key) {
  create_whole_file(path, fleet_key_text(key));
}

CredentialFile look_at_credential(const std::filesystem::path& path, const Credential& credential) {
  if (known_presence_of(path).is_missing()) return CredentialFile::kMissing;
  const Credential there = read_credential(path);
  if (equal(there, credential)) return CredentialFile::kSame;
  return there.name == credential.name ? CredentialFile::kAnother : CredentialFile::kStrangers;
}

bool write_credential(const std::filesystem::path& path, const Credential& credential) {
  const CredentialFile there = look_at_credential(path, credential);
  if (there == CredentialFile::kAnother || there == CredentialFile::kStrangers) {
    throw Failure(fmt::format(
        "{}: holds another credential; remove it first if it is to be replaced", path.string()));
  }
  if (there == CredentialFile::kSame) return false;
  create_whole_file(path, credential_text(credential));
  return true;
}

void replace_credential(const std::filesystem::path& path, const Credential& credential) {
  replace_whole_file(path, credential_text(credential));
}

}  // namespace flatline
