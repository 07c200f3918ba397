#include "knowledge/map_reader.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::knowledge {
namespace {

using testing::ElementsAre;

std::vector<std::string> faults_of(std::string_view text, const std::function<void(MapReader&)>& read) {
  const std::string file = "f.yaml";
  const auto yaml = parse_yaml(text, file);
  Faults faults;
  MapReader reader(yaml.value(), file, "a thing", faults);
  read(reader);
  reader.finish();
  std::vector<std::string> shown;
  for (const Error& fault : faults.all()) shown.push_back(to_string(fault));
  return shown;
}

TEST(MapReader, ReadsWhatIsThere) {
  const auto faults =
      faults_of("name: x\ntags: [a, b]\non: true\nnumber: 7\nday: 2021-03-02T18:00Z\n", [](MapReader& r) {
        EXPECT_EQ(r.text("name"), "x");
        EXPECT_THAT(r.texts("tags"), ElementsAre("a", "b"));
        EXPECT_TRUE(r.flag_or("on", false));
        EXPECT_EQ(r.number_or("number", 0), 7U);
        EXPECT_EQ(to_iso8601(r.time("day")), "2021-03-02T18:00:00Z");
        EXPECT_EQ(r.text_or("missing", "other"), "other");
      });
  EXPECT_THAT(faults, ElementsAre());
}

TEST(MapReader, NamesMissingUnknownAndDoubleKeys) {
  const auto faults = faults_of("name: x\nnmae: y\nname: z\n", [](MapReader& r) {
    r.text("name");
    r.text("title");
  });
  EXPECT_THAT(faults, ElementsAre("f.yaml:3: key 'name' stands twice",
                                  "f.yaml:1: a thing lacks the key 'title' (expected text)",
                                  "f.yaml:2: unknown key 'nmae' in a thing (expected one of: name, title)"));
}

TEST(MapReader, NamesWrongTypes) {
  const auto faults =
      faults_of("name: [x]\ntags: a\non: perhaps\nday: 2021-02-30\nempty:\nnumber: -1\n", [](MapReader& r) {
        r.text("name");
        r.texts("tags");
        r.flag_or("on", false);
        r.time("day");
        r.text("empty");
        r.number_or("number", 0);
      });
  ASSERT_EQ(faults.size(), 6U);
  EXPECT_EQ(faults[0], "f.yaml:1: 'name' is no text (expected text)");
  EXPECT_EQ(faults[1], "f.yaml:2: 'tags' is no list (expected a list of texts)");
  EXPECT_EQ(faults[2], "f.yaml:3: 'on' is neither true nor false (expected true or false)");
  EXPECT_EQ(faults[3],
            "f.yaml:4: 'day' is no date (expected a UTC date such as 2021-03-02 or 2021-03-02T18:00Z)");
  EXPECT_EQ(faults[4], "f.yaml:5: 'empty' is empty (expected text)");
  EXPECT_EQ(faults[5], "f.yaml:6: 'number' is no whole number (expected 0 to 999999)");
}

TEST(MapReader, NamesSomethingThatIsNoMap) {
  EXPECT_THAT(faults_of("- a\n", [](MapReader& r) { r.text("name"); }),
              ElementsAre("f.yaml:1: a thing is no map (expected 'key: value' lines)"));
}

}  // namespace
}  // namespace afterpatch::knowledge
