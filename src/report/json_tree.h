// Writes a tree of JSON values with JsonWriter's escaping. For formats whose objects refer to each other and
// must be collected before they can be written.
#pragma once

#include <boost/json/value.hpp>

#include "report/json_writer.h"

namespace afterpatch::report {

// Members in the order in which they were put in.
void write_tree(JsonWriter& json, const boost::json::value& tree);

// An indented document that ends in a newline.
std::string document_text(const boost::json::value& tree);

}  // namespace afterpatch::report
