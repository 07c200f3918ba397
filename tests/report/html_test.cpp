#include "report/html.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/hash.h"
#include "report/base64.h"
#include "report/hostile_text.h"
#include "report/html_reader.h"
#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Sample {
  const char* name;
  assess::HuntReport (*make)();
};

class HtmlPage : public testing::TestWithParam<Sample> {
 protected:
  HtmlPage() : page_(html_page(GetParam().make())), reading_(read_page(page_)) {}

  std::string page_;
  PageReading reading_;
};

TEST_P(HtmlPage, IsSoundMarkup) {
  EXPECT_EQ(reading_.error, "");
}

TEST_P(HtmlPage, IsTheSameInTwoRuns) {
  EXPECT_EQ(page_, html_page(GetParam().make()));
}

TEST_P(HtmlPage, HoldsNothingThatReordersOrHidesText) {
  EXPECT_EQ(first_danger(page_), std::nullopt);
}

TEST_P(HtmlPage, UsesOnlyItsOwnElementsAndAttributes) {
  const std::set<std::string> tags = {
      "html",  "head",    "meta",   "title", "style",   "body",    "a",       "div",     "header",
      "h1",    "h2",      "h3",     "h4",    "p",       "nav",     "ul",      "ol",      "li",
      "main",  "section", "strong", "span",  "article", "details", "summary", "figure",  "figcaption",
      "svg",   "desc",    "g",      "rect",  "line",    "text",    "table",   "caption", "thead",
      "tbody", "tr",      "th",     "td",    "time",    "code",    "pre",     "dl",      "dt",
      "dd",    "input",   "label",  "br",    "footer",  "script"};
  const std::set<std::string> attributes = {
      "lang",         "charset",     "http-equiv", "content",    "name",
      "class",        "href",        "id",         "aria-label", "aria-labelledby",
      "aria-current", "aria-hidden", "data-label", "role",       "tabindex",
      "scope",        "colspan",     "datetime",   "type",       "for",
      "viewBox",      "x",           "y",          "x1",         "x2",
      "y1",           "y2",          "width",      "height",     "rx"};
  for (const PageElement& element : reading_.elements) {
    EXPECT_TRUE(tags.contains(element.tag)) << element.tag;
    for (const auto& [name, value] : element.attributes)
      EXPECT_TRUE(attributes.contains(name)) << element.tag << " " << name;
  }
}

TEST_P(HtmlPage, HasOneScriptAndOneStyle) {
  EXPECT_EQ(std::ranges::count(reading_.elements, "script", &PageElement::tag), 1);
  EXPECT_EQ(std::ranges::count(reading_.elements, "style", &PageElement::tag), 1);
}

TEST_P(HtmlPage, AllowsOnlyItsOwnStyleAndScriptByHash) {
  std::string policy;
  for (const PageElement& element : reading_.elements) {
    if (element.attributes.contains("http-equiv")) policy = element.attributes.at("content");
  }
  EXPECT_THAT(policy, testing::StartsWith("default-src &#39;none&#39;"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  for (const PageElement& element : reading_.elements) {
    if (element.tag != "script" && element.tag != "style") continue;
    std::string digest;
    const std::string hex = sha256(element.text);
    for (std::size_t i = 0; i < hex.size(); i += 2)
      digest.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    EXPECT_THAT(policy, HasSubstr(fmt::format("{}-src &#39;sha256-{}&#39;", element.tag, to_base64(digest))));
  }
}

TEST_P(HtmlPage, LinksOnlyIntoItself) {
  std::set<std::string> ids;
  for (const PageElement& element : reading_.elements) {
    if (const auto id = element.attributes.find("id"); id != element.attributes.end()) {
      EXPECT_TRUE(ids.insert(id->second).second) << "id given twice: " << id->second;
    }
  }
  for (const PageElement& element : reading_.elements) {
    for (const char* name : {"href", "for", "aria-labelledby"}) {
      const auto found = element.attributes.find(name);
      if (found == element.attributes.end()) continue;
      std::string target = found->second.substr(found->second.starts_with('#') ? 1 : 0);
      if (std::string(name) == "href") {
        EXPECT_TRUE(found->second.starts_with('#')) << found->second;
      }
      EXPECT_TRUE(ids.contains(target.substr(0, target.find(' ')))) << name << " " << target;
    }
  }
}

TEST_P(HtmlPage, HasHeadingsInOrderAndALandmark) {
  int level = 0;
  for (const PageElement& element : reading_.elements) {
    if (element.tag.size() != 2 || element.tag[0] != 'h' || element.tag[1] < '1' || element.tag[1] > '6')
      continue;
    const int next = element.tag[1] - '0';
    EXPECT_LE(next, level + 1) << "heading skips a level: " << element.text;
    level = next;
  }
  EXPECT_EQ(std::ranges::count(reading_.elements, "h1", &PageElement::tag), 1);
  EXPECT_EQ(std::ranges::count(reading_.elements, "main", &PageElement::tag), 1);
  EXPECT_EQ(reading_.elements[0].attributes.at("lang"), "en");
}

TEST_P(HtmlPage, GivesTableHeadersAScopeAndDrawingsATitle) {
  std::size_t drawings = 0;
  std::size_t titles = 0;
  for (const PageElement& element : reading_.elements) {
    if (element.tag == "th") {
      EXPECT_TRUE(element.attributes.contains("scope"));
    }
    drawings += element.tag == "svg" ? 1 : 0;
    const bool in_svg = !element.ancestors.empty() && element.ancestors.back() == "svg";
    titles += in_svg && element.tag == "title" ? 1 : 0;
  }
  EXPECT_EQ(drawings, titles);
}

TEST_P(HtmlPage, NeverCallsAServerClean) {
  for (const PageElement& element : reading_.elements) {
    if (element.tag == "p" || element.tag == "h2" || element.tag == "h3") {
      EXPECT_THAT(element.text, Not(HasSubstr("clean")));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, HtmlPage,
                         testing::Values(Sample{"Reentered", reentered_report}, Sample{"Clean", clean_report},
                                         Sample{"Probed", probed_with_gaps_report},
                                         Sample{"Interrupted", interrupted_report},
                                         Sample{"Empty", empty_report}, Sample{"Hostile", hostile_report}),
                         [](const auto& sample) { return sample.param.name; });

TEST(HtmlPageContent, HasItsSectionsInReadingOrder) {
  const std::string page = html_page(reentered_report());
  std::size_t at = 0;
  for (const char* id :
       {"verdict", "answers", "timeline", "exposure", "runs", "doors", "mailboxes", "events", "coverage",
        "guide", "findings", "pivots", "notes", "rules", "problems", "sources", "reading"}) {
    const std::size_t found = page.find(fmt::format("<section id=\"s1-{}\"", id));
    ASSERT_NE(found, std::string::npos) << id;
    EXPECT_GT(found, at) << id;
    at = found;
  }
}

TEST(HtmlPageContent, ShowsTheRawLineAndPlaceOfEveryDetection) {
  const assess::HuntReport hunt = reentered_report();
  const std::string page = html_page(hunt);
  EXPECT_THAT(
      page,
      HasSubstr("/mnt/ex01: inetpub/logs/LogFiles/W3SVC1/u_ex210303.log, line 20,114, byte 12,289,654"));
  EXPECT_THAT(page, HasSubstr("198.51.100.7 Mozilla/5.0+(compatible;+Baiduspider/2.0) - 200 0 0 93"));
  for (std::size_t i = 0; i < hunt.servers[0].detections.size(); ++i)
    EXPECT_THAT(page, HasSubstr(fmt::format("id=\"s1-d{}\"", i)));
}

TEST(HtmlPageContent, SaysThatNothingCanBeToldWithoutCoverage) {
  const std::string page = html_page(empty_report());
  EXPECT_THAT(page, HasSubstr("Can&#39;t tell: no sign of a break-in was found"));
  EXPECT_THAT(page, HasSubstr("The logs do not cover enough to rule anything out."));
  EXPECT_THAT(page, Not(HasSubstr("aria-current")));  // no step of the ladder is marked
}

TEST(HtmlPageContent, SaysThatAnInterruptedHuntIsOnlyPart) {
  const std::string page = html_page(interrupted_report());
  EXPECT_THAT(page, HasSubstr("This is only part."));
  EXPECT_THAT(page, HasSubstr("interrupted: 1.2 GB of 9.0 GB read of the logs"));
  EXPECT_THAT(page, HasSubstr("Can&#39;t tell: the hunt was interrupted"));
  EXPECT_THAT(html_page(clean_report()), Not(HasSubstr("This is only part.")));
}

TEST(HtmlPageContent, BoundsWhatItShowsAndSaysHowMuchMoreThereIs) {
  assess::HuntReport hunt = reentered_report();
  auto& detections = hunt.servers[0].detections;
  const detect::Detection request = detections[7];
  for (int i = 0; i < 5000; ++i) detections.push_back(request);
  const std::string page = html_page(hunt);
  EXPECT_THAT(page, HasSubstr("4,804 more in report.json"));  // 4 + 5,000 requests, 200 shown
  EXPECT_THAT(page, HasSubstr("id=\"s1-d7\""));
  EXPECT_LT(page.size(), 1'000'000U);
}

TEST(HtmlPageContent, ShowsFirstWhatCarriesAConclusion) {
  assess::HuntReport hunt = reentered_report();
  auto& server = hunt.servers[0];
  for (int i = 0; i < 500; ++i) server.detections.push_back(server.detections[7]);
  server.answers[3].evidence = {510};
  EXPECT_THAT(html_page(hunt), HasSubstr("id=\"s1-d510\""));
}

TEST(HtmlPageContent, GivesEachServerItsOwnSections) {
  assess::HuntReport hunt = reentered_report();
  hunt.servers.push_back(clean_report().servers[0]);
  const PageReading reading = read_page(html_page(hunt));
  EXPECT_EQ(reading.error, "");
  EXPECT_TRUE(std::ranges::any_of(reading.elements, [](const PageElement& element) {
    return element.attributes.contains("id") && element.attributes.at("id") == "s2-verdict";
  }));
}

}  // namespace
}  // namespace afterpatch::report
