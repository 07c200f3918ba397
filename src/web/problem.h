// Errors of the API as problem details (RFC 9457), and small answers.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "web/http_message.h"

namespace afterpatch::web {

// {"type":"about:blank","title":...,"status":...,"detail":...}. `detail` is for a person.
// `type`: what a program may compare, "/problems/csrf".
Response problem(unsigned status, std::string_view detail, std::string_view type = "about:blank");

// 500, for what only an operator can mend. The error's own text is kept from the client: it may name files.
// It goes to the log under `reference`, which the client is told.
Response internal_problem(const std::string& reference);

std::string_view reason_phrase(unsigned status);

Response json_response(std::string body, unsigned status = 200);
Response no_content();

}  // namespace afterpatch::web
