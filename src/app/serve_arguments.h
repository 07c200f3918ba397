// The command line of `afterpatch serve`.
#pragma once

#include <functional>
#include <iosfwd>

namespace CLI {
class App;
}

namespace afterpatch::app {

// Adds the subcommand; when it is chosen, `job` does it.
void add_serve(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job);

}  // namespace afterpatch::app
