#include "collector/admin_token.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "schema/limits.h"
#include "schema/token_file.h"
#include "schema/whole_file.h"

namespace flatline {

std::string admin_token(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kAdminTokenFile;
  if (!std::filesystem::exists(file)) {
    std::array<unsigned char, kAdminTokenBytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::string text;
    for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
    create_whole_file(file, text + "\n");
  }
  return read_token_file(file);
}

}  // namespace flatline
