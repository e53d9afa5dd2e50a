#include "collector/api/admin_token.h"

#include <fmt/core.h>

#include "schema/limits.h"
#include "schema/program/log.h"
#include "schema/program/presence.h"
#include "schema/program/token_file.h"
#include "schema/program/token_list.h"
#include "schema/program/whole_file.h"

namespace flatline {

AdminToken admin_token(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kAdminTokenFile;
  std::string token = make_random_token();
  try {
    if (known_presence_of(file).is_missing()) {
      create_whole_file(file, token + "\n");
      return {token, ""};
    }
  } catch (const std::exception& error) {
    return {token, error.what()};
  }
  try {
    return {read_token_file(file), ""};
  } catch (const std::exception& error) {
    return {"", error.what()};
  }
}

bool keep_admin_token(const std::filesystem::path& folder, const std::string& token) {
  const std::filesystem::path file = folder / kAdminTokenFile;
  try {
    if (token.empty()) return false;
    if (known_presence_of(file).is_there()) {
      log_warning(
          "{}: another folder is at its place now; if its {} is another, it counts from the "
          "next start on",
          folder.string(), kAdminTokenFile);
      return false;
    }
    create_whole_file(file, token + "\n");
    log_warning("{}: another folder is at its place now; {} is written into it", folder.string(),
                kAdminTokenFile);
    return true;
  } catch (const std::exception& error) {
    log_warning("{}", error.what());
  }
  return false;
}

}  // namespace flatline
