// The verb token, which makes and removes tokens of a collector's list and needs no collector, and
// whoami, which asks one what a token is good for.

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>

#include "schema/answers/action_json.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "schema/program/wall_time.h"
#include "schema/program/whole_file.h"
#include "schema/wire/text.h"
#include "tools/cli/report/report.h"
#include "tools/cli/report/table.h"
#include "tools/cli/secret_output.h"
#include "tools/cli/token_list_file.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

struct TokenOptions {
  std::string out;
  std::string name;
  std::string role;
  std::string expires;
  std::string tokens;
  std::string list;
  std::string remove;
  bool replace = false;
};

/// When a token ends: so long from now, or at a moment.
std::optional<WallTime> read_expiry(const std::string& text, WallTime now) {
  if (text.empty()) return std::nullopt;
  if (const auto length = parse_duration(text)) {
    if (*length <= Milliseconds{0} || *length > kMaxTokenLife) {
      refuse_flag("--expires", text, fmt::format("up to {}", format_duration(kMaxTokenLife)));
    }
    return now + *length;
  }
  const auto moment = parse_rfc3339(text);
  if (!moment || *moment <= now) {
    refuse_flag("--expires", text,
                "how long, as 90d, or a moment to come, as 2027-01-31T12:00:00Z");
  }
  return moment;
}

TokenEntry read_entry(const TokenOptions& options, const std::string& token) {
  if (!is_token_name(options.name)) refuse_flag("--name", options.name, kTokenNameForm);
  const auto role = parse_role(options.role);
  if (!role) refuse_flag("--role", options.role, join(kRoleNames, ", "));
  const WallTime now = std::chrono::floor<std::chrono::seconds>(wall_now());
  return {options.name, *role, hash_of_token(token), now, read_expiry(options.expires, now)};
}

/// Writes the token into a file, before the list has it: a token that nobody knows is worth
/// nothing, and a file that is in the way leaves the list as it was.
void write_secret(const TokenOptions& options, const std::string& file, const std::string& token) {
  if (options.replace) {
    replace_whole_file(file, token + "\n");
  } else {
    create_whole_file(file, token + "\n");
  }
}

int make(const TokenOptions& options) {
  const std::string token = make_random_token();
  const TokenEntry entry = read_entry(options, token);
  const bool is_file = !options.out.empty() && !is_stdout(options.out);
  // The token that counts until then stays in its file until the list has the new one.
  const std::string file = options.replace ? options.out + ".new" : options.out;
  if (is_file) write_secret(options, file, token);
  try {
    put_token(options.tokens, entry, options.replace);
  } catch (const Failure&) {
    if (is_file) std::filesystem::remove(file);
    throw;
  }
  if (is_file && options.replace) std::filesystem::rename(file, options.out);
  if (!is_file) print(token + "\n");
  tell_people(
      !is_file,
      fmt::format("{}: {}, {}{}; have the collector reload it (SIGHUP)\n", options.tokens,
                  entry.name, role_name(entry.role),
                  entry.expires ? " until " + to_the_second(format_rfc3339(*entry.expires)) : ""));
  return 0;
}

int list(const std::string& path) {
  const WallTime now = wall_now();
  Table table({"NAME", "ROLE", "MADE", "EXPIRES"});
  for (const TokenEntry& entry : tokens_in(path)) {
    const std::string end = entry.expires ? to_the_second(format_rfc3339(*entry.expires)) : "never";
    const bool is_over = entry.expires && *entry.expires <= now;
    table.add({{entry.name},
               {std::string(role_name(entry.role))},
               {to_the_second(format_rfc3339(entry.made))},
               {end + (is_over ? " (over)" : "")}});
  }
  print(table.print(false));
  return 0;
}

int token(const TokenOptions& options) {
  const int wishes = (options.name.empty() ? 0 : 1) + (options.list.empty() ? 0 : 1) +
                     (options.remove.empty() ? 0 : 1);
  if (wishes != 1) {
    throw UsageError("token: give --name NAME --role ROLE, --list FILE, or --remove NAME");
  }
  if (!options.list.empty()) return list(options.list);
  if (options.tokens.empty()) {
    throw UsageError(
        "token: --tokens FILE is needed: the list that the collector's setting "
        "`tokens` names");
  }
  if (!options.remove.empty()) {
    remove_token(options.tokens, options.remove);
    print(fmt::format("{}: {}'s token is removed; have the collector reload it (SIGHUP)\n",
                      options.tokens, options.remove));
    return 0;
  }
  return make(options);
}

int whoami(Session& session) {
  const WhoamiAnswer answer = session.client.whoami();
  if (session.options.output == Output::kJson) {
    print(to_json(answer) + "\n");
    return 0;
  }
  std::string text =
      fmt::format("{}: {}", answer.name.empty() ? "nobody" : to_plain_utf8(answer.name),
                  to_plain_utf8(answer.role));
  if (!answer.expires.empty()) text += ", until " + to_the_second(to_plain_utf8(answer.expires));
  if (!answer.actions.empty()) text += "; may " + to_plain_utf8(join(answer.actions, ", "));
  if (!answer.note.empty()) text += "; " + to_plain_utf8(answer.note);
  print(text + "\n");
  return 0;
}

}  // namespace

void add_token_verbs(CommandLine& line) {
  const auto options = std::make_shared<TokenOptions>();
  line.verb("token", "Make or remove a token of a collector's list",
            "  flatline token --name ada --role operator --tokens tokens.toml -o ada.token\n"
            "  flatline token --name ci --role drain --expires 90d --tokens tokens.toml\n"
            "  flatline token --list tokens.toml\n"
            "  flatline token --remove ada --tokens tokens.toml\n"
            "The token is told once, on stdout or into the file of -o; the list has its hash.\n"
            "Roles: reader; drain, who drains and undrains, too; operator, who may do\n"
            "everything.")
      .writes(options->out)
      .option("--name NAME", options->name, "Whose token is made")
      .option("--role ROLE", options->role, "What he may do: reader, drain, operator")
      .option("--expires WHEN", options->expires, "How long it counts, as 90d, or until when")
      .option("--tokens FILE", options->tokens,
              "The list that the collector's setting tokens names")
      .flag("--replace", options->replace, "Void the token that he has, and make another")
      .option("--list FILE", options->list, "Show who has a token in this list")
      .option("--remove NAME", options->remove, "Whose token is voided")
      .runs_alone([options] { return token(*options); });
  line.verb("whoami", "What your token is good for at a collector",
            "  flatline whoami --token-file ada.token\n  flatline whoami -o json")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .runs([](Session& session) { return whoami(session); });
}

}  // namespace flatline::cli
