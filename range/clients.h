// The clients of an Exchange server and what their requests look like in its logs. Times are left to the
// caller, who sets `end`; everything else is filled.
#pragma once

#include <vector>

#include "range/events.h"
#include "range/random.h"
#include "range/server.h"

namespace afterpatch::range {

class Clients {
 public:
  Clients(const Server& server, Random random) : server_(server), random_(random) {}

  Request active_sync(const User& user);
  Request outlook(const User& user);                // MAPI over HTTP
  Request web_services(const User& user);           // EWS
  std::vector<Request> web_mail(const User& user);  // OWA: logon page, logon, mail
  Request address_book(const User& user);
  Request discover(const User& user);
  Request old_outlook(const User& user);    // RPC over HTTP
  Request settings(const User& user);       // a user's own options in ECP
  Request discover_json(const User& user);  // newer clients ask without signing in where their mailbox is
  Request remote_shell();                   // of a health mailbox
  Request administrator_shell();            // of the administrator at his desk
  Request probe(std::uint64_t which);       // health mailboxes and AMProbe, from the server itself
  std::vector<Request> crawler();           // search engines: robots.txt and the start page
  std::vector<Request> scanner(
      const std::string& client);  // an ordered vulnerability scan from inside, harmless
  // One call of the administrator in the Exchange admin centre.
  Request admin_call(const User& user, const std::string& schema, const std::string& method_name);

 private:
  Request base(App app, std::string method, std::string stem, std::string client);
  void proxy(Request& request, const User& user, const std::string& anchor);

  const Server& server_;
  Random random_;
};

}  // namespace afterpatch::range
