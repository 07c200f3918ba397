// `afterpatch serve`: the console and the victims' pages.
#pragma once

#include <iosfwd>
#include <string>

#include "web/settings.h"

namespace afterpatch::app {

struct ServeCommand {
  web::Settings web;
  std::string notices;  // configuration of `afterpatch notify`: what the console needs to plan and send
  std::string listen = "127.0.0.1:8443";
  std::string add_account;  // do this instead of serving
  std::string role = "viewer";
  bool disable = false;  // with add_account: it may not sign in any more
};

// Serves until SIGINT or SIGTERM. Addresses and what happens go to `err`. Returns an exit status.
int run_serve(const ServeCommand& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app
