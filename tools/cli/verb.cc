#include "tools/cli/verb.h"

#include <CLI/CLI.hpp>

#include "schema/program/flag_values.h"
#include "schema/program/flags.h"

namespace flatline::cli {

Verb& Verb::takes(const std::string& name, std::string& into, const std::string& what) {
  subcommand_.add_option(name, into, what)->type_name("")->required();
  return *this;
}

Verb& Verb::may_take(const std::string& name, std::string& into, const std::string& what) {
  subcommand_.add_option(name, into, what)->type_name("");
  return *this;
}

Verb& Verb::takes_any(const std::string& name, std::vector<std::string>& into,
                      const std::string& what) {
  subcommand_.add_option(name, into, what)->type_name("");
  return *this;
}

Verb& Verb::option(const std::string& declaration, std::string& into, const std::string& what) {
  const auto& [names, value] = read_declaration(declaration);
  CLI::Option* option = subcommand_.add_option(names, into, what)->type_name(value);
  if (!into.empty()) option->capture_default_str();
  last_ = option;
  return *this;
}

Verb& Verb::option(const std::string& declaration, const Read& read, const std::string& what) {
  const auto& [names, value] = read_declaration(declaration);
  last_ = subcommand_.add_option_function<std::string>(names, read, what)->type_name(value);
  return *this;
}

Verb& Verb::required() {
  last_->required();
  return *this;
}

Verb& Verb::flag(const std::string& flag, bool& into, const std::string& what) {
  subcommand_.add_flag(flag, into, what);
  return *this;
}

Verb& Verb::counted(const std::string& flag, unsigned& into, const std::string& what) {
  subcommand_.add_flag_function(
      flag, [&into](std::int64_t count) { into = static_cast<unsigned>(count); }, what);
  return *this;
}

Verb& Verb::takes_plain_timeout(const std::string& flag, const std::string& what) {
  return option(
      flag + " DURATION",
      [this, flag](const std::string& text) {
        const bool is_plain = text.find_first_not_of("0123456789") == std::string::npos;
        common_.timeout = read_flag_duration(flag, is_plain ? text + "s" : text, Milliseconds{1},
                                             kMaxRequestTimeout);
      },
      what);
}

Verb& Verb::prints(std::initializer_list<std::pair<std::string_view, Output>> outputs) {
  outputs_ = outputs;
  return *this;
}

Verb& Verb::writes(std::string& file) {
  file_ = &file;
  return *this;
}

Verb& Verb::is_operators() {
  operators_ = true;
  return *this;
}

Verb& Verb::is_plugin() {
  plugin_ = true;
  return *this;
}

Verb& Verb::is_hidden() {
  subcommand_.group("");
  hidden_ = true;
  return *this;
}

Verb& Verb::may_look_back() {
  may_look_back_ = true;
  return *this;
}

Verb& Verb::looks_back(const std::string& moment, const std::string& verb) {
  subcommand_.add_option(moment, "When; the other verb follows")->required();
  alone_ = verb;
  return *this;
}

Verb& Verb::asks_if(const bool& wanted) {
  wanted_ = &wanted;
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

}  // namespace flatline::cli
