// The command lines of `afterpatch scan import` and `afterpatch scan report`.
#pragma once

#include <functional>
#include <iosfwd>

namespace CLI {
class App;
}

namespace afterpatch::app {

// Adds both below `scan`; parsing one of them sets `job`.
void add_scan_store(CLI::App& scan, std::function<int(std::ostream&, std::ostream&)>& job);

}  // namespace afterpatch::app
