#include "schema/program/error.h"

#include <system_error>

namespace flatline {

std::string system_error_text(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace flatline
