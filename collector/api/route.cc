#include "collector/api/route.h"

#include "schema/answers/view_json.h"
#include "schema/wire/text.h"

namespace flatline {

std::string ApiRequest::parameter(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string{} : found->second;
}

ApiResponse refuse_request(unsigned status, const std::string& error) {
  return {.status = status, .body = to_json(ProblemAnswer{to_plain_utf8(error)})};
}

unsigned to_retry_seconds(Duration wait) {
  return static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(wait).count());
}

ApiResponse refuse_overtaken() {
  return refuse_request(503, "the view was overtaken while it was read; ask again");
}

}  // namespace flatline
