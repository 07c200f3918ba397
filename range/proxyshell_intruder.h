// The intruder of ProxyShell (CVE-2021-34473, -34523, -31207): requests to autodiscover.json that end
// elsewhere, a token forged for remote PowerShell, a mailbox exported to a file. Only the traces are made.
// The order of steps follows published analyses and lab rows (docs/range.md names them).
#pragma once

#include <string>

#include "range/attack_run.h"

namespace afterpatch::range {

// The same request can be written in many ways that the front end takes for one: published tools and filters
// that missed one of them show these.
enum class Spelling {
  plain,       // /autodiscover/autodiscover.json?@x/page?&Email=autodiscover/autodiscover.json%3F@x
  encoded_at,  // with %40 for '@'
  cookie,      // the Email parameter is in a cookie, which no log shows
  in_path,     // /autodiscover/autodiscover.json%3F@x/page
  mixed_case,
};

// What tells one tool from another.
struct ProxyShellTool {
  std::string address_part;  // "@evil.example": stands before the page that is really wanted
  std::string agent;         // of the checks
  std::string shell_agent;   // of remote PowerShell
  std::string parameter;     // the script's request parameter
  Spelling spelling = Spelling::plain;
};
ProxyShellTool make_proxyshell_tool(Random& random);

class ProxyShellIntruder : public AttackRun {
 public:
  ProxyShellIntruder(Story& story, std::string client, ProxyShellTool tool, Random random)
      : AttackRun(story, std::move(client), random), tool_(std::move(tool)) {}

  // Asks whether the flaw is open, and no more. `refused`: the server is patched.
  void probe(Timestamp start, bool refused);
  // Exports a prepared message to a web folder, where its attachment is a script. Returns the door's index.
  int plant(Timestamp start);
  // Exports it once more to where it was.
  void plant_again(Timestamp start, int door);
  // Has the request for a certificate written to a web folder: the script is its subject.
  int plant_by_certificate(Timestamp start);
  // Exports whole mailboxes to the server's own disk.
  void export_mailboxes(Timestamp start, std::size_t count);

 private:
  Request detour(const std::string& method, const std::string& page, int status) const;
  Request made(Request request);
  void check();
  void learn_identity();
  void open_shell();
  void shell_call(const std::string& method, const std::string& agent);
  Timestamp cmdlet(const std::string& name, const std::string& parameters);
  void take_export_role();
  Timestamp export_to(int door);
  void remove_exports();

  ProxyShellTool tool_;
  std::string token_;         // X-Rps-CAT
  std::string claimed_user_;  // as whom the token says it calls; its SID is the administrator's
  std::string shell_session_;
};

}  // namespace afterpatch::range
