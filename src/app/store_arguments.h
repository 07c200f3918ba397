// The command line of `afterpatch store`.
#pragma once

#include <functional>
#include <iosfwd>

namespace CLI {
class App;
}

namespace afterpatch::app {

void add_store(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job);

}  // namespace afterpatch::app
