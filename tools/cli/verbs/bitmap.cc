// The verbs bitmap and map: the fleet as bits.

#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "schema/program/flag_values.h"
#include "schema/wire/text.h"
#include "tools/cli/report/draw.h"
#include "tools/cli/report/filters.h"
#include "tools/cli/report/names.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {
namespace {

constexpr std::size_t kHexDigitsPerLine = 64;

std::string hex_of(std::span<const std::uint64_t> words) {
  std::string text;
  for (const std::uint64_t word : words) {
    for (unsigned byte = 0; byte < 8; ++byte)
      text += fmt::format("{:02x}", word >> 8 * byte & 0xFF);
  }
  return text;
}

std::string json_of(const BitmapAnswer& answer, Plane plane) {
  const auto words = answer.plane(plane);
  int set = 0;
  for (const std::uint64_t word : words) set += std::popcount(word);
  const auto flag = [&](std::size_t i) { return (answer.header.flags >> i & 1) != 0; };
  std::string flags;
  for (std::size_t i = 0; i < kFlags; ++i) {
    if (flag(i)) flags += fmt::format("{}\"{}\"", flags.empty() ? "" : ",", kFlagNames[i]);
  }
  return fmt::format(
      R"({{"plane":"{}","capacity":{},"tick":{},"generation":"{:016x}","unix_ms":{},"flags":[{}],)"
      R"("set":{},"hex":"{}"}})"
      "\n",
      plane_name(plane), answer.header.capacity, answer.header.tick, answer.header.generation,
      answer.header.time.time_since_epoch().count(), flags, set, hex_of(words));
}

/// The names of the hosts whose bit is set and that match. Every plane is a word of the filter, so
/// that names and bits are of one moment, page by page.
std::string names_of(Client& client, Plane plane, const std::string& filter) {
  std::vector<std::string> names;
  std::size_t nameless = 0;
  const HostPageAnswer page = client.hosts(both_of(std::string(plane_name(plane)), filter));
  tell_note(page.note);
  for (const HostRowAnswer& host : page.hosts) {
    if (host.name.empty()) {
      ++nameless;
    } else {
      names.push_back(host.name);
    }
  }
  tell_left_out(nameless);
  std::sort(names.begin(), names.end(), natural_less);
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  return text;
}

struct BitmapOptions {
  std::string plane = "healthy";
  std::vector<std::string> filters;
};

int bitmap(Session& session, const BitmapOptions& options) {
  const auto found = find_name(kPlaneNames, options.plane);
  if (!found) refuse_flag("--plane", options.plane, join(kPlaneNames, ", "));
  const std::string filter = any_of(options.filters);
  const auto plane = static_cast<Plane>(*found);
  if (session.options.output == Output::kNames) {
    print(names_of(session.client, plane, filter));
    return 0;
  }
  const BitmapAnswer answer = session.client.bitmap(plane, filter);
  const auto words = answer.plane(plane);
  if (session.options.output == Output::kJson) {
    print(json_of(answer, plane));
  } else if (session.options.output == Output::kRaw) {
    print({reinterpret_cast<const char*>(words.data()), words.size_bytes()});
  } else {
    const std::string hex = hex_of(words);
    std::string text;
    for (std::size_t at = 0; at < hex.size(); at += kHexDigitsPerLine) {
      text += hex.substr(at, kHexDigitsPerLine) + "\n";
    }
    print(text);
  }
  return 0;
}

int map(Session& session, const std::vector<std::string>& filters) {
  // These rows are left for the legend, and for the prompt that follows.
  constexpr std::size_t kOtherRows = 5;
  const std::size_t rows =
      session.terminal.rows > 2 * kOtherRows ? session.terminal.rows - kOtherRows : kOtherRows;
  print(draw_map(session.client.bitmap(any_of(filters)), session.terminal.columns, rows,
                 session.colored()));
  if (session.terminal.is_terminal) print("flatline ls --slots 0-99 names the hosts of slots.\n");
  return 0;
}

}  // namespace

void add_bitmap_verbs(CommandLine& line) {
  const auto asked = std::make_shared<BitmapOptions>();
  line.verb("bitmap", "A plane of the bitmap",
            "  flatline bitmap -o names                names whose bit is set, one a line\n"
            "  flatline bitmap --plane reporting       64 hex digits a line\n"
            "  flatline bitmap 'role=db & zone=eu-1a' --plane registered\n"
            "Bit 0 of byte 0 is slot 0. Planes: registered known reporting healthy warning\n"
            "drained flapping conflict awaited. With filters, only hosts that match any have\n"
            "their bit (flatline ls --help).")
      .prints({{"hex", Output::kHex},
               {"raw", Output::kRaw},
               {"json", Output::kJson},
               {"names", Output::kNames}})
      .takes_any("filter", asked->filters, "Of which hosts (default: all)")
      .option("--plane PLANE", asked->plane, "Which one")
      .may_look_back()
      .runs([asked](Session& session) { return bitmap(session, *asked); });

  const auto filters = std::make_shared<std::vector<std::string>>();
  line.verb("map", "The bitmap, drawn",
            "  flatline map\n"
            "  flatline map role=db\n"
            "  flatline ls --slots 75-149    who stands in the second row\n"
            "Each character is a slot, or the worst of several. A row begins with its first\n"
            "slot.")
      .takes_any("filter", *filters, "Which hosts (default: all)")
      .may_look_back()
      .runs([filters](Session& session) { return map(session, *filters); });
}

}  // namespace flatline::cli
