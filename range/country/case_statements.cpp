#include "range/country/case_statements.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/text.h"
#include "range/country/victims.h"
#include "range/random.h"

namespace afterpatch::range {
namespace {

namespace json = boost::json;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::string_view kCampaign = "exchange-2021-proxylogon";
constexpr int kLongestHoldMinutes = 24 * 60;

class CaseTeller {
 public:
  CaseTeller(const Country& country, std::size_t place, std::string& out)
      : country_(country), case_(country.cases[place]), out_(out) {
    Random lot = Random(country.settings.seed).fork("hold", place);
    held_until_ = case_.opened + minutes(lot.between(0, kLongestHoldMinutes));
    approved_anyway_ = place % 2 == 0;
  }

  void tell() {
    open();
    if (case_.notices.empty()) return plan_only();
    for (std::size_t i = 0; i < case_.notices.size(); ++i) tell_notice(i);
    if (case_.clean) search();
  }

 private:
  Timestamp end() const { return end_of(country_.settings); }
  const Organisation& organisation() const { return country_.organisations[case_.organisation]; }
  std::string notice(std::size_t number) const { return fmt::format("{}.{}", case_.number, number + 1); }

  // What would be said after the last day is not known yet.
  void say(Timestamp time, std::string_view source, std::string_view kind, std::string_view subject_kind,
           const std::string& subject, json::object content) {
    if (time >= end()) return;
    out_ += json::serialize(json::object{{"time", to_iso8601(time)},
                                         {"received", to_iso8601(time)},
                                         {"source", source},
                                         {"kind", kind},
                                         {"subject_kind", subject_kind},
                                         {"subject", subject},
                                         {"key", fmt::format("{} {} {}", kind, subject, to_iso8601(time))},
                                         {"content", std::move(content)}}) +
            "\n";
  }
  void say_of_case(Timestamp time, std::string_view source, std::string_view kind, json::object content) {
    say(time, source, kind, "case", case_.number, std::move(content));
  }

  void open() {
    json::array servers;
    for (const std::size_t server : case_.servers)
      servers.push_back(json::object{{"address", country_.servers[server].address},
                                     {"port", country_.servers[server].port}});
    say_of_case(case_.opened, "notify", "case-opened",
                {{"organisation", organisation().id},
                 {"campaign", kCampaign},
                 {"reason", case_.reason},
                 {"servers", std::move(servers)},
                 {"held_until", to_iso8601(held_until_)},
                 {"hold_from_minutes", 0},
                 {"hold_to_minutes", kLongestHoldMinutes}});
  }

  json::object server_told(std::size_t place) const {
    const CountryServer& server = country_.servers[place];
    return {{"address", server.address},
            {"port", server.port},
            {"name", server.name},
            {"reason", case_.reason},
            {"exposure", "unpatched"},
            {"build", server.kind->before.text()},
            {"seen", to_iso8601(case_.opened)},
            {"door_present", case_.reason == "backdoored" || case_.reason == "reentered"}};
  }

  // What the notice told, as `notify plan` keeps it (docs/notify.md, Content of statements).
  json::object told(const Contact& contact) const {
    json::array servers, postal;
    for (const std::size_t server : case_.servers) servers.push_back(server_told(server));
    if (contact.channel == "letter")
      for (const std::string_view line : split(contact.value, '|')) postal.emplace_back(line);
    return {{"organisation", organisation().name},
            {"country", country_of(country_.settings, organisation().region)},
            {"rung", "register"},
            {"person", ""},
            {"postal", std::move(postal)},
            {"to_hit_domain", false},
            {"servers", std::move(servers)}};
  }

  void plan(Timestamp time, const Contact& contact, std::size_t number) {
    const bool first = number == 0;
    say(time, "notify", "notice-planned", "notice", notice(number),
        {{"channel", contact.channel},
         {"recipient", contact.value},
         {"language", organisation().language},
         {"text", organisation().provider ? "provider" : case_.reason},
         {"why", first ? "the best contact of the organisation's own list" : "the one before did not react"},
         {"not_before", first ? json::value(to_iso8601(held_until_)) : json::value(nullptr)},
         {"content", told(contact)}});
  }

  void plan_only() {
    if (organisation().contacts.empty()) return;
    plan(case_.opened, organisation().contacts.front(), 0);
    if (approved_anyway_) approve(case_.opened + hours(1), 0);
  }

  void approve(Timestamp time, std::size_t number) {
    say(time, "operator:anna", "notice-approved", "notice", notice(number), {{"by", "anna"}});
  }

  void tell_notice(std::size_t number) {
    const CountryNotice& one = case_.notices[number];
    const Timestamp sent = number == 0 ? std::max(one.sent, held_until_) : one.sent;
    plan(sent - hours(2), one.contact, number);
    approve(sent - hours(1), number);
    send(sent, one.contact, number);
    react(sent, one.contact, number);
  }

  void send(Timestamp sent, const Contact& contact, std::size_t number) {
    const std::string id = notice(number);
    if (contact.channel != "email" && contact.channel != "provider") {
      say(sent, "operator:anna", "notice-sent", "notice", id, {{"by", "anna"}, {"attempt", 1}});
      return;
    }
    say(sent - minutes(1), "notify", "notice-sending", "notice", id,
        {{"message_id", "<" + id + "@csirt.example>"}, {"attempt", 1}});
    const bool refused = contact.behaviour == Behaviour::refused;
    say(sent, "smtp", refused ? "notice-failed" : "notice-sent", "notice", id,
        {{"reply", refused ? "550 5.1.1 no such mailbox here" : "250 2.0.0 Ok"}, {"attempt", 1}});
    if (refused) return;
    const bool bounces = contact.behaviour == Behaviour::bounces;
    say(sent + minutes(bounces ? 90 : 2), "smtp", bounces ? "notice-bounced" : "notice-delivered", "notice",
        id, {{"status", bounces ? "5.1.1" : "2.0.0"}, {"text", bounces ? "no such mailbox" : "taken"}});
  }

  void react(Timestamp sent, const Contact& contact, std::size_t number) {
    const Timestamp then = sent + hours(contact.delay_hours);
    switch (contact.behaviour) {
      case Behaviour::refused:
      case Behaviour::bounces:
        return;
      case Behaviour::auto_reply:
        answer(then, "auto-reply", "I am out of the office.");
        [[fallthrough]];
      case Behaviour::silent:
        return say_of_case(sent + hours(kAfterSilenceHours), "notify", "went-silent",
                           {{"notice", notice(number)}, {"hours", kAfterSilenceHours}});
      case Behaviour::wrong_contact:
        return say_of_case(then, "victim", "wrong-contact", {});
      case Behaviour::abuse_desk:
        answer(then, "abuse-desk", "Your report has the number 4711.");
        return acknowledge("operator:anna", "acknowledged");
      case Behaviour::answers:
        answer(reached(then), "person", "Thank you, we look into it.");
        return acknowledge("operator:anna", "acknowledged");
      case Behaviour::opens_page:
        say_of_case(reached(then), "victim", "page-opened", {});
        return acknowledge("victim", "acknowledged");
      case Behaviour::asks_help:
        say_of_case(reached(then), "victim", "page-opened", {});
        return acknowledge("victim", "need-help");
    }
  }

  Timestamp reached(Timestamp otherwise) const {
    return std::max(case_.reached.value_or(otherwise), otherwise);
  }
  void answer(Timestamp time, std::string_view kind, std::string_view text) {
    say_of_case(time, "mail", "answered", {{"kind", kind}, {"text", text}});
  }
  void acknowledge(std::string_view source, std::string_view kind) {
    if (case_.acknowledged) say_of_case(*case_.acknowledged + hours(24), source, kind, {});
  }

  // Somebody looked, and nothing is there any more.
  void search() {
    for (const std::size_t place : case_.servers) {
      const CountryServer& server = country_.servers[place];
      say(*case_.clean - hours(1), "hunt", "hunted", "server",
          fmt::format("{}:{}", server.address, server.port),
          {{"campaign", kCampaign},
           {"compromise", "no-evidence"},
           {"confidence", "likely"},
           {"exploited", nullptr},
           {"backdoored", nullptr},
           {"reentered", nullptr},
           {"patched", nullptr},
           {"door_present", false},
           {"mail_accessed", false},
           {"credentials_exposed", false},
           {"build", ""},
           {"report", ""},
           {"marks", json::array()}});
    }
  }

  const Country& country_;
  const CountryCase& case_;
  std::string& out_;
  Timestamp held_until_{};
  bool approved_anyway_ = false;
};

}  // namespace

std::string case_statements(const Country& country) {
  std::string out;
  for (std::size_t i = 0; i < country.cases.size(); ++i) CaseTeller(country, i, out).tell();
  return out;
}

}  // namespace afterpatch::range
