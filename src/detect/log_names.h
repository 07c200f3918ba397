// Which log a file or a row belongs to, by the names that plans, coverage and reports use: "iis-w3c",
// "http-proxy", ...
#pragma once

#include <array>
#include <string_view>

#include "evidence/artefact.h"
#include "records/header.h"

namespace afterpatch::detect {

inline constexpr std::array<std::string_view, 13> kLogNames = {
    "iis-w3c",    "http-proxy",        "ecp-server",    "ecp-activity", "oab-generator",
    "ews",        "autodiscover",      "mapi-http",     "rpc-http",     "rps-http",
    "rps-cmdlet", "request-filtering", "exchange-other"};

// Empty when the artefact is no log that is read row by row, or mixes several.
std::string_view log_of(const evidence::Artefact& artefact);

// By the columns, for rows in text that mixes logs. Empty when the columns tell nothing.
std::string_view log_of(const records::Header& header);

}  // namespace afterpatch::detect
