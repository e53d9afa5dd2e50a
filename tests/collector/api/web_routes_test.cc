// The page's files: who gets them, what a browser may do with them, and what they may hold.

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "collector/api/handler.h"
#include "collector/web/web_files.h"
#include "tests/collector/api/served.h"
#include "tests/harness/files.h"

namespace flatline {
namespace {

using test::ask;
using test::request;
using test::Server;

constexpr const char* kBrowser = "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n";

/// An answer's header, or nothing. `answer` is all of an answer.
std::optional<std::string> header(const std::string& answer, const std::string& name) {
  const std::size_t at = answer.find("\r\n" + name + ": ");
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + name.size() + 4;
  return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

bool has_status(const std::string& answer, const std::string& status) {
  return answer.starts_with("HTTP/1.1 " + status + " ");
}

TEST_CASE("a browser is shown the page at /, and others the list of paths") {
  const Server server;
  const std::string page = ask(server, request("GET /", kBrowser));
  CHECK(has_status(page, "200"));
  CHECK(header(page, "Content-Type") == "text/html; charset=utf-8");
  CHECK(header(page, "Content-Length") == std::to_string(find_web_file("index.html")->body.size()));
  for (const char* accept : {"", "Accept: */*\r\n", "Accept: application/json\r\n"}) {
    CAPTURE(std::string(accept));
    const std::string list = ask(server, request("GET /", accept));
    CHECK(has_status(list, "200"));
    CHECK(header(list, "Content-Type") == "text/plain; charset=utf-8");
  }
}

TEST_CASE("every file of the page is served with its type, and no other is") {
  const Server server;
  for (const WebFile& file : web_files()) {
    CAPTURE(file.name);
    const std::string answer = ask(server, request("GET /web/" + std::string(file.name)));
    CHECK(has_status(answer, "200"));
    CHECK(header(answer, "Content-Type") == std::string(file.type));
    CHECK(header(answer, "Content-Length") == std::to_string(file.body.size()));
  }
  for (const char* name : {"", "main", "main.js.map", "..", "../web_files.h", "%2e%2e/main.js"}) {
    CAPTURE(std::string(name));
    CHECK(has_status(ask(server, request("GET /web/" + std::string(name))), "404"));
  }
  CHECK(has_status(ask(server, request("POST /web/main.js")), "405"));
  CHECK(header(ask(server, request("POST /", kBrowser)), "Allow") == "GET, HEAD");
}

bool is_chart(const WebFile& file) {
  return file.name == "chart.min.js";
}

/// A line of styles without the spaces at its marks.
std::string without_spaces(const std::string& line) {
  constexpr std::string_view kMarks = "{};:,";
  std::string kept;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool is_mark = kMarks.find(line[i]) != std::string_view::npos;
    const bool is_before_space = i + 1 < line.size() && line[i + 1] == ' ';
    if (is_mark && is_before_space && kept.ends_with(' ')) kept.pop_back();
    if (line[i] == '}' && kept.ends_with(';')) kept.pop_back();
    kept += line[i];
    if (is_mark && is_before_space) ++i;
  }
  return kept;
}

/// The same of a piece of a script without a text.
std::string without_code_spaces(std::string_view code) {
  constexpr std::string_view kMarks = "{}()[];:,=<>&|?*";
  std::string marked;
  for (std::size_t i = 0; i < code.size(); ++i) {
    marked += code[i];
    if (kMarks.find(code[i]) == std::string_view::npos) continue;
    if (marked.size() > 1 && marked[marked.size() - 2] == ' ') marked.erase(marked.size() - 2, 1);
    if (i + 1 < code.size() && code[i + 1] == ' ') ++i;
  }
  std::string kept;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    const std::string_view sum = std::string_view(marked).substr(i, 3);
    const bool is_sum = sum == " + " || sum == " - ";
    const std::string next = marked.substr(std::min(i + 3, marked.size()), 1);
    kept += is_sum && next != "+" && next != "-" ? sum[1] : marked[i];
    if (is_sum && next != "+" && next != "-") i += 2;
  }
  return kept;
}

/// Where the text ends that begins a piece of a script; npos where it has no end.
std::size_t end_of_text(std::string_view piece) {
  for (std::size_t i = 1; i < piece.size(); ++i) {
    if (piece[i] == piece[0]) return i + 1;
    if (piece[i] == '\\' && piece[0] == '\'') ++i;
  }
  return std::string_view::npos;
}

/// The same of a line of a script, outside of its texts, and if it holds no pattern: spaces of both
/// count.
std::string without_script_spaces(const std::string& line) {
  if (std::ranges::count(line, '`') > 2) return line;
  std::string kept;
  for (std::string_view left = line; !left.empty();) {
    const std::size_t text = std::min(left.find_first_of("'`"), left.size());
    if (left.substr(0, text).find_first_of("\"/") != std::string_view::npos) return line;
    kept += without_code_spaces(left.substr(0, text));
    left.remove_prefix(text);
    if (left.empty()) break;
    const std::size_t end = end_of_text(left);
    if (end == std::string_view::npos) return line;
    kept += left.substr(0, end);
    left.remove_prefix(end);
  }
  return kept;
}

/// What is served of a file: neither empty lines nor indentation nor comments.
std::string slim(const std::string& source, std::string_view name) {
  const bool is_style = name.ends_with(".css");
  std::string kept;
  bool is_comment = false;
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t end = std::min(source.find('\n', at), source.size());
    std::string line = source.substr(at, end - at);
    line.erase(0, line.find_first_not_of(' '));
    if (is_style) line = without_spaces(line);
    line.resize(std::min(line.size(), line.find("  // ")));
    if (name.ends_with(".js")) line = without_script_spaces(line);
    is_comment = is_comment || line.starts_with("/*");
    if (!line.empty() && !is_comment && !line.starts_with("//")) {
      const bool ends_itself = std::string_view("{};,").find(line.back()) != std::string_view::npos;
      kept += line + (is_style && ends_itself ? "" : "\n");
    }
    is_comment = is_comment && !line.ends_with("*/");
    at = end + 1;
  }
  return kept;
}

/// The checksum of a file as gzip has it (RFC 1952), bit by bit.
std::uint32_t crc32_of(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

std::uint32_t little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

TEST_CASE("who takes gzip gets the same file packed, under a tag of its own") {
  const Server server;
  for (const WebFile& file : web_files()) {
    CAPTURE(file.name);
    CHECK(file.packed.starts_with("\x1f\x8b\x08"));
    const std::string_view end = file.packed.substr(file.packed.size() - 8);
    CHECK(little_endian(end) == crc32_of(file.body));
    CHECK(little_endian(end.substr(4)) == file.body.size());
  }
  const WebFile& file = *find_web_file("main.js");
  const auto asked = [&](const std::string& headers) {
    return ask(server, request("GET /web/main.js", headers));
  };
  for (const char* codings :
       {"gzip", "gzip, deflate, br, zstd", "br ,GZIP", "gzip;q=0.5", "identity;q=0, gzip; q=1"}) {
    CAPTURE(std::string(codings));
    const std::string answer = asked("Accept-Encoding: " + std::string(codings) + "\r\n");
    CHECK(header(answer, "Content-Encoding") == "gzip");
    CHECK(header(answer, "Content-Length") == std::to_string(file.packed.size()));
    CHECK(header(answer, "ETag") == std::string(file.packed_etag));
    CHECK(header(answer, "Vary") == "Accept, Accept-Encoding");
    CHECK(answer.ends_with(file.packed));
  }
  for (const char* codings : {"", "identity", "*", "br", "xgzip", "gzipx", "gzip;q=0",
                              "gzip; q=0.000", "gzip;q=0, gzip", ",,", ";"}) {
    CAPTURE(std::string(codings));
    const std::string answer = asked("Accept-Encoding: " + std::string(codings) + "\r\n");
    CHECK_FALSE(header(answer, "Content-Encoding"));
    CHECK(header(answer, "ETag") == std::string(file.etag));
    CHECK(answer.ends_with(file.body));
  }
  const std::string known = "If-None-Match: " + std::string(file.packed_etag) + "\r\n";
  CHECK(has_status(asked(known + "Accept-Encoding: gzip\r\n"), "304"));
  CHECK(has_status(asked(known), "200"));
}

TEST_CASE("the files hold the sources without their comments and indentation") {
  for (const WebFile& file : web_files()) {
    CAPTURE(file.name);
    if (is_chart(file)) {
      CHECK(file.body == content_of("/usr/share/javascript/chart.js/chart.min.js"));
      continue;
    }
    const std::string source = content_of(source_file("collector/web/" + std::string(file.name)));
    const bool is_whole = file.name.ends_with(".svg");
    CHECK(file.body == (is_whole ? source : slim(source, file.name)));
  }
}

TEST_CASE("a browser is told of all modules at once, and need not find one by the other") {
  const std::string_view page = find_web_file("index.html")->body;
  for (const WebFile& file : web_files()) {
    if (!file.name.ends_with(".js") || is_chart(file) || file.name == "main.js") continue;
    CAPTURE(file.name);
    const std::string link =
        "<link rel=\"modulepreload\" href=\"web/" + std::string(file.name) + "\">";
    CHECK(page.find(link) != std::string_view::npos);
  }
}

TEST_CASE("a browser may load nothing but what comes from the collector, and keeps what it has") {
  const Server server;
  const std::string page = ask(server, request("GET /", kBrowser));
  const std::string policy = header(page, "Content-Security-Policy").value_or("");
  CHECK(policy.starts_with("default-src 'self';"));
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
  CHECK(header(page, "X-Content-Type-Options") == "nosniff");
  CHECK(header(page, "Referrer-Policy") == "no-referrer");
  CHECK(header(page, "Cache-Control") == "no-cache");
  CHECK(header(page, "Vary") == "Accept, Accept-Encoding");

  const std::string tag = header(page, "ETag").value_or("");
  REQUIRE(tag.size() == 18);
  const auto again = [&](const std::string& known) {
    return ask(server, request("GET /", kBrowser + ("If-None-Match: " + known + "\r\n")));
  };
  for (const std::string& known : {tag, "\"0\", " + tag, "W/" + tag, std::string("*")}) {
    CAPTURE(known);
    const std::string kept = again(known);
    CHECK(has_status(kept, "304"));
    CHECK(header(kept, "ETag") == tag);
    CHECK(kept.ends_with("\r\n\r\n"));
  }
  CHECK(has_status(again("\"0123456789abcdef\""), "200"));
  CHECK(header(ask(server, request("GET /api/v1/summary")), "Cache-Control") == "no-store");
}

TEST_CASE("each file has a tag of its own") {
  std::set<std::string_view> tags;
  for (const WebFile& file : web_files()) tags.insert({file.etag, file.packed_etag});
  CHECK(tags.size() == 2 * web_files().size());
}

TEST_CASE("the page is for anybody, under any name; what it asks for is for readers") {
  Server server;
  server.gate.set_read_token("secret");
  CHECK(has_status(ask(server, request("GET /", kBrowser)), "200"));
  CHECK(has_status(ask(server, request("GET /web/main.js")), "200"));
  CHECK(has_status(ask(server, request("GET /")), "401"));
  CHECK(has_status(ask(server, request("GET /api/v1/summary", kBrowser)), "401"));
  server.gate.set_read_token("");
  const std::string foreign = "GET /web/main.js HTTP/1.1\r\nHost: fleet.example\r\n\r\n";
  CHECK(has_status(ask(server, foreign), "200"));
}

/// Where a text stands in the file; nothing may stand there that the policy forbids.
void check_has_none_of(const WebFile& file, const std::vector<const char*>& words) {
  for (const char* word : words) {
    if (file.body.find(word) != std::string_view::npos) {
      FAIL_CHECK(std::string(file.name), ": has ", word);
    }
  }
}

TEST_CASE("the page is small, in short files, without inline scripts and other origins") {
  constexpr std::size_t kAllBytes = 150'000;
  constexpr std::size_t kPackedBytes = 64'000;  // As browsers get it.
  constexpr std::ptrdiff_t kLines = 300;
  std::size_t bytes = 0;
  std::size_t packed_bytes = 0;
  for (const WebFile& file : web_files()) {
    CAPTURE(file.name);
    if (is_chart(file)) continue;  // It is not ours.
    bytes += file.body.size();
    packed_bytes += file.packed.size();
    CHECK(std::ranges::count(file.body, '\n') <= kLines);
    if (file.name != "icon.svg") check_has_none_of(file, {"http://", "https://", "//cdn"});
    check_has_none_of(file, {"innerHTML", "eval(", "document.write", "javascript:"});
    if (file.name == "index.html") {
      check_has_none_of(file, {"<style", " style=", " onclick=", " onload=", "<script>"});
    }
  }
  CHECK(bytes <= kAllBytes);
  CHECK(packed_bytes <= kPackedBytes);
}

}  // namespace
}  // namespace flatline
