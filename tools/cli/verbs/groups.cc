// The verb groups: how the hosts with each value of a label are.

#include <memory>
#include <string>

#include "tools/cli/group_question.h"
#include "tools/cli/report/group_report.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

int groups(Session& session, const std::string& by) {
  if (session.options.output == Output::kJson) {
    print(ask_groups_json(session.client, by) + "\n");
    return 0;
  }
  const GroupsAnswer answer = ask_groups(session.client, by);
  print(session.options.output == Output::kNames
            ? report_group_names(answer)
            : report_groups(answer, session.colored(), session.columns()));
  return 0;
}

}  // namespace

void add_group_verbs(CommandLine& line) {
  const auto by = std::make_shared<std::string>();
  line.verb("groups", "How the groups of hosts are, the worst first",
            "  flatline groups\n  flatline groups --by role\n"
            "  flatline groups -o json | jq '.groups[] | select(.flags != [])'\n"
            "Hosts with one value of a label are a group. By which labels: group_by in the\n"
            "collector's configuration. A group is below where its quorum does not hold.")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}, {"names", Output::kNames}})
      .option("--by KEY", *by, "Only the groups of this label (default: of each)")
      .runs([by](Session& session) { return groups(session, *by); });
}

}  // namespace flatline::cli
