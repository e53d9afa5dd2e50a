#include "tools/cli/report/csv.h"

#include "schema/wire/text.h"

namespace flatline::cli {
namespace {

std::string quoted(const std::string& field) {
  const bool is_plain = field.find_first_of(",\"\r\n") == std::string::npos &&
                        !field.starts_with(' ') && !field.ends_with(' ');
  if (is_plain) return field;
  std::string text = "\"";
  for (const char c : field) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

}  // namespace

std::string csv_record(const std::vector<std::string>& fields) {
  std::string record;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) record += ',';
    record += quoted(field);
  }
  // A record of one empty field would look like an empty line, which readers leave out.
  if (record.empty()) record = "\"\"";
  return record + "\r\n";
}

std::string csv_text(std::string_view text) {
  std::string plain = to_plain_utf8(text);
  if (plain.find_first_of("=+-@") == 0) plain.insert(plain.begin(), '\'');
  return plain;
}

}  // namespace flatline::cli
