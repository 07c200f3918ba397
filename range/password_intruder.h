// Intruders who have a user's password: ProxyNotShell (CVE-2022-41040, -41082), OWASSRF (CVE-2022-41080,
// -41082), the view state of the control panel (CVE-2020-0688) and the settings of add-ins (CVE-2021-42321).
// The flaw itself runs programs, so no file is needed. Only the traces are made.
#pragma once

#include <string>

#include "range/attack_run.h"

namespace afterpatch::range {

class PasswordIntruder : public AttackRun {
 public:
  PasswordIntruder(Story& story, std::string client, const User& user, Random random)
      : AttackRun(story, std::move(client), random), user_(user) {}

  // Remote PowerShell by way of autodiscover.json. `door`: a script is left in a web folder, whose index is
  // returned; else -1.
  int autodiscover_detour(Timestamp start, bool door);
  // The same by way of Outlook on the web.
  int web_mail_detour(Timestamp start, bool door);
  // A page's state, sent in the address and signed with the key that all servers shared.
  void view_state(Timestamp start);
  // A user's settings of add-ins, written by EWS and then read.
  void add_in_settings(Timestamp start);

 private:
  enum class Way { autodiscover, web_mail };
  int open_remote_shell(Timestamp start, Way way, bool door);
  Request as_user(Request request) const;
  Request shell_request(Way way, const std::string& address);
  int write_door();

  const User& user_;
};

}  // namespace afterpatch::range
