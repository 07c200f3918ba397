#include <fmt/format.h>

#include "base/escape.h"
#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/request_reader.h"
#include "web/server_list.h"
#include "web/shared.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

constexpr std::string_view kSorts[] = {"id",     "name",    "country", "region",
                                       "sector", "servers", "open",    "compromise"};
constexpr std::string_view kFormats[] = {"csv", "json"};

struct OrganisationFilter {
  OrganisationQuery query;
  store::ServerQuery servers;  // with a stage: of organisations with such a server
};

// With a stage, country, region and sector are its servers', as in the situation's count of organisations.
OrganisationFilter read_filter(ParameterReader& parameters) {
  OrganisationFilter filter;
  read_stage(parameters, filter.servers);
  const bool staged = !filter.servers.stage.empty();
  filter.query.search = parameters.text("search");
  (staged ? filter.servers.country : filter.query.country) = parameters.text("country");
  (staged ? filter.servers.region : filter.query.region) = parameters.text("region");
  (staged ? filter.servers.sector : filter.query.sector) = parameters.text("sector");
  return filter;
}

// The filter of the list itself, once the servers were asked for.
Result<OrganisationQuery> query_of(Context& context, OrganisationFilter filter) {
  if (filter.servers.stage.empty()) return std::move(filter.query);
  const auto groups = context.store.servers().count_by({"organisation"}, filter.servers);
  if (!groups) return std::unexpected(groups.error());
  filter.query.among.emplace();
  for (const store::ServerGroup& group : *groups) filter.query.among->insert(group.values.front());
  return std::move(filter.query);
}

std::string cell_of(const json::value& value) {
  return value.is_string() ? escape_csv(std::string_view(value.get_string())) : json::serialize(value);
}

std::string csv_line(const json::object& row, bool names) {
  std::string line;
  for (const auto& member : row) {
    if (!line.empty()) line += ',';
    line += names ? std::string(member.key()) : cell_of(member.value());
  }
  return line + "\r\n";
}

json::array texts_of(const json::object& content, std::string_view name) {
  const json::value* value = content.if_contains(name);
  json::array out;
  if (value == nullptr || !value->is_array()) return out;
  for (const json::value& item : value->get_array())
    if (item.is_string()) out.push_back(item);
  return out;
}

json::value member_or(const json::object& object, std::string_view name, json::value fallback) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? std::move(fallback) : *value;
}

// As room `constituency` writes them (organisation_json.h), best first.
json::array contacts_of(const json::object& content) {
  json::array out;
  const json::value* contacts = content.if_contains("contacts");
  if (contacts == nullptr || !contacts->is_array()) return out;
  for (const json::value& item : contacts->get_array()) {
    if (!item.is_object()) continue;
    const json::object& contact = item.get_object();
    out.push_back({{"channel", member_or(contact, "channel", "")},
                   {"value", member_or(contact, "value", "")},
                   {"language", member_or(contact, "language", "")},
                   {"source", member_or(contact, "provenance", "")},
                   {"learnt", member_or(contact, "learnt", nullptr)}});
  }
  return out;
}

Result<json::array> cases_of(Context& context, const std::string& id, const OrganisationList& names) {
  const auto page = context.store.cases().find(
      {.search = "", .state = "", .reason = "", .organisation = id, .channel = "", .campaign = ""});
  if (!page) return std::unexpected(page.error());
  json::array cases;
  for (const store::CaseRow& row : page->rows) cases.push_back(case_json(row, names));
  return cases;
}

}  // namespace

Response get_organisations(Context& context) {
  ParameterReader parameters(context.request);
  OrganisationFilter filter = read_filter(parameters);
  filter.query.sort = parameters.word("sort", kSorts, "id");
  filter.query.descending = parameters.flag("descending").value_or(false);
  const std::uint64_t offset = parameters.count("offset", 0, 1'000'000'000, 0);
  const std::uint64_t limit = parameters.count("limit", 1, 500, 100);
  if (parameters.refused()) return parameters.refusal();
  const auto list = context.shared.organisations.list(context.store, context.shared.mark());
  if (!list) return failed(context, list.error());
  const auto query = query_of(context, std::move(filter));
  if (!query) return failed(context, query.error());
  const auto found = select(**list, *query);
  json::array rows;
  for (std::uint64_t i = offset; i < found.size() && rows.size() < limit; ++i)
    rows.push_back(organisation_json(*found[i]));
  return json_answer(json::object{{"rows", std::move(rows)}, {"total", found.size()}});
}

Response export_organisations(Context& context) {
  ParameterReader parameters(context.request);
  OrganisationFilter filter = read_filter(parameters);
  const std::string format = parameters.word("format", kFormats);
  if (format.empty()) parameters.refuse("format", "is missing: csv or json");
  if (parameters.refused()) return parameters.refusal();
  const auto list = context.shared.organisations.list(context.store, context.shared.mark());
  if (!list) return failed(context, list.error());
  const auto query = query_of(context, std::move(filter));
  if (!query) return failed(context, query.error());
  const bool csv = format == "csv";
  Response response;
  response.content_type = csv ? "text/csv; charset=utf-8" : "application/json";
  response.with("Content-Disposition", fmt::format("attachment; filename=\"organisations.{}\"", format));
  response.stream = [list = *list, query = *query, csv](BodySink& sink) {
    bool alive = sink.write(csv ? csv_line(organisation_json({}), true) : std::string("["));
    bool first = true;
    for (const OrganisationEntry* entry : select(*list, query)) {
      if (!alive) return;
      const json::object row = organisation_json(*entry);
      alive = sink.write(csv ? csv_line(row, false) : (first ? "\n" : ",\n") + json::serialize(row));
      first = false;
    }
    if (alive && !csv) sink.write("\n]\n");
  };
  return response;
}

Response get_organisation(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const std::string id = context.request.path_value("id");
  const auto list = context.shared.organisations.list(context.store, context.shared.mark());
  if (!list) return failed(context, list.error());
  const OrganisationEntry* entry = (*list)->find(id);
  const auto row = context.store.directory().organisation(id);
  if (!row) return failed(context, row.error());
  if (entry == nullptr || !*row) return problem(404, "There is no such organisation.");
  const auto cases = cases_of(context, id, **list);
  if (!cases) return failed(context, cases.error());
  const json::value content = parsed((*row)->content);
  const json::object all = content.is_object() ? content.get_object() : json::object();
  return json_answer(json::object{{"organisation", organisation_json(*entry)},
                                  {"domains", texts_of(all, "domains")},
                                  {"networks", texts_of(all, "networks")},
                                  {"contacts", contacts_of(all)},
                                  {"cases", *cases}});
}

}  // namespace afterpatch::web
