#include "tools/cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <map>
#include <sstream>

#include "schema/codec.h"
#include "schema/duration.h"
#include "schema/error.h"
#include "schema/flag_values.h"
#include "schema/standard_files.h"
#include "schema/version.h"
#include "schema/view.h"

namespace flatline::cli {
namespace {

constexpr std::string_view kFooter =
    "First use:\n"
    "  flatline keygen -o fleet.key                   make a fleet's key\n"
    "  flatline enroll web-1 --fleet-key fleet.key    make a host's credential\n"
    "  flatline status                                how is the fleet?\n"
    "  flatline ls failing                            which hosts fail, and why?\n"
    "  flatline show web-1                            everything about one host\n"
    "Every verb has --help. Exit codes: 0 done, 1 failed, 2 wrong usage; check: a plugin's 0 to 3.";

/// What was typed where it needs reading.
struct Typed {
  std::string output;
  std::string timeout;
  std::string every;
  std::string count;
  std::string generation;
  std::string warning;
  std::string critical;
};

void read_percent(std::string_view flag, std::string text, double& percent) {
  if (text.empty()) return;
  const std::size_t size = text.size() - (text.ends_with('%') ? 1 : 0);
  const char* end = text.data() + size;
  const auto [stop, error] = std::from_chars(text.data(), end, percent, std::chars_format::fixed);
  if (error != std::errc{} || stop != end || percent < 0 || percent > 100) {
    refuse_flag(flag, text, "a number from 0 to 100");
  }
}

void read_duration(std::string_view flag, const std::string& text, Milliseconds min,
                   Milliseconds max, Milliseconds& duration) {
  if (!text.empty()) duration = read_flag_duration(flag, text, min, max);
}

/// What each verb can print; the first is its default.
const std::map<Verb, std::vector<std::pair<std::string_view, Output>>>& outputs() {
  static const std::map<Verb, std::vector<std::pair<std::string_view, Output>>> table = {
      {Verb::kStatus, {{"table", Output::kTable}, {"json", Output::kJson}}},
      {Verb::kWatch, {{"table", Output::kTable}, {"json", Output::kJson}}},
      {Verb::kList,
       {{"table", Output::kTable}, {"json", Output::kJson}, {"names", Output::kNames}}},
      {Verb::kShow, {{"table", Output::kTable}, {"json", Output::kJson}}},
      {Verb::kBitmap,
       {{"hex", Output::kHex},
        {"raw", Output::kRaw},
        {"json", Output::kJson},
        {"names", Output::kNames}}},
  };
  return table;
}

Output read_output(Verb verb, const std::string& text) {
  const auto found = outputs().find(verb);
  if (found == outputs().end()) {
    if (text.empty()) return Output::kTable;
    throw UsageError("--output: this verb has one form only; leave it out");
  }
  if (text.empty()) return found->second.front().second;
  std::string allowed;
  for (const auto& [name, output] : found->second) {
    if (name == text) return output;
    allowed += (allowed.empty() ? "" : ", ") + std::string(name);
  }
  refuse_flag("--output", text, allowed);
}

void add_common(CLI::App& app, Options& options, Typed& typed) {
  app.add_option("--api", options.api, "The collector, as HOST:PORT or a URL")
      ->envname("FLATLINE_API")
      ->capture_default_str();
  app.add_option("--token-file", options.token_file, "The read token, if the collector wants one")
      ->envname("FLATLINE_TOKEN_FILE");
  app.add_option("-o,--output", typed.output,
                 "table, json, names; bitmap: hex, raw, json, names; keygen, enroll: the file");
  app.add_option("--timeout", typed.timeout, "For the whole command (default 5s)");
  app.add_flag("--no-color", options.no_color, "No colour, on terminals either");
}

CLI::App* add_verb(CLI::App& app, const char* name, const char* what, const char* footer) {
  CLI::App* verb = app.add_subcommand(name, what);
  verb->footer(footer);
  verb->fallthrough();
  return verb;
}

std::map<CLI::App*, Verb> add_verbs(CLI::App& app, Options& options, Typed& typed) {
  std::map<CLI::App*, Verb> verbs;
  CLI::App* keygen = add_verb(app, "keygen", "Make a fleet's key",
                              "Examples:\n  flatline keygen -o fleet.key\n"
                              "  flatline keygen --rotate fleet.key -o fleet-2.key    the next key "
                              "of the same fleet");
  keygen->add_option("--rotate", options.rotate, "Make the next key of this key's fleet");
  verbs[keygen] = Verb::kKeygen;

  CLI::App* enroll = add_verb(
      app, "enroll", "Make a host's credential, or a file of names' into a folder",
      "Examples:\n  flatline enroll web-1 --fleet-key fleet.key\n"
      "  flatline enroll --names hosts.txt --into credentials/ --fleet-key fleet.key\n"
      "A file of names has one a line; # begins a comment. Enrolling again changes nothing.");
  enroll->add_option("name", options.name, "The host");
  enroll->add_option("--fleet-key", options.fleet_key, "The fleet's key")->required();
  enroll->add_option("--names", options.names_file, "A file of names instead of one");
  enroll->add_option("--into", options.into, "With --names: the folder for NAME.credential");
  enroll->add_option("--generation", typed.generation, "Of the credential (default 0)");
  verbs[enroll] = Verb::kEnroll;

  verbs[add_verb(app, "status", "How the fleet is, now",
                 "Examples:\n  flatline status\n  flatline status -o json | jq .failing")] =
      Verb::kStatus;

  CLI::App* list = add_verb(
      app, "ls", "Hosts, all or by state",
      "Examples:\n  flatline ls\n  flatline ls failing\n  flatline ls silent failing -o names\n"
      "  flatline ls 'failing & !drained'\n"
      "Words: all healthy failing silent unknown expected warning drained flapping conflict\n"
      "registered known reporting; & | ! ( ). Several filters: hosts that match any.");
  list->add_option("filter", options.filters, "Which hosts");
  list->add_flag("-1,--one-per-line", options.one_per_line, "With -o names: not folded");
  verbs[list] = Verb::kList;

  CLI::App* show = add_verb(app, "show", "Everything about one host",
                            "Examples:\n  flatline show web-1\n  flatline show web-1 -o json");
  show->add_option("name", options.host, "The host")->required();
  verbs[show] = Verb::kShow;

  CLI::App* bitmap = add_verb(
      app, "bitmap", "A plane of the bitmap",
      "Examples:\n  flatline bitmap -o names                names whose bit is set, one a line\n"
      "  flatline bitmap --plane reporting       64 hex digits a line\n"
      "Bit 0 of byte 0 is slot 0. Planes: registered known reporting healthy warning drained\n"
      "flapping conflict.");
  bitmap->add_option("--plane", options.plane, "Which one")->capture_default_str();
  verbs[bitmap] = Verb::kBitmap;

  verbs[add_verb(app, "map", "The bitmap, drawn",
                 "Examples:\n  flatline map\nEach character is a slot, or the worst of several.")] =
      Verb::kMap;

  CLI::App* watch =
      add_verb(app, "watch", "The status, again and again",
               "Examples:\n  flatline watch\n  flatline watch --every 5s --count 3\n"
               "Errors go to stderr, and watching goes on; with --count it ends by 1\n"
               "when the last try failed.");
  watch->add_option("--every", typed.every, "How often (default 1s)");
  watch->add_option("--count", typed.count, "How many times (default: until Ctrl-C)");
  verbs[watch] = Verb::kWatch;

  CLI::App* check = add_verb(
      app, "check", "A monitoring plugin: the fleet, or one host",
      "Examples:\n  flatline check --warning 5 --critical 20\n  flatline check web-1\n"
      "Percentages are of hosts that fail or are silent. UNKNOWN when the collector does not\n"
      "answer, its view is old, or it is warming or blind. Whatever else goes wrong, a wrong\n"
      "command line too, is UNKNOWN as well: one line on stdout, exit code 3.");
  check->add_option("name", options.host, "One host instead of the fleet");
  check->add_option("--warning", typed.warning, "More percent unhealthy: WARNING (default 5)");
  check->add_option("--critical", typed.critical, "More percent unhealthy: CRITICAL (default 20)");
  verbs[check] = Verb::kCheck;
  return verbs;
}

void read_typed(const Typed& typed, Options& options) {
  if (options.verb == Verb::kKeygen || options.verb == Verb::kEnroll) {
    options.out = typed.output;  // Where -o is a file, as compilers have it.
  } else {
    options.output = read_output(options.verb, typed.output);
  }
  read_duration("--timeout", typed.timeout, Milliseconds{1}, kMaxRequestTimeout, options.timeout);
  read_duration("--every", typed.every, Milliseconds{100}, std::chrono::hours{1}, options.every);
  if (!typed.count.empty()) {
    options.count = read_flag_number("--count", typed.count, 1, 1'000'000'000);
  }
  if (!typed.generation.empty()) {
    options.generation = static_cast<std::uint16_t>(
        read_flag_number("--generation", typed.generation, 0, kMaxCredentialGeneration));
  }
  read_percent("--warning", typed.warning, options.warning_percent);
  read_percent("--critical", typed.critical, options.critical_percent);
  if (options.verb == Verb::kBitmap && !find_name(kPlaneNames, options.plane)) {
    refuse_flag("--plane", options.plane, fmt::format("{}", fmt::join(kPlaneNames, ", ")));
  }
  if (!options.host.empty() && !is_host_name(options.host)) {
    refuse_flag("name", options.host, kHostNameForm);
  }
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, bool& is_plugin) {
  CLI::App app("Asks a flatline collector how its fleet is; makes keys and credentials.",
               "flatline");
  app.footer(std::string{kFooter});
  app.set_version_flag("--version", std::string{"flatline "}.append(kVersion));
  app.require_subcommand(0, 1);  // None at all has an error of our own.
  Options options;
  Typed typed;
  add_common(app, options, typed);
  const auto verbs = add_verbs(app, options, typed);
  app.get_subcommand("check")->preparse_callback([&](std::size_t) { is_plugin = true; });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      std::ostringstream text;
      app.exit(error, text, text);
      print(text.str());
      return std::nullopt;
    }
    throw UsageError(fmt::format("{}; see flatline --help", error.what()));
  }
  if (app.get_subcommands().empty()) throw UsageError("give a verb; see flatline --help");
  options.verb = verbs.at(app.get_subcommands().front());
  options.no_color |= std::getenv("NO_COLOR") != nullptr;
  read_typed(typed, options);
  return options;
}

}  // namespace flatline::cli
