// `afterpatch constituency contacts`, and what `notify plan` makes of it: against a registry and a name
// server on loopback.
#include <boost/json.hpp>

#include "app/response_store.h"
#include "base/time.h"
#include "constituency/looked_up.h"
#include "constituency/small_web_server.h"
#include "exposure/small_name_server.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::SmallWebServer;
using exposure::SmallNameServer;
using exposure::Table;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kBlock =
    R"({"objectClassName":"ip network","handle":"NET-9","startAddress":"203.0.113.0",
    "endAddress":"203.0.113.255","name":"ISP","entities":[{"roles":["abuse"],"vcardArray":["vcard",
    [["fn",{},"text","ISP Example"],["email",{},"text","abuse@isp.example"],["tel",{},"text","+49 1 23"]]]}]})";
constexpr const char* kAs =
    R"({"objectClassName":"autnum","handle":"AS64500","startAutnum":64500,"endAutnum":64500,"name":"CARRIER",
    "entities":[{"roles":["abuse"],"vcardArray":["vcard",[["email",{},"text","abuse@carrier.example"]]]}]})";

class Contacts : public ResponseStore {
 protected:
  Contacts()
      : registry_([](const std::string& target, int) {
          return SmallWebServer::Reply{200, target.find("autnum") == std::string::npos ? kBlock : kAs};
        }) {
    networks_ = write("ipv4.json",
                      fmt::format(R"({{"services":[[["203.0.113.0/24"],["{}"]]]}})", registry_.url("/")));
    as_ = write("asn.json", fmt::format(R"({{"services":[[["64500-64510"],["{}"]]]}})", registry_.url("/")));
  }

  std::string look_up(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"constituency", "contacts", "--rdap",      "--allow-loopback",
                                          "--bootstrap",  networks_,  "--bootstrap", as_,
                                          "--rdap-rate",  "10",       "--contact",   "csirt@csirt.example"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return done(std::move(arguments));
  }
  json::object planned() const {
    const json::value plan = json::parse(done({"notify", "plan", "--dry-run", "--format", "json"}));
    return plan.at("cases").at(0).as_object();
  }

  SmallWebServer registry_;
  std::string networks_, as_;
};

constexpr const char* kList = "id,name,domains,country\na,Klinikum A,a.example,DE\n";

TEST_F(Contacts, AreKeptAndPlannedWithThoughNobodyIsAskedThen) {
  fill(kList, seen("203.0.113.9", "mail.a.example", "AS64500"));
  EXPECT_EQ(planned().at("notice").at("recipient").as_string(), "security@a.example");
  EXPECT_THAT(std::string(planned().at("why").as_string()), HasSubstr("told to call, without evidence"));
  const std::string said = look_up();
  EXPECT_THAT(said, HasSubstr("1 organisations with servers of concern"));
  EXPECT_THAT(said, HasSubstr("2 answers of registries and web servers with 2 contacts; 0 gave none"));
  EXPECT_EQ(registry_.seen().size(), 2U);

  const json::object one = planned();
  EXPECT_EQ(one.at("notice").at("recipient").as_string(), "abuse@isp.example");
  EXPECT_EQ(one.at("notice").at("channel").as_string(), "provider");
  EXPECT_EQ(one.at("notice").at("text").as_string(), "provider");
  const std::string why(one.at("why").as_string());
  EXPECT_THAT(why, HasSubstr("network contact of " + registry_.url("/ip/203.0.113.9") + ", learnt today"));
  EXPECT_THAT(why, HasSubstr("not security@a.example, whose mail may lie on the hit server"));
  const std::string shown = done({"constituency", "lookup", "a"});
  EXPECT_THAT(shown, HasSubstr("abuse@isp.example (ISP Example)  [network; "));
  EXPECT_THAT(shown, HasSubstr("abuse@carrier.example (CARRIER)  [as; "));
  EXPECT_EQ(registry_.seen().size(), 2U);
}

TEST_F(Contacts, AreNotAskedForAgainWhileTheyAreFresh) {
  fill(kList, seen("203.0.113.9", "mail.a.example", "AS64500") + seen("203.0.113.10", "mail.a.example"));
  look_up();
  const std::size_t asked = registry_.seen().size();
  EXPECT_EQ(asked, 2U);  // one question a block
  EXPECT_THAT(look_up(), HasSubstr("3 were asked lately and not again"));
  EXPECT_EQ(registry_.seen().size(), asked);
  look_up({"--fresh-days", "0"});
  EXPECT_EQ(registry_.seen().size(), 2 * asked);
}

TEST_F(Contacts, TellWhichMailGoesToTheHitServer) {
  fill(kList, seen("203.0.113.9", "mail.a.example", "AS64500"));
  const SmallNameServer names(Table{{"MX isp.example", {"mx.elsewhere.example"}},
                                    {"A mx.elsewhere.example", {"203.0.113.9"}},
                                    {"A carrier.example", {"198.51.100.25"}},
                                    {"MX a.example", {"filter.example", "gone.example"}},
                                    {"A filter.example", {"198.51.100.26"}}});
  EXPECT_THAT(look_up({"--mail-exchangers", "--resolver", names.text()}),
              HasSubstr("mail exchangers of 2 domains; 1 could not be told"));
  const json::object one = planned();
  EXPECT_EQ(one.at("notice").at("recipient").as_string(), "abuse@carrier.example");
  EXPECT_THAT(std::string(one.at("why").as_string()),
              HasSubstr("not abuse@isp.example, whose mail may lie on the hit server (its mail exchanger "
                        "mx.elsewhere.example is a hit server)"));
  const int asked = names.questions();
  look_up({"--mail-exchangers", "--resolver", names.text()});
  EXPECT_LT(names.questions() - asked, asked);  // only about what could not be told
}

TEST_F(Contacts, OfASecurityTxtStandBeforeGuessedNames) {
  fill(kList, seen("203.0.113.9", "mail.a.example"));
  const auto file = constituency::read_security_txt("Contact: mailto:help@responder.example\n", "a.example",
                                                    *parse_time("2021-03-08"));
  ASSERT_TRUE(file);
  const auto opened = store::Store::open(store());
  const auto statement = [](const std::string& content, int number) {
    const Timestamp time = *parse_time("2021-03-08") + std::chrono::seconds(number);
    return store::Statement{time, time, "security-txt", "contacts-found", "organisation", "a", "", content};
  };
  constituency::FoundContacts gone = constituency::found_in(*file);
  gone.contacts.clear();
  gone.failed = "HTTP status 503";
  ASSERT_TRUE(
      (*opened)->ledger().add({statement(constituency::to_json(constituency::found_in(*file)), 0),
                               statement("{\"from\":1}", 1), statement(constituency::to_json(gone), 2)}));
  const json::object one = planned();
  EXPECT_EQ(one.at("notice").at("recipient").as_string(), "help@responder.example");
  EXPECT_THAT(std::string(one.at("why").as_string()), HasSubstr("security-txt contact of "));
}

TEST_F(Contacts, OfAuthoritiesAreLeftToPeople) {
  fill(
      "id,name,domains,country,sector,authority_for,email,letter\n"
      "a,Klinikum A,a.example,DE,nace:86.10,,,\n"
      "health,Health authority,health.example,DE,,nace:Q,desk@health.example,Authority|Street 1|1 Town\n"
      "cert,National CSIRT,cert.example,DE,,all,report@cert.example,\n",
      seen("203.0.113.9", "mail.a.example"));
  EXPECT_EQ(planned().at("notice").at("recipient").as_string(), "security@a.example");
  EXPECT_THAT(done({"constituency", "lookup", "a"}), HasSubstr("desk@health.example (Health authority)"));
}

TEST_F(Contacts, NeedToBeToldWhatToAsk) {
  fill(kList, seen("203.0.113.9", "mail.a.example"));
  const Ran nothing = ran({"constituency", "contacts"});
  EXPECT_EQ(nothing.status, kCannotRun);
  EXPECT_THAT(nothing.err, HasSubstr("--rdap, --security-txt or --mail-exchangers"));
  EXPECT_EQ(ran({"constituency", "contacts", "--rdap"}).status, kCannotRun);  // who asks?
}

TEST_F(Contacts, CountPlacesThatDoNotAnswerAndGoOn) {
  fill(kList, seen("198.51.100.9", "mail.a.example") + seen("203.0.113.9", "mail.a.example"));
  const std::string said = look_up();  // no registry is responsible for the first
  EXPECT_THAT(said, HasSubstr("1 answers of registries and web servers with 1 contacts; 1 gave none"));
  EXPECT_THAT(said, HasSubstr("note: 198.51.100.9: no registry is responsible"));
}

TEST_F(Contacts, ReverseNamesAreAskedForAndCount) {
  fill(kList, seen("203.0.113.9", "EX01") + seen("203.0.113.10", "EX02"));
  const SmallNameServer names(Table{{"PTR 9.113.0.203.in-addr.arpa", {"mail.a.example"}}});
  const std::vector<std::string> ask = {
      "constituency", "attribute", "--reverse-names", "--resolver", names.text(), "--dns-rate", "100"};
  const std::string said = done(ask);
  EXPECT_THAT(said, HasSubstr("2 servers: 1 have an owner, 1 have none"));
  EXPECT_THAT(said, HasSubstr("1 reverse names were found"));
  EXPECT_THAT(done({"constituency", "lookup", "203.0.113.9"}),
              HasSubstr("owner: a  (possible, by reverse-name)"));
  EXPECT_THAT(done({"constituency", "lookup", "mail.a.example"}), HasSubstr("203.0.113.9:443"));
  const int asked = names.questions();
  EXPECT_THAT(done(ask), Not(HasSubstr("reverse names were found")));
  EXPECT_EQ(names.questions(), asked + 1);  // the one that has none
}

TEST_F(Contacts, AProviderWithManyDomainsIsOneNotice) {
  std::string scan;
  for (int i = 0; i < 30; ++i)
    scan += seen(fmt::format("203.0.113.{}", i + 1), fmt::format("mail.customer{}.de", i));
  fill("id,name,domains,networks,email\nh,Hoster,hoster.example,203.0.113.0/24,abuse@hoster.example\n", scan);
  const json::value plan = json::parse(done({"notify", "plan", "--dry-run", "--format", "json"}));
  ASSERT_EQ(plan.at("cases").as_array().size(), 1U);
  const json::object& one = plan.at("cases").at(0).as_object();
  EXPECT_EQ(one.at("servers").to_number<int>(), 30);
  EXPECT_EQ(one.at("notice").at("channel").as_string(), "provider");
  EXPECT_EQ(one.at("notice").at("text").as_string(), "provider");
  EXPECT_THAT(done({"constituency", "lookup", "203.0.113.7"}),
              HasSubstr("hosts it; whose it is is not known: h"));
}

}  // namespace
}  // namespace afterpatch::app
