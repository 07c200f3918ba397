// The command line of `afterpatch notify`.
#pragma once

#include <functional>
#include <iosfwd>

namespace CLI {
class App;
}

namespace afterpatch::app {

// Adds the command to `program`; parsing it sets `job`.
void add_notify(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job);

}  // namespace afterpatch::app
