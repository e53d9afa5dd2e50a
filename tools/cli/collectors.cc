#include "tools/cli/collectors.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/token_file.h"
#include "schema/wire/names.h"

namespace flatline::cli {
namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// A token that is given takes the place of both that were there: or a change would show another
/// one than the token that was named for it.
void take_files(const Asked& from, CollectorEntry& entry) {
  if (!from.ca_file.empty()) {
    entry.ca_file = from.ca_file;
    entry.address = read_api_address(entry.typed, true);
  }
  if (!from.token_file.empty()) {
    entry.token_file = from.token_file;
    entry.admin_token_file.clear();
  }
  if (!from.admin_token_file.empty()) entry.admin_token_file = from.admin_token_file;
}

/// Whether the collector is that context, or one of it.
bool is_of(const ContextsFile& file, const std::string& context, const std::string& collector) {
  if (context == collector) return true;
  const auto found = std::ranges::find(file.contexts, context, &ContextEntry::name);
  return found != file.contexts.end() &&
         std::ranges::find(found->collectors, collector) != found->collectors.end();
}

std::string default_address() {
  return fmt::format("127.0.0.1:{}", kApiPort);
}

}  // namespace

Asked asked_by_environment() {
  return {.api = variable("FLATLINE_API"),
          .context = variable("FLATLINE_CONTEXT"),
          .ca_file = variable("FLATLINE_CA"),
          .token_file = variable("FLATLINE_TOKEN_FILE"),
          .admin_token_file = variable("FLATLINE_ADMIN_TOKEN_FILE")};
}

void require_operator_tokens(const std::string& verb, const Chosen& chosen) {
  for (const CollectorEntry& entry : chosen.collectors) {
    if (!Collectors::token_source_of(entry, true).file.empty()) continue;
    const std::string of = chosen.is_pair() ? entry.name + ": " : "";
    throw UsageError(
        fmt::format("{}: {}changes need --token-file FILE or FLATLINE_TOKEN_FILE with an "
                    "operator's token{}, or "
                    "--admin-token FILE: admin.token in the collector's data folder",
                    verb, of, chosen.context.empty() ? "" : ", or token_file in its context"));
  }
}

Asked with_typed(Asked flags, const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    const std::string& typed = arguments[i];
    for (const auto& [flag, into] :
         {std::pair(std::string("--api"), &flags.api),
          std::pair(std::string("--context"), &flags.context),
          std::pair(std::string("--ca"), &flags.ca_file),
          std::pair(std::string("--token-file"), &flags.token_file),
          std::pair(std::string("--admin-token"), &flags.admin_token_file)}) {
      if (typed.starts_with(flag + "=")) *into = typed.substr(flag.size() + 1);
      if (typed == flag && i + 2 < arguments.size()) *into = arguments[i + 1];
    }
  }
  return flags;
}

Collectors::Collectors(Asked flags, Asked environment, std::vector<std::filesystem::path> paths,
                       std::chrono::milliseconds timeout)
    : flags_(std::move(flags)),
      environment_(std::move(environment)),
      paths_(std::move(paths)),
      timeout_(timeout) {}

const ContextsFile& Collectors::file() {
  if (!file_) file_ = read_contexts(paths_);
  return *file_;
}

std::vector<CollectorEntry> Collectors::with_given_files(
    std::vector<CollectorEntry> entries) const {
  for (CollectorEntry& entry : entries) {
    if (environment_is_of(entry)) take_files(environment_, entry);
    take_files(flags_, entry);
  }
  return entries;
}

/// Where the environment says whom to ask, its files are for these alone.
bool Collectors::environment_is_of(const CollectorEntry& entry) const {
  if (entry.file.empty()) return true;
  if (!environment_.api.empty()) return false;
  return environment_.context.empty() || is_of(*file_, environment_.context, entry.name);
}

CollectorEntry Collectors::at_address(const std::string& address) {
  CollectorEntry entry;
  entry.name = entry.typed = address;
  entry.address = read_api_address(address);
  return entry;
}

Chosen Collectors::chosen() {
  if (!flags_.api.empty()) {
    CollectorEntry at = at_address(flags_.api);
    if (!flags_.context.empty()) {
      for (const CollectorEntry& entry : file().of("--context", flags_.context)) {
        if (entry.address.url == at.address.url) at = entry;
      }
    }
    return {"", with_given_files({at})};
  }
  if (!flags_.context.empty()) {
    return {flags_.context, with_given_files(file().of("--context", flags_.context))};
  }
  if (!environment_.api.empty()) return {"", with_given_files({at_address(environment_.api)})};
  if (!environment_.context.empty()) {
    return {environment_.context,
            with_given_files(file().of("FLATLINE_CONTEXT", environment_.context))};
  }
  if (const std::string& name = file().default_name; !name.empty()) {
    return {name, with_given_files(file().of("default", name))};
  }
  return {"", with_given_files({at_address(default_address())})};
}

CollectorEntry Collectors::named(const std::string& name) {
  // A name alone is taken for one of the file: a slip of it is then told, and asks nobody else.
  if (is_host_name(name)) {
    const auto members = file().of("--between", name);
    if (members.size() > 1) {
      throw UsageError(
          fmt::format("--between: {} has {} collectors; name one", name, members.size()));
    }
    return with_given_files(members).front();
  }
  return with_given_files({at_address(name)}).front();
}

TokenSource Collectors::token_source_of(const CollectorEntry& entry, bool is_operator) {
  const bool has_admin = !entry.admin_token_file.empty();
  if (is_operator && has_admin) return {entry.admin_token_file, true};
  if (is_operator || !entry.token_file.empty()) {
    return {entry.token_file, is_operator, is_operator};
  }
  const bool takes_admin = has_admin && entry.address.is_private;
  return {takes_admin ? entry.admin_token_file : "", takes_admin};
}

Client Collectors::client(const std::vector<CollectorEntry>& entries, bool is_operator) const {
  std::vector<Endpoint> endpoints;
  for (const CollectorEntry& entry : entries) {
    Endpoint& endpoint = endpoints.emplace_back();
    endpoint.name = entry.name;
    endpoint.address = entry.address;
    endpoint.token_source = token_source_of(entry, is_operator);
    const std::string& file = endpoint.token_source.file;
    endpoint.token = file.empty() ? "" : read_token_file(file);
    endpoint.ca_file = entry.ca_file;
    if (!entry.file.empty()) {
      endpoint.named_by = fmt::format("{} of {}", entry.name, entry.file);
    }
  }
  return Client(std::move(endpoints), timeout_);
}

}  // namespace flatline::cli
