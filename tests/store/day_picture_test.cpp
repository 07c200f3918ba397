#include "store/day_picture.h"

#include "store/hand_made.h"

namespace afterpatch::store {
namespace {

std::vector<std::int64_t> days(int count) {
  std::vector<std::int64_t> out;
  for (int day = 0; day < count; ++day) out.push_back(18691 + day);
  return out;
}

SeenSpan span(int first, int last, const std::string& exposure, std::int64_t source = 1,
              const std::string& name = {}) {
  SeenSpan out;
  out.source = source;
  out.name = name;
  out.first = at(first);
  out.last = at(last);
  out.product = "exchange-self-hosted";
  out.exposure = exposure;
  return out;
}

std::string picture(const std::vector<SeenSpan>& spans, int count, const LongestGaps& gaps = {}) {
  std::string out;
  for (const Standing standing : standings_of({"127.1.0.1", 443, spans}, days(count), gaps))
    out += name_of(standing).substr(0, 3) == "unp" ? 'U' : static_cast<char>(name_of(standing)[0]);
  return out;  // U unpatched, p patched, a absent, o other, b build-ambiguous, n not-affected, u unknown or
               // unsupported
}

TEST(DayPicture, ASpanHoldsFromItsFirstToItsLastDay) {
  EXPECT_EQ(picture({span(1, 2, "unpatched"), span(3, 4, "patched")}, 5), "aUUpp");
}

// Two days are the longest gap: so long nobody can say that the server is gone.
TEST(DayPicture, ASpanHoldsUntilItsLongestGapIsOver) {
  EXPECT_EQ(picture({span(0, 0, "unpatched")}, 6), "UUUaaa");
  EXPECT_EQ(picture({span(0, 0, "unpatched"), span(5, 5, "unpatched")}, 6), "UUUaaU");
  EXPECT_EQ(picture({span(0, 0, "unpatched")}, 6, {{1, std::chrono::hours(96)}}), "UUUUUa");
}

TEST(DayPicture, AProbeThatFailedMakesNobodyVanish) {
  SeenSpan silence = span(2, 2, "unknown");
  silence.reached = false;
  EXPECT_EQ(picture({span(0, 1, "unpatched"), silence, span(3, 3, "patched")}, 4), "UUUp");
  SeenSpan unreadable = span(2, 6, "unknown");
  unreadable.product = "unknown";
  EXPECT_EQ(picture({span(0, 1, "unpatched"), unreadable}, 7), "UUUUaaa");
}

TEST(DayPicture, AnotherProductIsNoServer) {
  SeenSpan other = span(2, 3, "unknown");
  other.product = "not-exchange";
  EXPECT_EQ(picture({span(0, 1, "unpatched"), other}, 4), "UUoo");
}

TEST(DayPicture, TheMoreExactStatementOfADayWins) {
  EXPECT_EQ(picture({span(0, 3, "patched", 1), span(0, 3, "build-ambiguous", 2)}, 4), "pppp");
  EXPECT_EQ(picture({span(0, 3, "build-ambiguous", 1), span(0, 3, "unpatched", 2)}, 4), "UUUU");
}

TEST(DayPicture, AServerThatShowsItselfUnderItsNameOnlyIsOne) {
  SeenSpan by_address = span(0, 3, "unknown");
  by_address.product = "not-exchange";
  EXPECT_EQ(picture({by_address, span(0, 3, "unpatched", 1, "mail.example.org")}, 4), "UUUU");
}

TEST(DayPicture, OnTheDayOfAChangeTheNewStandingCounts) {
  SeenSpan later = span(2, 3, "patched");
  later.first += std::chrono::hours(8);
  EXPECT_EQ(picture({span(0, 2, "unpatched"), later}, 4), "UUpp");
}

}  // namespace
}  // namespace afterpatch::store
