// Takes what was said of a case one statement after the other, in order of time, and keeps the row. Used by
// case_life.cpp alone.
#pragma once

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "notify/server_state.h"
#include "store/cases.h"
#include "store/ledger.h"

namespace afterpatch::notify {

class CaseFold {
 public:
  // `servers`: all that are or will be in the case, since hunts may speak of them before it is opened.
  CaseFold(std::string number, std::string campaign, ServerStates servers);

  void tell(const store::Statement& said);
  store::CaseRow row() const;

 private:
  using Tell = void (CaseFold::*)(const store::Statement&);
  using Words = std::map<std::string, Tell, std::less<>>;
  static const Words& notice_words();
  static const Words& case_words();

  void reach(std::string_view state, Timestamp time);      // moves on to a later stage, never back
  void fall_back(std::string_view state, Timestamp time);  // to an earlier one
  void stand_beside(std::string_view state, Timestamp time);
  void set_state(std::string_view state, Timestamp time);
  bool is_past_delivery() const;
  void worsen(const std::string& reason);

  void case_opened(const store::Statement& said);
  void server_added(const store::Statement& said);
  void case_closed(const store::Statement& said);
  void case_reopened(const store::Statement& said);
  void notice_planned(const store::Statement& said);
  void notice_approved(const store::Statement& said);
  void notice_sent(const store::Statement& said);
  void notice_delivered(const store::Statement& said);
  void notice_lost(const store::Statement& said);
  void went_silent(const store::Statement& said);
  void no_contact_left(const store::Statement& said);
  void answered(const store::Statement& said);
  void page_opened(const store::Statement& said);
  void wrong_contact(const store::Statement& said);
  void acknowledged(const store::Statement& said);
  void step_done(const store::Statement& said);
  void clean_said(const store::Statement& said);
  void patch_seen(const store::Statement& said);
  void rechecked(const store::Statement& said);

  void tell_of_server(const store::Statement& said);
  bool is_of_this_campaign() const;
  void hunted(const store::Statement& said, ServerState& server);
  void door_found(const store::Statement& said, ServerState& server);

  void open_again(Timestamp time);
  void see_whether_patched(Timestamp now);
  void see_whether_clean();
  std::optional<Timestamp> clean_since() const;  // all servers of the case are
  std::string_view furthest_known() const;

  store::CaseRow row_;
  std::string campaign_;
  ServerStates servers_;
  std::map<std::string, ServerState*> by_subject_;
  std::optional<Timestamp> victims_word_;  // "we looked, it is clean"
  std::set<std::string> on_their_way_;     // notices sent and not returned
  boost::json::object content_;            // of the statement at hand
  int stage_ = -1;
  bool opened_ = false;
};

// The servers that a `case-opened` or `server-added` names.
std::vector<std::pair<std::string, std::uint16_t>> servers_named(const boost::json::object& content);

}  // namespace afterpatch::notify
