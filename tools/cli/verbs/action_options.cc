#include "tools/cli/verbs/action_options.h"

#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "schema/program/flag_values.h"
#include "schema/wire/text.h"
#include "tools/cli/names_file.h"

namespace flatline::cli {
namespace {

std::string default_by() {
  for (const char* name : {"SUDO_USER", "USER", "LOGNAME"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') return std::string(value).substr(0, kByBytes);
  }
  // Neither variable is set where cron or a service runs this.
  const passwd* const user = ::getpwuid(::geteuid());
  return user == nullptr ? "" : std::string(user->pw_name).substr(0, kByBytes);
}

/// The longest batch: the key `BATCH/NAME` must have room for the longest name.
constexpr std::size_t kBatchBytes = kIdempotencyKeyBytes - kNameBytes - 1;

std::string read_batch(const std::string& text) {
  if (text.empty() || text.size() > kBatchBytes ||
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") !=
          std::string::npos) {
    refuse_flag("--key", text, fmt::format("1 to {} of A-Za-z0-9._-", kBatchBytes));
  }
  return text;
}

}  // namespace

SharedArguments fresh_arguments() {
  auto options = std::make_shared<ActionArguments>();
  options->request.by = default_by();
  return options;
}

void add_common(Verb& verb, const SharedArguments& options) {
  verb.prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .is_operators()
      .option("--by NAME", options->request.by, "Who asks (default: you, by your login name)")
      .option(
          "--key KEY", [options](const std::string& text) { options->key = read_batch(text); },
          "Asked again under the same key, nothing is done twice (default: a random one)");
}

void add_why(Verb& verb, const SharedArguments& options) {
  verb.option(
      "--why TEXT",
      [options](const std::string& text) { options->request.why = read_why(text, 0); },
      "A line for those who look");
}

std::string read_why(const std::string& text, std::size_t least_bytes) {
  if (text.size() < least_bytes || text.size() > kWhyBytes || !is_plain_utf8(text)) {
    refuse_flag("--why", text,
                fmt::format("a line of text, {} to {} bytes", least_bytes, kWhyBytes));
  }
  return text;
}

ActionArguments with_listed(ActionArguments options) {
  if (std::find(options.hosts.begin(), options.hosts.end(), "-") == options.hosts.end()) {
    return options;
  }
  options.hosts = with_stdin(options.hosts);
  options.listed = true;
  return options;
}

}  // namespace flatline::cli
