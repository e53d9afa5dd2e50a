#pragma once

// Reads filters. Whatever the text, it gives a filter or says in which column it is wrong, what
// could stand there, and which word was probably meant; its cost follows from the text's length.
//
//     expression = term { ( "|" | "or" ) term }
//     term       = factor { ( "&" | "and" ) factor }
//     factor     = ( "!" | "not" ) factor | "(" expression ")" | words | comparison
//     words      = WORD { "," WORD }                 a comma binds closest: any of these
//     comparison = [ "label:" ] LABEL is GLOB        hosts with a label of that key and value
//                | "name" is GLOB
//                | "check:" GLOB [ "=" STATE { "," STATE } ]     without: CRITICAL or UNKNOWN
//                | "agent" ( is | "<" | "<=" | ">" | ">=" ) VERSION
//                | "config" is HASH | "key" is ID
//     is         = "=" | "!="                        `a!=b` is `!a=b`
//
// WORDs are those of kFilterWordTable. Case does not matter in words, states of checks and
// keywords; in labels, values and names it does. `*` and `?` are wild in a GLOB, unless it stands
// in quotes. A label whose key is a keyword is reached by `label:`. A VERSION with fewer than three
// numbers stands for all that begin with them. Pure.

#include <string_view>
#include <variant>

#include "collector/view/filter.h"
#include "collector/view/filter_scanner.h"

namespace flatline {

/// What is asked: of now, all can be; of the past, what it keeps: planes, names and labels.
enum class FilterScope : std::uint8_t { kNow, kPast };

/// A filter without any word selects all hosts.
std::variant<Filter, FilterError> parse_filter(std::string_view text,
                                               FilterScope scope = FilterScope::kNow);

}  // namespace flatline
