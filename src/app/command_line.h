// The whole command line: options, help, completion. main() only calls run().
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace afterpatch::app {

// `arguments` without the program's name. Returns the exit status.
int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app
