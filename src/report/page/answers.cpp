// The six answers as cards. A card with evidence opens to it; one without says so.
#include "report/page/parts.h"
#include "report/page/sections.h"

namespace afterpatch::report {
namespace {

struct Further {
  Literal section;
  Literal words;
};

// Where the page tells more about a question (DESIGN 4.1 names them).
Further further(std::string_view question) {
  if (question == "exposed") return Further{"exposure", "Exposure over time"};
  if (question == "exploited") return Further{"runs", "Attack runs"};
  if (question == "left-behind" || question == "returned")
    return Further{"doors", "Back doors and their visitors"};
  if (question == "mail") return Further{"mailboxes", "Mailboxes"};
  return Further{"coverage", "Coverage of the logs"};
}

Html further_link(const PageContext& page, std::string_view question) {
  const auto [id, words] = further(question);
  return element("p", {{"class", "further"}},
                 {text("More: "), element("a", {{"href", page.link(id.view())}}, words.view())});
}

Html card_head(const assess::Answer& answer) {
  const bool carried = !answer.evidence.empty() || answer.confidence != detect::Confidence::possible;
  return element("h3",
                 {text(answer.title), text(" "), carried ? confidence_badge(answer.confidence) : Html()}) +
         element("p", {{"class", "answer-text"}}, answer.text);
}

Html card(const PageContext& page, const assess::Answer& answer) {
  const Html details = evidence_details(page, answer.evidence);
  const Html evidence = details.empty()
                            ? element("p", {{"class", "soft"}}, "This answer rests on no single detection.")
                            : details;
  return element("article", {{"class", "card"}},
                 {card_head(answer), evidence, further_link(page, answer.question)});
}

}  // namespace

Html answers_section(const PageContext& page) {
  Html cards;
  for (const assess::Answer& answer : page.server.answers) cards += card(page, answer);
  if (cards.empty()) cards = note("There was nothing to answer from: no evidence of a server was read.");
  return section(page, "answers", "The six answers", element("div", {{"class", "cards"}}, cards));
}

}  // namespace afterpatch::report
