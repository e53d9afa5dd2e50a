#pragma once

// How ls prints what it lists: which columns, in which order, how many, with or without a header.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "schema/answers/view_answers.h"
#include "tools/cli/verbs/verbs.h"

namespace flatline::cli {

struct ListForm {
  std::string columns;
  std::string sort;  ///< A column; with a `-` in front, its largest values stand first.
  std::optional<std::size_t> limit;
  bool has_no_header = false;
};

/// Declares its flags.
void add_list_form(Verb& verb, const std::shared_ptr<ListForm>& form);

/// Throws UsageError where a flag says nothing in this form of output.
void check_list_form(const ListForm& form, Output output);

/// Puts the hosts into the order that was asked for, and leaves out those beyond the limit. Without
/// an order, hosts are listed by name, or, with `by_slot` and in JSON, as they came: by slot.
void arrange(HostPageAnswer& page, const ListForm& form, const Session& session, bool by_slot);

/// Prints a table or CSV.
void print_list(const HostPageAnswer& page, const ListForm& form, const Session& session,
                bool by_slot);

}  // namespace flatline::cli
