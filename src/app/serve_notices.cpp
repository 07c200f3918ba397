#include "app/serve_notices.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "app/clock.h"
#include "app/notify_addressee.h"
#include "app/notify_compose.h"
#include "app/notify_config.h"
#include "app/usual_campaign.h"
#include "notify/case_book.h"
#include "notify/follow.h"
#include "notify/plan.h"
#include "web/answers.h"
#include "web/problem.h"
#include "web/request_reader.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using web::Context;
using web::Response;

constexpr std::uint64_t kLongestHoldBack = 24;  // hours
constexpr auto kLookAtSending = std::chrono::milliseconds(300);

// `afterpatch notify send` as a process; at most one.
class SendingProcess {
 public:
  ~SendingProcess() {
    const std::lock_guard lock(mutex_);
    if (!look()) return;
    ::kill(process_, SIGTERM);  // ends it after the message at hand
    ::waitpid(process_, nullptr, 0);
  }
  bool running() {
    const std::lock_guard lock(mutex_);
    return look();
  }
  Result<void> start(std::vector<std::string> words) {
    const std::lock_guard lock(mutex_);
    if (look()) return {};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (::posix_spawn(&process_, words.front().c_str(), nullptr, nullptr, arguments.data(), environ) == 0)
      return {};
    process_ = -1;
    return fail("sending can't be begun", words.front());
  }

 private:
  bool look() {
    if (process_ > 0 && ::waitpid(process_, nullptr, WNOHANG) != 0) process_ = -1;
    return process_ > 0;
  }
  std::mutex mutex_;
  pid_t process_ = -1;
};

json::object plan_json(const notify::Plan& plan) {
  std::uint64_t opened = 0;
  std::uint64_t servers = 0;
  std::map<std::string, std::uint64_t> channels;
  std::map<std::string, std::uint64_t> reasons;
  if (plan.without_owner > 0) reasons["servers whose owner is not known"] = plan.without_owner;
  for (const notify::PlannedCase& planned : plan.cases) {
    if (planned.step == notify::PlanStep::first) ++opened;
    if (planned.notice) servers += planned.servers;
    if (planned.notice) ++channels[planned.notice->channel];
    if (!planned.notice) ++reasons[planned.why];
  }
  json::object by_channel;
  for (const auto& [channel, count] : channels) by_channel[channel] = count;
  json::array not_planned;
  for (const auto& [why, count] : reasons) not_planned.push_back({{"why", why}, {"count", count}});
  return {{"cases_opened", opened},
          {"servers_added", servers},
          {"notices_planned", plan.notices()},
          {"by_channel", std::move(by_channel)},
          {"not_planned", std::move(not_planned)}};
}

Result<notify::Plan> plan_all(Context& context, const notify::PlanSettings& settings, bool dry_run) {
  if (auto done = context.store.servers().refresh(); !done) return std::unexpected(done.error());
  if (auto done = notify::follow(context.store, context.now); !done) return std::unexpected(done.error());
  const auto find = addressees_of(context.store, context.now);
  if (!find) return std::unexpected(find.error());
  auto plan = notify::make_plan(context.store, *find, settings, context.now);
  if (!plan || dry_run) return plan;
  if (auto kept = notify::keep_plan(context.store, *plan); !kept) return std::unexpected(kept.error());
  context.shared.store_changed_here();
  return plan;
}

// The link's token is for the victim alone.
std::string without_tokens(std::string text, const std::string& link_base) {
  if (link_base.empty()) return text;
  for (std::size_t at = text.find(link_base); at != std::string::npos; at = text.find(link_base, at)) {
    at += link_base.size();
    const std::size_t end = std::min(
        text.find_first_not_of("0123456789abcdefABCDEFghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ_-", at),
        text.size());
    text.replace(at, end - at, "...");
  }
  return text;
}

class NoticesOfConsole : public ServeNotices {
 public:
  NoticesOfConsole(NotifyConfig config, std::filesystem::path file, const web::Settings& settings)
      : config_(std::move(config)), file_(std::move(file)), settings_(settings) {}

  void add_jobs(web::Jobs& jobs) override {
    jobs.plan_notices = [this](Context& context) { return plan(context); };
    jobs.preview_notice = [this](Context& context) { return preview(context); };
    jobs.send_notices = [this](Context& context) { return send(context); };
  }

  web::Agency agency() const override {
    const notify::Agency& agency = config_.agency;
    return {agency.name, agency.verify_page, agency.phone,
            agency.reply_to.empty() ? agency.mail_address : agency.reply_to};
  }

 private:
  Response plan(Context& context) {
    web::BodyReader body(context.request);
    notify::PlanSettings chosen;
    chosen.prefix = config_.case_prefix;
    chosen.campaign = body.text("campaign", 200);
    if (chosen.campaign.empty()) chosen.campaign = kUsualCampaign;  // of which only the build is known
    const bool dry_run = body.flag("dry_run");
    chosen.hold_to = std::chrono::hours(body.count("hold_back_hours", 0, kLongestHoldBack, 0));
    if (body.refused()) return body.refusal();
    const auto made = plan_all(context, chosen, dry_run);
    if (!made) return web::failed(context, made.error());
    context.audit_detail = fmt::format("{} notices{}", made->notices(), dry_run ? ", dry run" : "");
    return web::json_answer(plan_json(*made));
  }

  Response preview(Context& context) {
    const auto notice = context.store.cases().notice(context.request.path_value("id"));
    if (!notice) return web::failed(context, notice.error());
    if (!*notice) return web::problem(404, "There is no such notice.");
    const auto composer = NoticeComposer::make(config_, context.store, settings_.knowledge);
    if (!composer) return web::failed(context, composer.error());
    const auto text = (*composer)->text(**notice);
    if (!text) return web::problem(409, "The notice can't be written: " + to_string(text.error()));
    const auto headers = headers_of_mail(**composer, **notice);
    if (!headers) return web::problem(409, "The mail can't be written: " + to_string(headers.error()));
    const auto row = context.store.cases().victim_case((*notice)->case_number);
    const auto names = context.shared.organisations.list(context.store, context.shared.mark());
    if (!row) return web::failed(context, row.error());
    if (!names) return web::failed(context, names.error());
    const std::string organisation = *row ? (*row)->organisation : "";
    return web::json_answer(json::object{{"notice", web::notice_json(**notice, organisation, **names)},
                                         {"subject", text->subject},
                                         {"body", without_tokens(text->body, config_.link_base)},
                                         {"headers", *headers},
                                         {"attachments", json::array()}});
  }

  // Letters and calls have none.
  static Result<json::array> headers_of_mail(NoticeComposer& composer, const store::NoticeRow& notice) {
    if (notice.channel != "email") return json::array();
    const auto mail = composer.mail(notice);
    if (!mail) return std::unexpected(mail.error());
    return headers_of(mail->message);
  }

  // The lines before the first empty one; folded ones are put together.
  static json::array headers_of(const std::string& message) {
    json::array headers;
    std::string line;
    const auto keep = [&] {
      const std::size_t colon = line.find(": ");
      if (colon != std::string::npos)
        headers.push_back({{"name", line.substr(0, colon)}, {"value", line.substr(colon + 2)}});
      line.clear();
    };
    for (std::size_t at = 0; at < message.size();) {
      const std::size_t end = std::min(message.find('\n', at), message.size());
      std::string next = message.substr(at, end - at);
      at = end + 1;
      if (next.ends_with('\r')) next.pop_back();
      if (next.empty()) break;
      if (next.front() != ' ' && next.front() != '\t') keep();
      line += next;
    }
    keep();
    return headers;
  }

  // How far sending is, for those who look at it.
  static Result<json::object> progress(store::Store& store, bool running) {
    auto page = store.console_lists().find_notices({});
    if (!page) return std::unexpected(page.error());
    auto& states = page->states;
    return json::object{{"running", running},
                        {"queued", states["approved"] + states["sending"] + states["in-doubt"]},
                        {"sent", states["sent"] + states["delivered"]},
                        {"failed", states["failed"] + states["bounced"]}};
  }

  // Tells the open consoles, until sending has ended.
  void follow(web::Shared& shared, const std::stop_token& stop) {
    const auto store = store::Store::open(settings_.store);
    bool running = store.has_value();
    while (running && !stop.stop_requested()) {
      running = process_.running();  // asked first, so that the last counts are those of its end
      const auto counts = progress(**store, running);
      if (!counts) break;
      shared.events.publish(
          "sending", json::serialize(json::object{{"time", to_iso8601(now_utc())}, {"sending", *counts}}));
      if (running) std::this_thread::sleep_for(kLookAtSending);
    }
    following_ = false;
  }

  Response send(Context& context) {
    if (settings_.demo)
      return web::problem(409, "This is a demonstration with made-up organisations: nothing is sent.");
    const auto started = process_.start({settings_.program.string(), "notify", "send", "--store",
                                         settings_.store, "--config", file_.string(), "--no-progress"});
    if (!started) return web::failed(context, started.error());
    if (!following_.exchange(true)) {
      web::Shared& shared = context.shared;
      following_thread_ =
          std::jthread([this, &shared](const std::stop_token& stop) { follow(shared, stop); });
    }
    const auto counts = progress(context.store, process_.running());
    if (!counts) return web::failed(context, counts.error());
    return web::json_answer(*counts, 202);
  }

  NotifyConfig config_;
  std::filesystem::path file_;
  web::Settings settings_;
  SendingProcess process_;
  std::atomic<bool> following_{false};
  std::jthread following_thread_;  // ends before the process is waited for
};

}  // namespace

Result<std::unique_ptr<ServeNotices>> ServeNotices::make(const std::filesystem::path& config,
                                                         const web::Settings& settings) {
  auto loaded = load_notify_config(config);
  if (!loaded) return std::unexpected(loaded.error());
  std::error_code error;
  return std::make_unique<NoticesOfConsole>(std::move(*loaded), std::filesystem::absolute(config, error),
                                            settings);
}

}  // namespace afterpatch::app
