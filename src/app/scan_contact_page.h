// `scan --contact-page`: who looks at the address from which a scan comes finds there what it is, why, and
// how to be left out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"

namespace afterpatch::app {

// The page. `contact` as in the User-Agent.
std::string contact_page(const std::string& contact);

// Serves the page to everybody at "address:port" until `stop` is set. Reads at most 8 KiB of a request and
// waits at most 5 s for it. Fails if it can't listen there. `bound` is called with the port once it listens.
Result<void> serve_contact_page(const std::string& address, const std::string& contact,
                                const std::atomic<bool>& stop,
                                const std::function<void(std::uint16_t)>& bound);

}  // namespace afterpatch::app
