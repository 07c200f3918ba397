// The project's own knowledge of Exchange, loaded once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exposure/host_plan.h"

namespace afterpatch::exposure {

const ProbeContext& exchange_context();

HttpAnswer answer_with(unsigned status, std::vector<std::pair<std::string, std::string>> headers,
                       std::string body = {});

// As an Exchange front end answers; `version` empty: builds from before the header came.
HttpAnswer exchange_answer(unsigned status, const std::string& version = {}, const std::string& body = {});
HttpAnswer logon_page(const std::string& update, const std::string& version = {});
HttpAnswer manifest(const std::string& build);

}  // namespace afterpatch::exposure
