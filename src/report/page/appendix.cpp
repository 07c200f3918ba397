// How the answer was found and what it rests on: pivots, rules, problems, notes, sources, and what the words
// mean.
#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "report/page/parts.h"
#include "report/page/sections.h"

namespace afterpatch::report {
namespace {

constexpr std::size_t kMostRows = 300;

Html more_rows(std::size_t all) {
  return all > kMostRows ? note(fmt::format("{} more in report.json.", number_text(all - kMostRows)))
                         : Html();
}

Html refused_rules(const PageContext& page) {
  const auto& refused = page.hunt.rules.refused;
  if (refused.empty()) return note("Every rule that was given can run.");
  Table table("Rules that can't run here, and why", {"Rule", "File", "Line", "Why"});
  for (const auto& rule : refused | std::views::take(kMostRows)) {
    table.row({text(rule.rule), code(rule.file), text(number_text(rule.line)), text(rule.reason)});
  }
  return table.html() + more_rows(refused.size());
}

Html rule_counts(const PageContext& page) {
  const auto& counts = page.hunt.rule_counts;
  Table table("How often each rule matched", {"Rule", "Title", "Matches", "Kept"});
  for (const auto& count : counts | std::views::take(kMostRows)) {
    table.row({code(count.rule_id), text(count.title), text(number_text(count.matches)),
               text(number_text(count.kept))});
  }
  if (table.empty()) return {};
  return element("details", {element("summary", fmt::format("Matches of each rule ({})", counts.size())),
                             table.html() + more_rows(counts.size())});
}

Html files_by_kind(const HuntReport& hunt) {
  Table table("Files by kind", {"Kind", "Files"});
  for (const auto& [kind, count] : hunt.files_by_kind) table.row({text(kind), text(number_text(count))});
  return table.empty() ? Html() : table.html();
}

Html meaning(std::string_view term, std::string_view words) {
  return element("div", {element("dt", term), element("dd", words)});
}

Html confidence_words() {
  return element(
      "dl", {{"class", "words"}},
      {meaning("confirmed",
               "The evidence by itself proves it. There is no innocent explanation that we know of."),
       meaning("likely", "The evidence fits it and little else. Treat it as true until shown otherwise."),
       meaning("possible",
               "The evidence allows it. It needs a look by a person before anything rests on it.")});
}

Html compromise_words() {
  return element(
      "dl", {{"class", "words"}},
      {meaning("no evidence", "Nothing was found, and the logs cover enough that it would have been seen."),
       meaning("can't tell", "Nothing was found, but the logs don't cover enough for that to mean anything."),
       meaning("probed", "Somebody looked for the flaw. That alone gives no access."),
       meaning("exploited", "The flaw was used and a forged request reached the inside."),
       meaning("backdoored", "A back door was written, whether or not it is still there."),
       meaning("re-entered", "Someone used the back door after it was planted."),
       meaning("at least ...", "The logs have gaps, so it may be worse than what was found.")});
}

Html exposure_words_list() {
  return element(
      "dl", {{"class", "words"}},
      {meaning("patched", "The build holds the fixes. This says nothing about what came in before."),
       meaning("unpatched", "A flaw of the campaign is open in this build."),
       meaning("unsupported", "No fix was made for this build."),
       meaning("build ambiguous", "Only the cumulative update is seen, not the security update."),
       meaning("not affected", "The build never had the flaws."), meaning("unknown", "No build was seen.")});
}

}  // namespace

Html pivots_section(const PageContext& page) {
  Table table("Searches that followed from what was found",
              {"Round", "Kind", "Looked for", "Because", "Matches"});
  for (const auto& pivot : page.server.pivots | std::views::take(kMostRows)) {
    table.row({text(number_text(pivot.round)), text(pivot.kind), code(pivot.value), text(pivot.because),
               text(number_text(pivot.matches))});
  }
  const Html body = table.empty() ? note("Nothing was found from which to search on.")
                                  : table.html() + more_rows(page.server.pivots.size());
  return section(page, "pivots", "How the search went on",
                 lead("A found path, address or file becomes a new search over all evidence, until nothing "
                      "new is found.") +
                     body);
}

Html notes_section(const PageContext& page) {
  Html items;
  for (const std::string& words : page.server.notes | std::views::take(kMostRows))
    items += element("li", words);
  const Html body = items.empty() ? note("Nothing odd was noticed.") : element("ul", items);
  return section(page, "notes", "Notes on this evidence", body);
}

Html rules_section(const PageContext& page) {
  const detect::RuleReport& rules = page.hunt.rules;
  const std::string words = fmt::format("{} loaded; of these {} had no log to ask here; {} can't run.",
                                        count_text(rules.loaded, "rule", "rules"), number_text(rules.idle),
                                        number_text(rules.refused.size()));
  return section(page, "rules", "Rules", element("p", words) + refused_rules(page) + rule_counts(page));
}

Html problems_section(const PageContext& page) {
  const auto& problems = page.hunt.problems;
  Table table("What could not be read, or was odd", {"File or folder", "What", "How often"});
  for (const auto& problem : problems | std::views::take(kMostRows)) {
    table.row({problem.artefact.empty() ? text("the source itself") : code(problem.artefact),
               text(problem.what), text(number_text(problem.count))});
  }
  const Html body = table.empty() ? note("Everything that was found could be read.")
                                  : table.html() + more_rows(problems.size());
  return section(page, "problems", "What could not be read", body);
}

Html sources_section(const PageContext& page) {
  Html items;
  for (const std::string& source : page.hunt.sources) items += element("li", code(source));
  const std::string words = fmt::format("{}, {} read from:", count_text(page.hunt.files, "file", "files"),
                                        bytes_text(page.hunt.bytes));
  const Html list = items.empty() ? note("No source was read.") : element("p", words) + element("ul", items);
  return section(page, "sources", "Sources", list + files_by_kind(page.hunt));
}

Html reading_section(const PageContext& page) {
  return section(page, "reading", "How to read this report",
                 {element("h3", "Confidence"), confidence_words(), element("h3", "Compromise"),
                  compromise_words(), element("h3", "Exposure"), exposure_words_list(),
                  element("p",
                          "Exposure and compromise are separate: a patched server can be compromised, and an "
                          "unpatched one untouched. "
                          "All times are UTC unless a remark says otherwise.")});
}

}  // namespace afterpatch::report
