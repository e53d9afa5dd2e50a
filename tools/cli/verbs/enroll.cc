// The verb enroll, which makes hosts' credentials and needs no collector.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/key_file.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/faults.h"
#include "tools/cli/names_file.h"
#include "tools/cli/progress.h"
#include "tools/cli/secret_output.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

namespace fs = std::filesystem;

struct EnrollOptions {
  std::string out;
  std::string name;
  std::string fleet_key;
  std::string names_file;
  std::string into;
  std::uint16_t generation = 0;
  bool replace = false;
};

fs::path credential_path(const fs::path& folder, const std::string& name) {
  return folder / (name + ".credential");
}

/// Why a credential is not written where another one stands. Empty where nothing is in the way.
std::string obstacle(const fs::path& path, CredentialFile there, bool replace) {
  if (there == CredentialFile::kStrangers) {
    return fmt::format("{}: holds another host's credential", path.string());
  }
  if (there != CredentialFile::kAnother || replace) return {};
  return fmt::format(
      "{}: holds another credential of this host, of another key or generation; --replace puts the "
      "new one in its place",
      path.string());
}

void put(const fs::path& path, const Credential& credential, CredentialFile there) {
  if (there == CredentialFile::kAnother) {
    replace_credential(path, credential);
  } else {
    write_credential(path, credential);
  }
}

/// Looks at all files before the first one is written, so that what is in the way leaves no half of
/// the hosts enrolled. All that is in the way is told at once.
std::vector<CredentialFile> look_at_all(const EnrollOptions& options,
                                        const std::vector<Credential>& credentials) {
  std::vector<CredentialFile> found;
  Faults faults("files are in the way");
  for (const Credential& credential : credentials) {
    const fs::path path = credential_path(options.into, credential.name);
    found.push_back(look_at_credential(path, credential));
    const std::string fault = obstacle(path, found.back(), options.replace);
    if (!fault.empty()) faults.add(fault);
  }
  faults.tell();
  return found;
}

int enroll_many(const EnrollOptions& options, const FleetKey& key) {
  const std::vector<std::string> names = read_names(options.names_file);
  std::error_code error;
  fs::create_directories(options.into, error);
  if (error) {
    throw Failure(
        fmt::format("--into {}: cannot make the folder: {}", options.into, error.message()));
  }
  std::vector<Credential> credentials;
  for (const std::string& name : names) {
    credentials.push_back(make_credential(key, name, options.generation));
  }
  const std::vector<CredentialFile> found = look_at_all(options, credentials);
  Progress progress(names.size());
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    put(credential_path(options.into, credentials[i].name), credentials[i], found[i]);
    progress.at(i + 1);
  }
  const auto replaced = std::count(found.begin(), found.end(), CredentialFile::kAnother);
  print(fmt::format("enrolled {} ({} were already{}) in {}\n", names.size(),
                    std::count(found.begin(), found.end(), CredentialFile::kSame),
                    replaced == 0 ? "" : fmt::format(", {} replaced", replaced), options.into));
  return 0;
}

int enroll(const EnrollOptions& options) {
  if (options.name.empty() == options.names_file.empty()) {
    throw UsageError("enroll: give one NAME, or --names FILE --into DIR");
  }
  if (!options.name.empty() && !is_host_name(options.name)) {
    throw UsageError(fmt::format("enroll: '{}' is no host name; give {}",
                                 to_plain_utf8(options.name), kHostNameForm));
  }
  if (options.names_file.empty() != options.into.empty()) {
    throw UsageError("enroll: --names FILE and --into DIR go together");
  }
  if (!options.into.empty() && !options.out.empty()) {
    throw UsageError("enroll: --output is for one NAME; with --names the folder is --into DIR");
  }
  if (options.names_file == "-" && options.fleet_key == "-") {
    throw UsageError("enroll: --names and --fleet-key cannot both be read from stdin");
  }
  const FleetKey key = read_key(options.fleet_key);
  if (!options.names_file.empty()) return enroll_many(options, key);
  const std::string path =
      options.out.empty() ? credential_path("", options.name).string() : options.out;
  const Credential credential = make_credential(key, options.name, options.generation);
  if (wrote_to_stream(path, credential_text(credential))) {
    say(true, fmt::format("{}: enrolled {}\n", path, options.name));
    return 0;
  }
  const CredentialFile before = look_at_credential(path, credential);
  const std::string fault = obstacle(path, before, options.replace);
  if (!fault.empty()) throw Failure(fault);
  put(path, credential, before);
  say(false, fmt::format("{}: {} {}\n", path,
                         before == CredentialFile::kSame      ? "was enrolled already:"
                         : before == CredentialFile::kAnother ? "enrolled anew:"
                                                              : "enrolled",
                         options.name));
  return 0;
}

}  // namespace

void add_enroll_verb(CommandLine& line) {
  const auto enrolled = std::make_shared<EnrollOptions>();
  line.verb("enroll", "Make a host's credential, or a file of names' into a folder",
            "  flatline enroll web-1 --fleet-key fleet.key\n"
            "  flatline enroll --names hosts.txt --into credentials/ --fleet-key fleet.key\n"
            "  flatline enroll web-1 --fleet-key fleet.key -o - | ssh web-1 install ...\n"
            "A file of names has one a line; # begins a comment; - is stdin, or with -o stdout.\n"
            "Enrolling again changes nothing; after a key was rotated, --replace.")
      .writes(enrolled->out)
      .may_take("name", enrolled->name, "The host")
      .required_option("--fleet-key", enrolled->fleet_key, "The fleet's key")
      .option("--names", enrolled->names_file, "A file of names instead of one; - is stdin")
      .flag("--replace", enrolled->replace,
            "Put it in the place of the host's credential of another key or generation")
      .option("--into", enrolled->into, "With --names: the folder for NAME.credential")
      .option(
          "--generation",
          [enrolled](const std::string& text) {
            enrolled->generation = static_cast<std::uint16_t>(
                read_flag_number("--generation", text, 0, kMaxCredentialGeneration));
          },
          "Of the credential (default 0)")
      .runs_alone([enrolled] { return enroll(*enrolled); });
}

}  // namespace flatline::cli
