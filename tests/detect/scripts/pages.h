// Pages for tests, put together at run time so that no file of the checkout is a web shell: '~' stands for
// '%' in
// "<~" and "~>", "<?ph_p" for the opening tag of PHP, and "_~" is dropped ("ev_~al" is one word).
#pragma once

#include <string>
#include <string_view>

#include "detect/scripts/script_analysis.h"

namespace afterpatch::detect::scripts {

inline std::string page(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("<~")) {
      out += "<%";
      ++i;
    } else if (rest.starts_with("~>")) {
      out += "%>";
      ++i;
    } else if (rest.starts_with("<?ph_p")) {
      out += "<?php";
      i += 5;
    } else if (rest.starts_with("_~")) {
      ++i;  // "ev_~al" is one word
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// The strongest reason's rule, with "?" behind it where it is only possible; "" for silence.
inline std::string verdict(std::string_view text, std::string_view extension) {
  const ScriptAnalysis analysis = analyse_script(page(text), extension);
  if (analysis.reasons.empty()) return "";
  const Reason& reason = analysis.reasons.front();
  return reason.rule_id + (reason.confidence == Confidence::possible ? "?" : "");
}

}  // namespace afterpatch::detect::scripts
