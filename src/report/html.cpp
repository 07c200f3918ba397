#include "report/html.h"

#include <array>

#include <fmt/format.h>

#include "base/hash.h"
#include "report/base64.h"
#include "report/page/context.h"
#include "report/page/markup.h"
#include "report/page/parts.h"
#include "report/page/sections.h"
#include "report/page/style.h"

namespace afterpatch::report {
namespace {

struct Entry {
  Literal id;
  Literal title;
  Html (*draw)(const PageContext&);
};

constexpr std::array<Entry, 14> kServerSections = {{{"verdict", "Verdict", verdict_section},
                                                    {"answers", "The six answers", answers_section},
                                                    {"waves", "Other waves", waves_section},
                                                    {"timeline", "Timeline", timeline_section},
                                                    {"exposure", "Exposure over time", exposure_section},
                                                    {"runs", "Attack runs", runs_section},
                                                    {"doors", "Back doors", doors_section},
                                                    {"mailboxes", "Mailboxes", mailboxes_section},
                                                    {"events", "On the server", server_events_section},
                                                    {"coverage", "Coverage", coverage_section},
                                                    {"guide", "What to do", guide_section},
                                                    {"findings", "All findings", findings_section},
                                                    {"pivots", "How the search went on", pivots_section},
                                                    {"notes", "Notes", notes_section}}};

constexpr std::array<Entry, 4> kHuntSections = {{{"rules", "Rules", rules_section},
                                                 {"problems", "What could not be read", problems_section},
                                                 {"sources", "Sources", sources_section},
                                                 {"reading", "How to read this", reading_section}}};

std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>((digit(hex[i]) << 4U) | digit(hex[i + 1])));
  }
  return bytes;
}

// A source expression of CSP level 2: the digest of the element's exact content.
std::string csp_hash(const Html& content) {
  return fmt::format("'sha256-{}'", to_base64(bytes_of_hex(sha256(content.markup()))));
}

std::string policy() {
  return fmt::format(
      "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
      csp_hash(style_sheet()), csp_hash(page_script()));
}

std::string page_title(const HuntReport& hunt) {
  const std::string server = hunt.servers.empty() ? "nothing read" : server_name(hunt.servers.front());
  return fmt::format("Afterpatch: {}: {}", server, campaign_name(hunt));
}

Html head(const HuntReport& hunt) {
  return element(
      "head",
      {void_element("meta", {{"charset", "utf-8"}}),
       void_element("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy()}}),
       void_element("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}}),
       void_element("meta", {{"name", "referrer"}, {"content", "no-referrer"}}),
       element("title", page_title(hunt)), element("style", style_sheet())});
}

Html masthead(const HuntReport& hunt) {
  const std::string window =
      is_set(hunt.window_start)
          ? fmt::format(", {} to {}", to_date_text(hunt.window_start), to_date_text(hunt.window_end))
          : "";
  return element("header", {{"class", "masthead"}},
                 {element("h1", "Afterpatch hunt report"), element("p", campaign_name(hunt) + window)});
}

template <typename Entries>
Html links(const PageContext& page, const Entries& entries) {
  Html items;
  for (const Entry& entry : entries) {
    items += element("li", element("a", {{"href", page.link(entry.id.view())}}, entry.title.view()));
  }
  return items;
}

Html contents(const std::vector<PageContext>& pages) {
  Html items;
  for (const PageContext& page : pages) {
    if (pages.size() > 1) items += element("li", element("strong", server_name(page.server)));
    items += links(page, kServerSections);
  }
  items += links(pages.front(), kHuntSections);
  return element("div", {{"class", "contents"}},
                 element("nav", {{"aria-label", "Contents"}}, element("ul", items)));
}

Html main_part(const std::vector<PageContext>& pages) {
  Html sections;
  for (const PageContext& page : pages) {
    for (const Entry& entry : kServerSections) sections += entry.draw(page);
  }
  for (const Entry& entry : kHuntSections) sections += entry.draw(pages.front());
  return element("main", {{"id", "main"}}, sections);
}

Html footer() {
  return element(
      "footer",
      element("p",
              "Made by Afterpatch from the sources named above, without changing them. Everything here is in "
              "report.json too, for programs."));
}

// A hunt that read nothing still gets a page, which says that nothing can be told.
std::vector<PageContext> contexts(const HuntReport& hunt) {
  static const ServerReport kNothingRead;
  std::vector<PageContext> pages;
  for (std::size_t i = 0; i < hunt.servers.size(); ++i)
    pages.push_back(make_context(hunt, hunt.servers[i], i));
  if (pages.empty()) pages.push_back(make_context(hunt, kNothingRead, 0));
  return pages;
}

}  // namespace

std::string html_page(const HuntReport& hunt) {
  const std::vector<PageContext> pages = contexts(hunt);
  const Html body = {
      element("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the verdict"),
      element("div", {{"class", "page"}},
              {masthead(hunt), element("div", {{"class", "columns"}}, {contents(pages), main_part(pages)}),
               footer()}),
      element("script", page_script())};
  const Html document = literal_markup("<!DOCTYPE html>\n") +
                        element("html", {{"lang", "en"}}, {head(hunt), element("body", body)});
  return document.markup() + "\n";
}

}  // namespace afterpatch::report
