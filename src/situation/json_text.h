// A JSON tree as text: keys in the order in which they were set, numbers with at most four digits after the
// point, so that the same picture gives the same bytes.
#pragma once

#include <string>

#include <boost/json.hpp>

namespace afterpatch::situation {

std::string json_text(const boost::json::value& value);

}  // namespace afterpatch::situation
