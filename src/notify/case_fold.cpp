#include "notify/case_fold.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "notify/fields.h"

namespace afterpatch::notify {
namespace {

using boost::json::object;
using store::Statement;

// In the order in which a case goes through them.
constexpr std::array<std::string_view, 14> kStages = {
    "found",        "attributed", "planned",  "approved", "sent",  "delivered", "reached",
    "acknowledged", "patched",    "cleaning", "hunted",   "clean", "rechecked", "closed"};

constexpr int stage(std::string_view word) {
  return static_cast<int>(std::ranges::find(kStages, word) - kStages.begin());
}

std::string reason_of(const std::string& compromise) {
  if (compromise == "re-entered") return "reentered";
  return compromise == "exploited" || compromise == "backdoored" ? compromise : std::string();
}

void earlier(std::optional<Timestamp>& moment, Timestamp time) {
  if (!moment || time < *moment) moment = time;
}

void note_server(std::vector<std::pair<std::string, std::uint16_t>>& named, const object& content) {
  const std::string address = text_of(content, "address");
  const std::int64_t port = number_of(content, "port");
  if (!address.empty() && port > 0 && port < 65536)
    named.emplace_back(address, static_cast<std::uint16_t>(port));
}

}  // namespace

std::vector<std::pair<std::string, std::uint16_t>> servers_named(const object& content) {
  std::vector<std::pair<std::string, std::uint16_t>> named;
  note_server(named, content);
  const boost::json::value* list = content.if_contains("servers");
  if (list == nullptr || !list->is_array()) return named;
  for (const boost::json::value& one : list->get_array()) {
    if (one.is_object()) note_server(named, one.get_object());
  }
  return named;
}

CaseFold::CaseFold(std::string number, std::string campaign, ServerStates servers)
    : campaign_(std::move(campaign)), servers_(std::move(servers)) {
  row_.number = std::move(number);
  for (auto& [place, server] : servers_)
    by_subject_[store::server_subject(place.first, place.second)] = &server;
}

const CaseFold::Words& CaseFold::notice_words() {
  static const Words kWords = {
      {"notice-planned", &CaseFold::notice_planned}, {"notice-approved", &CaseFold::notice_approved},
      {"notice-sent", &CaseFold::notice_sent},       {"notice-delivered", &CaseFold::notice_delivered},
      {"notice-bounced", &CaseFold::notice_lost},    {"notice-failed", &CaseFold::notice_lost}};
  return kWords;
}

const CaseFold::Words& CaseFold::case_words() {
  static const Words kWords = {{"case-opened", &CaseFold::case_opened},
                               {"server-added", &CaseFold::server_added},
                               {"answered", &CaseFold::answered},
                               {"page-opened", &CaseFold::page_opened},
                               {"wrong-contact", &CaseFold::wrong_contact},
                               {"acknowledged", &CaseFold::acknowledged},
                               {"patched", &CaseFold::acknowledged},
                               {"mitigated", &CaseFold::acknowledged},
                               {"need-help", &CaseFold::acknowledged},
                               {"step-done", &CaseFold::step_done},
                               {"step-undone", &CaseFold::acknowledged},
                               {"uploaded", &CaseFold::step_done},
                               {"clean-said", &CaseFold::clean_said},
                               {"patch-seen", &CaseFold::patch_seen},
                               {"rechecked", &CaseFold::rechecked},
                               {"case-closed", &CaseFold::case_closed},
                               {"case-reopened", &CaseFold::case_reopened},
                               {"went-silent", &CaseFold::went_silent},
                               {"no-contact-left", &CaseFold::no_contact_left}};
  return kWords;
}

void CaseFold::tell(const Statement& said) {
  content_ = read_object(said.content);
  if (said.subject_kind == "server") return tell_of_server(said);
  // A server may have been patched before its case was opened.
  if (!opened_ && said.kind != "case-opened" && said.kind != "patch-seen") return;
  const Words& words = said.subject_kind == "notice" ? notice_words() : case_words();
  const auto found = words.find(said.kind);
  if (found != words.end()) (this->*found->second)(said);
}

store::CaseRow CaseFold::row() const {
  if (opened_) return row_;
  store::CaseRow nothing;
  nothing.number = row_.number;
  return nothing;
}

void CaseFold::reach(std::string_view state, Timestamp time) {
  if (!opened_ || stage(state) <= stage_) return;
  stage_ = stage(state);
  set_state(state, time);
}

void CaseFold::fall_back(std::string_view state, Timestamp time) {
  stage_ = stage(state);
  set_state(state, time);
}

// Whatever is done next leads away from such a word.
void CaseFold::stand_beside(std::string_view state, Timestamp time) {
  stage_ = stage("attributed");
  set_state(state, time);
}

void CaseFold::set_state(std::string_view state, Timestamp time) {
  if (row_.state == state) return;
  row_.state = state;
  row_.state_since = time;
}

bool CaseFold::is_past_delivery() const {
  return stage_ >= stage("reached");
}

void CaseFold::worsen(const std::string& reason) {
  if (reason_rank(reason) > reason_rank(row_.reason)) row_.reason = reason;
}

void CaseFold::case_opened(const Statement& said) {
  if (opened_) return;
  opened_ = true;
  row_.organisation = text_of(content_, "organisation");
  row_.campaign = text_of(content_, "campaign");
  worsen(text_of(content_, "reason"));
  row_.opened = said.time;
  row_.held_until = time_of(content_, "held_until");
  reach(row_.organisation.empty() ? "found" : "attributed", said.time);
  server_added(said);
}

void CaseFold::server_added(const Statement& said) {
  for (const auto& place : servers_named(content_)) servers_.at(place).in_case = true;
  row_.patched.reset();
  see_whether_patched(said.time);
  see_whether_clean();
  if (stage_ >= stage("clean") && !clean_since()) open_again(said.time);
  if (stage_ == stage("patched") && !row_.patched) fall_back(furthest_known(), said.time);
}

std::string_view CaseFold::furthest_known() const {
  if (row_.acknowledged) return "acknowledged";
  if (row_.reached) return "reached";
  return row_.notified ? "sent" : "attributed";
}

void CaseFold::case_closed(const Statement& said) {
  reach("closed", said.time);
}
void CaseFold::case_reopened(const Statement& said) {
  open_again(said.time);
}

void CaseFold::open_again(Timestamp time) {
  row_.clean.reset();
  row_.recheck_due.reset();
  victims_word_.reset();
  for (auto& [place, server] : servers_) server.looked.reset();
  stand_beside("reopened", time);
}

void CaseFold::notice_planned(const Statement& said) {
  reach("planned", said.time);
}
void CaseFold::notice_approved(const Statement& said) {
  reach("approved", said.time);
}
void CaseFold::notice_delivered(const Statement& said) {
  reach("delivered", said.time);
}

void CaseFold::notice_sent(const Statement& said) {
  on_their_way_.insert(said.subject);
  earlier(row_.notified, said.time);
  reach("sent", said.time);
}

void CaseFold::notice_lost(const Statement& said) {
  on_their_way_.erase(said.subject);
  if (!is_past_delivery() && on_their_way_.empty()) stand_beside("bounced", said.time);
}

void CaseFold::went_silent(const Statement& said) {
  if (!is_past_delivery()) stand_beside("silent", said.time);
}

void CaseFold::no_contact_left(const Statement& said) {
  if (!is_past_delivery()) stand_beside("unreachable", said.time);
}

// Machines answer too: what a person wrote alone shows that somebody was reached.
void CaseFold::answered(const Statement& said) {
  if (text_of(content_, "kind") == "person")
    page_opened(said);
  else
    reach("delivered", said.time);
}

void CaseFold::page_opened(const Statement& said) {
  earlier(row_.reached, said.time);
  reach("reached", said.time);
}

// Somebody was reached, but not the victim.
void CaseFold::wrong_contact(const Statement& said) {
  if (row_.acknowledged) return;
  row_.reached.reset();
  on_their_way_.clear();
  if (stage_ <= stage("reached")) stand_beside("bounced", said.time);
}

void CaseFold::acknowledged(const Statement& said) {
  page_opened(said);
  earlier(row_.acknowledged, said.time);
  reach("acknowledged", said.time);
}

void CaseFold::step_done(const Statement& said) {
  acknowledged(said);
  reach("cleaning", said.time);
}

void CaseFold::clean_said(const Statement& said) {
  acknowledged(said);
  victims_word_ = said.time;
  const bool door = std::ranges::any_of(servers_, [](const auto& one) { return one.second.door; });
  if (door) return reach("cleaning", said.time);  // a hunt found one, and none has missed it since
  earlier(row_.hunted, said.time);
  reach("hunted", said.time);
  see_whether_clean();
}

void CaseFold::patch_seen(const Statement& said) {
  for (const auto& place : servers_named(content_)) {
    const auto server = servers_.find(place);
    if (server != servers_.end()) earlier(server->second.patched, said.time);
  }
  see_whether_patched(said.time);
  see_whether_clean();
}

void CaseFold::see_whether_patched(Timestamp now) {
  std::optional<Timestamp> last;
  for (const auto& [place, server] : servers_) {
    if (!server.in_case) continue;
    if (!server.patched) return;
    last = std::max(last.value_or(*server.patched), *server.patched);
  }
  if (!opened_ || !last) return;
  row_.patched = last;
  reach("patched", now);
}

std::optional<Timestamp> CaseFold::clean_since() const {
  std::optional<Timestamp> last;
  for (const auto& [place, server] : servers_) {
    if (!server.in_case) continue;
    const auto since = server.clean_since(victims_word_);
    if (!since) return std::nullopt;
    last = std::max(last.value_or(*since), *since);
  }
  return last;
}

void CaseFold::see_whether_clean() {
  const auto since = clean_since();
  if (!opened_ || !since || stage_ >= stage("clean")) return;
  row_.clean = since;
  row_.recheck_due = *since + kRecheckAfter;
  reach("clean", *since);
}

void CaseFold::rechecked(const Statement& said) {
  if (text_of(content_, "result") != "clean") return open_again(said.time);
  for (auto& [place, server] : servers_) {
    server.looked = said.time;
    server.door = false;
  }
  see_whether_clean();
  if (stage_ == stage("clean")) reach("rechecked", said.time);
}

void CaseFold::tell_of_server(const Statement& said) {
  const auto server = by_subject_.find(said.subject);
  if (server == by_subject_.end() || !is_of_this_campaign()) return;
  if (said.kind == "hunted") hunted(said, *server->second);
  if (said.kind == "door-seen" && flag_of(content_, "door_present")) door_found(said, *server->second);
}

bool CaseFold::is_of_this_campaign() const {
  const std::string campaign = text_of(content_, "campaign");
  return campaign.empty() || campaign_.empty() || campaign == campaign_;
}

void CaseFold::hunted(const Statement& said, ServerState& server) {
  worsen(reason_of(text_of(content_, "compromise")));
  if (const auto patched = time_of(content_, "patched")) earlier(server.patched, *patched);
  if (opened_) earlier(row_.hunted, said.time);
  if (flag_of(content_, "door_present")) return door_found(said, server);
  server.looked = said.time;
  server.door = false;
  see_whether_patched(said.time);
  reach("hunted", said.time);
  see_whether_clean();
}

void CaseFold::door_found(const Statement& said, ServerState& server) {
  server.door = true;
  server.door_ever = true;
  server.looked.reset();
  worsen("backdoored");
  if (!opened_) return;
  if (stage_ >= stage("clean")) return open_again(said.time);
  // There is something to remove, whatever was thought before.
  if (stage_ == stage("hunted"))
    fall_back("cleaning", said.time);
  else if (said.kind == "hunted")
    reach("cleaning", said.time);
}

}  // namespace afterpatch::notify
