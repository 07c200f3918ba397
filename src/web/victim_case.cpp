#include <map>

#include "base/text.h"
#include "knowledge/catalogue.h"
#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/report_excerpt.h"
#include "web/request_reader.h"
#include "web/shared.h"
#include "web/statements.h"
#include "web/upload_answers.h"
#include "web/victim_guide.h"
#include "web/victim_language.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

constexpr std::string_view kKinds[] = {"acknowledged", "wrong-contact", "patched",     "mitigated",
                                       "need-help",    "step-done",     "step-undone", "clean-said"};

// Only what is of this case, and of it only what the victim must know: nothing of how it was found out, of
// other organisations, or of what other servers have in common with it.
json::object victim_server(const store::ServerRow& row) {
  return {{"address", row.address},
          {"port", row.port},
          {"name", to_utf8(row.name)},
          {"exposure", row.exposure},
          {"builds", to_utf8(row.builds)},
          {"seen", known_time(row.last_seen)},
          {"first_open", time_or_null(row.first_open)},
          {"last_seen", known_time(row.last_seen)},
          {"patched", time_or_null(row.patched)},
          {"compromise", compromise_word(row.compromise)},
          {"exploited", time_or_null(row.exploited)},
          {"backdoored", time_or_null(row.backdoored)},
          {"reentered", time_or_null(row.reentered)},
          {"door_present", row.door_present}};
}

Result<void> add_servers(Context& context, json::array& out) {
  const auto members = context.store.cases().servers_of(context.caller.case_number);
  if (!members) return std::unexpected(members.error());
  for (const store::CaseServer& member : *members) {
    const auto row = context.store.servers().server(member.address, member.port);
    if (!row) return std::unexpected(row.error());
    if (*row) out.push_back(victim_server(**row));
  }
  return {};
}

// What the victim said, and which steps are done since when.
struct SaidByVictim {
  json::array statements;
  std::map<std::string, std::string> done;
  bool opened = false;
};

std::string step_of(const store::Statement& statement) {
  const json::value content = parsed(statement.content);
  const json::value* step = content.is_object() ? content.get_object().if_contains("step") : nullptr;
  return step != nullptr && step->is_string() ? std::string(step->get_string()) : std::string();
}

Result<void> read_said(Context& context, SaidByVictim& said) {
  const auto take = [&](std::int64_t /*id*/, const store::Statement& statement) {
    if (statement.source != "victim") return;
    if (statement.kind == "page-opened") said.opened = true;
    if (statement.kind == "step-done") said.done[step_of(statement)] = to_iso8601(statement.time);
    if (statement.kind == "step-undone") said.done.erase(step_of(statement));
    said.statements.push_back({{"time", to_iso8601(statement.time)}, {"kind", statement.kind}});
  };
  return context.store.ledger().for_each({"case", context.caller.case_number, "", 0}, take);
}

json::object campaign_json(const std::string& id, const knowledge::Campaign* campaign) {
  if (campaign == nullptr)
    return {{"id", id}, {"name", id}, {"flaws", json::array()}, {"published", nullptr}};
  json::array flaws;
  for (const knowledge::Flaw& flaw : campaign->flaws) flaws.push_back(json::value(flaw.cve));
  return {{"id", id},
          {"name", campaign->name},
          {"flaws", std::move(flaws)},
          {"published", known_time(campaign->patch_released)}};
}

json::object agency_json(const Agency& agency) {
  return {{"name", agency.name},
          {"verify_url", agency.verify_url},
          {"phone", agency.phone},
          {"email", agency.email}};
}

// Of the last hunt if there was one, else of the campaign's guide.
Result<json::array> steps_of(Context& context, const std::vector<store::UploadRow>& uploads,
                             const knowledge::Campaign* campaign, const store::CaseRow& row) {
  for (auto upload = uploads.rbegin(); upload != uploads.rend(); ++upload) {
    if (upload->state != store::UploadState::answered) continue;
    auto report = read_report(context.shared.uploads.report(upload->id) / "report.json");
    if (report && !report->steps.empty()) return report->steps;
  }
  return campaign == nullptr ? json::array() : guide_of_case(context, *campaign, row);
}

void mark_done(json::array& steps, const std::map<std::string, std::string>& done) {
  for (json::value& step : steps) {
    const auto found = done.find(std::string(step.at("id").as_string()));
    step.as_object()["done"] = found == done.end() ? json::value(nullptr) : json::value(found->second);
  }
}

Result<void> note_opened(Context& context) {
  auto statement = statement_of(context, "victim", "page-opened", "case", context.caller.case_number, {});
  statement.key = "page-opened " + context.caller.case_number;
  return record(context, {statement});
}

std::shared_ptr<const knowledge::Campaign> campaign_of(Context& context, const std::string& id) {
  const auto known = knowledge::campaign_ids(context.shared.settings.knowledge);
  if (std::ranges::find(known, id) == known.end()) return nullptr;
  const auto loaded = knowledge::load_campaign(context.shared.settings.knowledge, id);
  return loaded ? loaded->campaign : nullptr;
}

}  // namespace

Response get_victim_case(Context& context) {
  ParameterReader parameters(context.request);
  parameters.word("language", kVictimLanguages);
  if (parameters.refused()) return parameters.refusal();
  const std::string& number = context.caller.case_number;
  const auto row = context.store.cases().victim_case(number);
  if (!row) return failed(context, row.error());
  if (!*row) return problem(404, "This link is not valid, or no longer. Ask who sent it for a new one.");
  json::array servers;
  const auto read = add_servers(context, servers);
  SaidByVictim said;
  const auto told = read_said(context, said);
  const auto uploads = context.store.uploads().of_case(number);
  const auto organisation = context.store.directory().organisation((*row)->organisation);
  if (!read) return failed(context, read.error());
  if (!told) return failed(context, told.error());
  if (!uploads) return failed(context, uploads.error());
  if (!organisation) return failed(context, organisation.error());
  if (!said.opened && context.request.method == Method::get) {
    if (const auto kept = note_opened(context); !kept) return failed(context, kept.error());
  }
  const auto campaign = campaign_of(context, (*row)->campaign);
  auto guide = steps_of(context, *uploads, campaign.get(), **row);
  if (!guide) return failed(context, guide.error());
  json::array steps = std::move(*guide);
  const std::string language = victim_language(context);
  translate_steps(steps, context.shared.settings, campaign.get(), language);
  mark_done(steps, said.done);
  json::array files;
  for (const store::UploadRow& upload : *uploads)
    if (upload.state != store::UploadState::cancelled)
      files.push_back(upload_json(upload, context.shared, language));
  const Settings& settings = context.shared.settings;
  return json_answer(json::object{{"number", number},
                                  {"campaign", campaign_json((*row)->campaign, campaign.get())},
                                  {"reason", reason_word((*row)->reason)},
                                  {"language", language},
                                  {"agency", agency_json(settings.agency)},
                                  {"organisation", *organisation ? to_utf8((*organisation)->name) : ""},
                                  {"servers", std::move(servers)},
                                  {"steps", std::move(steps)},
                                  {"state", (*row)->state},
                                  {"acknowledged", time_or_null((*row)->acknowledged)},
                                  {"statements", said.statements},
                                  {"uploads", std::move(files)},
                                  {"upload_limit", settings.upload_limit},
                                  {"expires", to_iso8601(context.caller.expires)},
                                  {"demo", settings.demo}});
}

Response post_victim_statement(Context& context) {
  BodyReader body(context.request);
  const std::string kind = body.word("kind", kKinds, true);
  const std::string step = body.text("step", 100);
  const std::string text = body.text("text", 4096);
  const bool about_step = kind == "step-done" || kind == "step-undone";
  if (about_step != !step.empty())
    body.refuse("step", "belongs to 'step-done' and 'step-undone', and only to them");
  if (body.refused()) return body.refusal();
  if (!context.shared.victim_statements.take(context.caller.case_number))
    return problem(429, "That was a lot at once. Wait a minute.", "/problems/rate-limit")
        .with("Retry-After", "60");
  json::object content;
  if (!step.empty()) content["step"] = step;
  if (!text.empty()) content["text"] = text;
  const auto kept =
      record(context, {statement_of(context, "victim", kind, "case", context.caller.case_number, content)});
  if (!kept) return failed(context, kept.error());
  context.audit_detail = kind;
  return no_content();
}

Response get_collector(Context& context) {
  ParameterReader parameters(context.request);
  parameters.word("language", kVictimLanguages);
  if (parameters.refused()) return parameters.refusal();
  Response response;
  response.content_type = "text/markdown; charset=utf-8";
  response.body =
      "# What to collect from an Exchange server\n\n"
      "Copy, don't move. Nothing on the server is changed. Run PowerShell as administrator; have room for "
      "the copy.\n\n"
      "1. Logs of the web server: `C:\\inetpub\\logs\\LogFiles`\n"
      "2. Logs of Exchange: `%ExchangeInstallPath%Logging` (HttpProxy, ECP, OABGeneratorLog, CmdletInfra)\n"
      "3. Web pages: `C:\\inetpub\\wwwroot\\aspnet_client`, `%ExchangeInstallPath%FrontEnd\\HttpProxy`, "
      "`%ExchangeInstallPath%ClientAccess`\n"
      "4. Event logs: `C:\\Windows\\System32\\winevt\\Logs` (Application, System, Security, MSExchange "
      "Management, "
      "Windows PowerShell)\n\n"
      "```powershell\n"
      "$to = 'D:\\collection'\n"
      "robocopy C:\\inetpub\\logs\\LogFiles $to\\iis /E /COPY:DAT /R:1\n"
      "robocopy \"$env:ExchangeInstallPath\\Logging\" $to\\exchange /E /COPY:DAT /R:1\n"
      "robocopy C:\\inetpub\\wwwroot\\aspnet_client $to\\aspnet_client /E /COPY:DAT /R:1\n"
      "robocopy \"$env:ExchangeInstallPath\\FrontEnd\\HttpProxy\" $to\\FrontEnd\\HttpProxy /E /COPY:DAT "
      "/R:1\n"
      "robocopy C:\\Windows\\System32\\winevt\\Logs $to\\winevt /E /COPY:DAT /R:1\n"
      "Compress-Archive $to D:\\collection.zip\n"
      "```\n\n"
      "Then send `collection.zip` on your page. It goes on where it stopped if the line breaks.\n";
  return response.with("Content-Disposition", "attachment; filename=\"collect.md\"");
}

}  // namespace afterpatch::web
