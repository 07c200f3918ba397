// Every detection, grouped by the question that it helps to answer.
#include <array>

#include <fmt/format.h>

#include "report/page/parts.h"
#include "report/page/sections.h"

namespace afterpatch::report {
namespace {

struct Group {
  Question question;
  Literal id;
  Literal title;
};

constexpr std::array<Group, 6> kGroups = {{
    {Question::exploited, "found-exploited", "Was the flaw used?"},
    {Question::left_behind, "found-left", "Was something left behind?"},
    {Question::returned, "found-returned", "Did anyone come back?"},
    {Question::mail, "found-mail", "Was mail read?"},
    {Question::more_damage, "found-damage", "Credentials, staging and removed traces"},
    {Question::context, "found-context", "Context: worth showing, decides nothing"},
}};

Html group_body(const PageContext& page, const Group& group) {
  Html items;
  std::size_t hidden = 0;
  for (std::size_t i = 0; i < page.server.detections.size(); ++i) {
    if (question_of(page.server.detections[i].step) != group.question) continue;
    if (page.shown[i]) {
      items += detection_item(page, i);
    } else {
      ++hidden;
    }
  }
  if (items.empty()) return {};
  Html html = element("ol", {{"class", "evidence"}}, items);
  if (hidden > 0)
    html += note(fmt::format("{} more in report.json; those that carry a conclusion are shown first.",
                             number_text(hidden)));
  return html;
}

std::size_t size_of(const ServerReport& server, Question question) {
  std::size_t count = 0;
  for (const auto& detection : server.detections) count += question_of(detection.step) == question ? 1 : 0;
  return count;
}

Html group_html(const PageContext& page, const Group& group) {
  const std::size_t count = size_of(page.server, group.question);
  const Html heading = element("h3", {{"id", page.id(group.id.view())}},
                               fmt::format("{} ({})", group.title.view(), number_text(count)));
  if (count == 0) return heading + note("Nothing found.");
  const std::string words = "Show " + count_text(count, "detection", "detections");
  return heading + element("details", {element("summary", words), group_body(page, group)});
}

}  // namespace

Html findings_section(const PageContext& page) {
  Html groups;
  for (const Group& group : kGroups) groups += group_html(page, group);
  return section(
      page, "findings", "All findings",
      lead("Each with its raw line and exact place: source, file, line and byte in the unpacked file.") +
          groups);
}

}  // namespace afterpatch::report
