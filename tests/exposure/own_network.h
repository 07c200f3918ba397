// Runs a part of a test in a network of its own, where it may have any address: no packet can leave it, and
// nothing stays of it. An administrator may always do so, others where the system lets users have namespaces.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace afterpatch::exposure {

enum class OwnNetwork { passed, failed, not_allowed };

// `work` runs in a child process whose loopback interface has `addresses` (IPv6) beside 127.0.0.0/8 and ::1;
// failed when it left a failed expectation.
OwnNetwork in_own_network(const std::vector<std::string>& addresses, const std::function<void()>& work);

}  // namespace afterpatch::exposure
