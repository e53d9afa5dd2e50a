// The verb enroll, which makes hosts' credentials. It needs no collector, unless one shall expect
// the hosts.

#include <fmt/core.h>

#include <filesystem>

#include "schema/limits.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/key_file.h"
#include "schema/wire/names.h"
#include "schema/wire/text.h"
#include "tools/cli/credential_layout.h"
#include "tools/cli/names_file.h"
#include "tools/cli/secret_output.h"
#include "tools/cli/verbs/action_options.h"

namespace flatline::cli {
namespace {

namespace fs = std::filesystem;

struct EnrollOptions {
  std::string out;
  std::string name;
  std::string fleet_key;
  std::string names_file;
  std::string into;
  std::string layout;
  std::uint16_t generation = 0;
  bool replace = false;
  bool tar = false;
  bool expect = false;
};

CredentialLayout read_layout(const std::string& text) {
  if (text.empty() || text == "file") return CredentialLayout::kFile;
  if (text == "folder") return CredentialLayout::kFolder;
  refuse_flag("--layout", text, "file (NAME.credential) or folder (NAME/agent.credential)");
}

/// Refuses what does not go together.
void require_sense(const EnrollOptions& options) {
  const bool is_one = !options.name.empty();
  if (is_one != options.names_file.empty()) {
    throw UsageError("enroll: give one NAME, or --names FILE with --into DIR or --tar");
  }
  if (is_one && !is_host_name(options.name)) {
    throw UsageError(fmt::format("enroll: '{}' is no host name; give {}",
                                 to_plain_utf8(options.name), kHostNameForm));
  }
  const bool is_laid_out = options.tar || !options.into.empty();
  if (!is_one && !is_laid_out) {
    throw UsageError("enroll: --names needs --into DIR for the credentials, or --tar");
  }
  if (options.tar && !options.into.empty()) {
    throw UsageError("enroll: --tar writes to stdout, --into DIR to a folder; give one of them");
  }
  if (is_laid_out && !options.out.empty()) {
    throw UsageError(
        "enroll: --output is for one NAME; --into DIR is a folder, and --tar writes to stdout");
  }
  (void)read_layout(options.layout);
  if (!is_laid_out && !options.layout.empty()) {
    throw UsageError("enroll: --layout is of what --into or --tar make");
  }
  if (options.tar && options.replace) {
    throw UsageError("enroll: --replace is for files; --tar takes nobody's place");
  }
  if (options.names_file == "-" && options.fleet_key == "-") {
    throw UsageError("enroll: --names and --fleet-key cannot both be read from stdin");
  }
}

/// Makes one host's credential, in a file or on a stream.
void enroll_one(const EnrollOptions& options, const FleetKey& key) {
  const std::string path = options.out.empty() ? options.name + ".credential" : options.out;
  const Credential credential = make_credential(key, options.name, options.generation);
  if (wrote_to_stream(path, credential_text(credential))) {
    return tell_people(true, fmt::format("{}: enrolled {}\n", path, options.name));
  }
  const CredentialFile before = look_at_credential(path, credential);
  const std::string fault = obstacle(path, before, options.replace);
  if (!fault.empty()) throw Failure(fault);
  if (before == CredentialFile::kAnother) {
    replace_credential(path, credential);
  } else {
    write_credential(path, credential);
  }
  tell_people(false, fmt::format("{}: {} {}\n", path,
                                 before == CredentialFile::kSame      ? "was enrolled already:"
                                 : before == CredentialFile::kAnother ? "enrolled anew:"
                                                                      : "enrolled",
                                 options.name));
}

/// Makes the credentials of all names, in a folder or as an archive.
void enroll_many(const EnrollOptions& options, const FleetKey& key,
                 const std::vector<std::string>& names) {
  const CredentialLayout layout = read_layout(options.layout);
  std::vector<Credential> credentials;
  credentials.reserve(names.size());
  for (const std::string& name : names) {
    credentials.push_back(make_credential(key, name, options.generation));
  }
  if (options.tar) {
    print_archive(credentials, layout, wall_now());
    return tell_people(true, fmt::format("enrolled {}\n", names.size()));
  }
  const LaidOut laid = lay_out(options.into, credentials, layout, options.replace);
  print(fmt::format("enrolled {} ({} were already{}) in {}\n", names.size(), laid.same,
                    laid.replaced == 0 ? "" : fmt::format(", {} replaced", laid.replaced),
                    options.into));
}

/// Returns the names that were enrolled.
std::vector<std::string> enroll(const EnrollOptions& options) {
  const FleetKey key = read_key(options.fleet_key);
  std::vector<std::string> names = {options.name};
  if (!options.names_file.empty()) names = read_names(options.names_file);
  if (options.tar || !options.into.empty()) {
    enroll_many(options, key, names);
  } else {
    enroll_one(options, key);
  }
  return names;
}

/// Enrolls, and has the collector expect the hosts. That there is a collector is seen first.
int enroll_expected(Session& session, const EnrollOptions& options, ActionArguments expected) {
  require_sense(options);
  (void)session.client.summary();
  expected.hosts = enroll(options);
  expected.is_repeatable = true;
  expected.tells_on_stderr = options.tar || is_stdout(options.out);
  tell_case_twins(session.client, expected.hosts);
  return perform(session, kExpect, expected);
}

}  // namespace

void add_enroll_verb(CommandLine& line) {
  const auto enrolled = std::make_shared<EnrollOptions>();
  const SharedArguments expected = fresh_arguments();
  Verb& verb =
      line.verb("enroll", "Make a host's credential, or those of a file of names",
                "  flatline enroll web-1 --fleet-key fleet.key\n"
                "  flatline enroll --names hosts.txt --into credentials/ --fleet-key fleet.key\n"
                "  flatline enroll --names hosts.txt --tar --fleet-key k | ssh deploy tar x\n"
                "  flatline enroll web-1 --fleet-key fleet.key -o - | ssh web-1 install ...\n"
                "  flatline ls key=1 -o names |\n"
                "    flatline enroll --names - --into credentials/ --replace --fleet-key next.key\n"
                "A file of names has one a line, or web-[01-40]; # begins a comment; - is stdin,\n"
                "or with -o stdout. Enrolling again changes nothing; after a key was rotated,\n"
                "--replace. A folder gets all of them or none; where a disk fails at the "
                "very\nend, what is there is told, and the same command does the rest.");
  add_why(verb, expected);
  verb.writes(enrolled->out)
      .may_take("name", enrolled->name, "The host")
      .option("--fleet-key FILE", enrolled->fleet_key, "The fleet's key")
      .required()
      .option("--names FILE", enrolled->names_file, "A file of names instead of one; - is stdin")
      .option("--into FOLDER", enrolled->into, "The folder for NAME.credential")
      .option("--layout file|folder", enrolled->layout,
              "file (the default), or folder: NAME/agent.credential for each host")
      .flag("--tar", enrolled->tar, "Write an archive of them to stdout")
      .flag("--replace", enrolled->replace,
            "Put it in the place of the host's credential of another key or generation")
      .flag("--expect", enrolled->expect,
            "Have the collector expect the hosts, as flatline expect does, --why too")
      .option(
          "--generation N",
          [enrolled](const std::string& text) {
            enrolled->generation = static_cast<std::uint16_t>(
                read_flag_number("--generation", text, 0, kMaxCredentialGeneration));
          },
          "Of the credential (default 0)")
      .is_operators()
      .asks_if(enrolled->expect)
      .runs([=](Session& session) { return enroll_expected(session, *enrolled, *expected); })
      .runs_alone([=] {
        require_sense(*enrolled);
        if (!expected->request.why.empty()) throw UsageError("enroll: --why is for --expect");
        enroll(*enrolled);
        return 0;
      });
}

}  // namespace flatline::cli
