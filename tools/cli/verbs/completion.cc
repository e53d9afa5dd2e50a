// The verb completion, and the hidden one that its scripts ask.

#include "tools/cli/completion.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <utility>

#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "tools/cli/contexts_file.h"
#include "tools/cli/group_question.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

/// Whoever presses Tab waits no longer than this for a collector.
constexpr std::chrono::milliseconds kPatience{200};

/// Asks what a shell wants to know, all of it within kPatience. Whatever goes wrong, no words are
/// better than an error in the midst of typing.
class AskedWords {
 public:
  AskedWords(const CommandLine& line, std::vector<std::string> arguments)
      : line_(line), arguments_(std::move(arguments)) {}

  std::vector<std::string> hosts(const std::string& beginning) {
    return asked([&](Client& client) -> std::vector<std::string> {
      auto page = client.names_page("name=" + beginning + "*", "");
      // A part of the names would be completed to what only they have in common.
      if (!page || !page->next.empty()) return {};
      std::vector<std::string> names;
      for (SlotName& host : page->hosts) names.push_back(std::move(host.name));
      return names;
    });
  }

  std::vector<std::string> groups() {
    return asked([](Client& client) {
      std::vector<std::string> groups;
      for (const GroupAnswer& group : ask_groups(client, "").groups) {
        if (!group.value.empty()) groups.push_back(group.key + "=" + group.value);
      }
      std::sort(groups.begin(), groups.end());
      return groups;
    });
  }

  std::vector<std::string> checks() {
    return asked([](Client& client) {
      std::vector<std::string> names;
      for (const CheckCountAnswer& check : client.checks().checks) {
        if (!check.name.empty() && check.name.find(' ') == std::string::npos) {
          names.push_back(check.name);
        }
      }
      return names;
    });
  }

  static std::vector<std::string> collectors() {
    std::vector<std::string> names;
    for (const CollectorEntry& collector : file().collectors) names.push_back(collector.name);
    return names;
  }

  static std::vector<std::string> contexts() {
    std::vector<std::string> names;
    for (const ContextEntry& context : file().contexts) names.push_back(context.name);
    for (std::string& name : collectors()) names.push_back(std::move(name));
    return names;
  }

 private:
  /// Nobody is told of a wrong file in the midst of typing.
  static ContextsFile file() {
    try {
      return read_contexts(contexts_paths());
    } catch (const std::exception&) {
      return {};
    }
  }

  template <typename Ask>
  std::vector<std::string> asked(Ask ask) {
    try {
      if (client_ == nullptr) client_ = line_.client_for(arguments_, kPatience);
      return ask(*client_);
    } catch (const std::exception&) {
      return {};
    }
  }

  const CommandLine& line_;
  std::vector<std::string> arguments_;
  std::unique_ptr<Client> client_;
};

/// The arguments as the verb will see them: a shell puts the home folder in the place of `~/`.
std::vector<std::string> expanded(std::vector<std::string> arguments) {
  const char* const home = std::getenv("HOME");
  for (std::string& argument : arguments) {
    if (home != nullptr && argument.starts_with("~/")) argument.replace(0, 1, home);
  }
  return arguments;
}

Candidates candidates_for(const CommandLine& line, const TypedLine& typed) {
  AskedWords asked(line, expanded(typed.arguments));
  return complete(
      line.manual(), line.forms(), typed.arguments,
      {[&](const std::string& name) { return asked.hosts(name); }, [&] { return asked.groups(); },
       [&] { return asked.checks(); }, AskedWords::contexts, AskedWords::collectors});
}

}  // namespace

void add_completion_verbs(CommandLine& line) {
  const auto shell = std::make_shared<std::string>();
  line.verb("completion", "The script that completes this command line in a shell",
            "  flatline completion bash > /etc/bash_completion.d/flatline\n"
            "  source <(flatline completion bash)        in this shell alone\n"
            "  flatline completion zsh > ~/.zfunc/_flatline\n"
            "  flatline completion fish > ~/.config/fish/completions/flatline.fish\n"
            "It completes verbs, options, files, forms and contexts; and names of hosts,\n"
            "groups and checks where the collector answers within 200 ms.")
      .takes("shell", *shell, "bash, zsh or fish")
      .runs_alone([shell] {
        const std::string_view script = completion_script(*shell);
        if (script.empty()) refuse_flag("completion", *shell, kShellsForm);
        print(script);
        return 0;
      });
  const auto typed = std::make_shared<std::vector<std::string>>();
  line.verb("__complete", "What may come next on a command line", "")
      .is_hidden()
      .takes_any("line", *typed, "A line up to the cursor; and the end of it that a shell replaces")
      .runs_alone([&line, typed] {
        if (typed->empty()) throw UsageError("__complete: give a line");
        const TypedLine taken = split_line(typed->front());
        Candidates found = candidates_for(line, taken);
        if (typed->size() > 1) found = in_place_of(typed->back(), taken, std::move(found));
        print(candidates_text(found));
        return 0;
      });
}

}  // namespace flatline::cli
