#include <fmt/format.h>

#include "notify/effect.h"
#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/request_reader.h"
#include "web/shared.h"
#include "web/statements.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

constexpr std::string_view kSorts[] = {"id",       "case_number", "channel", "recipient",
                                       "language", "state",       "planned", "sent"};
constexpr std::string_view kStates[] = {"planned",   "approved", "sending", "in-doubt", "sent",
                                        "delivered", "bounced",  "failed",  "cancelled"};
constexpr std::string_view kChannels[] = {"email", "letter", "phone", "provider"};
constexpr std::size_t kPortion = 500;

Response not_set_up(const char* what) {
  return problem(
      501, fmt::format("This server can't {} yet: start it with the notices set up (docs/serve.md).", what),
      "/problems/not-configured");
}

Response run(const std::function<Response(Context&)>& job, const char* what, Context& context) {
  return job ? job(context) : not_set_up(what);
}

Result<json::object> row_json(Context& context, const std::string& id, const OrganisationList& names) {
  const auto notice = context.store.cases().notice(id);
  if (!notice) return std::unexpected(notice.error());
  if (!*notice) return fail("the notice is gone", id);
  const auto row = context.store.cases().victim_case((*notice)->case_number);
  if (!row) return std::unexpected(row.error());
  return notice_json(**notice, *row ? (*row)->organisation : "", names);
}

json::object share_json(const notify::Proportion& share) {
  return {{"count", share.with}, {"of", share.of}, {"low", share.low}, {"high", share.high}};
}

json::object group_json(const char* by, const notify::EffectGroup& group) {
  return {{"by", by},
          {"value", group.name},
          {"reached", share_json(group.reached)},
          {"acknowledged", share_json(group.acknowledged)},
          {"fixed", share_json(group.patched)}};
}

// What being told changed, of the cases that were held back by lot; null if none was.
json::value hold_back_json(const notify::HoldBackEffect& effect) {
  if (effect.cases == 0) return nullptr;
  const notify::Difference& difference = effect.early_minus_late;
  return json::object{
      {"cases", effect.cases},
      {"held_days", effect.held_days},
      {"told_days", effect.told_days},
      {"patched_held", effect.patched_held},
      {"patched_told", effect.patched_told},
      {"expected_told", effect.expected_told},
      {"chi_square", effect.chi_square},
      {"p", effect.p_value},
      {"early", share_json(effect.early)},
      {"late", share_json(effect.late)},
      {"difference", {{"share", difference.share}, {"low", difference.low}, {"high", difference.high}}}};
}

struct Selection {
  std::vector<std::string> ids;
  bool all_planned = false;
  store::NoticeQuery query;
};

Selection read_selection(BodyReader& body) {
  Selection selection;
  selection.ids = body.texts("ids", kPortion, 100);
  selection.all_planned = body.flag("all_planned");
  selection.query.channel = body.word("channel", kChannels);
  selection.query.search = body.text("search", 200);
  if (selection.all_planned == !selection.ids.empty())
    body.refuse("ids", "or 'all_planned': give one of them");
  return selection;
}

Result<std::vector<std::string>> ids_of(Context& context, Selection selection) {
  if (!selection.all_planned) return selection.ids;
  std::vector<std::string> ids;
  selection.query.state = "planned";
  selection.query.limit = 1'000'000;
  auto page = context.store.console_lists().find_notices(selection.query);
  if (!page) return std::unexpected(page.error());
  return page->ids;
}

bool is_one_of(const std::string& state, std::span<const std::string_view> from) {
  return std::ranges::find(from, state) != from.end();
}

// Notices in one of the states `from` become what the statement says; others are left alone.
Response change(Context& context, const std::string& kind, std::span<const std::string_view> from) {
  BodyReader body(context.request);
  Selection selection = read_selection(body);
  if (body.refused()) return body.refusal();
  const auto ids = ids_of(context, std::move(selection));
  if (!ids) return failed(context, ids.error());
  std::vector<store::Statement> statements;
  for (const std::string& id : *ids) {
    const auto notice = context.store.cases().notice(id);
    if (!notice) return failed(context, notice.error());
    if (!*notice || !is_one_of((*notice)->state, from)) continue;
    statements.push_back(statement_of(context, "operator:" + context.caller.account, kind, "notice", id,
                                      {{"by", context.caller.account}}));
  }
  if (!statements.empty()) {
    if (const auto kept = record(context, statements); !kept) return failed(context, kept.error());
  }
  context.audit_detail = fmt::format("{} of {}", statements.size(), ids->size());
  return json_answer(json::object{{"changed", statements.size()}, {"left", ids->size() - statements.size()}});
}

}  // namespace

Response get_notices(Context& context) {
  ParameterReader parameters(context.request);
  store::NoticeQuery query;
  query.search = parameters.text("search");
  query.state = parameters.word("state", kStates);
  query.channel = parameters.word("channel", kChannels);
  query.campaign = parameters.text("campaign");
  query.sort = parameters.word("sort", kSorts, "id");
  query.descending = parameters.flag("descending").value_or(false);
  query.offset = parameters.count("offset", 0, 1'000'000'000, 0);
  query.limit = parameters.count("limit", 1, 500, 100);
  if (parameters.refused()) return parameters.refusal();
  const auto names = context.shared.organisations.list(context.store, context.shared.mark());
  if (!names) return failed(context, names.error());
  const auto page = context.store.console_lists().find_notices(query);
  if (!page) return failed(context, page.error());
  json::array rows;
  for (const std::string& id : page->ids) {
    auto row = row_json(context, id, **names);
    if (!row) return failed(context, row.error());
    rows.push_back(std::move(*row));
  }
  json::object states;
  for (const auto& [state, count] : page->states) states[state] = count;
  return json_answer(
      json::object{{"rows", std::move(rows)}, {"total", page->total}, {"states", std::move(states)}});
}

Response post_approve(Context& context) {
  static constexpr std::string_view kFrom[] = {"planned"};
  return change(context, "notice-approved", kFrom);
}

Response post_cancel(Context& context) {
  static constexpr std::string_view kFrom[] = {"planned", "approved"};
  return change(context, "notice-cancelled", kFrom);
}

Response post_plan(Context& context) {
  return run(context.shared.jobs.plan_notices, "plan notices", context);
}

Response post_send(Context& context) {
  return run(context.shared.jobs.send_notices, "send notices", context);
}

Response get_preview(Context& context) {
  return run(context.shared.jobs.preview_notice, "preview notices", context);
}

Response get_effect(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const auto cases = notify::read_effect_cases(context.store);
  if (!cases) return failed(context, cases.error());
  const notify::Effect effect = notify::effect_of(*cases, context.now);
  json::array groups = {group_json("all", effect.all)};
  for (const auto& group : effect.by_channel) groups.push_back(group_json("channel", group));
  for (const auto& group : effect.by_sector) groups.push_back(group_json("sector", group));
  for (const auto& group : effect.by_text) groups.push_back(group_json("text", group));
  for (const auto& group : effect.by_reason) groups.push_back(group_json("reason", group));
  return json_answer(json::object{{"as_of", to_iso8601(effect.as_of)},
                                  {"groups", std::move(groups)},
                                  {"hold_back", hold_back_json(effect.hold_back)}});
}

}  // namespace afterpatch::web
