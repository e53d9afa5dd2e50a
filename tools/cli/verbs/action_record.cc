// The verb actions: what operators have done, and which bans hold.

#include <fmt/core.h>

#include "schema/answers/action_json.h"
#include "schema/program/flag_values.h"
#include "tools/cli/report/action_report.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

struct ActionOptions {
  std::uint32_t limit = kDefaultPageActions;
  bool standing = false;
};

/// Each collector of a pair has a record of its own.
void tell_whose(const Session& session) {
  if (!session.chosen.is_pair()) return;
  tell_note(
      fmt::format("this is what {} was told; the others have records of their own (--context)",
                  session.client.collector()));
}

int list(Session& session, const ActionOptions& options) {
  const bool as_json = session.options.output == Output::kJson;
  if (options.standing) {
    const BanPageAnswer all = session.client.bans();
    tell_whose(session);
    print(as_json ? to_json(all) + "\n" : report_orders(all, session.colored(), session.columns()));
    return 0;
  }
  const ActionPageAnswer page = session.client.actions(options.limit);
  tell_whose(session);
  print(as_json ? to_json(page) + "\n"
                : report_actions(page, session.colored(), session.columns()));
  return 0;
}

}  // namespace

void add_record_verbs(CommandLine& line) {
  const auto options = std::make_shared<ActionOptions>();
  line.verb("actions", "What operators did, the newest first",
            "  flatline actions\n  flatline actions --limit 1000 -o json\n"
            "  flatline actions --standing               who is forgotten or revoked")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .flag("--standing", options->standing,
            "Every host that is forgotten or revoked, however long ago that was done")
      .option(
          "--limit N",
          [options](const std::string& text) {
            options->limit =
                static_cast<std::uint32_t>(read_flag_number("--limit", text, 1, kActions));
          },
          "At most so many actions (default 100)")
      .runs([options](Session& session) { return list(session, *options); });
}

}  // namespace flatline::cli
