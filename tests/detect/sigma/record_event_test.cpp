#include "detect/sigma/record_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace afterpatch::detect::sigma {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kIis = {"cs-method", "cs-uri-stem",    "cs-uri-query",
                                       "c-ip",      "cs(User-Agent)", "sc-status"};
const std::vector<std::string> kHttpProxy = {"UrlHost",    "UrlStem", "UserAgent", "ClientIpAddress",
                                             "HttpStatus", "Method",  "UrlQuery",  "AnchorMailbox"};

// Values of one field in one row.
class Row {
 public:
  Row(const std::string& field, const std::vector<std::string>& columns, std::vector<std::string_view> values)
      : map_({field}, columns), values_(std::move(values)) {
    event_.start(map_, values_, "the line");
  }
  std::vector<std::string> values() const {
    const auto views = event_.values(0);
    return {views.begin(), views.end()};
  }
  bool is_present() const { return event_.is_present(0); }
  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    event_.any_text([&](std::string_view text) { return texts.emplace_back(text), false; });
    return texts;
  }

 private:
  FieldMap map_;
  std::vector<std::string_view> values_;
  RecordEvent event_;
};

Row iis(const std::string& field) {
  return {field, kIis, {"GET", "/owa/x.aspx", "a=b", "192.0.2.1", "Evil+Agent", "200"}};
}
Row http_proxy(const std::string& field) {
  return {
      field, kHttpProxy, {"mail.example", "/ecp/y.js", "Evil Agent", "192.0.2.1", "500", "POST", "", "A"}};
}

TEST(RecordEvent, WebFieldsAreFoundInBothLogs) {
  EXPECT_THAT(iis("cs-method").values(), ElementsAre("GET"));
  EXPECT_THAT(http_proxy("cs-method").values(), ElementsAre("POST"));
  EXPECT_THAT(iis("src_ip").values(), ElementsAre("192.0.2.1"));
  EXPECT_THAT(http_proxy("c-ip").values(), ElementsAre("192.0.2.1"));
  EXPECT_THAT(http_proxy("sc-status").values(), ElementsAre("500"));
  EXPECT_THAT(http_proxy("r-dns").values(), ElementsAre("mail.example"));
  EXPECT_THAT(iis("r-dns").values(), IsEmpty());
}

TEST(RecordEvent, AColumnIsAFieldUnderItsOwnNameWhateverTheCase) {
  EXPECT_THAT(http_proxy("anchormailbox").values(), ElementsAre("A"));
  EXPECT_THAT(iis("cs(User-Agent)").values(), ElementsAre("Evil+Agent"));
}

TEST(RecordEvent, PlusSignsOfHeadersAreReadBothWays) {
  EXPECT_THAT(iis("cs-user-agent").values(), ElementsAre("Evil+Agent", "Evil Agent"));
  EXPECT_THAT(http_proxy("c-useragent").values(), ElementsAre("Evil Agent"));
}

TEST(RecordEvent, TheQueryFieldAlsoGivesTheWholeUri) {
  EXPECT_THAT(iis("cs-uri-query").values(), ElementsAre("a=b", "/owa/x.aspx?a=b"));
  EXPECT_THAT(iis("c-uri").values(), ElementsAre("/owa/x.aspx?a=b"));
  EXPECT_THAT(http_proxy("cs-uri-query").values(), ElementsAre("/ecp/y.js"));
}

TEST(RecordEvent, AQueryIsPresentOnlyIfTheLogHasOne) {
  EXPECT_TRUE(iis("cs-uri-query").is_present());
  EXPECT_FALSE(http_proxy("cs-uri-query").is_present());
  EXPECT_FALSE(Row("cs-uri-query", kIis, {"GET", "/x", "-"}).is_present());
}

TEST(RecordEvent, ExtensionsAreThoseOfTheLastPart) {
  EXPECT_THAT(iis("c-uri-extension").values(), ElementsAre("aspx"));
  EXPECT_THAT(Row("c-uri-extension", kIis, {"GET", "/a.b/c"}).values(), IsEmpty());
}

TEST(RecordEvent, DashesEmptyCellsAndMissingOnesAreAbsent) {
  EXPECT_FALSE(Row("cs-method", kIis, {"-"}).is_present());
  EXPECT_FALSE(Row("cs-method", kIis, {""}).is_present());
  EXPECT_FALSE(Row("sc-status", kIis, {"GET"}).is_present());
  EXPECT_FALSE(iis("no-such-field").is_present());
}

TEST(RecordEvent, KeywordsSeeEveryValueTheLineAndSpacesForPlus) {
  EXPECT_THAT(iis("cs-method").texts(), ElementsAre("GET", "/owa/x.aspx", "a=b", "192.0.2.1", "Evil+Agent",
                                                    "200", "the line", "Evil Agent"));
}

}  // namespace
}  // namespace afterpatch::detect::sigma
