// The verb keys: with which fleet keys hosts speak, and who is left by a rotation.

#include "schema/answers/census_json.h"
#include "tools/cli/report/key_report.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

int keys(Session& session) {
  const KeysAnswer answer = session.client.keys();
  if (session.options.output == Output::kJson) {
    print(to_json(answer) + "\n");
    return 0;
  }
  std::vector<LeftHosts> left = left_by_rotation(answer);
  for (LeftHosts& hosts : left) hosts.names = session.client.names(hosts.filter);
  print(report_keys(answer, left, session.colored(), session.columns()));
  return 0;
}

}  // namespace

void add_keys_verb(CommandLine& line) {
  line.verb("keys", "With which fleet keys hosts speak, who is left by a rotation, what comes next",
            "  flatline keys\n  flatline keys -o json | jq -r .advice\n"
            "  flatline ls 'key=1'                      who spoke last with key 1\n"
            "A key is rotated in three steps: its successor (keygen --rotate) goes into the\n"
            "collector's fleet_keys beside it; hosts get new credentials (enroll --replace)\n"
            "and their agents SIGHUP; and once nobody is left, the old key is dropped.\n"
            "The collector counts every 1 to 10 s by its capacity, and says how long ago.")
      .prints({{"table", Output::kTable}, {"json", Output::kJson}})
      .runs(keys);
}

}  // namespace flatline::cli
