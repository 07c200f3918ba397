#include "detect/record_facts.h"

#include <array>

#include "records/access_token.h"
#include "records/key_value.h"
#include "records/web_request.h"

namespace afterpatch::detect {
namespace {

constexpr std::size_t kMaxFactBytes = 1024;

class FactList {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) facts_.emplace_back(name, value.substr(0, kMaxFactBytes));
  }
  void add_number(std::string_view name, std::int64_t value, std::int64_t absent) {
    if (value != absent) add(name, std::to_string(value));
  }
  std::vector<std::pair<std::string, std::string>> take() { return std::move(facts_); }

 private:
  std::vector<std::pair<std::string, std::string>> facts_;
};

// Column of an Exchange log -> name of the fact.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kColumns = {{
    {"AnchorMailbox", "anchor"},
    {"RoutingHint", "routing-hint"},
    {"BackEndCookie", "backend-cookie"},
    {"TargetServer", "target-server"},
    {"TargetServerVersion", "target-version"},
    {"BackEndStatus", "backend-status"},
    {"SoapAction", "action"},
    {"ImpersonatedUser", "impersonated"},
    {"Cmdlet", "command"},
    {"Parameters", "parameters"},
    {"AuthenticatedUser", "claimed-user"},
    {"ExecutingUserSid", "acting-sid"},
    {"ServerHostName", "server"},
}};

// The same for logs of services behind the web server, where no path stands.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kServiceColumns = {{
    {"HttpStatus", "status"},
    {"UserAgent", "user-agent"},
    {"RequestSize", "request-bytes"},
    {"ResponseSize", "response-bytes"},
}};

// Key of an ECP log's EventData -> name of the fact.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kEventKeys = {{
    {"CMD", "command"},
    {"URL", "url"},
    {"ACTID", "activity-id"},
    {"EX", "error"},
}};

// Who a forged token claims to be and whom it acts as.
void add_token(std::string_view query, FactList& facts) {
  const auto token = records::access_token_in(query);
  if (!token) return;
  facts.add("token-user", token->logon_name);
  facts.add("token-sid", token->sid);
}

void add_web_facts(const records::WebRequest& request, FactList& facts) {
  facts.add("client", request.client);
  if (request.peer != request.client) facts.add("peer", request.peer);
  facts.add("method", request.method);
  facts.add("host", request.host);
  facts.add("path", request.path);
  facts.add("query", request.query);
  add_token(request.query, facts);
  facts.add_number("status", request.status, 0);
  facts.add("user-agent", request.user_agent);
  facts.add("user", request.user);
  facts.add("request-id", request.request_id);
  facts.add_number("request-bytes", request.request_bytes, -1);
  facts.add_number("response-bytes", request.response_bytes, -1);
}

// Logs of services behind the web server (EWS) name client and request, but no path.
void add_service_facts(const records::Record& record, FactList& facts) {
  if (const auto client = record.value("ClientIpAddress"))
    facts.add("client", records::client_address(*client));
  if (const auto id = record.value("RequestId")) facts.add("request-id", records::request_guid(*id));
  for (const auto& [column, name] : kServiceColumns) {
    if (const auto value = record.value(column)) facts.add(name, *value);
  }
}

void add_build(const records::Record& record, FactList& facts) {
  const auto major = record.value("MajorVersion");
  const auto minor = record.value("MinorVersion");
  const auto build = record.value("BuildVersion");
  const auto revision = record.value("RevisionVersion");
  if (!major || !minor || !build || !revision || major->empty()) return;
  facts.add("build", std::string(*major) + "." + std::string(*minor) + "." + std::string(*build) + "." +
                         std::string(*revision));
}

void add_event_facts(std::string_view data, FactList& facts) {
  for (const auto& [key, name] : kEventKeys) {
    if (const auto value = records::find_value(data, key)) facts.add(name, *value);
  }
}

}  // namespace

RecordFacts facts_of(const records::Record& record, std::string_view date) {
  FactList facts;
  if (const auto request = records::web_request_of(record, date)) {
    add_web_facts(*request, facts);
  } else {
    add_service_facts(record, facts);
  }
  for (const auto& [column, name] : kColumns) {
    if (const auto value = record.value(column)) facts.add(name, *value);
  }
  add_build(record, facts);
  if (const auto data = record.value("EventData")) add_event_facts(*data, facts);
  return {records::time_of(record, date), facts.take()};
}

}  // namespace afterpatch::detect
