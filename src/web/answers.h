// Rows of the store as members of the API's answers (docs/openapi.yaml, components/schemas).
#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "web/context.h"
#include "web/organisation_table.h"

namespace afterpatch::web {

Response json_answer(const boost::json::value& value, unsigned status = 200);

// Logs the error and answers 500 with a number by which it is found in the log.
Response failed(const Context& context, const Error& error);

std::string_view compromise_word(store::Compromise compromise);  // "re-entered"
std::optional<store::Compromise> parse_compromise_word(std::string_view word);
std::string reason_word(const std::string& reason);  // "reentered" -> "re-entered"

boost::json::value time_or_null(const std::optional<Timestamp>& time);
// A time that the store keeps as its epoch where it has none.
boost::json::value known_time(Timestamp time);
// A JSON text that the store keeps; {} if it can't be read.
boost::json::value parsed(const std::string& text);

boost::json::object server_json(const store::ServerRow& row, const OrganisationList& names);
boost::json::object organisation_json(const OrganisationEntry& entry);
boost::json::object case_json(const store::CaseRow& row, const OrganisationList& names);
boost::json::object notice_json(const store::NoticeRow& row, const std::string& organisation,
                                const OrganisationList& names);
boost::json::object statement_json(std::int64_t id, const store::Statement& statement);

}  // namespace afterpatch::web
