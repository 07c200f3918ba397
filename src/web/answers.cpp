#include "web/answers.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "web/problem.h"
#include "web/secret.h"
#include "web/shared.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> kCompromise = {"not-hunted", "no-evidence", "probed",
                                                         "exploited",  "backdoored",  "re-entered"};

// Evidence may hold bytes that are not UTF-8; JSON may not.
json::string text(const std::string& bytes) {
  return json::string(to_utf8(bytes));
}

}  // namespace

Response json_answer(const json::value& value, unsigned status) {
  return json_response(json::serialize(value), status);
}

Response failed(const Context& context, const Error& error) {
  const std::string reference = new_token().substr(0, 10);
  if (context.shared.log)
    context.shared.log(fmt::format("error {}: {} {}: {}", reference, to_string(context.request.method),
                                   context.request.target.path, to_string(error)));
  return internal_problem(reference);
}

std::string_view compromise_word(store::Compromise compromise) {
  return kCompromise[static_cast<std::size_t>(static_cast<int>(compromise) + 1)];
}

std::optional<store::Compromise> parse_compromise_word(std::string_view word) {
  for (std::size_t i = 0; i < kCompromise.size(); ++i)
    if (kCompromise[i] == word) return static_cast<store::Compromise>(static_cast<int>(i) - 1);
  return std::nullopt;
}

std::string reason_word(const std::string& reason) {
  return reason == "reentered" ? "re-entered" : reason;
}

json::value time_or_null(const std::optional<Timestamp>& time) {
  return time ? json::value(to_iso8601(*time)) : json::value(nullptr);
}

json::value known_time(Timestamp time) {
  return time == Timestamp{} ? json::value(nullptr) : json::value(to_iso8601(time));
}

json::value parsed(const std::string& text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value(json::object()) : value;
}

json::object server_json(const store::ServerRow& row, const OrganisationList& names) {
  return {{"subject", store::server_subject(row.address, row.port)},
          {"address", text(row.address)},
          {"port", row.port},
          {"name", text(row.name)},
          {"organisation", text(row.organisation)},
          {"organisation_name", text(names.name_of(row.organisation))},
          {"country", text(row.country)},
          {"region", text(row.region)},
          {"network", text(row.network)},
          {"sector", text(row.sector)},
          {"exposure", text(row.exposure)},
          {"confidence", text(row.confidence)},
          {"builds", text(row.builds)},
          {"present", row.present},
          {"first_seen", known_time(row.first_seen)},
          {"last_seen", known_time(row.last_seen)},
          {"first_open", time_or_null(row.first_open)},
          {"patched", time_or_null(row.patched)},
          {"compromise", compromise_word(row.compromise)},
          {"compromise_confidence", text(row.compromise_confidence)},
          {"campaign", text(row.campaign)},
          {"hunted", time_or_null(row.hunted)},
          {"exploited", time_or_null(row.exploited)},
          {"backdoored", time_or_null(row.backdoored)},
          {"reentered", time_or_null(row.reentered)},
          {"door_present", row.door_present},
          {"mail_accessed", row.mail_accessed},
          {"credentials_exposed", row.credentials_exposed},
          {"case_number", text(row.case_number)},
          {"case_state", text(row.case_state)},
          {"cluster", text(row.cluster)}};
}

json::object organisation_json(const OrganisationEntry& entry) {
  return {{"id", text(entry.id)},
          {"name", text(entry.name)},
          {"country", text(entry.country)},
          {"region", text(entry.region)},
          {"sector", text(entry.sector)},
          {"servers", entry.servers},
          {"open", entry.open},
          {"compromise", compromise_word(entry.compromise)},
          {"case_number", text(entry.case_number)},
          {"case_state", text(entry.case_state)}};
}

json::object case_json(const store::CaseRow& row, const OrganisationList& names) {
  return {{"number", text(row.number)},
          {"organisation", text(row.organisation)},
          {"organisation_name", text(names.name_of(row.organisation))},
          {"campaign", text(row.campaign)},
          {"reason", reason_word(row.reason)},
          {"state", text(row.state)},
          {"state_since", to_iso8601(row.state_since)},
          {"opened", to_iso8601(row.opened)},
          {"held_until", time_or_null(row.held_until)},
          {"notified", time_or_null(row.notified)},
          {"reached", time_or_null(row.reached)},
          {"acknowledged", time_or_null(row.acknowledged)},
          {"patched", time_or_null(row.patched)},
          {"hunted", time_or_null(row.hunted)},
          {"clean", time_or_null(row.clean)},
          {"recheck_due", time_or_null(row.recheck_due)},
          {"channel", text(row.channel)},
          {"text", text(row.text)}};
}

json::object notice_json(const store::NoticeRow& row, const std::string& organisation,
                         const OrganisationList& names) {
  return {{"id", text(row.id)},
          {"case_number", text(row.case_number)},
          {"organisation", text(organisation)},
          {"organisation_name", text(names.name_of(organisation))},
          {"channel", text(row.channel)},
          {"recipient", text(row.recipient)},
          {"language", text(row.language)},
          {"text", text(row.text)},
          {"state", text(row.state)},
          {"why", text(row.why)},
          {"planned", time_or_null(row.planned)},
          {"approved", time_or_null(row.approved)},
          {"not_before", time_or_null(row.not_before)},
          {"sent", time_or_null(row.sent)},
          {"ended", time_or_null(row.ended)},
          {"attempts", row.attempts},
          {"last_error", text(row.last_error)}};
}

json::object statement_json(std::int64_t id, const store::Statement& statement) {
  return {{"id", id},
          {"time", to_iso8601(statement.time)},
          {"received", to_iso8601(statement.received)},
          {"source", text(statement.source)},
          {"kind", text(statement.kind)},
          {"subject_kind", text(statement.subject_kind)},
          {"subject", text(statement.subject)},
          {"content", parsed(statement.content)}};
}

}  // namespace afterpatch::web
