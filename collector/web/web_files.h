#pragma once

// The files of the page, which the build puts into the program (embed.py). They hold nothing that
// is secret, and are the same for as long as the program runs.

#include <span>
#include <string_view>

namespace flatline {

struct WebFile {
  std::string_view name;
  std::string_view type;  ///< As Content-Type has it.
  std::string_view etag;  ///< In quotes, as the header has it: another content has another one.
  std::string_view
      packed_etag;  ///< The same of `packed`: a tag is one of bytes, not of what they mean.
  std::string_view body;
  std::string_view packed;  ///< The body as gzip has it.
};

/// All of them, by name.
std::span<const WebFile> web_files();

/// The file of this name, or nullptr.
const WebFile* find_web_file(std::string_view name);

}  // namespace flatline
