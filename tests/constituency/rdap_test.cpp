#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "constituency/example.h"
#include "constituency/rdap_answer.h"
#include "constituency/rdap_client.h"
#include "constituency/small_web_server.h"

namespace afterpatch::constituency {
namespace {

using std::chrono::seconds;

const Timestamp kThen = day("2021-03-08");

// As registries write it: the abuse contact inside the holder's entity.
std::string network_json(const char* first, const char* last, const char* mail = "abuse@isp.example") {
  return fmt::format(
      R"({{"objectClassName":"ip network","handle":"NET-1/x","startAddress":"{}","endAddress":"{}","name":"ISP-NET",
      "country":"DE","entities":[{{"objectClassName":"entity","handle":"ORG-1","roles":["registrant"],
      "vcardArray":["vcard",[["version",{{}},"text","4.0"],["fn",{{}},"text","ISP GmbH"],
      ["adr",{{"label":"ISP GmbH\nHauptstr. 1\n10115 Berlin"}},"text",["","","","","","",""]],
      ["email",{{}},"text","office@isp.example"]]],
      "entities":[{{"objectClassName":"entity","roles":["abuse","technical"],"vcardArray":["vcard",
      [["fn",{{}},"text","Abuse Desk"],["email",{{"type":"work"}},"text","{}"],
      ["tel",{{"type":"voice"}},"uri","tel:+49-30-1"]]]}}]}}]}})",
      first, last, mail);
}

TEST(RdapAnswer, ReadsHolderAndContactsByRole) {
  const auto holder =
      read_rdap_network(network_json("192.0.2.0", "192.0.2.255"), address("192.0.2.7"), "rdap", kThen);
  ASSERT_TRUE(holder) << to_string(holder.error());
  EXPECT_EQ(holder->name, "ISP GmbH");
  EXPECT_EQ(holder->id, "rdap-net-1-x");
  EXPECT_EQ(holder->country, "DE");
  EXPECT_TRUE(holder->provider);
  ASSERT_EQ(holder->networks.size(), 1U);
  EXPECT_EQ(to_string(holder->networks[0]), "192.0.2.0/24");
  ASSERT_EQ(holder->contacts.size(), 4U);
  EXPECT_EQ(holder->contacts[0].value, "abuse@isp.example");
  EXPECT_EQ(holder->contacts[0].rung, Rung::network);
  EXPECT_EQ(holder->contacts[0].person, "Abuse Desk");
  EXPECT_EQ(holder->contacts[1].value, "+49-30-1");
  EXPECT_EQ(holder->contacts[2].value, "office@isp.example");
  EXPECT_EQ(holder->contacts[3].postal,
            (std::vector<std::string>{"ISP GmbH", "ISP GmbH", "Hauptstr. 1", "10115 Berlin"}));
  EXPECT_EQ(holder->contacts[0].learnt, kThen);
}

TEST(RdapAnswer, RefusesAnAnswerAboutSomethingElse) {
  const auto refused = [](const std::string& json) {
    return !read_rdap_network(json, address("192.0.2.7"), "rdap", kThen);
  };
  EXPECT_TRUE(refused(network_json("198.51.100.0", "198.51.100.255")));
  EXPECT_TRUE(refused(network_json("0.0.0.0", "255.255.255.255")));
  EXPECT_TRUE(refused(network_json("::", "ffff::")));
  EXPECT_TRUE(refused(network_json("192.0.2.255", "192.0.2.0")));
  EXPECT_TRUE(refused(R"({"objectClassName":"domain"})"));
  EXPECT_TRUE(refused("[]"));
  EXPECT_TRUE(refused("<html>"));
  EXPECT_TRUE(refused(std::string(kMostRdapBytes + 1, ' ')));
}

TEST(RdapAnswer, IsBoundedWhateverTheServerSends) {
  std::string entities;
  for (int i = 0; i < 5000; ++i)
    entities +=
        fmt::format(R"({}{{"roles":["abuse"],"vcardArray":["vcard",[["email",{{}},"text","a{}@b.de"]]]}})",
                    i == 0 ? "" : ",", i);
  const auto holder = read_rdap_network(
      R"({"objectClassName":"ip network","startAddress":"192.0.2.0","endAddress":"192.0.2.255","entities":[)" +
          entities + "]}",
      address("192.0.2.7"), "rdap", kThen);
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->contacts.size(), kMostRdapContacts);
}

TEST(RdapAnswer, TakesNoAddressThatWouldAddMailHeaders) {
  const auto holder = read_rdap_network(network_json("192.0.2.0", "192.0.2.255", "a@b.de\\r\\nBcc: c@d.de"),
                                        address("192.0.2.7"), "rdap", kThen);
  ASSERT_TRUE(holder);
  for (const Contact& contact : holder->contacts) EXPECT_EQ(contact.value.find('\n'), std::string::npos);
  EXPECT_EQ(holder->contacts[0].channel, Channel::phone);
}

TEST(RdapAnswer, ReadsAnAs) {
  const auto holder = read_rdap_autnum(
      R"({"objectClassName":"autnum","startAutnum":64500,"endAutnum":64510,"name":"ISP-AS","entities":[
        {"roles":["abuse"],"vcardArray":["vcard",[["email",{},"text","noc@isp.example"]]]}]})",
      64500, "rdap", kThen);
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->contacts[0].rung, Rung::autonomous_system);
  EXPECT_FALSE(
      read_rdap_autnum(R"({"objectClassName":"autnum","startAutnum":1,"endAutnum":2})", 3, "r", kThen));
}

TEST(RdapBootstrap, FindsTheResponsibleRegistry) {
  RdapBootstrap bootstrap;
  ASSERT_TRUE(bootstrap.add(R"({"version":"1.0","services":[
    [["192.0.0.0/8","2001:db8::/32"],["http://a.example/rdap","https://a.example/rdap"]],
    [["192.0.2.0/24"],["https://b.example/"]],["broken"],[["64496-64511","65551"],["https://c.example/"]]]})",
                            "list"));
  EXPECT_EQ(bootstrap.server_of(address("192.1.1.1")), "https://a.example/rdap/");
  EXPECT_EQ(bootstrap.server_of(address("192.0.2.1")), "https://b.example/");
  EXPECT_EQ(bootstrap.server_of(address("2001:db8::1")), "https://a.example/rdap/");
  EXPECT_EQ(bootstrap.server_of(address("10.0.0.1")), "");
  EXPECT_EQ(bootstrap.server_of_as(64500), "https://c.example/");
  EXPECT_EQ(bootstrap.server_of_as(65551), "https://c.example/");
  EXPECT_EQ(bootstrap.server_of_as(64512), "");
  EXPECT_FALSE(bootstrap.add("{}", "list"));
}

TEST(TokenBucket, HoldsItsRateExactly) {
  const TokenBucket::Time start(std::chrono::hours(1));
  for (const int burst : {1, 3}) {
    TokenBucket bucket(seconds(1), burst);
    TokenBucket::Time now = start;
    for (int i = 0; i < 10; ++i) {
      now = std::max(now, bucket.allowed_at());
      bucket.take(now);
    }
    EXPECT_EQ(now - start, seconds(10 - burst)) << burst;  // burst at once, the others a second apart
  }
}

TEST(TokenBucket, SavesNoMoreThanItsBurst) {
  TokenBucket bucket(seconds(1), 2);
  TokenBucket::Time now{std::chrono::hours(1)};
  bucket.take(now);
  now += std::chrono::hours(5);
  bucket.take(now);
  bucket.take(now);
  EXPECT_EQ(bucket.allowed_at(), now + seconds(1));
}

// Time that passes only when somebody sleeps.
class HandClock : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override { return now_; }
  Timestamp wall() override { return wall_; }
  void sleep_until(std::chrono::steady_clock::time_point moment) override {
    slept += moment - now_;
    wall_ += std::chrono::duration_cast<std::chrono::microseconds>(moment - now_);
    now_ = moment;
  }
  void pass(std::chrono::hours time) {
    now_ += time;
    wall_ += time;
  }
  std::chrono::nanoseconds slept{0};

 private:
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1000)};
  Timestamp wall_ = kThen;
};

// A client of a registry on loopback.
class RdapClientTest : public ::testing::Test {
 protected:
  void serve(SmallWebServer::Handler handler) {
    server_ = std::make_unique<SmallWebServer>(std::move(handler));
    WebSettings web;
    web.allow_plain_http = web.allow_internal = true;
    web.user_agent = "afterpatch; test";
    door_ = make_web_door(web);
    ASSERT_TRUE(bootstrap_.add(fmt::format(R"({{"services":[[["192.0.2.0/24","198.51.100.0/24"],["{}"]],
                                               [["64500"],["{}"]]]}})",
                                           server_->url("/rdap/"), server_->url("/rdap/")),
                               "bootstrap"));
    client_ = std::make_unique<RdapClient>(*door_, bootstrap_, cache_, clock_, settings_);
  }

  HandClock clock_;
  RdapSettings settings_;
  RdapCache cache_;
  RdapBootstrap bootstrap_;
  std::unique_ptr<SmallWebServer> server_;
  std::unique_ptr<WebDoor> door_;
  std::unique_ptr<RdapClient> client_;
};

TEST_F(RdapClientTest, AsksOnceABlock) {
  serve([](const std::string&, int) {
    return SmallWebServer::Reply{200, network_json("192.0.2.0", "192.0.2.127")};
  });
  for (const char* one : {"192.0.2.1", "192.0.2.99", "192.0.2.127"}) {
    const auto entry = client_->network_of(address(one));
    ASSERT_TRUE(entry) << to_string(entry.error());
    EXPECT_EQ((*entry)->holder->name, "ISP GmbH");
    EXPECT_EQ((*entry)->fetched, kThen);
  }
  ASSERT_EQ(server_->seen().size(), 1U);
  EXPECT_EQ(server_->seen()[0].target, "/rdap/ip/192.0.2.1");
  EXPECT_EQ(server_->seen()[0].agent, "afterpatch; test");
  EXPECT_EQ(client_->counts().from_cache, 2U);
}

TEST_F(RdapClientTest, RemembersThatNobodyIsThere) {
  serve([](const std::string&, int) { return SmallWebServer::Reply{404, "{}"}; });
  for (const char* one : {"192.0.2.1", "192.0.2.200"}) {
    const auto entry = client_->network_of(address(one));
    ASSERT_TRUE(entry);
    EXPECT_FALSE((*entry)->holder);
  }
  EXPECT_EQ(server_->seen().size(), 1U);
}

TEST_F(RdapClientTest, KeepsToItsRate) {
  serve([](const std::string& target, int) {
    const std::string one = target.substr(9);
    return SmallWebServer::Reply{200, network_json(one.c_str(), one.c_str())};
  });
  for (int i = 1; i <= 5; ++i)
    ASSERT_TRUE(client_->network_of(address(fmt::format("192.0.2.{}", i).c_str())));
  EXPECT_EQ(clock_.slept, seconds(4));
}

TEST_F(RdapClientTest, WaitsAsLongAsTheServerAsks) {
  serve([](const std::string&, int number) {
    return number == 1 ? SmallWebServer::Reply{429, "", "text/plain", "Retry-After", "17"}
                       : SmallWebServer::Reply{200, network_json("192.0.2.0", "192.0.2.255")};
  });
  EXPECT_TRUE(client_->network_of(address("192.0.2.1")));
  EXPECT_EQ(clock_.slept, seconds(17));
}

TEST_F(RdapClientTest, LeavesAServerAloneThatAsksForLonger) {
  serve([](const std::string&, int) {
    return SmallWebServer::Reply{503, "", "text/plain", "Retry-After", "3600"};
  });
  const auto refused = client_->network_of(address("192.0.2.1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "the server asked to be left alone for 3600 s more");
  EXPECT_FALSE(client_->network_of(address("192.0.2.2")));
  EXPECT_EQ(server_->seen().size(), 1U);
  EXPECT_EQ(clock_.slept, seconds(0));
}

TEST_F(RdapClientTest, FollowsFewRedirectsOnly) {
  serve([this](const std::string& target, int) {
    if (target == "/rdap/ip/192.0.2.1")
      return SmallWebServer::Reply{302, "", "", "Location", "/other/ip/192.0.2.1"};
    if (target == "/other/ip/192.0.2.1")
      return SmallWebServer::Reply{200, network_json("192.0.2.0", "192.0.2.63")};
    return SmallWebServer::Reply{302, "", "", "Location", server_->url(target)};
  });
  EXPECT_TRUE(client_->network_of(address("192.0.2.1")));
  const auto endless = client_->network_of(address("192.0.2.200"));
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().what, "more than 3 redirects");
  EXPECT_EQ(server_->seen().size(), 6U);
}

TEST_F(RdapClientTest, TakesNoLieAboutTheBlock) {
  serve([](const std::string&, int) {
    return SmallWebServer::Reply{200, network_json("198.51.100.0", "198.51.100.255")};
  });
  EXPECT_FALSE(client_->network_of(address("192.0.2.1")));
  EXPECT_EQ(cache_.find(address("198.51.100.1")), nullptr);
}

TEST_F(RdapClientTest, TakesNoEndlessAnswer) {
  serve([](const std::string&, int) { return SmallWebServer::Reply{200, std::string(3U << 20U, ' ')}; });
  const auto refused = client_->network_of(address("192.0.2.1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "the answer is longer than it may be");
}

TEST_F(RdapClientTest, AsksAgainWhenAnAnswerIsOldAndKeepsItIfNobodyAnswers) {
  bool dead = false;
  serve([&dead](const std::string&, int) {
    return dead ? SmallWebServer::Reply{500, ""}
                : SmallWebServer::Reply{200, network_json("192.0.2.0", "192.0.2.255")};
  });
  ASSERT_TRUE(client_->network_of(address("192.0.2.1")));
  dead = true;
  clock_.pass(std::chrono::hours(24 * 91));
  const auto old = client_->network_of(address("192.0.2.1"));
  ASSERT_TRUE(old);
  EXPECT_EQ((*old)->fetched, kThen);
  EXPECT_EQ(client_->counts().failed, 1U);
  EXPECT_EQ(server_->seen().size(), 2U);
}

TEST(RdapCache, KeepsAnswersAcrossRunsAndSurvivesACutLine) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("afterpatch_rdap_{}", getpid());
  std::filesystem::remove(file);
  {
    auto cache = RdapCache::open(file, suffixes());
    ASSERT_TRUE(cache);
    auto holder =
        read_rdap_network(network_json("192.0.2.0", "192.0.2.255"), address("192.0.2.7"), "rdap", kThen);
    ASSERT_TRUE(cache->add({kThen, *holder}));
    ASSERT_TRUE(cache->add_nobody(*parse_network("198.51.100.0/24"), kThen));
  }
  std::ofstream(file, std::ios::app) << R"({"fetched":"2021-03-08T10:00:00Z","hol)";
  for (const std::uint64_t unreadable : {1U, 1U}) {
    auto cache = RdapCache::open(file, suffixes());
    ASSERT_TRUE(cache);
    EXPECT_EQ(cache->unreadable_lines(), unreadable);
    ASSERT_NE(cache->find(address("192.0.2.1")), nullptr);
    EXPECT_EQ(cache->find(address("192.0.2.1"))->holder->contacts.size(), 4U);
    EXPECT_EQ(cache->find(address("192.0.2.1"))->fetched, kThen);
    EXPECT_FALSE(cache->find(address("198.51.100.1"))->holder);
    ASSERT_TRUE(cache->add_nobody(*parse_network("203.0.113.0/24"), kThen));
  }
  EXPECT_NE(RdapCache::open(file, suffixes())->find(address("203.0.113.9")), nullptr);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace afterpatch::constituency
