#include "collector/journal/check_data.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "collector/journal/chunk.h"
#include "collector/journal/data_folder.h"
#include "collector/journal/history_ring.h"
#include "collector/journal/host_rows.h"
#include "collector/journal/registry_schema.h"
#include "schema/program/clock.h"
#include "schema/program/duration.h"
#include "schema/program/error.h"
#include "schema/program/presence.h"
#include "schema/program/standard_files.h"

namespace flatline {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyMs = static_cast<int>(kDatabaseBusy.count());

std::string time_text(WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(time));
}

class Table {
 public:
  template <typename... Args>
  void row(std::string_view what, fmt::format_string<Args...> format, Args&&... args) {
    report_.text +=
        fmt::format("{:<20}{}\n", what, fmt::format(format, std::forward<Args>(args)...));
  }
  void broken(std::string_view what, const std::string& why) {
    row(what, "BROKEN: {}", why);
    report_.sound = false;
  }
  /// Reading failed, because the file is broken or because something is in its way now.
  void failed(std::string_view what, const SqliteError& error) {
    if (!error.is_hindrance()) return broken(what, error.what());
    row(what,
        "cannot be read now: {}; check it as the user that the collector runs as, or check a copy",
        error.what());
    report_.whole = false;
  }
  /// Adds a line with the file's size, and with whether SQLite finds it sound. SQLite's check also
  /// finds what it could not read. So what it finds counts only if it finds it again, after all of
  /// the file could be read.
  bool file(std::string_view what, const fs::path& path, Database& database) {
    const auto check = [&] { return database.found_by("PRAGMA integrity_check(1)"); };
    std::string found = check();
    if (!found.empty()) {
      database.read_through();
      found = check();
    }
    if (!found.empty()) {
      broken(what, found);
      return false;
    }
    row(what, "{}, sound, schema {}, {:.1f} MiB", path.filename().string(),
        database.number("PRAGMA user_version"),
        static_cast<double>(known_presence_of(path).size_bytes()) / (1 << 20));
    return true;
  }
  [[nodiscard]] DataReport take() { return std::move(report_); }

 private:
  DataReport report_;
};

/// How many chunks of a table are in which state.
struct Chunks {
  std::int64_t whole = 0;
  std::int64_t empty = 0;
  std::int64_t broken = 0;
};

/// Reads the `count` chunks of a step or a checkpoint, from `row` on. Returns true if the first
/// `required` are whole, and each of the others is whole or empty, and all that are whole carry one
/// number, which `stamp` then has.
bool read_set(Database& database, const char* table, std::int64_t row, std::uint32_t count,
              std::uint32_t required, ChunkStamp& stamp, Chunks& chunks) {
  std::vector<std::byte> buffer(kChunkBytes);
  const std::span<std::byte, kChunkBytes> bytes(buffer.data(), kChunkBytes);
  Blob blob(database, table, "bytes", row, Blob::Use::kRead);
  bool whole = true;
  for (std::uint32_t index = 0; index < count; ++index) {
    blob.move_to(row + index);
    blob.read(bytes);
    ChunkStamp found;
    const ChunkState state = read_chunk(bytes, found);
    chunks.whole += state == ChunkState::kWhole ? 1 : 0;
    chunks.empty += state == ChunkState::kEmpty ? 1 : 0;
    chunks.broken += state == ChunkState::kBroken ? 1 : 0;
    if (index == 0) stamp = found;
    whole &= state == ChunkState::kWhole ? found.number == stamp.number && found.index == index
                                         : state == ChunkState::kEmpty && index >= required;
  }
  return whole;
}

/// Reports what of operators' actions is in force at `now`, and how many actions are remembered.
void check_actions(Database& database, WallTime now, Table& table) {
  const std::int64_t now_ms = now.time_since_epoch().count();
  const auto count = [&](const std::string& what) {
    return database.number(("SELECT count(*) FROM " + what).c_str());
  };
  table.row("  expected", "{}, not heard yet", count("tenancy WHERE awaited <> 0"));
  table.row("  drained", "{}",
            count(fmt::format("tenancy WHERE drained_until_unix_ms > {0} AND drained_from_unix_ms "
                              "<= {0}",
                              now_ms)));
  table.row("  kept out", "{} forgotten, {} with revoked credentials",
            count("standing_order WHERE tombstone_generation >= 0"),
            count("standing_order WHERE revoked_below > 0"));
  const WallTime frozen_until{Milliseconds{database.number("SELECT until_unix_ms FROM freeze")}};
  table.row("  freeze", "{}", frozen_until > now ? "until " + time_text(frozen_until) : "none");
  table.row("  actions", "{} of operators", count("action"));
}

void check_registry(const fs::path& folder, WallTime now, Table& table) {
  const fs::path file = folder / kRegistryFile;
  Database database(file, kBusyMs, Database::Mode::kReadOnly);
  if (!table.file("registry", file, database)) return;
  require_registry_version(database, file);
  table.row("  capacity", "{} slots", database.number("SELECT capacity FROM collector"));
  table.row("  last start", "{}", database.number("SELECT starts FROM collector"));
  const HostRows hosts = read_host_rows(database);
  table.row("  hosts", "{}", hosts.tenancies.size());
  if (hosts.unsound > 0) {
    table.broken("  rows of hosts", fmt::format("{} say what none of ours can", hosts.unsound));
  }
  table.row("  hosts of the past", "{}", database.number("SELECT count(*) FROM past_tenancy"));
  check_actions(database, now, table);
  const auto count = static_cast<std::uint32_t>(database.number("SELECT count(*) FROM checkpoint"));
  if (count == 0) {
    table.broken("  checkpoint", "it has no pages");
    return;
  }
  ChunkStamp stamp;
  Chunks chunks;
  const bool whole = read_set(database, "checkpoint", 0, count, count, stamp, chunks);
  if (chunks.empty == count) {
    table.row("  checkpoint", "none yet ({} pages)", count);
  } else if (!whole) {
    table.broken("  checkpoint", fmt::format("{} of {} pages are not whole, or not of one moment",
                                             count - chunks.whole, count));
  } else {
    table.row("  checkpoint", "number {}, {} ({} ago), {} pages", stamp.number,
              time_text(stamp.time()),
              format_duration(std::max(now - stamp.time(), Milliseconds{0})), count);
  }
}

void check_steps(Database& database, const HistoryShape& shape, Table& table) {
  std::vector<ChunkStamp> held;
  Chunks chunks;
  std::int64_t torn = 0;
  for (std::uint32_t place = 0; place < shape.steps; ++place) {
    ChunkStamp stamp;
    const Chunks before = chunks;
    // A step that was stored by a version that held planes alone has no more than these.
    if (read_set(database, "chunk", shape.row(place, 0), shape.chunks(), shape.slot_chunks(), stamp,
                 chunks) &&
        stamp.number % shape.steps == place) {
      held.push_back(stamp);
    } else if (chunks.empty - before.empty != shape.chunks()) {
      ++torn;
    }
  }
  table.row("  shape", "{} steps of {}, {} pages each, {} slots", shape.steps,
            format_duration(shape.step), shape.chunks(), shape.capacity);
  if (torn > 0) {
    table.broken("  torn",
                 fmt::format("{} steps, {} pages with a wrong hash", torn, chunks.broken));
  }
  if (held.empty()) {
    table.row("  steps", "none yet");
    return;
  }
  const auto by_number = [](const ChunkStamp& a, const ChunkStamp& b) {
    return a.number < b.number;
  };
  std::sort(held.begin(), held.end(), by_number);
  std::uint64_t gaps = 0;
  for (std::size_t i = 1; i < held.size(); ++i) gaps += held[i].number > held[i - 1].number + 1;
  const std::uint64_t missing = held.back().number - held.front().number + 1 - held.size();
  table.row("  steps", "{}, from {} to {}", held.size(), time_text(held.front().time()),
            time_text(held.back().time()));
  table.row("  gaps", "{} ({} steps)", gaps, missing);
}

void check_history(const fs::path& folder, Table& table) {
  const fs::path file = folder / kHistoryFile;
  if (known_presence_of(file).is_missing()) {
    table.row("history", "{}",
              presence_of(folder / kUnfinishedHistoryFile).is_there() ? "not finished" : "none");
    return;
  }
  Database database(file, kBusyMs, Database::Mode::kReadOnly);
  if (!table.file("history", file, database)) return;
  check_steps(database, read_history_shape(database, file), table);
}

}  // namespace

DataReport check_data(const fs::path& folder, WallTime now) {
  if (known_presence_of(folder / kRegistryFile).is_missing()) {
    throw Failure(fmt::format("--check-data {}: there is no {}; give a collector's --data folder",
                              folder.string(), kRegistryFile));
  }
  if (is_folder_locked(folder)) {
    throw Failure(
        fmt::format("--check-data {}: a collector uses it; stop that one first, or check a copy",
                    folder.string()));
  }
  Table table;
  try {
    check_registry(folder, now, table);
  } catch (const SqliteError& error) {
    table.failed("registry", error);
  }
  try {
    check_history(folder, table);
  } catch (const SqliteError& error) {
    table.failed("history", error);
  }
  return table.take();
}

bool print_data(const fs::path& folder) {
  const DataReport report = check_data(folder, wall_now());
  print(report.text);
  return report.sound && report.whole;
}

}  // namespace flatline
