// What tells one attack tool from another in the logs (research: anchor prefix, script prefix and shell
// parameter are the best keys available; file names and addresses are not, since others re-use them).
#pragma once

#include <string>
#include <string_view>

namespace afterpatch::assess {

// What stands between "ServerInfo~" and the '@' before the back end's name: "a]" of
// "ServerInfo~a]@mail:444/ecp/...". Empty if the anchor has another shape.
std::string anchor_mark(std::string_view anchor);

// What stands before the script in a URL that was set to one: "http://f/" of "http://f/<script ...". Empty if
// none.
std::string script_mark(std::string_view row);

// The parameter a one-line shell listens to: klk123456 of Request["klk123456"], quotes single, double, or
// doubled by CSV. Only letters, digits, '_' and '-', at most 64 bytes; empty if none.
std::string shell_parameter(std::string_view text);

}  // namespace afterpatch::assess
