#include "app/notify_plan.h"

#include <boost/json.hpp>

#include <charconv>
#include <map>
#include <ostream>

#include <fmt/format.h>

#include "app/give_up.h"
#include "app/notice_desk.h"
#include "app/notify_addressee.h"
#include "base/text.h"
#include "notify/case_book.h"
#include "notify/follow.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using notify::Plan;
using notify::PlannedCase;
using notify::PlanStep;

constexpr std::size_t kMostShown = 20;
constexpr std::size_t kTextWidth = 72;

std::string recipient_of(const PlannedCase& one) {
  return one.notice ? fmt::format("{} to {}", one.notice->channel, one.notice->recipient) : std::string("-");
}

void show_case(const PlannedCase& one, std::ostream& out) {
  out << escape_terminal(fmt::format("  {}  {:<12} {:>3} server{}  {}  [{}]", one.number, one.reason,
                                     one.servers, one.servers == 1 ? " " : "s", one.name, name_of(one.step)))
      << '\n'
      << "      " << escape_terminal(recipient_of(one)) << '\n'
      << "      " << escape_terminal(one.why) << '\n';
}

void show_plan(const Plan& plan, bool kept, std::ostream& out) {
  std::map<std::string, std::uint64_t> steps;
  for (const PlannedCase& one : plan.cases) ++steps[std::string(name_of(one.step))];
  out << fmt::format(
      "{} servers of concern; {} of them have no known owner (afterpatch constituency gaps).\n", plan.servers,
      plan.without_owner);
  out << fmt::format("{} organisations with {} servers; {} new notices.\n", plan.cases.size(),
                     plan.servers - plan.without_owner, plan.notices());
  for (const auto& [step, count] : steps) out << fmt::format("  {:<14} {:>6}\n", step, count);
  std::size_t shown = 0;
  for (const PlannedCase& one : plan.cases) {
    if (one.step != PlanStep::none && ++shown <= kMostShown) show_case(one, out);
  }
  if (shown > kMostShown) out << fmt::format("  and {} more (--format json has all)\n", shown - kMostShown);
  out << (kept ? "Nothing was sent. Next: afterpatch notify preview --all, then approve, then send.\n"
               : "Nothing was kept (--dry-run).\n");
}

json::object case_json(const PlannedCase& one) {
  json::object object = {{"case", one.number},        {"organisation", one.organisation},
                         {"name", one.name},          {"campaign", one.campaign},
                         {"reason", one.reason},      {"servers", one.servers},
                         {"step", name_of(one.step)}, {"why", one.why}};
  object["held_until"] = one.held_until ? json::value(to_iso8601(*one.held_until)) : json::value(nullptr);
  if (!one.notice) return object;
  object["notice"] = {{"id", one.notice->id},
                      {"channel", one.notice->channel},
                      {"recipient", one.notice->recipient},
                      {"language", one.notice->language},
                      {"text", one.notice->text}};
  return object;
}

std::string plan_json(const Plan& plan) {
  json::array cases;
  for (const PlannedCase& one : plan.cases) cases.push_back(case_json(one));
  return json::serialize(json::object{{"servers", plan.servers},
                                      {"without_owner", plan.without_owner},
                                      {"notices", plan.notices()},
                                      {"cases", std::move(cases)}});
}

Result<Plan> plan_all(store::Store& store, const NotifyPlan& command) {
  const Timestamp now = now_utc();
  if (auto refreshed = store.servers().refresh(); !refreshed) return std::unexpected(refreshed.error());
  if (auto followed = notify::follow(store, now); !followed) return std::unexpected(followed.error());
  const auto find = addressees_of(store, now);
  if (!find) return std::unexpected(find.error());
  auto plan = notify::make_plan(store, *find, command.settings, now);
  if (!plan || command.dry_run) return plan;
  if (auto kept = notify::keep_plan(store, *plan); !kept) return std::unexpected(kept.error());
  return plan;
}

// What an operator decides about notices, said of all at once.
int decide(const NotifyChoice& command, const std::string& from, const std::string& kind,
           const std::string& done, std::ostream& out, std::ostream& err) {
  auto store = open_store(command.job.store);
  if (!store) return give_up(store.error(), err);
  const auto notices = choose_notices(**store, command.notices, command.all, from);
  if (!notices) return give_up(notices.error(), err);
  std::vector<store::Statement> statements;
  const Timestamp now = now_utc();
  for (const store::NoticeRow& notice : *notices)
    statements.push_back({now, now, operator_source(command.job), kind, "notice", notice.id,
                          kind + ":" + notice.id, json::serialize(json::object{{"by", command.job.by}})});
  if (auto kept = notify::record(**store, statements); !kept) return give_up(kept.error(), err);
  out << fmt::format("{} {}.\n", statements.size(), done);
  return kSuccess;
}

std::optional<std::chrono::minutes> parse_span(std::string_view text, char unit_if_none) {
  long long number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || number < 0 || number > 10'000) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const char letter = unit.empty() ? unit_if_none : unit.size() == 1 ? unit.front() : '?';
  if (letter == 'h') return std::chrono::hours(number);
  if (letter == 'm') return std::chrono::minutes(number);
  return std::nullopt;
}

json::object preview_json(const store::NoticeRow& notice, const notify::NoticeText& text) {
  return {{"id", notice.id},   {"channel", notice.channel}, {"recipient", notice.recipient},
          {"why", notice.why}, {"subject", text.subject},   {"body", text.body}};
}

void show_preview(const store::NoticeRow& notice, const notify::NoticeText& text, std::ostream& out) {
  out << escape_terminal(fmt::format("== {} by {} to {} ==", notice.id, notice.channel, notice.recipient))
      << '\n'
      << escape_terminal("Why: " + notice.why) << '\n'
      << escape_terminal("Subject: " + text.subject) << "\n\n";
  const std::string body = notify::wrapped(text.body, kTextWidth);  // outlives the lines in it
  for (const std::string_view line : split(body, '\n')) out << escape_terminal(line) << '\n';
  out << '\n';
}

}  // namespace

std::optional<HoldBack> parse_hold_back(const std::string& text) {
  const std::size_t dash = text.find('-');
  if (text.empty()) return std::nullopt;
  const char unit = text.back() == 'm' ? 'm' : 'h';
  const auto from = parse_span(std::string_view(text).substr(0, dash), unit);
  const auto to =
      dash == std::string::npos ? from : parse_span(std::string_view(text).substr(dash + 1), unit);
  if (!from || !to || *to < *from) return std::nullopt;
  return HoldBack{*from, *to};
}

int run_notify_plan(const NotifyPlan& command, std::ostream& out, std::ostream& err) {
  NotifyPlan asked = command;
  if (!command.job.config.empty()) {
    const auto config = load_notify_config(command.job.config);
    if (!config) return give_up(config.error(), err);
    asked.settings.prefix = config->case_prefix;
  }
  auto store = open_store(command.job.store);
  if (!store) return give_up(store.error(), err);
  const auto plan = plan_all(**store, asked);
  if (!plan) return give_up(plan.error(), err);
  if (command.job.json)
    out << plan_json(*plan) << '\n';
  else
    show_plan(*plan, !command.dry_run, out);
  return kSuccess;
}

int run_notify_preview(const NotifyChoice& command, std::ostream& out, std::ostream& err) {
  const auto desk = open_desk(command.job);
  if (!desk) return give_up(desk.error(), err);
  const auto notices = choose_notices(*(*desk)->store, command.notices, command.all, "planned");
  if (!notices) return give_up(notices.error(), err);
  json::array all;
  for (const store::NoticeRow& notice : *notices) {
    const auto text = (*desk)->composer->text(notice);
    if (!text) return give_up(text.error(), err);
    if (command.job.json)
      all.push_back(preview_json(notice, *text));
    else
      show_preview(notice, *text, out);
  }
  if (command.job.json)
    out << json::serialize(all) << '\n';
  else
    out << fmt::format("{} planned notices. Next: afterpatch notify approve --all --by NAME\n",
                       notices->size());
  return kSuccess;
}

int run_notify_approve(const NotifyChoice& command, std::ostream& out, std::ostream& err) {
  return decide(command, "planned", "notice-approved",
                "notices approved; send them with: afterpatch notify send", out, err);
}

int run_notify_cancel(const NotifyChoice& command, std::ostream& out, std::ostream& err) {
  return decide(command, "approved", "notice-cancelled", "approved notices cancelled", out, err);
}

}  // namespace afterpatch::app
