#include <fmt/format.h>

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
  return run(context.shared.jobs.notice_effect, "count the effect of notices", context);
}

}  // namespace afterpatch::web
