// How a scan introduces itself. A server's owner who sees a request must find at once who sends it and how to
// make it stop, so there is no default contact and no other name than this program's.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "exposure/target_set.h"

namespace afterpatch::app {

// "Afterpatch/0.1.0 (census of exposed mail servers; +https://csirt.example/scan)". Fails on a contact that
// is neither an https:// address nor a mail address, and on a missing one unless only this machine is
// scanned.
Result<std::string> user_agent(const std::string& contact, bool only_loopback);

}  // namespace afterpatch::app
