// The intruder of ProxyToken (CVE-2021-33766): with any text as SecurityToken the front end takes the back
// end to have checked who asks, and the back end takes the front end to have done so; so anybody makes a rule
// that forwards a mailbox. Only the traces are made (Zero Day Initiative, 30 August 2021).
#pragma once

#include <string>

#include "range/attack_run.h"

namespace afterpatch::range {

class ProxyTokenIntruder : public AttackRun {
 public:
  ProxyTokenIntruder(Story& story, std::string client, Random random)
      : AttackRun(story, std::move(client), random) {}

  // A rule in each of so many mailboxes.
  void forward_mail(Timestamp start, std::size_t mailboxes);

 private:
  void make_rule(const User& user);
  Request token_request(const std::string& method, const std::string& page, const std::string& query,
                        int status);
};

}  // namespace afterpatch::range
