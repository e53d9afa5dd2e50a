#include "tests/tools/cli/golden.h"

#include <doctest/doctest.h>

#include "tests/harness/bytes_as_text.h"
#include "tests/harness/files.h"

namespace flatline::cli {

void hold(const std::string& name, const std::string& text) {
  const auto path = source_file("tests/golden/cli/" + name);
  if (regenerating()) write_content(path, text);
  CAPTURE(name);
  CHECK(content_of(path) == text);
}

}  // namespace flatline::cli
