#include "exposure/target_reader.h"

#include <gtest/gtest.h>

#include <sstream>

namespace afterpatch::exposure {
namespace {

struct Outcome {
  TargetSet targets;
  TargetReading reading;
  Result<void> result;
};

Outcome read(const std::string& text, std::uint16_t port = 443) {
  Outcome outcome;
  std::istringstream input(text);
  outcome.result = read_targets(input, "list", port, outcome.targets, outcome.reading);
  outcome.targets.seal();
  return outcome;
}

std::vector<std::string> texts(const TargetSet& targets) {
  std::vector<std::string> all;
  for (std::uint64_t i = 0; i < targets.size(); ++i) {
    const Target target = targets.at(i);
    all.push_back((target.address ? to_string(*target.address) : "-") + "," + target.name);
  }
  return all;
}

TEST(TargetReader, ReadsPlainLists) {
  const Outcome outcome = read(
      "# a list\n127.0.0.1\n 127.0.0.4/31 \r\n\nmail.example.org # by "
      "name\nhttps://OWA.example.org:443/owa/\n"
      "127.0.0.9,mail.example.net,tag\nhttps://127.0.0.11/");
  EXPECT_TRUE(outcome.result);
  EXPECT_EQ(
      texts(outcome.targets),
      (std::vector<std::string>{"127.0.0.1,", "127.0.0.4,", "127.0.0.5,", "127.0.0.11,", "-,mail.example.org",
                                "-,owa.example.org", "127.0.0.9,mail.example.net"}));
  EXPECT_EQ(outcome.reading.taken, 6U);
  EXPECT_EQ(outcome.reading.faulty, 0U);
}

TEST(TargetReader, ReadsMasscanLists) {
  const Outcome outcome = read(
      "#masscan\nopen tcp 443 127.0.0.1 1614931200\nopen tcp 25 127.0.0.2 1614931200\nopen udp 443 127.0.0.3 "
      "1\n# end\n");
  EXPECT_EQ(texts(outcome.targets), (std::vector<std::string>{"127.0.0.1,"}));
  EXPECT_EQ(outcome.reading.other_ports, 2U);
}

TEST(TargetReader, ReadsMasscanJson) {
  const Outcome outcome = read(
      "[\n{ \"ip\": \"127.0.0.1\", \"timestamp\": \"1614931200\", \"ports\": [ {\"port\": 443, \"proto\": "
      "\"tcp\"} ] },\n"
      "{ \"ip\": \"127.0.0.2\", \"ports\": [ {\"port\": 25} ] }\n,\n{finished: 1}\n]\n",
      443);
  EXPECT_EQ(texts(outcome.targets), (std::vector<std::string>{"127.0.0.1,"}));
  EXPECT_EQ(outcome.reading.other_ports, 1U);
  EXPECT_EQ(outcome.reading.faulty, 1U) << "{finished: 1} is no JSON; very old masscan ended so";
}

TEST(TargetReader, ReadsZmapCsv) {
  const Outcome outcome = read("saddr,daddr,sport\n127.0.0.1,10.0.0.1,443\n127.0.0.2,10.0.0.1,443\n");
  EXPECT_EQ(texts(outcome.targets), (std::vector<std::string>{"127.0.0.1,", "127.0.0.2,"}));
}

TEST(TargetReader, ReadsNmapXml) {
  const Outcome outcome = read(
      "<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun>\n<nmaprun><host><address addr=\"127.0.0.1\" "
      "addrtype=\"ipv4\"/>"
      "<address addr=\"00:00:00:00:00:01\" addrtype=\"mac\"/><hostnames><hostname name=\"mail.example.org\" "
      "type=\"user\"/>"
      "<hostname name=\"ptr.example.net\" type=\"PTR\"/></hostnames>"
      "<ports><port portid=\"443\"><state state=\"open\"/></port></ports></host>"
      "<host><address addr=\"127.0.0.2\"/><ports><port portid=\"443\"><state "
      "state=\"closed\"/></port></ports></host>"
      "<host><address addr=\"127.0.0.3\"/><ports><port portid=\"443\"><state "
      "state=\"open\"/></port></ports></host></nmaprun>");
  EXPECT_TRUE(outcome.result);
  EXPECT_EQ(texts(outcome.targets), (std::vector<std::string>{"127.0.0.3,", "127.0.0.1,mail.example.org"}));
  EXPECT_EQ(outcome.reading.other_ports, 1U);
}

TEST(TargetReader, RefusesBrokenXml) {
  const Outcome outcome = read("<nmaprun><host></nmaprun>");
  ASSERT_FALSE(outcome.result);
  EXPECT_NE(outcome.result.error().next.find("nmap"), std::string::npos);
}

TEST(TargetReader, CountsWhatSaysNothingAndGoesOn) {
  std::string text = "127.0.0.1\n";
  for (int i = 0; i < 30; ++i) text += "what?\n";
  text += std::string(200'000, 'x') + "\n127.0.0.2";
  const Outcome outcome = read(text);
  EXPECT_TRUE(outcome.result);
  EXPECT_EQ(texts(outcome.targets), (std::vector<std::string>{"127.0.0.1,", "127.0.0.2,"}));
  EXPECT_EQ(outcome.reading.faulty, 31U);
  EXPECT_EQ(outcome.reading.faults.size(), 10U);
  EXPECT_EQ(outcome.reading.faults.front().where, "list:2");
}

}  // namespace
}  // namespace afterpatch::exposure
