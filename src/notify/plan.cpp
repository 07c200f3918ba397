#include "notify/plan.h"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/hash.h"
#include "notify/case_book.h"
#include "notify/fields.h"
#include "notify/notice_life.h"
#include "notify/plan_contact.h"
#include "notify/plan_statements.h"

namespace afterpatch::notify {
namespace {

using store::NoticeRow;
using store::ServerRow;
using Place = std::pair<std::string, std::uint16_t>;

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_pending(const NoticeRow& notice) {
  return is_one_of(notice.state, {"planned", "approved", "sending", "in-doubt"});
}
bool is_out(const NoticeRow& notice) {
  return is_one_of(notice.state, {"sent", "delivered"});
}

const std::vector<NoticeRow>& notices_of(const Target& target) {
  static const std::vector<NoticeRow> kNone;
  return target.known ? target.known->notices : kNone;
}

const NoticeRow* last_notice(const Target& target) {
  const NoticeRow* last = nullptr;
  for (const NoticeRow& notice : notices_of(target)) {
    if (notice.state != "cancelled") last = &notice;
  }
  return last;
}

// What was told, and may have been read, since the case was last opened: the worst reason by server.
std::map<Place, int> told(const Target& target) {
  std::map<Place, int> out;
  for (const NoticeRow& notice : notices_of(target)) {
    const bool before_reopening =
        target.known->row.state == "reopened" && notice.sent && *notice.sent < target.known->row.state_since;
    if (before_reopening || !(is_pending(notice) || is_out(notice))) continue;
    const boost::json::object content = read_object(notice.content);
    const boost::json::value* servers = content.if_contains("servers");
    if (servers == nullptr || !servers->is_array()) continue;
    for (const boost::json::value& one : servers->get_array()) {
      if (!one.is_object()) continue;
      const boost::json::object& server = one.get_object();
      int& rank = out[{text_of(server, "address"), static_cast<std::uint16_t>(number_of(server, "port"))}];
      rank = std::max(rank, reason_rank(text_of(server, "reason")));
    }
  }
  return out;
}

std::vector<ServerRow> not_told_yet(const Target& target) {
  const auto known = told(target);
  std::vector<ServerRow> news;
  for (const ServerRow& server : target.servers) {
    const auto found = known.find({server.address, server.port});
    if (found == known.end() || found->second < reason_rank(reason_of(server))) news.push_back(server);
  }
  return news;
}

UsedContacts used_contacts(const Target& target) {
  UsedContacts used;
  for (const NoticeRow& notice : notices_of(target)) {
    if (notice.state != "cancelled") used.insert({notice.channel, notice.recipient});
  }
  return used;
}

// The contact that the last notice reached, if the ladder still has it.
std::optional<ChosenContact> same_again(const Target& target, const NoticeRow& last, bool allow_hit_domain) {
  for (const ContactChoice& contact : target.addressee.contacts) {
    if (channel_of(target.addressee, contact) != last.channel || contact.recipient != last.recipient)
      continue;
    Addressee only = target.addressee;
    only.contacts = {contact};
    return choose_contact(only, {}, {}, allow_hit_domain);
  }
  return std::nullopt;
}

std::chrono::hours silence_of(const std::string& channel, const PlanSettings& settings) {
  return channel == "letter" ? settings.silence_of_letters : settings.silence;
}

bool is_over(const Target& target) {
  return target.known && is_one_of(target.known->row.state, {"clean", "rechecked", "closed"});
}

// Somebody acts on it without a word, and nothing says that there is more to do.
bool is_patched_and_harmless(const Target& target) {
  return target.known->row.patched && target.known->row.reason == "unpatched";
}

class CasePlanner {
 public:
  CasePlanner(const Target& target, const PlanSettings& settings, Timestamp now)
      : target_(target), settings_(settings), now_(now) {}

  PlannedCase run(const std::string& number) {
    begin(number);
    decide();
    if (plan_.step == PlanStep::no_contact && (!target_.known || target_.known->row.state != "unreachable"))
      plan_.statements.push_back(no_contact_left(plan_, now_));
    return std::move(plan_);
  }

 private:
  void begin(const std::string& number) {
    plan_.number = target_.known ? target_.known->row.number : number;
    plan_.organisation = target_.addressee.organisation;
    plan_.name = target_.addressee.name;
    plan_.campaign = target_.campaign;
    plan_.servers = target_.servers.size();
    plan_.reason = target_.known ? target_.known->row.reason : "";
    for (const ServerRow& server : target_.servers) {
      if (reason_rank(reason_of(server)) > reason_rank(plan_.reason)) plan_.reason = reason_of(server);
    }
    if (target_.known)
      add_servers();
    else
      open();
  }

  void open() {
    const auto held = hold_back(settings_, plan_.organisation, plan_.campaign);
    if (settings_.hold_to > settings_.hold_from) plan_.held_until = now_ + held;
    plan_.statements.push_back(opening(target_, plan_, settings_, now_));
  }

  void add_servers() {
    plan_.held_until = target_.known->row.held_until;
    std::set<Place> known;
    for (const store::CaseServer& server : target_.known->servers)
      known.insert({server.address, server.port});
    for (const ServerRow& server : target_.servers) {
      if (!known.contains({server.address, server.port}))
        plan_.statements.push_back(server_added(plan_.number, server, now_));
    }
  }

  void decide() {
    const NoticeRow* last = last_notice(target_);
    const std::vector<ServerRow> news = not_told_yet(target_);
    if (last == nullptr) return tell(PlanStep::first, "", target_.servers, next_contact(""));
    if (is_pending(*last)) return leave(fmt::format("notice {} is {}", last->id, last->state));
    if (is_over(target_) && !has_another_server()) return leave("the case is " + target_.known->row.state);
    if (did_not_arrive(*last))
      return tell(PlanStep::bounced, fmt::format("{} to {} did not arrive: ", last->id, last->recipient),
                  target_.servers, next_contact(""));
    if (!news.empty()) return tell_news(*last, news);
    wait_or_go_on(*last);
  }

  // Or reached somebody who is not the victim.
  bool did_not_arrive(const NoticeRow& last) const {
    return is_one_of(last.state, {"bounced", "failed"}) || target_.known->row.state == "bounced";
  }

  bool has_another_server() const {
    return std::ranges::any_of(plan_.statements,
                               [](const store::Statement& said) { return said.kind == "server-added"; });
  }

  void tell_news(const NoticeRow& last, const std::vector<ServerRow>& news) {
    auto contact = same_again(target_, last, settings_.allow_hit_domain);
    if (!contact) contact = next_contact("");
    tell(PlanStep::news, fmt::format("{} of its servers are new or worse: ", news.size()), news, contact);
  }

  void wait_or_go_on(const NoticeRow& last) {
    const store::CaseRow& row = target_.known->row;
    if (row.reached) return leave("somebody was reached on " + to_minute_text(*row.reached));
    if (is_patched_and_harmless(target_)) return leave("patched without a word");
    const auto silence = silence_of(last.channel, settings_);
    const Timestamp since = last.sent.value_or(now_);
    if (now_ - since < silence)
      return leave(fmt::format("told by {} on {}; {} h are given to react", last.channel,
                               to_minute_text(since), silence.count()));
    const auto contact = next_contact(last.channel);
    if (!contact && row.state == "unreachable") return leave(no_contact_reason());
    plan_.statements.push_back(went_silent(plan_.number, last, silence, now_));
    tell(PlanStep::silent,
         fmt::format("no reaction to {} by {} in {} h: ", last.id, last.channel, silence.count()),
         target_.servers, contact);
  }

  std::optional<ChosenContact> next_contact(const std::string& not_by) const {
    return choose_contact(target_.addressee, used_contacts(target_), not_by, settings_.allow_hit_domain);
  }

  void leave(std::string why) {
    plan_.step = PlanStep::none;
    plan_.why = std::move(why);
  }

  void tell(PlanStep step, const std::string& because, const std::vector<ServerRow>& servers,
            const std::optional<ChosenContact>& contact) {
    plan_.step = contact ? step : PlanStep::no_contact;
    plan_.why = because + (contact ? contact->why : no_contact_reason());
    if (!contact) return;
    const int index = static_cast<int>(notices_of(target_).size()) + 1;
    const auto not_before = step == PlanStep::first ? plan_.held_until : std::nullopt;
    plan_.statements.push_back(
        notice_planned(target_, plan_, {index, *contact, servers, not_before}, settings_, now_));
    plan_.notice = notice_as_it_stands(plan_.statements.back().subject, {plan_.statements.back()});
  }

  std::string no_contact_reason() const {
    return target_.addressee.contacts.empty() ? "no contact is known" : "all contacts were tried";
  }

  const Target& target_;
  const PlanSettings& settings_;
  Timestamp now_;
  PlannedCase plan_;
};

}  // namespace

std::string_view name_of(PlanStep step) {
  switch (step) {
    case PlanStep::first:
      return "first notice";
    case PlanStep::news:
      return "news";
    case PlanStep::bounced:
      return "next contact";
    case PlanStep::silent:
      return "other channel";
    case PlanStep::none:
      return "nothing";
    case PlanStep::no_contact:
      return "no contact";
  }
  return "";
}

bool is_of_concern(const ServerRow& server) {
  if (server.compromise >= store::Compromise::exploited || server.door_present) return true;
  return server.present && is_one_of(server.exposure, {"unpatched", "unsupported"});
}

std::string reason_of(const ServerRow& server) {
  if (server.compromise == store::Compromise::reentered) return "reentered";
  if (server.compromise == store::Compromise::backdoored || server.door_present) return "backdoored";
  return server.compromise == store::Compromise::exploited ? "exploited" : "unpatched";
}

std::chrono::minutes hold_back(const PlanSettings& settings, const std::string& organisation,
                               const std::string& campaign) {
  const auto width = settings.hold_to - settings.hold_from;
  if (width.count() <= 0) return settings.hold_from;
  const std::string digest = sha256(fmt::format("{}\n{}\n{}", settings.seed, organisation, campaign));
  const std::uint64_t draw = std::stoull(digest.substr(0, 12), nullptr, 16);  // 48 bits: no bias worth naming
  return settings.hold_from + std::chrono::minutes(draw % static_cast<std::uint64_t>(width.count()));
}

PlannedCase plan_case(const Target& target, const std::string& number, const PlanSettings& settings,
                      Timestamp now) {
  return CasePlanner(target, settings, now).run(number);
}

}  // namespace afterpatch::notify
