// Holds a JSON value against a JSON Schema (2020-12), for the keywords that our published schema uses: type,
// enum, required, properties, additionalProperties, items, $ref to #/$defs, minimum, maximum. Any
// other keyword that would constrain something is an error, so that the schema can't promise what the test
// doesn't check.
#pragma once

#include <string>
#include <vector>

#include <boost/json.hpp>

namespace afterpatch::report {

// One line a violation, with its place, such as "/servers/0/verdict: unknown member 'x'". Empty: the value
// conforms.
std::vector<std::string> schema_violations(const boost::json::value& schema,
                                           const boost::json::value& document);

}  // namespace afterpatch::report
