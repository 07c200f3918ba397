// The arguments of `afterpatch rules`.
#pragma once

#include <functional>
#include <iosfwd>

namespace CLI {
class App;
}

namespace afterpatch::app {

// Adds the command; `job` is set when it was asked for.
void add_rules(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job);

}  // namespace afterpatch::app
