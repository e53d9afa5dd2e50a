// The verbs keygen and enroll, which need no collector.

#include <fmt/core.h>

#include <filesystem>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/key_file.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/names_file.h"
#include "tools/cli/progress.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

namespace fs = std::filesystem;

struct KeygenOptions {
  std::string out;
  std::string rotate;
};

struct EnrollOptions {
  std::string out;
  std::string name;
  std::string fleet_key;
  std::string names_file;
  std::string into;
  std::uint16_t generation = 0;
};

fs::path credential_path(const fs::path& folder, const std::string& name) {
  return folder / (name + ".credential");
}

int enroll_many(const EnrollOptions& options, const FleetKey& key) {
  const std::vector<std::string> names = read_names(options.names_file);
  std::error_code error;
  fs::create_directories(options.into, error);
  if (error) {
    throw Failure(
        fmt::format("--into {}: cannot make the folder: {}", options.into, error.message()));
  }
  // All files are looked at before the first one is written, so that a file which is in the way
  // leaves no half of the hosts enrolled.
  std::vector<Credential> credentials;
  std::size_t already = 0;
  for (const std::string& name : names) {
    credentials.push_back(make_credential(key, name, options.generation));
    already += holds_credential(credential_path(options.into, name), credentials.back()) ? 1 : 0;
  }
  Progress progress(names.size());
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    write_credential(credential_path(options.into, credentials[i].name), credentials[i]);
    progress.at(i + 1);
  }
  print(fmt::format("enrolled {} ({} were already) in {}\n", names.size(), already, options.into));
  return 0;
}

int keygen(const KeygenOptions& options) {
  const std::string path = options.out.empty() ? "fleet.key" : options.out;
  const FleetKey key =
      options.rotate.empty() ? make_fleet_key() : rotate_fleet_key(read_fleet_key(options.rotate));
  write_fleet_key(path, key);
  print(fmt::format("{}: key {} of a {} fleet; keep it on the collector\n", path, key.key_id,
                    options.rotate.empty() ? "new" : "rotated"));
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
  const FleetKey key = read_fleet_key(options.fleet_key);
  if (!options.names_file.empty()) return enroll_many(options, key);
  const fs::path path =
      options.out.empty() ? credential_path("", options.name) : fs::path(options.out);
  const bool written =
      write_credential(path, make_credential(key, options.name, options.generation));
  print(fmt::format("{}: {} {}\n", path.string(),
                    written ? "enrolled" : "was enrolled already:", options.name));
  return 0;
}

}  // namespace

void add_key_verbs(CommandLine& line) {
  const auto made = std::make_shared<KeygenOptions>();
  line.verb("keygen", "Make a fleet's key",
            "  flatline keygen -o fleet.key\n"
            "  flatline keygen --rotate fleet.key -o fleet-2.key    the next key of the same fleet")
      .writes(made->out)
      .option("--rotate", made->rotate, "Make the next key of this key's fleet")
      .runs_alone([made] { return keygen(*made); });

  const auto enrolled = std::make_shared<EnrollOptions>();
  line.verb("enroll", "Make a host's credential, or a file of names' into a folder",
            "  flatline enroll web-1 --fleet-key fleet.key\n"
            "  flatline enroll --names hosts.txt --into credentials/ --fleet-key fleet.key\n"
            "A file of names has one a line; # begins a comment. Enrolling again changes nothing.")
      .writes(enrolled->out)
      .may_take("name", enrolled->name, "The host")
      .required_option("--fleet-key", enrolled->fleet_key, "The fleet's key")
      .option("--names", enrolled->names_file, "A file of names instead of one")
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
