// `afterpatch baseline make DIR`
#pragma once

#include <functional>
#include <iosfwd>

namespace CLI {
class App;
}

namespace afterpatch::app {

// Adds the command with its subcommands; parsing one of them sets `job`.
void add_baseline(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job);

}  // namespace afterpatch::app
