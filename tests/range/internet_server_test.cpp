// The population as a client meets it, over real sockets and TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <set>

#include "base/csv.h"
#include "base/file.h"
#include "range/internet/internet.h"
#include "range/internet/internet_truth.h"
#include "range/tls_client.h"

namespace afterpatch::range {
namespace {

class InternetTest : public testing::Test {
 protected:
  void start(const std::filesystem::path& log = {}) {
    InternetSettings settings;
    settings.population.seed = 11;
    settings.population.hosts = 20'000;
    settings.port = 0;
    settings.request_log = log;
    auto started = Internet::start(settings);
    ASSERT_TRUE(started) << to_string(started.error());
    internet_ = std::move(*started);
  }

  void SetUp() override { start(); }

  // The first host that is so and present on day 0.
  Host find(const std::function<bool(const Host&)>& wanted) {
    const Population& population = internet_->population();
    for (std::uint32_t number = 0; number < population.settings().hosts; ++number) {
      const Host host = population.host(number);
      if (wanted(host) && (host.nature == Nature::absent || population.state(host, 0).present)) return host;
    }
    ADD_FAILURE() << "no such host";
    return {};
  }
  Host troubled(Trouble trouble) {
    return find([&](const Host& host) { return host.trouble == trouble; });
  }

  Fetched ask(const Host& host, const std::string& path = "/owa/", const std::string& name = {}) {
    Question question;
    question.address = address_text(host.number);
    question.port = internet_->port();
    question.path = path;
    question.name = name;
    return fetch(question);
  }

  std::unique_ptr<Internet> internet_;
};

TEST_F(InternetTest, AnExchangeServerNamesTheBuildOfTheDay) {
  const Host host = find([](const Host& one) {
    return one.nature == Nature::exchange && one.shown == Shown::header && !one.needs_name &&
           one.tls == Tls::tls12 && one.kind->has_fix() && one.rank > 0.2 && one.rank < 0.9 &&
           one.gone_day < 0;
  });
  const Fetched before = ask(host);
  EXPECT_EQ(before.tls_version, "TLSv1.2");
  EXPECT_EQ(header_of(before.text, "X-OWA-Version"), host.kind->before.text());
  EXPECT_EQ(before.names, host.names());
  internet_->set_day(19);
  EXPECT_EQ(header_of(ask(host).text, "X-OWA-Version"), host.kind->fixed.text());
}

TEST_F(InternetTest, OldServersSpeakOldTlsOnly) {
  const Host host = find([](const Host& one) { return one.self_hosted() && one.tls == Tls::tls10; });
  EXPECT_EQ(ask(host).tls_version, "TLSv1");
  Question modern;
  modern.address = address_text(find([](const Host& one) { return one.nature == Nature::other_web; }).number);
  modern.port = internet_->port();
  modern.old_tls = true;
  EXPECT_EQ(fetch(modern).reached, Reached::connection);
}

TEST_F(InternetTest, ABalancedPairTakesTurns) {
  const Host host = find([&](const Host& one) {
    return one.nature == Nature::balanced && one.shown == Shown::header && one.kind->has_fix() &&
           one.tls != Tls::tls10 && (one.rank < 0.1) != (one.second_rank < 0.1);
  });
  std::set<std::string> builds;
  for (int i = 0; i < 4; ++i) builds.insert(header_of(ask(host).text, "X-OWA-Version"));
  EXPECT_EQ(builds, (std::set<std::string>{host.kind->before.text(), host.kind->fixed.text()}));
}

TEST_F(InternetTest, SomeShowThemselvesOnlyToWhoKnowsTheirName) {
  const Host host = find(
      [](const Host& one) { return one.needs_name && one.shown == Shown::header && one.tls != Tls::tls10; });
  const Fetched nameless = ask(host);
  EXPECT_EQ(header_of(nameless.text, "X-OWA-Version"), "");
  EXPECT_THAT(nameless.text, testing::StartsWith("HTTP/1.1 404"));
  ASSERT_FALSE(nameless.names.empty());
  EXPECT_NE(header_of(ask(host, "/owa/", nameless.names.front()).text, "X-OWA-Version"), "");
}

TEST_F(InternetTest, CertificatesAreTheSameInEveryRun) {
  const Host ec = find([](const Host& one) { return one.nature == Nature::other_web && !one.rsa; });
  const Host rsa = find([](const Host& one) { return one.nature == Nature::other_web && one.rsa; });
  const std::string ec_before = ask(ec).certificate;
  const std::string rsa_before = ask(rsa).certificate;
  ASSERT_FALSE(ec_before.empty() || rsa_before.empty());
  internet_.reset();
  start();
  EXPECT_EQ(ask(ec).certificate, ec_before);
  EXPECT_EQ(ask(rsa).certificate, rsa_before);
}

TEST_F(InternetTest, ExchangeOnlineAndHybridsSendTheirUsersAway) {
  const Host online = find([](const Host& one) { return one.nature == Nature::exchange_online; });
  EXPECT_THAT(header_of(ask(online).text, "X-CalculatedBETarget"), testing::EndsWith("PROD.OUTLOOK.COM"));
  const Host hybrid =
      find([](const Host& one) { return one.nature == Nature::hybrid && one.tls != Tls::tls10; });
  EXPECT_THAT(header_of(ask(hybrid).text, "Location"), testing::StartsWith("https://outlook.office365.com/"));
  EXPECT_NE(header_of(ask(hybrid, "/autodiscover/autodiscover.xml").text, "X-OWA-Version"), "");
}

TEST_F(InternetTest, HoneypotsContradictThemselves) {
  const Host host = find([](const Host& one) { return one.nature == Nature::honeypot; });
  const Fetched got = ask(host);
  EXPECT_NE(header_of(got.text, "X-OWA-Version"), "");
  EXPECT_NE(header_of(got.text, "X-Jenkins"), "");
  EXPECT_THAT(got.text, testing::HasSubstr("/owa/auth/15.0.1497/"));
}

TEST_F(InternetTest, WhereNobodyListensTheConnectionIsReset) {
  const Fetched got = ask(find([](const Host& one) { return one.nature == Nature::absent; }));
  EXPECT_EQ(got.reached, Reached::connection);
  EXPECT_TRUE(got.was_reset);
}

TEST_F(InternetTest, AddressesOutsideThePopulationAreReset) {
  Question question;
  question.address = "127.0.0.1";
  question.port = internet_->port();
  EXPECT_TRUE(fetch(question).was_reset);
}

TEST_F(InternetTest, TroubleBeforeTls) {
  Question question;
  question.address = address_text(troubled(Trouble::silent).number);
  question.port = internet_->port();
  question.timeout_ms = 1500;
  const Fetched silent = fetch(question);
  EXPECT_TRUE(silent.timed_out);
  EXPECT_EQ(silent.reached, Reached::connection);
  EXPECT_TRUE(ask(troubled(Trouble::reset)).was_reset);
  for (const Trouble trouble :
       {Trouble::garbage, Trouble::plain_http, Trouble::too_old, Trouble::huge_certificate}) {
    const Fetched got = ask(troubled(trouble));
    EXPECT_EQ(got.reached, Reached::connection) << name_of(trouble);
    EXPECT_FALSE(got.was_reset || got.timed_out) << name_of(trouble);
  }
}

TEST_F(InternetTest, TroubleAfterTls) {
  EXPECT_EQ(ask(troubled(Trouble::closes)).reached, Reached::tls);
  EXPECT_GE(ask(troubled(Trouble::huge_body)).text.size(), 100'000U);
  const std::string headers = ask(troubled(Trouble::endless_headers)).text;
  EXPECT_GE(headers.size(), 100'000U);
  EXPECT_EQ(headers.find("\r\n\r\n"), std::string::npos);
  EXPECT_THAT(ask(troubled(Trouble::http_0_9)).text, testing::StartsWith("<html>"));
  const std::string bomb = ask(troubled(Trouble::gzip_bomb)).text;
  EXPECT_EQ(header_of(bomb, "Content-Encoding"), "gzip");
  EXPECT_LT(std::stoul(header_of(bomb, "Content-Length")), 200'000U);
  const Fetched odd_name = ask(troubled(Trouble::nul_in_name));
  ASSERT_EQ(odd_name.names.size(), 1U);
  EXPECT_NE(odd_name.names[0].find('\0'), std::string::npos);
}

TEST_F(InternetTest, ASlowAnswerTakesASecondAByte) {
  Question question;
  question.address = address_text(troubled(Trouble::slow_answer).number);
  question.port = internet_->port();
  question.most = 3;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(fetch(question).text, "HTT");
  EXPECT_GT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(2900));
}

TEST_F(InternetTest, RedirectsThatLeadNowhereGood) {
  const Host looping = troubled(Trouble::redirect_loop);
  EXPECT_THAT(header_of(ask(looping).text, "Location"), testing::HasSubstr(address_text(looping.number)));
  const Host away = troubled(Trouble::redirect_away);
  const std::string target = header_of(ask(away).text, "Location");
  EXPECT_THAT(target, testing::StartsWith("https://127."));
  EXPECT_THAT(target, testing::Not(testing::HasSubstr("//" + address_text(away.number) + ":")));
}

TEST_F(InternetTest, WritesDownWhoWasAskedWhatAndWhen) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "internet-requests.csv";
  internet_.reset();
  start(file);
  const Host host = find([](const Host& one) { return one.nature == Nature::other_web; });
  ask(host, "/owa/", "mail.example.org");
  EXPECT_EQ(internet_->connections(), 1U);
  EXPECT_EQ(internet_->requests(), 1U);
  internet_.reset();
  const auto table = CsvTable::parse(*read_file(file), "log", {"time_us", "address", "event", "detail"});
  ASSERT_TRUE(table);
  ASSERT_EQ(table->size(), 2U);
  EXPECT_EQ(table->at(1, "address"), address_text(host.number));
  EXPECT_EQ(table->at(1, "event"), "request");
  EXPECT_EQ(table->at(1, "detail"), "GET /owa/ Host=mail.example.org");
  EXPECT_LE(table->at(0, "time_us"), table->at(1, "time_us"));
  std::filesystem::remove(file);
}

TEST_F(InternetTest, APortThatIsTakenIsAClearError) {
  InternetSettings settings;
  settings.port = internet_->port();
  const auto second = Internet::start(settings);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().where.find(std::to_string(settings.port)), std::string::npos);
}

}  // namespace
}  // namespace afterpatch::range
