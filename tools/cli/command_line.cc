#include "tools/cli/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <list>
#include <optional>

#include "schema/program/cryptography.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/flags.h"
#include "schema/program/wall_time.h"
#include "schema/wire/identity.h"
#include "schema/wire/text.h"
#include "tools/cli/collectors.h"
#include "tools/cli/completion.h"
#include "tools/cli/report/hints.h"
#include "tools/cli/verbs/verbs.h"
#include "tools/cli/wall_time_arguments.h"

namespace flatline::cli {
namespace {

constexpr std::string_view kFooter =
    "First use:\n"
    "  flatline keygen -o fleet.key                   make a fleet's key\n"
    "  flatline enroll web-1 --fleet-key fleet.key    make a host's credential\n"
    "  flatline status                                how is the fleet?\n"
    "  flatline ls failing                            which hosts fail, and why?\n"
    "  flatline show web-1                            everything about one host\n"
    "  flatline at -15m ls failing                    which did, 15 minutes ago?\n"
    "Every verb has --help. Exit codes: 0 done, 1 failed, 2 wrong usage;\n"
    "check: a plugin's 0 to 3.";

/// The foot of a verb's --help: its examples, and the options that it shares with other verbs.
std::string footer_of(const std::string& examples,
                      const std::vector<std::pair<std::string_view, Output>>& outputs) {
  std::string forms;
  for (const auto& [name, output] : outputs) {
    forms += (forms.empty() ? "" : "|") + std::string(name);
  }
  return fmt::format("Examples:\n{}\n{}For --api, --timeout and more see flatline --help.",
                     examples,
                     forms.empty() ? "" : fmt::format("-o {}; the first is the default.\n", forms));
}

Output read_output(const std::vector<std::pair<std::string_view, Output>>& outputs,
                   const std::string& text) {
  if (outputs.empty() && !text.empty()) {
    throw UsageError("--output: this verb has one form only; leave it out");
  }
  if (text.empty()) return outputs.empty() ? Output::kTable : outputs.front().second;
  std::string allowed;
  for (const auto& [name, output] : outputs) {
    if (name == text) return output;
    allowed += (allowed.empty() ? "" : ", ") + std::string(name);
  }
  refuse_flag("--output", text, allowed);
}

/// Makes every option read its argument as it was typed, without the mark of mark_agos().
void take_as_typed(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() > 0) option->transform(as_typed);
  }
}

}  // namespace

struct CommandLine::State {
  State() {
    app.footer(std::string{kFooter});
    app.require_subcommand(0, 1);  // Where none is given, our own error says so.
    add_asked("--api ADDRESS", asked.api,
              "The collector, as HOST, HOST:PORT or a URL (FLATLINE_API; default 127.0.0.1:4171)");
    add_asked("--context NAME", asked.context,
              "Or a name of flatline/config.toml (FLATLINE_CONTEXT; see flatline contexts)");
    add_asked("--ca FILE", asked.ca_file,
              "PEM file of the authority that issued the collector's certificate: asks by https "
              "(without it the system's are taken; FLATLINE_CA)");
    add_asked("--token-file FILE", asked.token_file,
              "Your token (mode 0600): to read where the collector wants one, and to change "
              "(FLATLINE_TOKEN_FILE)");
    add_asked(
        "--admin-token FILE", asked.admin_token_file,
        "For changes in the place of --token-file: admin.token of the collector's data folder, "
        "or a copy (FLATLINE_ADMIN_TOKEN_FILE)");
    app.add_option("-o,--output", output,
                   "table, json, names; bitmap: hex, raw, json, names; keygen, enroll: the file")
        ->type_name("FORM");
    app.add_option_function<std::string>(
           "--timeout",
           [this](const std::string& text) {
             options.timeout =
                 read_flag_duration("--timeout", text, Milliseconds{1}, kMaxRequestTimeout);
           },
           "For the whole command; of changes, for each host (default 5s)")
        ->type_name("DURATION");
    app.add_flag("--no-color", options.no_color, "No colour, on terminals either");
  }

  /// Declares a flag that says whom to ask. What is empty is refused: a script's variable that is
  /// not set must not mean another collector.
  void add_asked(const std::string& declaration, std::string& into, const std::string& what) {
    const auto& [flag, value] = read_declaration(declaration);
    const auto read = [flag = flag, &into](const std::string& text) {
      if (text.empty()) refuse_flag(flag, text, "a text that is not empty");
      into = text;
    };
    app.add_option_function<std::string>(flag, read, what)->type_name(value);
  }

  /// Returns the verb that was typed, or null if help or version was printed and nothing is left.
  const Verb* parse(int argc, const char* const* argv) {
    app.allow_extras();
    take_as_typed(app);
    for (const Verb& verb : verbs) {
      verb.subcommand_.allow_extras();
      take_as_typed(verb.subcommand_);
    }
    const std::vector<std::string> arguments = asks_for_help(mark_times(argc, argv));
    std::vector<const char*> texts;
    for (const std::string& argument : arguments) texts.push_back(argument.c_str());
    if (!parse_flags(app, static_cast<int>(texts.size()), texts.data())) return nullptr;
    refuse_extras();
    if (app.get_subcommands().empty()) throw UsageError("give a verb; see flatline --help");
    const Verb& first = verb_of(*app.get_subcommands().front());
    return first.alone_.empty() ? &first : &looking_back(first);
  }

  [[nodiscard]] std::vector<std::string> verb_names() const {
    std::vector<std::string> names;
    for (const Verb& verb : verbs) {
      if (!verb.hidden_) names.push_back(verb.subcommand_.get_name());
    }
    return names;
  }

  [[noreturn]] void refuse_verb(const std::string& typed) const {
    throw UsageError(fmt::format("there is no verb '{}'{} (flatline --help lists them)",
                                 to_plain_utf8(typed), did_you_mean(typed, verb_names())));
  }

  /// Turns `help VERB` into `VERB --help`.
  [[nodiscard]] std::vector<std::string> asks_for_help(std::vector<std::string> arguments) const {
    if (arguments.size() < 2 || arguments[1] != "help") return arguments;
    const std::vector<std::string> names = verb_names();
    if (arguments.size() > 2 &&
        std::find(names.begin(), names.end(), arguments[2]) == names.end()) {
      refuse_verb(arguments[2]);
    }
    arguments.erase(arguments.begin() + 1);
    arguments.emplace_back("--help");
    return arguments;
  }

  /// Refuses what no verb and no option took, in the order in which it was typed.
  void refuse_extras() const {
    std::vector<std::string> extras = app.remaining(true);
    std::erase(extras, "--");  // Behind it nothing is an option; CLI11 leaves it over.
    if (extras.empty()) return;
    const bool is_option = extras.front().starts_with('-') && extras.front().size() > 1;
    const auto verbs_typed = app.get_subcommands();
    const bool lacks_verb = verbs_typed.empty() ||
                            (verbs_typed.size() == 1 && !verb_of(*verbs_typed[0]).alone_.empty());
    if (lacks_verb && !is_option) refuse_verb(extras.front());
    const std::string verb = verbs_typed.empty() ? "" : " " + verbs_typed.back()->get_name();
    throw UsageError(fmt::format("{}: {}; see flatline{} --help",
                                 is_option ? "there is no such option" : "not expected",
                                 to_plain_utf8(join(extras, " ")), verb));
  }

  const Verb& verb_of(const CLI::App& subcommand) const {
    return *std::find_if(verbs.begin(), verbs.end(),
                         [&](const Verb& verb) { return &verb.subcommand_ == &subcommand; });
  }

  /// The verb that follows `at TIME`.
  const Verb& looking_back(const Verb& at) {
    const auto typed = app.get_subcommands();
    const Verb& verb = verb_of(typed.size() > 1 ? *typed[1] : *app.get_subcommand(at.alone_));
    if (!verb.may_look_back_) {
      std::string allowed;
      for (const Verb& other : verbs) {
        if (!other.may_look_back_) continue;
        allowed += (allowed.empty() ? "" : ", ") + other.subcommand_.get_name();
      }
      refuse_flag(at.subcommand_.get_name(), verb.subcommand_.get_name(), allowed);
    }
    const CLI::Option& moment = *at.subcommand_.get_options().back();
    options.at = read_wall_time(at.subcommand_.get_name(), moment.as<std::string>());
    return verb;
  }

  CLI::App app{"Asks a flatline collector how its fleet is; makes keys and credentials.",
               "flatline"};
  std::list<Verb> verbs;  // A list, because verbs keep their place while others are added.
  CommonOptions options;
  Asked asked;
  std::optional<Collectors> collectors;
  std::string output;
  std::string group = "Verbs";
};

CommandLine::CommandLine() : state_(std::make_unique<State>()) {}

CommandLine::~CommandLine() = default;

void CommandLine::begin_group(const std::string& heading) {
  state_->group = heading;
}

Verb& CommandLine::verb(const std::string& name, const std::string& what,
                        const std::string& examples) {
  CLI::App* subcommand = state_->app.add_subcommand(name, what);
  subcommand->group(state_->group)->fallthrough();
  return state_->verbs.emplace_back(*subcommand, state_->options, examples);
}

ManualCommand CommandLine::manual() const {
  return manual_of(state_->app);
}

std::map<std::string, VerbForms> CommandLine::forms() const {
  std::map<std::string, VerbForms> forms;
  for (const Verb& verb : state_->verbs) {
    VerbForms& of = forms[verb.subcommand_.get_name()];
    for (const auto& [name, output] : verb.outputs_) of.outputs.emplace_back(name);
    of.writes_file = verb.file_ != nullptr;
    of.may_look_back = verb.may_look_back_;
    of.looks_back = !verb.alone_.empty();
  }
  return forms;
}

std::unique_ptr<Client> CommandLine::client_for(const std::vector<std::string>& arguments,
                                                std::chrono::milliseconds timeout) const {
  Collectors collectors(with_typed(state_->asked, arguments), asked_by_environment(),
                        contexts_paths(), timeout);
  return std::unique_ptr<Client>(
      new Client(collectors.client(collectors.chosen().collectors, false)));
}

int CommandLine::run(int argc, const char* const* argv, bool& is_plugin) {
  for (const Verb& verb : state_->verbs) {
    verb.subcommand_.footer(footer_of(verb.examples_, verb.outputs_));
    if (!verb.alone_.empty()) {  // This is `at`, which alone may be followed by a second verb.
      verb.subcommand_.preparse_callback(
          [&](std::size_t) { state_->app.require_subcommand(0, 2); });
    }
    if (!verb.plugin_) continue;
    verb.subcommand_.preparse_callback([&](std::size_t) { is_plugin = true; });
  }
  const Verb* const verb = state_->parse(argc, argv);
  if (verb == nullptr) return 0;
  CommonOptions& options = state_->options;
  options.no_color |= std::getenv("NO_COLOR") != nullptr;
  if (verb->file_ != nullptr) {
    *verb->file_ = state_->output;
  } else {
    options.output = read_output(verb->outputs_, state_->output);
  }
  initialize_cryptography();
  Collectors& collectors = state_->collectors.emplace(state_->asked, asked_by_environment(),
                                                      contexts_paths(), options.timeout);
  const bool is_asking = verb->wanted_ != nullptr && *verb->wanted_;
  if (verb->run_alone_ && !is_asking) return verb->run_alone_();
  const Chosen chosen = collectors.chosen();
  if (verb->operators_) require_operator_tokens(verb->subcommand_.get_name(), chosen);
  Session session{options, look_at_terminal(),
                  collectors.client(chosen.collectors, verb->operators_), collectors, chosen};
  // A plugin has one line, on stdout, and says it there.
  if (!verb->plugin_) session.client.on_stand_in(tell_note);
  if (options.at) {
    session.client.look_back(*options.at);
    if (session.terminal.errors_are_seen) {
      fmt::print(stderr, "at {}\n", format_rfc3339(*options.at));
    }
  }
  return verb->run_(session);
}

const CommonOptions& CommandLine::options() const {
  return state_->options;
}

Collectors& CommandLine::collectors() {
  return *state_->collectors;
}

}  // namespace flatline::cli
