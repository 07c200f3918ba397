// The command line of `afterpatch constituency`.
#pragma once

#include <functional>
#include <iosfwd>

namespace CLI {
class App;
}

namespace afterpatch::app {

// Adds the command to `program`; parsing it sets `job`.
void add_constituency(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job);

}  // namespace afterpatch::app
