#pragma once

// Manual pages, made of what a program says about itself: its flags and verbs, as --help shows
// them, and the settings that it reads. So no page can differ from its program. Pure: pages are
// text in the language of man(7).

#include <string>
#include <string_view>
#include <vector>

#include "schema/program/described_setting.h"

namespace flatline {

/// A flag, or an argument without one.
struct ManualOption {
  std::vector<std::string> names;  ///< `-o`, `--output`; of an argument, its name alone.
  bool is_flag = true;             ///< Begins with a dash.
  std::string value;               ///< What stands for the value; empty where there is none.
  std::string what;
  std::string fallback;  ///< Empty where it is not told.
  std::string variable;  ///< Of the environment, which sets it too; empty if none does.
  bool required = false;
  bool repeated = false;
};

/// A program, or one of its verbs.
struct ManualCommand {
  std::string name;
  std::string what;
  std::string footer;  ///< What stands at the end of --help.
  std::vector<ManualOption> options;
  std::vector<ManualCommand> verbs;
};

/// The page of a program. A line of a footer that ends in a colon heads the indented lines below
/// it.
std::string program_page(const ManualCommand& program, unsigned section);

struct SettingsPage {
  std::string name;     ///< `flatline-agent.toml`
  std::string what;     ///< For the line NAME: `the configuration of flatline-agent`.
  std::string intro;    ///< Paragraphs, with empty lines between them.
  std::string example;  ///< A whole file.
  std::vector<DescribedSetting> settings;
};

/// The page of a configuration file, section 5.
std::string settings_page(const SettingsPage& page);

}  // namespace flatline
