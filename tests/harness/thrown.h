#pragma once

// What a test says of an error: its message, word for word.

#include <string>

namespace flatline {

/// The message of the Error that `act` throws; empty if it throws none.
template <typename Error, typename Act>
std::string message_of(Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace flatline
