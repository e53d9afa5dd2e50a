// The page's files, for anybody: they hold nothing secret, and what the page shows it asks the API
// for, as any other reader does.

#include <algorithm>
#include <array>
#include <string>

#include "collector/api/routes.h"
#include "collector/web/web_files.h"

namespace flatline {
namespace {

/// What a browser may do with the page: load what comes from this collector, and nothing else; run
/// no script and apply no style that stands within the page; show it in no other page.
constexpr std::array<HttpHeader, 4> kPageHeaders = {{
    {"Content-Security-Policy",
     "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
     "frame-ancestors 'none'"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Vary", "Accept"},
}};

/// Whether one of the tags in If-None-Match is this one.
bool has_tag(std::string_view known, std::string_view tag) {
  return known == "*" || known.find(tag) != std::string_view::npos;
}

ApiResponse file_response(const WebFile& file, const ApiRequest& request) {
  ApiResponse response{.type = std::string(file.type)};
  response.headers = kPageHeaders;
  response.etag = file.etag;
  if (has_tag(request.known_tags, file.etag)) {
    response.status = 304;
  } else {
    response.lasting = file.body;
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
