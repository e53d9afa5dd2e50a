#include "tools/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <list>
#include <sstream>

#include "schema/error.h"
#include "schema/flag_values.h"
#include "schema/identity.h"
#include "schema/standard_files.h"
#include "schema/token_file.h"
#include "schema/version.h"
#include "tools/cli/verbs.h"

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

/// The foot of a verb's --help: examples, and what is not among its own options.
std::string footer_of(const std::string& examples,
                      const std::vector<std::pair<std::string_view, Output>>& outputs) {
  std::string forms;
  for (const auto& [name, output] : outputs) {
    forms += (forms.empty() ? "" : "|") + std::string(name);
  }
  return fmt::format("Examples:\n{}\n{}For --api, --timeout and more see flatline --help.",
                     examples,
                     forms.empty() ? "" : fmt::format("-o {}; the first is the default. ", forms));
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

}  // namespace

Verb& Verb::takes(const std::string& name, std::string& into, const std::string& what) {
  subcommand_.add_option(name, into, what)->required();
  return *this;
}

Verb& Verb::may_take(const std::string& name, std::string& into, const std::string& what) {
  subcommand_.add_option(name, into, what);
  return *this;
}

Verb& Verb::takes_any(const std::string& name, std::vector<std::string>& into,
                      const std::string& what) {
  subcommand_.add_option(name, into, what);
  return *this;
}

Verb& Verb::option(const std::string& flag, std::string& into, const std::string& what) {
  CLI::Option* option = subcommand_.add_option(flag, into, what);
  if (!into.empty()) option->capture_default_str();
  return *this;
}

Verb& Verb::option(const std::string& flag, Read read, const std::string& what) {
  subcommand_.add_option_function<std::string>(flag, std::move(read), what);
  return *this;
}

Verb& Verb::required_option(const std::string& flag, std::string& into, const std::string& what) {
  subcommand_.add_option(flag, into, what)->required();
  return *this;
}

Verb& Verb::flag(const std::string& flag, bool& into, const std::string& what) {
  subcommand_.add_flag(flag, into, what);
  return *this;
}

Verb& Verb::prints(std::initializer_list<std::pair<std::string_view, Output>> outputs) {
  outputs_ = outputs;
  return *this;
}

Verb& Verb::writes(std::string& file) {
  file_ = &file;
  return *this;
}

Verb& Verb::is_plugin() {
  plugin_ = true;
  return *this;
}

Verb& Verb::runs(Run run) {
  run_ = std::move(run);
  return *this;
}

Verb& Verb::runs_alone(RunAlone run) {
  run_alone_ = std::move(run);
  return *this;
}

struct CommandLine::State {
  State() {
    app.footer(std::string{kFooter});
    app.set_version_flag("--version", std::string{"flatline "}.append(kVersion));
    app.require_subcommand(0, 1);  // None at all has an error of our own.
    app.add_option("--api", options.api, "The collector, as HOST:PORT or a URL")
        ->envname("FLATLINE_API")
        ->capture_default_str();
    app.add_option("--token-file", options.token_file, "The read token, if the collector wants one")
        ->envname("FLATLINE_TOKEN_FILE");
    app.add_option("-o,--output", output,
                   "table, json, names; bitmap: hex, raw, json, names; keygen, enroll: the file");
    app.add_option_function<std::string>(
        "--timeout",
        [this](const std::string& text) {
          options.timeout =
              read_flag_duration("--timeout", text, Milliseconds{1}, kMaxRequestTimeout);
        },
        "For the whole command (default 5s)");
    app.add_flag("--no-color", options.no_color, "No colour, on terminals either");
  }

  /// The verb that was typed; none: all was said already.
  const Verb* parse(int argc, const char* const* argv) {
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      if (error.get_exit_code() != 0) {
        throw UsageError(fmt::format("{}; see flatline --help", error.what()));
      }
      std::ostringstream text;
      app.exit(error, text, text);
      print(text.str());
      return nullptr;
    }
    if (app.get_subcommands().empty()) throw UsageError("give a verb; see flatline --help");
    const CLI::App* const typed = app.get_subcommands().front();
    for (const Verb& verb : verbs) {
      if (&verb.subcommand_ == typed) return &verb;
    }
    return nullptr;
  }

  CLI::App app{"Asks a flatline collector how its fleet is; makes keys and credentials.",
               "flatline"};
  std::list<Verb> verbs;  // Each stays where it is while others are added.
  Options options;
  std::string output;
};

CommandLine::CommandLine() : state_(std::make_unique<State>()) {}

CommandLine::~CommandLine() = default;

Verb& CommandLine::verb(const std::string& name, const std::string& what,
                        const std::string& examples) {
  CLI::App* subcommand = state_->app.add_subcommand(name, what);
  subcommand->fallthrough();
  return state_->verbs.emplace_back(*subcommand, examples);
}

int CommandLine::run(int argc, const char* const* argv, bool& is_plugin) {
  for (const Verb& verb : state_->verbs) {
    verb.subcommand_.footer(footer_of(verb.examples_, verb.outputs_));
    if (!verb.plugin_) continue;
    verb.subcommand_.preparse_callback([&](std::size_t) { is_plugin = true; });
  }
  const Verb* const verb = state_->parse(argc, argv);
  if (verb == nullptr) return 0;
  Options& options = state_->options;
  options.no_color |= std::getenv("NO_COLOR") != nullptr;
  if (verb->file_ != nullptr) {
    *verb->file_ = state_->output;
  } else {
    options.output = read_output(verb->outputs_, state_->output);
  }
  initialize_cryptography();
  if (verb->run_alone_) return verb->run_alone_();
  const std::string token = options.token_file.empty() ? "" : read_token_file(options.token_file);
  Session session{options, look_at_terminal(), {options.api, token, options.timeout}};
  return verb->run_(session);
}

}  // namespace flatline::cli
