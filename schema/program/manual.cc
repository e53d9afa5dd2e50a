#include "schema/program/manual.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "schema/program/version.h"

namespace flatline {
namespace {

/// When the pages last changed in more than the text that they are made of.
constexpr std::string_view kDate = "2026-11-30";

constexpr std::array<std::string_view, 6> kPages = {
    "flatline(1)",           "flatline-sim(1)",        "flatline-agent(8)",
    "flatline-collector(8)", "flatline-agent.toml(5)", "flatline-collector.toml(5)",
};

/// The code point of the character that `text` begins with; `size` becomes how many bytes it takes.
unsigned code_point(std::string_view text, std::size_t& size) {
  const auto lead = static_cast<unsigned char>(text.front());
  size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned point = lead < 0x80 ? lead : lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size && i < text.size(); ++i) {
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return point;
}

/// Text that man(7) shows as it stands: no character of it is a request or an escape.
std::string escaped(std::string_view text) {
  std::string out;
  bool at_line = true;
  while (!text.empty()) {
    std::size_t size = 1;
    const char c = text.front();
    if (at_line && (c == '.' || c == '\'')) out += "\\&";
    at_line = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '`') {
      out += "\\(ga";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (static_cast<unsigned char>(c) < 0x80) {
      out += c;
    } else {
      out += fmt::format("\\[u{:04X}]", code_point(text, size));
    }
    text.remove_prefix(std::min(size, text.size()));
  }
  return out;
}

/// An argument of a request: quotes in it would end it.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : escaped(text)) out += c == '"' ? std::string("\\(dq") : std::string(1, c);
  return out + "\"";
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

std::string upper(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

/// The sentence without its capital and its full stop, as the line NAME wants it.
std::string as_name_line(std::string_view sentence) {
  std::string line(sentence.substr(0, sentence.find_last_not_of('.') + 1));
  if (line.size() > 1 && std::islower(static_cast<unsigned char>(line[1])) != 0) {
    line[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(line[0])));
  }
  return line;
}

std::string head_of(std::string_view name, unsigned section, std::string_view what) {
  return fmt::format(".TH {} {} {} {}\n.SH NAME\n{} \\- {}\n", in_quotes(upper(name)), section,
                     kDate, in_quotes(fmt::format("flatline {}", kVersion)), escaped(name),
                     escaped(as_name_line(what)));
}

std::string see_also(std::string_view name, unsigned section) {
  const std::string own = fmt::format("{}({})", name, section);
  std::vector<std::string> others;
  for (const std::string_view page : kPages) {
    if (page == own) continue;
    const std::size_t end = page.find('(');
    others.push_back(fmt::format(".BR {} {}", escaped(page.substr(0, end)), page.substr(end)));
  }
  std::string text = ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < others.size(); ++i) {
    text += others[i] + (i + 1 < others.size() ? " ,\n" : "\n");
  }
  return text;
}

/// Lines that are shown as they stand.
std::string block(std::string_view lines) {
  return fmt::format(".PP\n.nf\n{}.fi\n", escaped(lines));
}

/// What stands at the end of --help. Each indented run of lines is a block; others are paragraphs.
/// In a program's page `heading` is `.SH`, and a line that ends in a colon heads a section.
std::string footer_text(std::string_view footer, std::string_view heading) {
  constexpr std::string_view kExitStatus = "Exit status: ";
  std::string out;
  std::string indented;
  std::string paragraph;
  const auto end_block = [&] {
    if (!indented.empty()) out += block(indented);
    indented.clear();
  };
  const auto end_paragraph = [&] {
    const bool is_head = paragraph.ends_with(':') && paragraph.find(' ') == std::string::npos;
    if (is_head && !heading.empty()) {
      out += fmt::format("{} {}\n", heading, upper(paragraph.substr(0, paragraph.size() - 1)));
    } else if (!heading.empty() && paragraph.starts_with(kExitStatus)) {
      out += fmt::format("{} EXIT STATUS\n{}\n", heading,
                         escaped(paragraph.substr(kExitStatus.size())));
    } else if (!paragraph.empty()) {
      out += fmt::format(".PP\n{}\n", escaped(paragraph));
    }
    paragraph.clear();
  };
  while (!footer.empty()) {
    const std::string_view line = footer.substr(0, footer.find('\n'));
    footer.remove_prefix(std::min(line.size() + 1, footer.size()));
    if (line.starts_with("  ")) {
      end_paragraph();
      indented += std::string(line) + "\n";
    } else if (line.empty()) {
      end_block();
      end_paragraph();
    } else {
      end_block();
      paragraph += (paragraph.empty() ? "" : " ") + std::string(line);
      if (line.ends_with(':')) end_paragraph();
    }
  }
  end_block();
  end_paragraph();
  return out;
}

std::string option_text(const ManualOption& option) {
  std::string head;
  for (const std::string& name : option.names) {
    head += (head.empty() ? "" : ", ") + (option.is_flag ? bold(name) : italic(upper(name)));
  }
  if (!option.value.empty()) head += " " + italic(option.value);
  std::string text = option.what;
  std::vector<std::string> notes;
  if (option.required) notes.emplace_back("It must be given.");
  if (option.repeated) notes.emplace_back("It may be given several times.");
  if (!option.fallback.empty()) notes.push_back(fmt::format("Default: {}.", option.fallback));
  if (!option.variable.empty()) {
    notes.push_back(fmt::format("{} in the environment sets it, too.", option.variable));
  }
  if (!notes.empty() && !text.ends_with('.')) text += '.';
  for (const std::string& note : notes) text += " " + note;
  return fmt::format(".TP\n{}\n{}\n", head, escaped(text));
}

std::string options_text(const std::vector<ManualOption>& options) {
  std::string text;
  for (const ManualOption& option : options) text += option_text(option);
  return text;
}

/// The names of what a verb takes without a flag, as a synopsis has them.
std::string arguments_text(const ManualCommand& command) {
  std::string text;
  for (const ManualOption& option : command.options) {
    if (option.is_flag) continue;
    const std::string name = italic(upper(option.names.front()));
    const std::string dots = option.repeated ? "\\|.\\|.\\|." : "";
    text += " " + (option.required ? name + dots : "[" + name + dots + "]");
  }
  return text;
}

std::string verb_text(const std::string& program, ManualCommand verb) {
  // Each verb has --help, which the program's own options tell.
  std::erase_if(verb.options,
                [](const ManualOption& option) { return option.names.back() == "--help"; });
  return fmt::format(".SS {}\n.PP\n{} [\\fIOPTIONS\\fR]{}\n.PP\n{}.\n{}{}", in_quotes(verb.name),
                     bold(program + " " + verb.name), arguments_text(verb), escaped(verb.what),
                     options_text(verb.options), footer_text(verb.footer, ""));
}

std::string setting_text(const DescribedSetting& setting) {
  std::string text = setting.what;
  if (!text.ends_with('.')) text += '.';
  if (setting.takes_variables) text += " It may hold variables.";
  const std::string fallback = setting.required           ? "It must be there."
                               : setting.fallback.empty() ? ""
                                                          : "Default: " + setting.fallback + ".";
  return fmt::format(".TP\n{} ({})\n{}\n", bold(setting.key), escaped(setting.type),
                     escaped(text + (fallback.empty() ? "" : " " + fallback)));
}

/// The page with lines that are short enough to be looked at, and without the requests for a
/// paragraph that stand where one begins anyway.
std::string tidied(std::string_view page) {
  constexpr std::size_t kColumns = 78;
  std::string out;
  bool after_head = false;
  bool as_it_stands = false;
  while (!page.empty()) {
    std::string line(page.substr(0, page.find('\n')));
    page.remove_prefix(std::min(line.size() + 1, page.size()));
    if (after_head && line == ".PP") continue;
    after_head = line.starts_with(".SH") || line.starts_with(".SS");
    as_it_stands = line == ".nf" || (as_it_stands && line != ".fi");
    while (!as_it_stands && !line.starts_with('.') && line.size() > kColumns) {
      const std::size_t space = line.rfind(' ', kColumns);
      if (space == std::string::npos || space == 0) break;
      out += line.substr(0, space) + "\n";
      line.erase(0, space + 1);
      if (line.starts_with('.')) line.insert(0, "\\&");
    }
    out += line + "\n";
  }
  return out;
}

}  // namespace

std::string program_page(const ManualCommand& program, unsigned section) {
  std::string text = head_of(program.name, section, program.what);
  text += ".SH SYNOPSIS\n" + bold(program.name) + " [\\fIOPTIONS\\fR]";
  if (!program.verbs.empty()) text += " [\\fIVERB\\fR [\\fIARGUMENTS\\fR]]";
  text += fmt::format("\n.SH DESCRIPTION\n{}\n.SH OPTIONS\n{}", escaped(program.what),
                      options_text(program.options));
  if (!program.verbs.empty()) text += ".SH VERBS\n";
  for (const ManualCommand& verb : program.verbs) text += verb_text(program.name, verb);
  return tidied(text + footer_text(program.footer, ".SH") + see_also(program.name, section));
}

std::string settings_page(const SettingsPage& page) {
  constexpr unsigned kSection = 5;
  std::string text = head_of(page.name, kSection, page.what);
  text += ".SH DESCRIPTION\n" + footer_text(page.intro, "") + ".SH SETTINGS\n";
  std::string head;
  for (const DescribedSetting& setting : page.settings) {
    if (setting.head != head) text += fmt::format(".SS {}\n", in_quotes(setting.head));
    head = setting.head;
    text += setting_text(setting);
  }
  return tidied(text + ".SH EXAMPLE\n" + block(page.example) + see_also(page.name, kSection));
}

}  // namespace flatline
