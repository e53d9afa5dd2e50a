#include "collector/api/client_text.h"

#include <arpa/inet.h>

#include "schema/program/address.h"

namespace flatline {

std::string client_text(const ClientAddress& client) {
  char text[INET6_ADDRSTRLEN] = {};
  if (is_ipv4_mapped(client)) {
    inet_ntop(AF_INET, client.data() + 12, text, sizeof text);
    return text;
  }
  inet_ntop(AF_INET6, client.data(), text, sizeof text);
  return std::string(text) + "/64";
}

}  // namespace flatline
