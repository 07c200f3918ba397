// The data of `serve --demo`, and with it the promise of the console: every figure of the situation is the
// length of the list behind it.
#include "app/serve_demo.h"

#include <gtest/gtest.h>

#include <set>

#include <boost/json.hpp>

#include "store/store.h"
#include "web/application.h"
#include "web/clock.h"
#include "web/secret.h"
#include "web/shared.h"
#include "web/sign_in.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using web::Method;

class ServeDemo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto knowledge = std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge";
    const auto made = make_demo(knowledge);
    ASSERT_TRUE(made) << to_string(made.error());
    demo_ = new Demo(*made);
    web::Settings settings;
    settings.store = demo_->store;
    settings.knowledge = knowledge;
    settings.demo = true;
    store_ = std::move(*store::Store::open(demo_->store)).release();
    shared_ = new web::Shared(settings);
    shared_->set_mark("1");
    application_ = new web::Application(*shared_, web::all_routes());
    cookie_ = new std::string(web::new_token());
    const Timestamp now = web::current_time();
    ASSERT_TRUE(store_->accounts().begin_session(
        {web::digest_of(*cookie_), "admin", "127.0.0.1", now, now, now + std::chrono::hours(1)}));
  }
  static void TearDownTestSuite() {
    delete application_;
    delete shared_;
    delete store_;
    delete cookie_;
    if (demo_ != nullptr) remove_demo(*demo_);
    delete demo_;
  }

  static json::value get(const std::string& target, const std::string& token = {}) {
    web::Request request;
    request.method = Method::get;
    request.target = *web::parse_target("/api/v1" + target);
    request.address = "127.0.0.1";
    if (token.empty())
      request.headers.emplace_back("Cookie", std::string(web::kSessionCookie) + "=" + *cookie_);
    else
      request.headers.emplace_back("Authorization", "Bearer " + token);
    const web::Response answer = application_->answer(request, *store_, web::current_time());
    EXPECT_EQ(answer.status, 200U) << target << answer.body;
    return json::parse(answer.body);
  }

  // The list that a figure names, as the console asks for it.
  static std::string target_of(const json::value& list, const std::string& certainty = {}) {
    std::string target = "/" + std::string(list.at("view").as_string()) + "?limit=1";
    for (const auto& [name, value] : list.at("parameters").as_object())
      target += "&" + std::string(name) + "=" + std::string(value.as_string());
    return certainty.empty() ? target : target + "&certainty=" + certainty;
  }
  static std::uint64_t total(const json::value& list, const std::string& certainty = {}) {
    return get(target_of(list, certainty)).at("total").to_number<std::uint64_t>();
  }
  static std::uint64_t number(const json::value& value) { return value.to_number<std::uint64_t>(); }

  static void check_band(const json::value& list, const json::value& band, const std::string& what) {
    EXPECT_EQ(total(list), number(band.at("value"))) << what;
    EXPECT_EQ(total(list, "certain"), number(band.at("low"))) << what;
    EXPECT_EQ(total(list, "possible"), number(band.at("high"))) << what;
  }
  static void check_funnel(const json::value& funnel, const std::string& what) {
    for (const auto& step : funnel.as_array())
      check_band(step.at("list"), step.at("servers"), what + " " + std::string(step.at("id").as_string()));
  }

  static inline Demo* demo_ = nullptr;
  static inline store::Store* store_ = nullptr;
  static inline web::Shared* shared_ = nullptr;
  static inline web::Application* application_ = nullptr;
  static inline std::string* cookie_ = nullptr;
};

TEST_F(ServeDemo, HasSomethingToShowOnEveryView) {
  const auto situation = get("/situation");
  EXPECT_GE(situation.at("waves").as_array().size(), 2U);
  EXPECT_GE(situation.at("countries").as_array().size(), 6U);
  EXPECT_GE(situation.at("sectors").as_array().size(), 5U);
  EXPECT_FALSE(situation.at("second_group").is_null());
  for (const auto& step : situation.at("funnel").as_array())
    EXPECT_GT(number(step.at("servers").at("value")), 0U) << step.at("id");
  EXPECT_GE(get("/clusters").at("clusters").as_array().size(), 2U);
  const auto notices = get("/notices");
  for (const char* state : {"planned", "approved", "delivered", "bounced", "failed"})
    EXPECT_GT(number(notices.at("states").at(state)), 0U) << state;
  EXPECT_GT(number(get("/cases?state=clean").at("total")), 0U);
  EXPECT_GT(number(get("/notices/effect").at("hold_back").at("cases")), 100U);
}

TEST_F(ServeDemo, ShowsEvidenceCoverageAndAVictimsPage) {
  const auto hit = get("/servers?at_least=re-entered&limit=1").at("rows").at(0);
  const auto server = get("/servers/" + std::string(hit.at("subject").as_string()));
  EXPECT_GE(server.at("evidence").as_array().size(), 2U);
  EXPECT_GE(server.at("coverage").as_array().size(), 2U);
  const auto victim = get("/victim/case", demo_->victim_token);
  EXPECT_FALSE(victim.at("servers").as_array().empty());
  EXPECT_FALSE(victim.at("steps").as_array().empty());
}

TEST_F(ServeDemo, EveryHeadlineFunnelStepAndBlindSpotIsTheLengthOfItsList) {
  const auto situation = get("/situation");
  check_funnel(situation.at("funnel"), "all");
  for (const char* by : {"by_country", "by_region", "by_sector"})
    for (const auto& group : situation.at(by).as_array())
      check_funnel(group.at("funnel"),
                   std::string(by) + " '" + std::string(group.at("key").as_string()) + "'");
  for (const auto& headline : situation.at("headlines").as_array())
    EXPECT_TRUE(headline.at("unit") != "servers" ||
                total(headline.at("list")) == number(headline.at("count").at("value")))
        << headline.at("id");
  for (const auto& spot : situation.at("blind_spots").as_array())
    EXPECT_TRUE(spot.at("list").is_null() || total(spot.at("list")) == number(spot.at("servers")))
        << spot.at("says");
}

TEST_F(ServeDemo, OrganisationsAreThoseOfTheServersListed) {
  const auto situation = get("/situation");
  for (const auto& step : situation.at("funnel").as_array()) {
    std::set<std::string> organisations;
    const auto all = total(step.at("list"));
    for (std::uint64_t offset = 0; offset < all; offset += 500) {
      std::string target = target_of(step.at("list"));
      target.replace(target.find("limit=1"), 7, "limit=500&offset=" + std::to_string(offset));
      const auto page = get(target);
      for (const auto& row : page.at("rows").as_array())
        if (!row.at("organisation").as_string().empty())
          organisations.emplace(row.at("organisation").as_string());
    }
    EXPECT_EQ(organisations.size(), number(step.at("organisations").at("value"))) << step.at("id");
    EXPECT_EQ(organisations.size(), total(step.at("organisations_list"))) << step.at("id");
  }
}

TEST_F(ServeDemo, EveryFigureOfMapAndMatrixIsTheLengthOfItsList) {
  const auto situation = get("/situation");
  for (const auto& country : situation.at("countries").as_array())
    for (const auto& [figure, list] : country.at("lists").as_object())
      EXPECT_EQ(total(list), number(country.at(figure))) << country.at("country") << figure;
  for (const auto& sector : situation.at("sectors").as_array())
    for (const auto& [figure, list] : sector.at("lists").as_object())
      EXPECT_EQ(total(list),
                number(figure == "servers" ? sector.at("servers") : sector.at("states").at(figure)))
          << sector.at("sector") << figure;
}

TEST_F(ServeDemo, EveryFigureOfTheClustersIsTheLengthOfItsList) {
  const auto clusters = get("/clusters");
  for (const auto& cluster : clusters.at("clusters").as_array())
    EXPECT_EQ(
        number(get("/servers?limit=1&cluster=" + std::string(cluster.at("id").as_string())).at("total")),
        number(cluster.at("servers")));
  EXPECT_EQ(number(get("/servers?limit=1&cluster=-&at_least=exploited").at("total")),
            number(clusters.at("unclustered")));
}

TEST_F(ServeDemo, NoticesByStateAreTheLengthOfTheirLists) {
  const auto notices = get("/notices");
  for (const auto& [state, count] : notices.at("states").as_object())
    EXPECT_EQ(number(get("/notices?limit=1&state=" + std::string(state)).at("total")), number(count))
        << state;
}

}  // namespace
}  // namespace afterpatch::app
