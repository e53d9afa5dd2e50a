#include "collector/web/web_files.h"

#include <algorithm>

namespace flatline {

const WebFile* find_web_file(std::string_view name) {
  const auto files = web_files();
  const auto found = std::ranges::find(files, name, &WebFile::name);
  return found == files.end() ? nullptr : &*found;
}

}  // namespace flatline
