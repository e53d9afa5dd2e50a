#include "tools/cli/verbs/list_form.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/flag_values.h"
#include "tools/cli/report/host_columns.h"
#include "tools/cli/report/host_list.h"

namespace flatline::cli {
namespace {

bool has_columns(Output output) {
  return output == Output::kTable || output == Output::kWide || output == Output::kCsv;
}

ColumnSet set_of(Output output) {
  if (output == Output::kCsv) return ColumnSet::kCsv;
  return output == Output::kWide ? ColumnSet::kWide : ColumnSet::kTable;
}

}  // namespace

void add_list_form(Verb& verb, const std::shared_ptr<ListForm>& form) {
  verb.option("--columns LIST", form->columns, "Which columns, as name,state,role; see below")
      .option("--sort COLUMN", form->sort,
              "By a column; -COLUMN: the largest first (default: name)")
      .option(
          "--limit N",
          [form](const std::string& text) {
            form->limit = read_flag_number("--limit", text, 1, kMaxCapacity);
          },
          "At most so many hosts, after sorting")
      .flag("--no-header", form->has_no_header, "No line of headings");
}

void check_list_form(const ListForm& form, Output output) {
  if (has_columns(output)) return;
  if (!form.columns.empty()) throw UsageError("--columns: goes with -o table, wide or csv");
  if (form.has_no_header) throw UsageError("--no-header: goes with -o table, wide or csv");
}

void arrange(HostPageAnswer& page, const ListForm& form, const Session& session, bool by_slot) {
  if (!form.sort.empty()) {
    const bool descending = form.sort.starts_with('-');
    const std::string_view name = std::string_view{form.sort}.substr(descending ? 1 : 0);
    sort_by_column(page.hosts, choose_column("--sort", name, page, session.client.looks_back()),
                   descending);
  } else if (!by_slot && session.options.output != Output::kJson) {
    sort_by_name(page.hosts);
  }
  if (form.limit && *form.limit < page.hosts.size()) page.hosts.resize(*form.limit);
}

void print_list(const HostPageAnswer& page, const ListForm& form, const Session& session,
                bool by_slot) {
  const Output output = session.options.output;
  const bool is_past = session.client.looks_back();
  std::vector<HostColumn> columns = form.columns.empty()
                                        ? default_columns(set_of(output), is_past)
                                        : choose_columns(form.columns, page, is_past);
  const bool has_slot = std::any_of(columns.begin(), columns.end(), [](const HostColumn& column) {
    return column.name() == "slot";
  });
  if (by_slot && !has_slot) {
    columns.insert(columns.begin(), choose_column("--slots", "slot", page, is_past));
  }
  if (output == Output::kCsv) return print(host_csv(page.hosts, columns, !form.has_no_header));
  print(
      host_table(page.hosts, columns, {!form.has_no_header, session.colored(), session.columns()}));
}

}  // namespace flatline::cli
