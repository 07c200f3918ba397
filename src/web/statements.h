// Statements that come by the web: kept, with all that follows from them.
#pragma once

#include <boost/json.hpp>

#include <string>

#include "web/context.h"

namespace afterpatch::web {

// About a case or a notice, as of now. `source`: "victim", "operator:anna".
store::Statement statement_of(const Context& context, const std::string& source, const std::string& kind,
                              const std::string& subject_kind, const std::string& subject,
                              const boost::json::object& content);

// In one transaction with the rows that follow from them.
Result<void> record(Context& context, const std::vector<store::Statement>& statements);

}  // namespace afterpatch::web
