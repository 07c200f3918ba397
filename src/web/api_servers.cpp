#include <array>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "base/escape.h"
#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/server_list.h"
#include "web/shared.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

constexpr std::string_view kExposures[] = {"unpatched", "unsupported", "build-ambiguous",
                                           "unknown",   "patched",     "not-affected"};
// store/server_stage.h
constexpr std::string_view kStages[] = {"exposed",
                                        "unpatched",
                                        "open",
                                        "build-unknown",
                                        "patched",
                                        "told-of",
                                        "unattributed",
                                        "hunted",
                                        "exploited",
                                        "backdoored",
                                        "backdoored-and-hunted",
                                        "seen-outside",
                                        "re-entered",
                                        "notified",
                                        "reached",
                                        "clean"};
// store/server_day.h
constexpr std::string_view kMoments[] = {"exploited", "backdoored", "reentered"};
constexpr std::string_view kStandings[] = {"unpatched", "unsupported", "unknown",
                                           "patched",   "appeared",    "gone"};
constexpr std::string_view kCertainties[] = {"certain", "counted", "possible"};
constexpr std::string_view kCompromises[] = {"not-hunted", "no-evidence", "probed",
                                             "exploited",  "backdoored",  "re-entered"};
constexpr std::string_view kSorts[] = {
    "address",  "name",      "organisation", "country",   "region",      "network",    "sector",
    "exposure", "builds",    "first_seen",   "last_seen", "first_open",  "patched",    "compromise",
    "hunted",   "exploited", "backdoored",   "reentered", "case_number", "case_state", "cluster"};
constexpr std::string_view kFormats[] = {"csv", "json"};
constexpr std::size_t kMostStatements = 500;

// "[2001:db8::1]:443" or "192.0.2.1:443".
std::optional<std::pair<std::string, std::uint16_t>> parse_subject(const std::string& subject) {
  const std::size_t colon = subject.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto port = parse_count(std::string_view(subject).substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  std::string host = subject.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string address = store::canonical_address(host);
  if (address.empty()) return std::nullopt;
  return std::pair(address, static_cast<std::uint16_t>(*port));
}

json::object span_json(const store::SeenSpan& span, const std::string& source, const std::string& content) {
  return {{"source", source},
          {"first_seen", to_iso8601(span.first)},
          {"last_seen", to_iso8601(span.last)},
          {"exposure", span.exposure},
          {"confidence", span.confidence},
          {"builds", span.builds},
          {"content", content.empty() ? json::value(json::object()) : parsed(content)}};
}

Result<json::array> spans_of(store::Store& store, const std::string& address, std::uint16_t port) {
  const auto sources = store.sources();
  const auto history = store.history(address, port);
  if (!sources) return std::unexpected(sources.error());
  if (!history) return std::unexpected(history.error());
  json::array spans;
  for (const store::SeenSpan& span : history->spans) {
    const auto source = std::ranges::find(*sources, span.source, &store::SourceInfo::id);
    const auto content = store.content_at(address, port, span.first);
    if (!content) return std::unexpected(content.error());
    spans.push_back(span_json(span, source == sources->end() ? "" : source->name, *content));
  }
  return spans;
}

std::string word_of(const json::object& content, std::string_view name) {
  const json::value* value = content.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

json::value member_or(const json::object& content, std::string_view name, json::value fallback) {
  const json::value* value = content.if_contains(name);
  return value != nullptr ? *value : std::move(fallback);
}

// A "hunted" or "door-seen" statement; what it doesn't say is null or false.
json::object hunt_json(const store::Statement& statement) {
  const json::value value = parsed(statement.content);
  const json::object content = value.is_object() ? value.get_object() : json::object();
  json::object out{{"time", to_iso8601(statement.time)},       {"source", statement.source},
                   {"campaign", word_of(content, "campaign")}, {"confidence", word_of(content, "confidence")},
                   {"build", word_of(content, "build")},       {"report", word_of(content, "report")}};
  const std::string compromise = word_of(content, "compromise");
  out["compromise"] = statement.kind == "door-seen" ? "backdoored"
                      : compromise.empty()          ? "not-hunted"
                                                    : compromise;
  for (const char* name : {"exploited", "backdoored", "reentered", "patched", "door_present"})
    out[name] = member_or(content, name, nullptr);
  for (const char* name : {"mail_accessed", "credentials_exposed"})
    out[name] = member_or(content, name, false);
  out["marks"] = member_or(content, "marks", json::array());
  return out;
}

// What was said of a server; of the hunts' evidence, the newest.
struct Said {
  json::array hunts;
  json::array statements;
  json::object evidence;
  Timestamp evidence_time{};
};

void take_evidence(Said& said, const store::Statement& statement) {
  const json::value content = parsed(statement.content);
  if (!content.is_object() || statement.time < said.evidence_time) return;
  said.evidence = content.get_object();
  said.evidence_time = statement.time;
}

Result<Said> said_of(store::Store& store, const std::string& subject) {
  Said said;
  const auto read =
      store.ledger().for_each({.subject_kind = "server", .subject = subject, .kind = "", .after = 0},
                              [&](std::int64_t id, const store::Statement& statement) {
                                if (statement.kind == "hunt-evidence") return take_evidence(said, statement);
                                if (said.statements.size() < kMostStatements)
                                  said.statements.push_back(statement_json(id, statement));
                                if (statement.kind == "hunted" || statement.kind == "door-seen")
                                  said.hunts.push_back(hunt_json(statement));
                              });
  if (!read) return std::unexpected(read.error());
  return said;
}

Result<json::value> owner_json(store::Store& store, const std::string& address, std::uint16_t port) {
  const auto owner = store.directory().owner(address, port);
  if (!owner) return std::unexpected(owner.error());
  if (!*owner) return json::value(nullptr);
  return json::value{{"organisation", (*owner)->organisation},
                     {"method", (*owner)->method},
                     {"confidence", (*owner)->confidence},
                     {"others", parsed((*owner)->others)}};
}

// Columns of the export, in order; the same names as in the JSON.
const std::vector<std::string>& columns() {
  static const std::vector<std::string> kColumns = [] {
    std::vector<std::string> names;
    for (const auto& member : server_json({}, {})) names.emplace_back(member.key());
    return names;
  }();
  return kColumns;
}

std::string cell_of(const json::value& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return escape_csv(std::string_view(value.get_string()));
  return json::serialize(value);
}

std::string csv_row(const json::object& row) {
  std::string line;
  for (const std::string& column : columns()) {
    if (!line.empty()) line += ',';
    line += cell_of(row.at(column));
  }
  return line + "\r\n";
}

// A list as it is written piece by piece, in either format.
class ListWriter {
 public:
  ListWriter(BodySink& sink, bool csv) : sink_(sink), csv_(csv) {
    alive_ = sink_.write(csv_ ? fmt::format("{}\r\n", fmt::join(columns(), ",")) : std::string("["));
  }
  void add(const json::object& row) {
    if (!alive_) return;
    alive_ = sink_.write(csv_ ? csv_row(row) : (first_ ? "\n" : ",\n") + json::serialize(row));
    first_ = false;
  }
  void end() {
    if (alive_ && !csv_) sink_.write("\n]\n");
  }
  bool alive() const { return alive_; }

 private:
  BodySink& sink_;
  bool csv_;
  bool first_ = true;
  bool alive_ = true;
};

// A word goes with its days, and days with their word.
void read_days(ParameterReader& parameters, store::ServerQuery& query) {
  query.moment = parameters.word("moment", kMoments);
  query.standing = parameters.word("standing", kStandings);
  const auto from = parameters.day("from"), until = parameters.day("until"), day = parameters.day("day");
  if (query.moment.empty() != !from || !from != !until)
    parameters.refuse("moment", "goes with 'from' and 'until'");
  if (query.standing.empty() != !day) parameters.refuse("standing", "goes with 'day'");
  query.from_day = from.value_or(0);
  query.until_day = until.value_or(0);
  query.day = day.value_or(0);
}

}  // namespace

void read_stage(ParameterReader& parameters, store::ServerQuery& query) {
  query.stage = parameters.word("stage", kStages);
  query.certainty = parameters.word("certainty", kCertainties, "counted");
}

store::ServerQuery read_server_filter(ParameterReader& parameters) {
  store::ServerQuery query;
  query.search = parameters.text("search");
  query.country = parameters.text("country");
  query.region = parameters.text("region");
  query.network = parameters.text("network");
  query.sector = parameters.text("sector");
  query.organisation = parameters.text("organisation");
  query.exposure = parameters.word("exposure", kExposures);
  query.compromise = parse_compromise_word(parameters.word("compromise", kCompromises));
  query.at_least = parse_compromise_word(parameters.word("at_least", kCompromises));
  query.case_state = parameters.text("case_state");
  query.cluster = parameters.text("cluster");
  query.campaign = parameters.text("campaign");
  query.present = parameters.flag("present");
  read_stage(parameters, query);
  read_days(parameters, query);
  query.sort = parameters.word("sort", kSorts, "address");
  query.descending = parameters.flag("descending").value_or(false);
  return query;
}

Response get_servers(Context& context) {
  ParameterReader parameters(context.request);
  store::ServerQuery query = read_server_filter(parameters);
  query.offset = parameters.count("offset", 0, 1'000'000'000, 0);
  query.limit = parameters.count("limit", 1, 500, 100);
  if (parameters.refused()) return parameters.refusal();
  const auto names = context.shared.organisations.list(context.store, context.shared.mark());
  if (!names) return failed(context, names.error());
  const auto page = context.store.servers().find(query);
  if (!page) return failed(context, page.error());
  json::array rows;
  for (const store::ServerRow& row : page->rows) rows.push_back(server_json(row, **names));
  return json_answer(json::object{{"rows", std::move(rows)}, {"total", page->total}});
}

Response export_servers(Context& context) {
  ParameterReader parameters(context.request);
  const store::ServerQuery query = read_server_filter(parameters);
  const std::string format = parameters.word("format", kFormats);
  if (format.empty()) parameters.refuse("format", "is missing: csv or json");
  if (parameters.refused()) return parameters.refusal();
  const auto names = context.shared.organisations.list(context.store, context.shared.mark());
  if (!names) return failed(context, names.error());
  const bool csv = format == "csv";
  Response response;
  response.content_type = csv ? "text/csv; charset=utf-8" : "application/json";
  response.with("Content-Disposition", fmt::format("attachment; filename=\"servers.{}\"", format));
  response.stream = [query, csv, list = *names, place = context.shared.settings.store](BodySink& sink) {
    auto store = store::Store::open(place);  // a long reading doesn't hold the worker's own
    if (!store) return;
    ListWriter writer(sink, csv);
    const auto done = (*store)->servers().for_each(
        query, [&](const store::ServerRow& row) { writer.add(server_json(row, *list)); });
    if (done) writer.end();
  };
  return response;
}

Response get_server(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const auto place = parse_subject(context.request.path_value("subject"));
  if (!place) return problem(404, "There is no such server.");
  const auto& [address, port] = *place;
  const auto row = context.store.servers().server(address, port);
  if (!row) return failed(context, row.error());
  if (!*row) return problem(404, "There is no such server.");
  const auto names = context.shared.organisations.list(context.store, context.shared.mark());
  const auto owner = owner_json(context.store, address, port);
  const auto spans = spans_of(context.store, address, port);
  auto said = said_of(context.store, store::server_subject(address, port));
  if (!names) return failed(context, names.error());
  if (!owner) return failed(context, owner.error());
  if (!spans) return failed(context, spans.error());
  if (!said) return failed(context, said.error());
  return json_answer(json::object{{"server", server_json(**row, **names)},
                                  {"owner", *owner},
                                  {"spans", *spans},
                                  {"hunts", std::move(said->hunts)},
                                  {"evidence", member_or(said->evidence, "evidence", json::array())},
                                  {"evidence_total", member_or(said->evidence, "evidence_total", 0)},
                                  {"coverage", member_or(said->evidence, "coverage", json::array())},
                                  {"statements", std::move(said->statements)}});
}

}  // namespace afterpatch::web
