#include "schema/program/flags.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

#include "schema/program/error.h"
#include "schema/program/standard_files.h"
#include "schema/program/version.h"

namespace flatline {

DeclaredFlag read_declaration(const std::string& declaration) {
  const std::size_t space = std::min(declaration.find(' '), declaration.size());
  return {declaration.substr(0, space),
          declaration.substr(std::min(space + 1, declaration.size()))};
}

ProgramFlag& ProgramFlag::required() {
  option_->required();
  return *this;
}

ProgramFlag& ProgramFlag::shows_default() {
  option_->capture_default_str();
  return *this;
}

ProgramFlag& ProgramFlag::one_of(std::vector<std::string> values) {
  CLI::IsMember member(std::move(values));
  member.description("");  // The declaration names them.
  option_->check(member);
  return *this;
}

ProgramFlag& ProgramFlag::needs(const ProgramFlag& other) {
  option_->needs(other.option_);
  return *this;
}

ProgramFlag& ProgramFlag::excludes(const ProgramFlag& other) {
  option_->excludes(other.option_);
  return *this;
}

ProgramFlags::ProgramFlags(const std::string& what, const std::string& program,
                           const std::string& footer)
    : app_(std::make_unique<CLI::App>(what, program)) {
  app_->footer(footer);
}

ProgramFlags::~ProgramFlags() = default;

ProgramFlag ProgramFlags::option(const std::string& declaration, std::string& into,
                                 const std::string& help) {
  const auto& [names, value] = read_declaration(declaration);
  return ProgramFlag(*app_->add_option(names, into, help)->type_name(value));
}

ProgramFlag ProgramFlags::option(const std::string& declaration,
                                 const std::function<void(const std::string&)>& read,
                                 const std::string& help) {
  const auto& [names, value] = read_declaration(declaration);
  return ProgramFlag(*app_->add_option_function<std::string>(names, read, help)->type_name(value));
}

ProgramFlag ProgramFlags::repeated(const std::string& declaration, std::vector<std::string>& into,
                                   const std::string& help) {
  const auto& [names, value] = read_declaration(declaration);
  CLI::Option* const option = app_->add_option(names, into, help);
  option->type_name(value)->expected(1)->allow_extra_args(false)->multi_option_policy(
      CLI::MultiOptionPolicy::TakeAll);
  return ProgramFlag(*option);
}

ProgramFlag ProgramFlags::flag(const std::string& names, bool& into, const std::string& help) {
  return ProgramFlag(*app_->add_flag(names, into, help));
}

void ProgramFlags::word(const std::string& name, bool& into, const std::string& help) {
  CLI::App* const word = app_->add_subcommand(name, help);
  word->fallthrough();
  word->callback([&into] { into = true; });
  app_->require_subcommand(0, 1);
}

bool ProgramFlags::parse(int argc, const char* const* argv) {
  return parse_flags(*app_, argc, argv, settings_page_);
}

namespace {

/// Breaks the lines of CLI11's that are wider than a terminal of 80 columns. What is said of a flag
/// goes on under itself.
std::string fold_help(std::string_view text) {
  constexpr std::size_t kColumns = 80;
  constexpr std::size_t kHelpBegins = 30;  // CLI11's column for what is said of a flag.
  std::string folded;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line(text.substr(begin, end - begin));
    begin = end + 1;
    const bool is_flag = line.size() > kHelpBegins && line[kHelpBegins - 1] == ' ';
    const std::size_t indent = is_flag ? kHelpBegins : 0;
    while (line.size() > kColumns) {
      const std::size_t space = line.rfind(' ', kColumns);
      if (space == std::string::npos || space <= indent) break;
      folded += line.substr(0, space) + "\n";
      line = std::string(indent, ' ') + line.substr(space + 1);
    }
    folded += line + "\n";
  }
  return folded;
}

ManualOption manual_of(const CLI::Option& option) {
  ManualOption manual;
  manual.is_flag = !option.get_positional() || option.nonpositional();
  if (manual.is_flag) {
    for (const std::string& name : option.get_snames()) manual.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) manual.names.push_back("--" + name);
  } else {
    manual.names.push_back(option.get_name(true));
  }
  const bool takes_value = option.get_items_expected_max() > 0;
  if (takes_value && manual.is_flag) manual.value = option.get_type_name();
  manual.what = option.get_description();
  manual.fallback = option.get_default_str();
  manual.variable = option.get_envname();
  manual.required = option.get_required();
  manual.repeated = option.get_items_expected_max() > 1;
  return manual;
}

}  // namespace

ManualCommand manual_of(const CLI::App& app) {
  ManualCommand manual;
  manual.name = app.get_name();
  manual.what = app.get_description();
  manual.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options()) manual.options.push_back(manual_of(*option));
  for (const CLI::App* verb : app.get_subcommands({})) {
    if (!verb->get_group().empty()) manual.verbs.push_back(manual_of(*verb));
  }
  return manual;
}

bool parse_flags(CLI::App& app, int argc, const char* const* argv,
                 const std::function<std::string()>& settings_page) {
  app.set_version_flag("-V,--version", fmt::format("{} {}", app.get_name(), kVersion));
  if (argc == 3 && std::string_view(argv[1]) == "--manual") {
    const bool is_settings = std::string_view(argv[2]) == "5" && settings_page != nullptr;
    print(is_settings ? settings_page()
                      : program_page(manual_of(app), static_cast<unsigned>(argv[2][0] - '0')));
    return false;
  }
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) {
      throw UsageError(fmt::format("{}; see {} --help", error.what(), app.get_name()));
    }
    std::ostringstream said;
    app.exit(error, said, said);
    // Our own lines are as wide as they shall be.
    const auto verbs = app.get_subcommands();
    const std::string footer = (verbs.empty() ? &app : verbs.front())->get_footer();
    const std::string text = said.str();
    const std::size_t footer_begin = std::min(text.rfind(footer), text.size());
    print(fold_help(text.substr(0, footer_begin)) + text.substr(footer_begin));
    return false;
  }
}

}  // namespace flatline
