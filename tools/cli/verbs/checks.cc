// The verb checks: what fails, over all hosts.

#include "schema/answers/census_json.h"
#include "tools/cli/report/checks_report.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

int checks(Session& session) {
  const CheckPageAnswer page = session.client.checks();
  print(session.options.output == Output::kJson
            ? to_json(page) + "\n"
            : report_checks(page, session.colored(), session.columns()));
  return 0;
}

}  // namespace

void add_checks_verb(CommandLine& line) {
  line.verb(
          "checks", "Every check, and on how many hosts it is how",
          "  flatline checks\n  flatline checks -o json | jq '.checks[] | select(.critical > 0)'\n"
          "The collector counts at a constant pace, every 1 to 10 s by its capacity, and\n"
          "says how old its counts are. Who is silent says nothing of its checks.")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .runs(checks);
}

}  // namespace flatline::cli
