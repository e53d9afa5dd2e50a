// The page's files, for anybody: they hold nothing secret, and what the page shows it asks the API
// for, as any other reader does.

#include <algorithm>
#include <array>
#include <string>

#include "collector/api/routes.h"
#include "collector/web/web_files.h"
#include "schema/program/did_you_mean.h"

namespace flatline {
namespace {

/// What a browser may do with the page: load what comes from this collector, and nothing else; run
/// no script and apply no style that stands within the page; show it in no other page.
constexpr std::array<HttpHeader, 5> kPageHeaders = {{
    {"Content-Security-Policy",
     "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
     "frame-ancestors 'none'"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Vary", "Accept, Accept-Encoding"},
    {"Content-Encoding", "gzip"},  // Last, and left out where a file is served as it is.
}};

/// Whether Accept-Encoding names gzip, and not with a weight of nothing (RFC 9110, 12.5.3). Who
/// takes
/// `*` gets the file as it is, which that says as well.
bool takes_gzip(std::string_view accepted) {
  std::string codings = to_lower(accepted) + ',';
  std::erase_if(codings, [](char c) { return c == ' ' || c == '\t'; });
  for (std::string_view rest = codings; !rest.empty();) {
    const std::string_view coding = rest.substr(0, rest.find(','));
    rest.remove_prefix(coding.size() + 1);
    if (coding == "gzip") return true;
    if (coding.starts_with("gzip;q=")) return coding.find_first_of("123456789") != coding.npos;
  }
  return false;
}

/// Whether one of the tags in If-None-Match is this one.
bool has_tag(std::string_view known, std::string_view tag) {
  return known == "*" || known.find(tag) != std::string_view::npos;
}

ApiResponse file_response(const WebFile& file, const ApiRequest& request) {
  const bool is_packed = takes_gzip(request.codings);
  ApiResponse response{.type = std::string(file.type)};
  response.headers = std::span(kPageHeaders).first(kPageHeaders.size() - (is_packed ? 0 : 1));
  response.etag = is_packed ? file.packed_etag : file.etag;
  if (has_tag(request.known_tags, response.etag)) {
    response.status = 304;
  } else {
    response.lasting = is_packed ? file.packed : file.body;
  }
  return response;
}

ApiResponse file_of(const std::string& name, const ApiRequest& request) {
  const WebFile* file = find_web_file(name);
  if (file == nullptr) return refuse_request(404, "the page has no such file");
  return file_response(*file, request);
}

}  // namespace

std::vector<Route> web_routes() {
  Route page{"GET", "/", {}, Access::kAnybody, [](const ApiCall& call) {
               return file_of("index.html", call.request);
             }};
  page.accepts = "text/html";
  return {page, Route{"GET", "/web/*", {}, Access::kAnybody, [](const ApiCall& call) {
                        return file_of(call.name, call.request);
                      }}};
}

}  // namespace flatline
