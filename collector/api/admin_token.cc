#include "collector/api/admin_token.h"

#include <fmt/core.h>
#include <sodium.h>

#include <array>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/log.h"
#include "schema/program/presence.h"
#include "schema/program/token_file.h"
#include "schema/program/whole_file.h"

namespace flatline {
namespace {

std::string make_token() {
  std::array<unsigned char, kAdminTokenBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

std::string admin_token(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kAdminTokenFile;
  std::string token = make_token();
  try {
    if (known_presence_of(file).is_missing()) {
      create_whole_file(file, token + "\n");
      return token;
    }
  } catch (const Failure& error) {
    log_warning("{}; operators can change nothing before the next start", error.what());
    return token;
  }
  return read_token_file(file);
}

void keep_admin_token(const std::filesystem::path& folder, const std::string& token) {
  const std::filesystem::path file = folder / kAdminTokenFile;
  try {
    if (known_presence_of(file).is_there()) {
      log_warning(
          "{}: another folder is at its place now; if its {} is another, it counts from the "
          "next start on",
          folder.string(), kAdminTokenFile);
      return;
    }
    create_whole_file(file, token + "\n");
    log_warning("{}: another folder is at its place now; {} is written into it", folder.string(),
                kAdminTokenFile);
  } catch (const std::exception& error) {
    log_warning("{}", error.what());
  }
}

}  // namespace flatline
