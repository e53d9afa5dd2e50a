#include "collector/api/host_pages.h"

#include <string>
#include <utility>

#include "collector/api/drain_reasons.h"
#include "collector/api/render.h"
#include "collector/view/slot_bytes.h"
#include "schema/answers/names_answer.h"
#include "schema/answers/view_json.h"

namespace flatline {
namespace {

/// Reads the rows of a view's hosts, slot by slot.
class RowReader {
 public:
  RowReader(const ApiSources& sources, const View& view, Instant now)
      : sources_(sources), view_(view), now_(now), drain_reasons_(sources.host_table.actions()) {
    copy_.wall = view.head.time;
  }

  enum class Found { kRow, kNobody, kOvertaken };
  [[nodiscard]] Found read(std::uint32_t slot) {
    const HostTable& table = sources_.host_table;
    copy_.slot = slot;
    copy_.planes = slot_byte(view_, slot);
    if (!table.read(slot, copy_.record, copy_.messages)) return Found::kOvertaken;
    if (!copy_.record.registered || copy_.record.generation > view_.head.generation) {
      return Found::kNobody;
    }
    row_ = render_row(copy_, table, now_);
    drain_reasons_.explain(copy_.record, row_);
    return Found::kRow;
  }
  /// What was read last. It may be moved from.
  [[nodiscard]] HostRowAnswer& row() { return row_; }

 private:
  const ApiSources& sources_;
  const View& view_;
  Instant now_;
  DrainReasons drain_reasons_;
  SlotCopy copy_;
  HostRowAnswer row_;
};

}  // namespace

ApiResponse page_of_hosts(const ApiSources& sources, const PageRequest& wanted, Instant now,
                          const View& view, const PlaneWords& matches) {
  HostPageAnswer page = begin_page(view, matches);
  RowReader reader(sources, view, now);
  for (std::uint32_t slot = wanted.start; slot < view.head.capacity; ++slot) {
    if (!holds(matches, slot)) continue;
    if (page.hosts.size() == wanted.limit) {
      page.next = std::to_string(page.hosts.back().slot);
      break;
    }
    const RowReader::Found found = reader.read(slot);
    if (found == RowReader::Found::kOvertaken) return refuse_overtaken();
    if (found == RowReader::Found::kRow) page.hosts.push_back(std::move(reader.row()));
  }
  return {.body = to_json(page)};
}

ApiResponse page_of_names(const ApiSources& sources, const PageRequest& wanted, const View& view,
                          const PlaneWords& matches) {
  const HostPageAnswer totals = begin_page(view, matches);
  NamesAnswer head{totals.total, totals.tick, totals.generation, "", {}};
  std::string lines;
  std::uint32_t count = 0;
  std::uint32_t last = 0;
  std::uint64_t generation = 0;
  KnownTexts texts;
  for (std::uint32_t slot = wanted.start; slot < view.head.capacity; ++slot) {
    if (!holds(matches, slot)) continue;
    if (count == wanted.limit) {
      head.next = std::to_string(last);
      break;
    }
    if (!sources.host_table.read(slot, generation, texts, TextParts::kName)) {
      return refuse_overtaken();
    }
    if (generation > view.head.generation) continue;
    append_name(lines, slot, texts.name.view());
    last = slot;
    ++count;
  }
  return {.type = "text/plain; charset=utf-8", .body = encode_names_head(head) + lines};
}

ApiResponse page_of_rows(const ApiSources& sources, const PageRequest& wanted,
                         const RowColumns& columns, Instant now, const View& view,
                         const PlaneWords& matches) {
  const HostPageAnswer totals = begin_page(view, matches);
  RowsHead head{totals.total, totals.tick, totals.generation, ""};
  ApiResponse page{.type = "text/csv; charset=utf-8; header=present"};
  append_row_names(page.body, columns);
  RowReader reader(sources, view, now);
  std::uint32_t count = 0;
  std::uint32_t last = 0;
  for (std::uint32_t slot = wanted.start; slot < view.head.capacity; ++slot) {
    if (!holds(matches, slot)) continue;
    if (count == wanted.limit || page.body.size() + kRowBytes > kRowsPageBytes) {
      head.next = std::to_string(last);
      break;
    }
    const RowReader::Found found = reader.read(slot);
    if (found == RowReader::Found::kOvertaken) return refuse_overtaken();
    if (found == RowReader::Found::kNobody) continue;
    append_row(page.body, reader.row(), columns);
    last = slot;
    ++count;
  }
  page.page_headers = rows_headers(head);
  return page;
}

}  // namespace flatline
