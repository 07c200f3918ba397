// A second, plain reading of rules for differential tests: it walks the rule's tree and compares values the
// slow way, with none of Program's sharing and memory, and with a pattern matcher of its own.
#pragma once

#include <string>

#include "detect/sigma/map_event.h"
#include "detect/sigma/rule.h"

namespace afterpatch::detect::sigma {

bool reference_matches(const Rule& rule, const Fields& fields, const std::string& line = {});

}  // namespace afterpatch::detect::sigma
