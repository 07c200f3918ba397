#include "store/trend.h"

#include "store/hand_made.h"

namespace afterpatch::store {
namespace {

class Trend : public StoreFolder {
 protected:
  Picture picture_of(const std::vector<Observation>& observations) {
    const auto store = open();
    write_all(*store, observations);
    auto picture = take_picture(*store, "");
    EXPECT_TRUE(picture) << to_string(picture.error());
    return std::move(*picture);
  }
};

// Letters of a server's days: U unpatched, P patched, B build-ambiguous, X not reached, S unsupported, - no
// record.
std::vector<Observation> days_of(const std::string& address, const std::string& letters) {
  std::vector<Observation> out;
  for (std::size_t day = 0; day < letters.size(); ++day) {
    const int number = static_cast<int>(day);
    switch (letters[day]) {
      case 'U':
        out.push_back(seen(number, address, "unpatched"));
        break;
      case 'P':
        out.push_back(seen(number, address, "patched"));
        break;
      case 'B':
        out.push_back(seen(number, address, "build-ambiguous"));
        break;
      case 'S':
        out.push_back(seen(number, address, "unsupported"));
        break;
      case 'X':
        out.push_back(seen(number, address, "unknown", "unknown", false));
        break;
      default:
        break;
    }
  }
  return out;
}

std::vector<Observation> country_of(const std::vector<std::string>& servers) {
  std::vector<Observation> out;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    for (const Observation& one : days_of("127.1.0." + std::to_string(i + 1), servers[i])) out.push_back(one);
  }
  return out;
}

TEST_F(Trend, CountsEachDayByStanding) {
  const Picture picture = picture_of(country_of({"UUP", "UPP", "BBB", "SSS"}));
  ASSERT_EQ(picture.days.size(), 3U);
  EXPECT_EQ(count_of(picture.days[0].counts, Standing::unpatched), 2U);
  EXPECT_EQ(count_of(picture.days[2].counts, Standing::patched), 2U);
  EXPECT_EQ(count_of(picture.days[2].counts, Standing::build_ambiguous), 1U);
  EXPECT_EQ(count_of(picture.days[2].counts, Standing::unsupported), 1U);
}

TEST_F(Trend, GoneIsNeverPatched) {
  const Picture picture = picture_of(country_of({"UUXXXX", "UUUUUU", "PPXXXX"}));
  const DayCounts& last = picture.days.back();
  EXPECT_EQ(count_of(last.counts, Standing::patched), 0U);
  EXPECT_EQ(count_of(picture.gone_as, Standing::unpatched), 1U);
  EXPECT_EQ(count_of(picture.gone_as, Standing::patched), 1U);
  EXPECT_EQ(patched_share(last.counts).high, 0.0);
}

TEST_F(Trend, NewGoneAndReturnedAreCountedOnTheirDay) {
  const Picture picture = picture_of(country_of({"UUXXXXUU", "XXUUUUUU", "UUUUUUUU"}));
  EXPECT_EQ(picture.days[0].seen_first, 2U);
  EXPECT_EQ(picture.days[2].seen_first, 1U);
  EXPECT_EQ(picture.days[4].gone, 1U);
  EXPECT_EQ(picture.days[6].returned, 1U);
  EXPECT_EQ(picture.days[7].returned + picture.days[7].gone + picture.days[7].seen_first, 0U);
  for (const std::uint64_t gone : picture.gone_as) EXPECT_EQ(gone, 0U);
}

TEST_F(Trend, DaysWithoutAnyScanAreNoDaysOfTheTrend) {
  const Picture picture = picture_of(country_of({"UU------UU", "UU------PP"}));
  ASSERT_EQ(picture.days.size(), 4U);
  EXPECT_EQ(picture.days[2].gone, 0U);
}

TEST_F(Trend, TheBandIsWhatTheUnknownOnesCouldBe) {
  StandingCounts counts{};
  counts[static_cast<std::size_t>(Standing::patched)] = 30;
  counts[static_cast<std::size_t>(Standing::unpatched)] = 40;
  counts[static_cast<std::size_t>(Standing::unsupported)] = 10;
  counts[static_cast<std::size_t>(Standing::build_ambiguous)] = 15;
  counts[static_cast<std::size_t>(Standing::unknown)] = 5;
  const PatchedShare share = patched_share(counts);
  EXPECT_DOUBLE_EQ(share.low, 0.3);
  EXPECT_DOUBLE_EQ(share.high, 0.5);
  EXPECT_DOUBLE_EQ(share.among_known, 30.0 / 80);
  EXPECT_EQ(patched_share({}).denominator, 0U);
}

TEST_F(Trend, LifetimesEndByAPatchAndAreCensoredByVanishing) {
  const Picture picture = picture_of(country_of({"UUUPPP", "UUXXXX", "SSSSSS", "PPPPPP", "XUBPPP"}));
  std::vector<std::pair<double, bool>> lifetimes;
  for (const Lifetime& one : picture.lifetimes) lifetimes.emplace_back(one.days, one.ended);
  // Servers come in the order of their addresses. The last one: open on day 1, patched on day 3, so in
  // between.
  EXPECT_EQ(lifetimes,
            (std::vector<std::pair<double, bool>>{{2.5, true}, {3, false}, {5, false}, {1, true}}));
}

TEST_F(Trend, GroupsAreThoseOfTheLastDay) {
  const Picture picture = picture_of(country_of({"UUUUU", "UUUUP", "UXXXX"}));
  ASSERT_EQ(picture.countries.size(), 1U);
  EXPECT_EQ(picture.countries[0].key, "DE");
  EXPECT_EQ(count_of(picture.countries[0].counts, Standing::unpatched), 1U);
  EXPECT_EQ(count_of(picture.countries[0].counts, Standing::patched), 1U);
  EXPECT_EQ(picture.sectors[0].key, "");
}

TEST_F(Trend, ADayOnWhichHalfOfAllVanishIsDoubtful) {
  std::vector<std::string> servers(40, "UUUXXXXX");
  servers.resize(60, "UUUUUUUU");
  servers.resize(63, "UXXXXXXX");  // ordinary: a few go
  const Picture picture = picture_of(country_of(servers));
  std::string marks;
  for (const DayCounts& day : picture.days) marks += day.doubtful ? '!' : '.';
  EXPECT_EQ(marks, ".....!..");
}

TEST_F(Trend, APatchThatComesOffIsShownAsOdd) {
  EXPECT_EQ(picture_of(country_of({"UPPU"})).odd_days, 1U);
}

}  // namespace
}  // namespace afterpatch::store
