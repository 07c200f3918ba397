// What a page of PHP is, beyond what judgement.h says of pages in any language.
#pragma once

#include <vector>

#include "detect/scripts/judgement.h"

namespace afterpatch::detect::scripts {

std::vector<Reason> judge_php(const Judged& judged);

}  // namespace afterpatch::detect::scripts
