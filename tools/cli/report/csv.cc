#include "tools/cli/report/csv.h"

#include "schema/answers/csv.h"
#include "schema/wire/text.h"

namespace flatline::cli {

void append_csv_record(std::string& text, const std::vector<std::string>& fields) {
  const std::size_t begin = text.size();
  for (const std::string& field : fields) {
    if (&field != &fields.front()) text += ',';
    append_csv_field(text, field);
  }
  // A record of one empty field would look like an empty line, which readers leave out.
  if (text.size() == begin) text += "\"\"";
  text += "\r\n";
}

std::string csv_record(const std::vector<std::string>& fields) {
  std::string record;
  append_csv_record(record, fields);
  return record;
}

std::string csv_text(std::string_view text) {
  std::string plain = to_plain_utf8(text);
  if (plain.find_first_of("=+-@") == 0) plain.insert(plain.begin(), '\'');
  return plain;
}

}  // namespace flatline::cli
