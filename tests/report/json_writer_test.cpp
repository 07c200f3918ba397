#include "report/json_writer.h"

#include <random>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/text.h"
#include "report/hostile_text.h"

namespace afterpatch::report {
namespace {

TEST(JsonWriter, WritesCompactly) {
  JsonWriter json(JsonWriter::Layout::compact);
  json.begin_object();
  json.field("line", std::uint64_t{12});
  json.field("names", std::vector<std::string>{"a", "b"});
  json.key("none");
  json.begin_array();
  json.end_array();
  json.end_object();
  EXPECT_EQ(json.take(), R"({"line":12,"names":["a","b"],"none":[]})");
}

TEST(JsonWriter, IndentsObjectsAndKeepsListsOnOneLine) {
  JsonWriter json(JsonWriter::Layout::indented);
  json.begin_object();
  json.field("evidence", std::vector<std::size_t>{1, 2});
  json.key("runs");
  json.begin_array();
  json.begin_object();
  json.field("now", true);
  json.end_object();
  json.end_array();
  json.end_object();
  EXPECT_EQ(json.take(),
            "{\n  \"evidence\": [1, 2],\n  \"runs\": [\n    {\n      \"now\": true\n    }\n  ]\n}");
}

TEST(JsonWriter, WritesNumbersAndTimes) {
  JsonWriter json(JsonWriter::Layout::compact);
  json.begin_array();
  json.value(0.5);
  json.value(1.0);
  json.value(0.12345);
  json.value(parse_time("2021-03-03T06:49:46.210Z").value());
  json.value(Timestamp{});
  json.value(std::int64_t{-7});
  json.end_array();
  EXPECT_EQ(json.take(), R"([0.5,1,0.1235,"2021-03-03T06:49:46.210Z",null,-7])");
}

std::string random_bytes(std::mt19937& random, bool utf8) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    if (utf8) {
      append_utf8(text, std::uniform_int_distribution<char32_t>(0, 0x10FFFF)(random) >>
                            std::uniform_int_distribution<unsigned>(0, 20)(random));
    } else {
      text.push_back(static_cast<char>(std::uniform_int_distribution<int>(0, 255)(random)));
    }
  }
  return text;
}

std::string written(const std::string& text) {
  JsonWriter json(JsonWriter::Layout::compact);
  json.value(text);
  return json.take();
}

TEST(JsonWriter, IsReadBackByAnotherReaderForAnyText) {
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = random_bytes(random, true);
    const std::string json = written(text);
    EXPECT_EQ(std::string(boost::json::parse(json).as_string()), text);
    EXPECT_EQ(first_danger(json), std::nullopt);
  }
}

TEST(JsonWriter, WritesWellFormedJsonForAnyBytes) {
  std::mt19937 random(8);
  for (int i = 0; i < 3000; ++i) {
    const std::string bytes = random_bytes(random, false);
    EXPECT_EQ(std::string(boost::json::parse(written(bytes)).as_string()), to_utf8(bytes));
  }
}

TEST(JsonWriter, WritesWellFormedKeysForAnyBytes) {
  std::mt19937 random(9);
  for (int i = 0; i < 1000; ++i) {
    const std::string bytes = random_bytes(random, false);
    JsonWriter json(JsonWriter::Layout::compact);
    json.begin_object();
    json.field(bytes, true);
    json.end_object();
    EXPECT_TRUE(boost::json::parse(json.take()).as_object().contains(to_utf8(bytes)));
  }
}

}  // namespace
}  // namespace afterpatch::report
