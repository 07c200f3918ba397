// The top of the page: what a manager reads. Both axes stand side by side and are never mixed; coverage is
// always there.
#include <array>

#include <fmt/format.h>

#include "report/page/parts.h"
#include "report/page/sections.h"

namespace afterpatch::report {
namespace {

using assess::Compromise;

Tone tone_of(const Verdict& verdict) {
  if (verdict.compromise >= Compromise::backdoored) return Tone::bad;
  if (verdict.compromise == Compromise::exploited) return Tone::bad;
  if (!verdict.coverage_sufficient) return Tone::warn;
  return verdict.compromise == Compromise::probed ? Tone::info : Tone::good;
}

Html ladder_step(const Verdict& verdict, Compromise step) {
  const bool untold = verdict.compromise == Compromise::no_evidence && !verdict.coverage_sufficient;
  const bool here = step == verdict.compromise && !untold;
  std::string word(step == Compromise::no_evidence ? "no evidence" : to_string(step));
  if (!here) return element("li", word);
  return element(
      "li",
      {{"class", fmt::format("here {}", tone_class(tone_of(verdict)).view())}, {"aria-current", "step"}},
      word);
}

// All five steps, the one reached marked: shows how bad it is and how bad it could be.
Html ladder(const Verdict& verdict) {
  constexpr std::array kSteps = {Compromise::no_evidence, Compromise::probed, Compromise::exploited,
                                 Compromise::backdoored, Compromise::re_entered};
  Html steps;
  for (const Compromise step : kSteps) steps += ladder_step(verdict, step);
  return element(
      "ol", {{"class", "ladder"}, {"aria-label", "Steps of compromise, the one reached is marked"}}, steps);
}

Html axis(Literal name, std::string_view word, Tone tone, const Html& more) {
  return element(
      "div", {{"class", "axis"}},
      {element("h3", name.view()),
       element("p", {{"class", fmt::format("axis-word {}", tone_class(tone).view())}}, word), more});
}

Html attribute(std::string_view what, bool present, detect::Confidence confidence) {
  if (!present) return {};
  return element("li", {text(what), text(" "), confidence_badge(confidence)});
}

Html compromise_axis(const ServerReport& server) {
  const Verdict& verdict = server.verdict;
  Html more;
  if (verdict.compromise != Compromise::no_evidence) {
    more += element("p", {text("Confidence: "), confidence_badge(verdict.compromise_confidence)});
  }
  more += ladder(verdict);
  const Html attributes =
      attribute("Mail was accessed", verdict.mail_accessed, verdict.mail_confidence) +
      attribute("Credentials were exposed", verdict.credentials_exposed, verdict.credentials_confidence);
  if (!attributes.empty()) more += element("ul", {{"class", "plain"}}, attributes);
  if (const std::string doors = presence_words(server); !doors.empty()) more += element("p", doors);
  return axis("Compromise", compromise_label(verdict), tone_of(verdict), more);
}

Html exposure_axis(const PageContext& page) {
  const ServerReport& server = page.server;
  Html more = element("p", exposure_words(server));
  if (!server.exposure.empty() && !server.exposure.back().build_name.empty()) {
    more += element("p", {{"class", "soft"}}, server.exposure.back().build_name);
  }
  const Html attributes =
      attribute("Mitigated", server.verdict.mitigated, server.verdict.mitigation_confidence);
  if (!attributes.empty()) more += element("ul", {{"class", "plain"}}, attributes);
  if (server.verdict.exposure == assess::Exposure::patched) {
    more +=
        element("p", {{"class", "soft"}}, "A patch closes the hole. It removes nothing that came in before.");
  }
  return axis("Exposure", exposure_label(server.verdict.exposure), report::tone_of(server.verdict.exposure),
              more);
}

Html coverage_axis(const PageContext& page) {
  const bool enough = page.server.verdict.coverage_sufficient;
  const Html more =
      element("p", coverage_words(page.server)) +
      element("p", element("a", {{"href", page.link("coverage")}}, "Which days each log covers"));
  return axis("Coverage", enough ? "enough" : "not enough", enough ? Tone::good : Tone::warn, more);
}

Html interruption_warning(const HuntReport& hunt) {
  if (!hunt.interrupted) return {};
  return element("p", {{"class", "warning"}, {"role", "note"}},
                 {element("strong", "This is only part. "), text("The hunt was "),
                  text(interruption_words(*hunt.interrupted)), text(". Run it again to its end.")});
}

// What a gap means, where it could be misread as good news.
Html coverage_warning(const ServerReport& server) {
  if (server.verdict.coverage_sufficient || server.verdict.partial) return {};
  return element("p", {{"class", "warning"}, {"role", "note"}},
                 {element("strong", "The logs do not cover enough to rule anything out. "),
                  text("What is found here did happen; what is not found may still have happened.")});
}

Html do_now(const PageContext& page) {
  Html items;
  for (const assess::Action& action : page.server.actions) {
    if (action.now)
      items += element("li", element("a", {{"href", page.link("do-" + action.id)}}, action.title));
  }
  if (items.empty()) return {};
  return element("div", {{"class", "do-now"}}, {element("h3", "Do now"), element("ol", items)});
}

}  // namespace

Html verdict_section(const PageContext& page) {
  const std::string heading = page.id("verdict-title");
  const Html axes = element("div", {{"class", "axes"}},
                            {compromise_axis(page.server), exposure_axis(page), coverage_axis(page)});
  return element("section", {{"id", page.id("verdict")}, {"class", "verdict"}, {"aria-labelledby", heading}},
                 {element("p", {{"class", "server"}}, server_name(page.server)),
                  element("h2", {{"id", heading}, {"class", "headline"}}, headline(page.server.verdict)),
                  interruption_warning(page.hunt), coverage_warning(page.server), axes, do_now(page)});
}

}  // namespace afterpatch::report
