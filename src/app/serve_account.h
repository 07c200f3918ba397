// `afterpatch serve --add-account NAME`
#pragma once

#include <iosfwd>

#include "app/serve_command.h"

namespace afterpatch::app {

// Asks for the password, twice on a terminal; otherwise it is the first line of standard input. An account
// that is there gets the new password and role, and its sessions end. Returns an exit status.
int run_add_account(const ServeCommand& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app
