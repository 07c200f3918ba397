#include "exposure/host_plan.h"

#include <gtest/gtest.h>

#include <functional>

#include "exposure/exchange_context.h"

namespace afterpatch::exposure {
namespace {

const Address kAddress = *parse_address("192.0.2.7");

Visit visit_with(HttpAnswer answer, std::vector<std::string> names = {}) {
  Visit visit;
  visit.connected = true;
  visit.tls = TlsFacts{"TLSv1.2", std::move(names), "00"};
  visit.bytes = 3000;
  visit.answer = std::move(answer);
  return visit;
}

HttpAnswer redirect(const std::string& location) {
  HttpAnswer answer = exchange_answer(302);
  answer.headers.emplace_back("location", location);
  return answer;
}

struct Asked {
  std::vector<std::string> requests;  // "name path"
  HostRecord record;
};

// Plays a whole host.
Asked play(const std::function<Visit(const Request&, std::size_t)>& host, const std::string& name = {}) {
  HostPlan plan(exchange_context(), kAddress, name);
  Asked asked;
  while (const auto request = plan.next()) {
    asked.requests.push_back(request->name + " " + request->path);
    if (asked.requests.size() > 20) break;
    plan.take(*request, host(*request, asked.requests.size()));
  }
  asked.record.time = *parse_time("2021-03-10");
  plan.finish(asked.record);
  return asked;
}

TEST(HostPlan, AsksASecondAndThirdConnectionForOtherServers) {
  const Asked asked = play([](const Request&, std::size_t number) {
    return visit_with(exchange_answer(302, number == 2 ? "15.1.2106.2" : "15.1.2176.9"));
  });
  EXPECT_EQ(asked.requests, (std::vector<std::string>{" /owa/", " /owa/", " /owa/"}));
  EXPECT_EQ(asked.record.exposure, BuildStatus::unpatched);
  EXPECT_EQ(asked.record.builds.size(), 2U);
}

TEST(HostPlan, FollowsToTheSignInPageThenAsksForTheManifest) {
  const Asked asked = play([](const Request& request, std::size_t) {
    if (request.path == "/owa/")
      return visit_with(redirect("https://192.0.2.7/owa/auth/logon.aspx?url=https%3a%2f%2fx"));
    return visit_with(request.path.starts_with("/ecp/") ? manifest("15.1.2176.9") : logon_page("15.1.2176"));
  });
  EXPECT_EQ(asked.requests,
            (std::vector<std::string>{
                " /owa/", " /owa/auth/logon.aspx",
                " /ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application",
                " /ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application"}));
  EXPECT_EQ(asked.record.exposure, BuildStatus::patched);
}

TEST(HostPlan, AsksAutodiscoverWhereOutlookOnTheWebIsNotPublished) {
  const Asked asked = play([](const Request& request, std::size_t) {
    return visit_with(request.path.starts_with("/auto") ? exchange_answer(401, "15.1.2176.2")
                                                        : answer_with(404, {}));
  });
  EXPECT_EQ(asked.requests[1], " /autodiscover/autodiscover.xml");
  EXPECT_EQ(asked.record.exposure, BuildStatus::unpatched);
}

TEST(HostPlan, AsksByTheBestNameOfTheCertificateWhenTheAddressShowsNothing) {
  const Asked asked = play([](const Request& request, std::size_t) {
    return visit_with(request.name.empty() ? answer_with(404, {}) : exchange_answer(302, "15.1.2176.2"),
                      {"*.example.org", "www.example.org", "owa.example.org", "mail.example.org"});
  });
  EXPECT_EQ(asked.requests[0], " /owa/");
  EXPECT_EQ(asked.requests[1], "mail.example.org /owa/");
  EXPECT_EQ(asked.record.name, "mail.example.org");
  EXPECT_EQ(asked.record.exposure, BuildStatus::unpatched);
}

TEST(HostPlan, NeverAsksMoreThanFourTimes) {
  const Asked loops = play([](const Request& request, std::size_t) {
    return visit_with(redirect(request.path == "/owa/" ? "/owa/auth/logon.aspx" : "/owa/"),
                      {"mail.example.org"});
  });
  EXPECT_EQ(loops.requests.size(), 4U);
  const Asked strangers =
      play([](const Request&, std::size_t) { return visit_with(answer_with(404, {}), {"mail.a.example"}); });
  EXPECT_LE(strangers.requests.size(), 4U);
}

TEST(HostPlan, NeverLeavesTheHost) {
  for (const std::string location :
       {"https://203.0.114.9/owa/", "https://evil.example/owa/", "//evil.example/owa/auth/logon.aspx",
        "http://192.0.2.7/owa/", "https://192.0.2.7@evil.example/owa/",
        "https://mail.example.org.evil.example/owa/"}) {
    const Asked asked = play(
        [&](const Request&, std::size_t) { return visit_with(redirect(location), {"mail.example.org"}); });
    for (const std::string& request : asked.requests) {
      EXPECT_EQ(request.find("logon"), std::string::npos) << location;
      EXPECT_EQ(request.find("evil"), std::string::npos) << location;
    }
    ASSERT_FALSE(asked.record.evidence.empty());
    EXPECT_EQ(asked.record.evidence.front().says, "redirects elsewhere, not followed: " + location);
  }
}

TEST(HostPlan, AServerCantChooseWhatItIsAsked) {
  for (const std::string location :
       {"/autodiscover/autodiscover.json?@evil.example/mapi/nspi", "/owa/auth/../../ecp/x", "/ecp/y.js",
        "/powershell/", "/owa/auth/logon.aspx%20", "/owa/auth/logon.aspx\r\nCookie: X-BEResource=a"}) {
    const Asked asked = play([&](const Request&, std::size_t) { return visit_with(redirect(location)); });
    for (const std::string& request : asked.requests) {
      const std::string path = request.substr(1);
      EXPECT_TRUE(path == "/owa/" || path == "/autodiscover/autodiscover.xml" ||
                  path.starts_with("/ecp/Current/exporttool/"))
          << path;
    }
  }
}

TEST(HostPlan, FollowsToNamesThatTheCertificateCovers) {
  const Asked asked = play([](const Request& request, std::size_t) {
    if (request.path == "/owa/")
      return visit_with(redirect("https://post.example.org/owa/auth/logon.aspx?x=1"), {"*.example.org"});
    return visit_with(logon_page("15.1.2242"));
  });
  EXPECT_EQ(asked.requests[1], "post.example.org /owa/auth/logon.aspx");
}

TEST(HostPlan, FollowsToTheInsideAddressThatLostServersName) {
  const Asked asked = play([](const Request& request, std::size_t) {
    return visit_with(request.path == "/owa/" ? redirect("https://192.168.5.237/owa/auth/logon.aspx")
                                              : logon_page("15.1.2176"));
  });
  EXPECT_EQ(asked.requests[1], " /owa/auth/logon.aspx") << "asked at the same address, by no name";
}

TEST(HostPlan, DoesNotAskAgainWhoDoesNotTalk) {
  Visit refused;
  refused.error = ProbeError{"tcp", "refused"};
  const Asked asked = play([&](const Request&, std::size_t) { return refused; });
  EXPECT_EQ(asked.requests.size(), 1U);
  EXPECT_FALSE(asked.record.reached);
  EXPECT_EQ(asked.record.errors, (std::vector<ProbeError>{{"tcp", "refused"}}));
  EXPECT_EQ(asked.record.product, ProductKind::unknown);
}

TEST(HostPlan, AServerTooOldToReadIsSeen) {
  Visit old;
  old.connected = true;
  old.error = ProbeError{"tls", "tls-too-old"};
  const Asked asked = play([&](const Request&, std::size_t) { return old; });
  EXPECT_TRUE(asked.record.reached);
  EXPECT_EQ(asked.record.product, ProductKind::unknown);
}

TEST(HostPlan, StopsWhenTheHostHasSentEnough) {
  const Asked asked = play([](const Request&, std::size_t) {
    Visit visit = visit_with(exchange_answer(302, "15.1.2176.2"));
    visit.bytes = 65536;
    return visit;
  });
  EXPECT_EQ(asked.requests.size(), 1U);
  EXPECT_EQ(asked.record.exposure, BuildStatus::unpatched);
}

TEST(HostPlan, KeepsANameThatItWasGiven) {
  const Asked asked = play(
      [](const Request&, std::size_t) { return visit_with(answer_with(404, {}), {"mail.other.example"}); },
      "owa.example.org");
  for (const std::string& request : asked.requests)
    EXPECT_TRUE(request.starts_with("owa.example.org ")) << request;
}

TEST(BestName, PrefersMailNamesAndNeverWildcards) {
  EXPECT_EQ(best_name({"*.a.example", "www.a.example", "autodiscover.a.example"}, {"mail", "autodiscover"}),
            "autodiscover.a.example");
  EXPECT_EQ(best_name({"www.a.example"}, {"mail"}), "www.a.example");
  EXPECT_EQ(best_name({"*.a.example"}, {"mail"}), "");
}

}  // namespace
}  // namespace afterpatch::exposure
