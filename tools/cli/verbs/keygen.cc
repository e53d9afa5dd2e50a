// The verb keygen, which makes a fleet's keys and needs no collector.

#include <fmt/core.h>

#include "schema/program/key_file.h"
#include "tools/cli/secret_output.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

struct KeygenOptions {
  std::string out;
  std::string rotate;
};

int keygen(const KeygenOptions& options) {
  const std::string path = options.out.empty() ? "fleet.key" : options.out;
  const FleetKey key =
      options.rotate.empty() ? make_fleet_key() : rotate_fleet_key(read_key(options.rotate));
  const bool streamed = wrote_to_stream(path, fleet_key_text(key));
  if (!streamed) write_fleet_key(path, key);
  tell_people(streamed, fmt::format("{}: key {} of a {} fleet; keep it on the collector\n", path,
                                    key.key_id, options.rotate.empty() ? "new" : "rotated"));
  return 0;
}

}  // namespace

void add_keygen_verb(CommandLine& line) {
  const auto made = std::make_shared<KeygenOptions>();
  line.verb("keygen", "Make a fleet's key",
            "  flatline keygen -o fleet.key\n"
            "  flatline keygen --rotate fleet.key -o fleet-2.key    the same fleet's next")
      .writes(made->out)
      .option("--rotate FILE", made->rotate, "Make the next key of this key's fleet")
      .runs_alone([made] { return keygen(*made); });
}

}  // namespace flatline::cli
