#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/request_reader.h"
#include "web/secret.h"
#include "web/shared.h"
#include "web/statements.h"
#include "web/upload_answers.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

constexpr std::string_view kSorts[] = {"number", "organisation", "state",   "state_since", "opened",
                                       "reason", "notified",     "reached", "patched",     "clean"};
constexpr std::string_view kReasons[] = {"unpatched", "exploited", "backdoored", "re-entered"};
constexpr std::string_view kKinds[] = {"acknowledged", "wrong-contact", "patched",
                                       "mitigated",    "need-help",     "clean-said",
                                       "rechecked",    "case-closed",   "case-reopened"};
constexpr std::string_view kResults[] = {"clean", "not-clean"};
constexpr std::size_t kMostStatements = 1000;

Result<std::optional<store::CaseRow>> case_of(Context& context) {
  return context.store.cases().victim_case(context.request.path_value("number"));
}

Result<json::array> servers_json(Context& context, const std::string& number, const OrganisationList& names) {
  const auto members = context.store.cases().servers_of(number);
  if (!members) return std::unexpected(members.error());
  json::array out;
  for (const store::CaseServer& member : *members) {
    const auto row = context.store.servers().server(member.address, member.port);
    if (!row) return std::unexpected(row.error());
    if (*row) out.push_back(server_json(**row, names));
  }
  return out;
}

struct SaidOfCase {
  json::array statements;
  Result<void> read;
};

// Of the case and of its notices.
SaidOfCase said_of(Context& context, const std::string& number,
                   const std::vector<store::NoticeRow>& notices) {
  SaidOfCase said;
  const auto keep = [&](std::int64_t id, const store::Statement& statement) {
    if (said.statements.size() < kMostStatements) said.statements.push_back(statement_json(id, statement));
  };
  said.read = context.store.ledger().for_each({"case", number, "", 0}, keep);
  for (const store::NoticeRow& notice : notices)
    if (said.read) said.read = context.store.ledger().for_each({"notice", notice.id, "", 0}, keep);
  std::ranges::stable_sort(said.statements, {},
                           [](const json::value& statement) { return statement.at("id").as_int64(); });
  return said;
}

json::array links_json(const std::vector<store::CaseToken>& tokens) {
  json::array out;
  for (const store::CaseToken& token : tokens)
    out.push_back({{"issued", to_iso8601(token.issued)},
                   {"expires", to_iso8601(token.expires)},
                   {"revoked", token.revoked}});
  return out;
}

json::object statement_content(BodyReader& body, const std::string& kind) {
  json::object content;
  const std::string result = body.word("result", kResults);
  const std::string why = body.text("why", 4096);
  if (kind == "rechecked" && result.empty()) body.refuse("result", "is missing: clean or not-clean");
  if (kind != "rechecked" && !result.empty()) body.refuse("result", "belongs to 'rechecked' only");
  if (!result.empty()) content["result"] = result;
  if (!why.empty()) content["why"] = why;
  return content;
}

}  // namespace

Response get_cases(Context& context) {
  ParameterReader parameters(context.request);
  store::CaseQuery query;
  query.search = parameters.text("search");
  query.state = parameters.text("state");
  const std::string reason = parameters.word("reason", kReasons);
  query.reason = reason == "re-entered" ? "reentered" : reason;
  query.organisation = parameters.text("organisation");
  query.channel = parameters.text("channel");
  query.campaign = parameters.text("campaign");
  query.sort = parameters.word("sort", kSorts, "number");
  query.descending = parameters.flag("descending").value_or(false);
  query.offset = parameters.count("offset", 0, 1'000'000'000, 0);
  query.limit = parameters.count("limit", 1, 500, 100);
  if (parameters.refused()) return parameters.refusal();
  const auto names = context.shared.organisations.list(context.store, context.shared.mark());
  if (!names) return failed(context, names.error());
  const auto page = context.store.cases().find(query);
  if (!page) return failed(context, page.error());
  json::array rows;
  for (const store::CaseRow& row : page->rows) rows.push_back(case_json(row, **names));
  return json_answer(json::object{{"rows", std::move(rows)}, {"total", page->total}});
}

Response get_case(Context& context) {
  ParameterReader parameters(context.request);
  if (parameters.refused()) return parameters.refusal();
  const auto row = case_of(context);
  if (!row) return failed(context, row.error());
  if (!*row) return problem(404, "There is no such case.");
  const std::string& number = (*row)->number;
  const auto names = context.shared.organisations.list(context.store, context.shared.mark());
  if (!names) return failed(context, names.error());
  const auto servers = servers_json(context, number, **names);
  const auto notices = context.store.cases().notices_of(number);
  const auto uploads = context.store.uploads().of_case(number);
  const auto tokens = context.store.console_lists().tokens_of(number);
  if (!servers) return failed(context, servers.error());
  if (!notices) return failed(context, notices.error());
  if (!uploads) return failed(context, uploads.error());
  if (!tokens) return failed(context, tokens.error());
  SaidOfCase said = said_of(context, number, *notices);
  if (!said.read) return failed(context, said.read.error());
  json::array notice_rows;
  for (const store::NoticeRow& notice : *notices)
    notice_rows.push_back(notice_json(notice, (*row)->organisation, **names));
  json::array upload_rows;
  for (const store::UploadRow& upload : *uploads)
    upload_rows.push_back(upload_json(upload, context.shared, "en"));
  return json_answer(json::object{{"case", case_json(**row, **names)},
                                  {"servers", *servers},
                                  {"notices", std::move(notice_rows)},
                                  {"statements", std::move(said.statements)},
                                  {"uploads", std::move(upload_rows)},
                                  {"links", links_json(*tokens)}});
}

Response post_case_statement(Context& context) {
  BodyReader body(context.request);
  const std::string kind = body.word("kind", kKinds, true);
  const json::object content = statement_content(body, kind);
  if (body.refused()) return body.refusal();
  const auto row = case_of(context);
  if (!row) return failed(context, row.error());
  if (!*row) return problem(404, "There is no such case.");
  const std::string source = "operator:" + context.caller.account;
  const auto kept = record(context, {statement_of(context, source, kind, "case", (*row)->number, content)});
  if (!kept) return failed(context, kept.error());
  context.audit_detail = kind;
  const auto names = context.shared.organisations.list(context.store, context.shared.mark());
  const auto now = case_of(context);
  if (!names) return failed(context, names.error());
  if (!now || !*now) return problem(404, "There is no such case.");
  return json_answer(case_json(**now, **names));
}

Response post_case_link(Context& context) {
  const auto row = case_of(context);
  if (!row) return failed(context, row.error());
  if (!*row) return problem(404, "There is no such case.");
  const std::string token = new_token();
  const Timestamp expires = context.now + context.shared.settings.link_life;
  const auto kept =
      context.store.cases().put_token({digest_of(token), (*row)->number, context.now, expires, false});
  if (!kept) return failed(context, kept.error());
  return json_answer(json::object{{"url", context.shared.settings.public_url + "/v/" + token},
                                  {"expires", to_iso8601(expires)}});
}

Response delete_case_links(Context& context) {
  const auto row = case_of(context);
  if (!row) return failed(context, row.error());
  if (!*row) return problem(404, "There is no such case.");
  const auto done = context.store.console_lists().revoke_tokens_of((*row)->number);
  return done ? no_content() : failed(context, done.error());
}

}  // namespace afterpatch::web
