#include <algorithm>

#include "knowledge/catalogue.h"
#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/request_reader.h"
#include "web/secret.h"
#include "web/shared.h"
#include "web/sign_in.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

json::array timeline_json(const knowledge::Campaign& campaign) {
  json::array out;
  for (const knowledge::TimelineEntry& entry : campaign.timeline)
    out.push_back({{"time", to_iso8601(entry.time)}, {"label", entry.what}});
  return out;
}

Result<json::object> campaign_json(Context& context, const knowledge::Campaign& campaign) {
  store::ServerQuery hit;
  hit.campaign = campaign.id;
  hit.at_least = store::Compromise::exploited;
  const auto servers = context.store.servers().count_by({}, hit);
  if (!servers) return std::unexpected(servers.error());
  store::CaseQuery of_campaign;
  of_campaign.campaign = campaign.id;
  of_campaign.limit = 1;
  const auto cases = context.store.cases().find(of_campaign);
  if (!cases) return std::unexpected(cases.error());
  json::array flaws;
  for (const knowledge::Flaw& flaw : campaign.flaws) flaws.push_back(json::value(flaw.cve));
  return json::object{{"id", campaign.id},
                      {"name", campaign.name},
                      {"flaws", std::move(flaws)},
                      {"window_from", known_time(campaign.window_start)},
                      {"window_to", known_time(campaign.window_end)},
                      {"timeline", timeline_json(campaign)},
                      {"servers_hit", servers->empty() ? 0 : servers->front().servers},
                      {"cases", cases->total}};
}

json::object view_json(const store::SavedView& view, const std::string& account) {
  return {{"id", std::to_string(view.id)},
          {"name", view.name},
          {"url", view.url},
          {"mine", view.account == account},
          {"shared", view.shared}};
}

json::object audit_json(const store::AuditEntry& entry) {
  return {{"id", entry.id},           {"time", to_iso8601(entry.time)}, {"actor", entry.account},
          {"role", entry.role},       {"action", entry.action},         {"subject", entry.subject},
          {"address", entry.address}, {"outcome", entry.outcome},       {"detail", entry.detail}};
}

}  // namespace

Response get_campaigns(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const auto& folder = context.shared.settings.knowledge;
  std::vector<std::pair<Timestamp, json::object>> found;
  for (const std::string& id : knowledge::campaign_ids(folder)) {
    const auto loaded = knowledge::load_campaign(folder, id);
    if (!loaded) continue;  // `afterpatch campaign check` says why
    auto object = campaign_json(context, *loaded->campaign);
    if (!object) return failed(context, object.error());
    found.emplace_back(loaded->campaign->window_start, std::move(*object));
  }
  std::ranges::stable_sort(found, std::greater<>(), &std::pair<Timestamp, json::object>::first);
  json::array campaigns;
  for (auto& [start, object] : found) campaigns.push_back(std::move(object));
  return json_answer(json::object{{"campaigns", std::move(campaigns)}});
}

Response get_views(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const auto views = context.store.accounts().views(context.caller.account);
  if (!views) return failed(context, views.error());
  json::array out;
  for (const store::SavedView& view : *views) out.push_back(view_json(view, context.caller.account));
  return json_answer(json::object{{"views", std::move(out)}});
}

Response post_view(Context& context) {
  BodyReader body(context.request);
  store::SavedView view;
  view.account = context.caller.account;
  view.name = body.text("name", 100, true);
  view.url = body.text("url", 2000, true);
  view.shared = body.flag("shared");
  view.created = context.now;
  // A path of the console: "//host" and "/\host" would lead elsewhere.
  if (!view.url.starts_with('/') || view.url.size() < 2 || view.url[1] < 'a' || view.url[1] > 'z')
    body.refuse("url", "is no path of the console");
  if (body.refused()) return body.refusal();
  const auto id = context.store.accounts().save_view(view);
  if (!id) return problem(409, to_string(id.error()));
  view.id = *id;
  return json_answer(view_json(view, context.caller.account));
}

Response delete_view(Context& context) {
  const auto id = parse_count(context.request.path_value("id"));
  if (!id) return problem(404, "There is no such view of yours.");
  const auto removed =
      context.store.accounts().remove_view(context.caller.account, static_cast<std::int64_t>(*id));
  if (!removed) return failed(context, removed.error());
  return *removed ? no_content() : problem(404, "There is no such view of yours.");
}

Response get_audit(Context& context) {
  ParameterReader parameters(context.request);
  store::AuditQuery query;
  query.search = parameters.text("search");
  query.account = parameters.text("actor");
  query.action = parameters.text("action");
  query.offset = parameters.count("offset", 0, 1'000'000'000, 0);
  query.limit = parameters.count("limit", 1, 500, 100);
  if (parameters.refused()) return parameters.refusal();
  const auto page = context.store.accounts().audit(query);
  if (!page) return failed(context, page.error());
  json::array rows;
  for (const store::AuditEntry& entry : page->rows) rows.push_back(audit_json(entry));
  return json_answer(json::object{{"rows", std::move(rows)}, {"total", page->total}});
}

// The stream ends when the session does.
Response get_events(Context& context) {
  Response response;
  response.events = true;
  response.content_type = "text/event-stream";
  response.with("Cache-Control", "no-store");
  response.still_allowed = [&shared = context.shared, digest = digest_of(context.caller.session),
                            expires = context.caller.expires](store::Store& store, Timestamp now) {
    if (now >= expires) return false;
    const auto session = store.accounts().session(digest);
    return session && *session && now - (*session)->used <= shared.settings.session_idle;
  };
  return response;
}

Response get_health(Context& context) {
  const auto alive = context.store.change_mark();
  const json::object body{{"status", alive ? "ok" : "failing"}, {"version", context.shared.settings.version}};
  return json_answer(body, alive ? 200 : 503);
}

Response get_metrics(Context& context) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = context.shared.metrics.text();
  return response;
}

}  // namespace afterpatch::web
