// What every section of the page needs to know: whose report it is and which detections the page shows in
// full.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assess/server_report.h"
#include "report/page/markup.h"
#include "report/words.h"

namespace afterpatch::report {

// Findings are grouped by the question that they help to answer.
enum class Question { exploited, left_behind, returned, mail, more_damage, context };
Question question_of(detect::Step step);

// References only: the hunt must outlive it.
struct PageContext {
  const HuntReport& hunt;
  const ServerReport& server;
  std::string prefix;       // of every id, so that several servers fit on one page: "s1-"
  std::vector<bool> shown;  // by detection: whether the findings section shows it

  std::string id(std::string_view name) const { return prefix + std::string(name); }
  std::string link(std::string_view name) const { return "#" + id(name); }
};

// Chooses what is shown: of each question at most kShownPerGroup detections, those first that carry a
// conclusion.
PageContext make_context(const HuntReport& hunt, const ServerReport& server, std::size_t index);

}  // namespace afterpatch::report
