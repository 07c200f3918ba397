// What to do, as a check list. It works without a script; with one, it remembers what is done and offers to
// copy commands.
#include <fmt/format.h>

#include "report/page/parts.h"
#include "report/page/sections.h"

namespace afterpatch::report {
namespace {

Html commands(const assess::Action& action) {
  Html html;
  for (const std::string& command : action.commands) {
    html += element("pre", {{"class", "command"}}, element("code", lines_of(command)));
  }
  return html;
}

Html points(const assess::Action& action) {
  Html items;
  for (const std::string& point : action.points) items += element("li", point);
  return action.points.empty() ? Html() : element("ul", items);
}

Html who(const assess::Action& action) {
  return action.who.empty() ? Html() : element("p", element("strong", "Who may do it: ") + text(action.who));
}

Html step_check(const assess::Action& action) {
  if (action.check.empty()) return {};
  return element("div", {{"class", "check"}},
                 element("p", element("strong", "How to see that it worked")) + prose(action.check));
}

Html step(const PageContext& page, const assess::Action& action) {
  const std::string box = page.id("done-" + action.id);
  const Html label = element("label", {{"for", box}}, action.title);
  const Html now = action.now ? text(" ") + badge("do now", Tone::bad) : Html();
  return element("li", {{"id", page.id("do-" + action.id)}, {"class", "step"}},
                 {void_element("input", {{"type", "checkbox"}, {"id", box}}),
                  element("div", {element("h3", label + now), prose(action.text), points(action), who(action),
                                  commands(action), step_check(action)})});
}

}  // namespace

Html guide_section(const PageContext& page) {
  Html steps;
  for (const bool now : {true, false}) {
    for (const assess::Action& action : page.server.actions) {
      if (action.now == now) steps += step(page, action);
    }
  }
  const Html body = steps.empty() ? note("The campaign's guide has no step for this verdict.")
                                  : element("ol", {{"class", "guide"}}, steps);
  return section(page, "guide", "What to do",
                 lead("In this order. Save evidence before removing anything; paths are those of this server "
                      "as far as they are known.") +
                     body);
}

}  // namespace afterpatch::report
