// What is on the paper is asked of poppler, which reads PDF for a living.
#include "notify/message/letters.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "base/text.h"
#include "evidence/temporary_folder.h"
#include "notify/message_fixture.h"

namespace afterpatch::notify {
namespace {

Letter letter(const std::string& language, const std::string& reason = "unpatched") {
  NoticeFacts what = facts(reason, language);
  Letter made;
  made.case_number = what.case_number;
  made.language = language;
  made.recipient = {"Müller & Söhne GmbH", "IT-Abteilung", "Hauptstraße 5", "12345 Beispielstadt"};
  made.text = *write_notice(library(), agency(), what);
  made.date = what.date;
  return made;
}

class Letters : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("pdftotext -v >/dev/null 2>&1") != 0)
      GTEST_SKIP() << "pdftotext is not installed (Debian: poppler-utils)";
  }
  std::string print(const std::vector<Letter>& letters) {
    const Result<std::string> pdf = write_letters(library(), agency(), letters);
    EXPECT_TRUE(pdf) << to_string(pdf.error());
    return pdf ? *pdf : std::string();
  }
  // The text in a rectangle of a page, in millimetres; the whole page without one.
  std::string text(const std::string& pdf, int page, const std::string& where = "") {
    const std::string file = folder_.write("letters.pdf", pdf).string();
    const std::string command =
        fmt::format("pdftotext -q -layout -r 254 -f {0} -l {0} {1} {2} - 2>/dev/null", page, where, file);
    std::string out;
    FILE* pipe = ::popen(command.c_str(), "r");
    char bytes[4096];
    while (std::fgets(bytes, sizeof bytes, pipe) != nullptr) out += bytes;
    ::pclose(pipe);
    return out;
  }
  // At 254 dpi a millimetre is 10 pixels.
  static std::string millimetres(int left, int top, int width, int height) {
    return fmt::format("-x {} -y {} -W {} -H {}", left * 10, top * 10, width * 10, height * 10);
  }
  TemporaryFolder folder_;
};

TEST_F(Letters, HaveTheAddressInTheWindow) {
  const std::string window = text(print({letter("de")}), 1, millimetres(20, 45, 85, 45));
  for (const char* line :
       {"CERT Beispielland · Amtsstraße 1", "Müller & Söhne GmbH", "Hauptstraße 5", "12345 Beispielstadt"})
    EXPECT_TRUE(window.contains(line)) << line << "\n" << window;
  EXPECT_FALSE(window.contains("AP-2021")) << "nothing of the case shows through the window";
}

TEST_F(Letters, BeginOnAPageOfTheirOwnAndCountTheirPages) {
  const std::string pdf = print({letter("en", "backdoored"), letter("de"), letter("fr"), letter("es")});
  std::vector<std::string> pages;
  for (int page = 1; page <= 20; ++page) {
    pages.push_back(text(pdf, page));
    if (trim(pages.back()).empty()) break;
  }
  std::string all;
  for (const std::string& page : pages) all += page;
  for (const char* first :
       {"Page 1 of 2", "Page 2 of 2", "Seite 1 von 2", "Page 1 sur 2", "Página 1 de 2", "Página 2 de 2"})
    EXPECT_TRUE(all.contains(first)) << first << all.size();
  EXPECT_EQ(pages.size(), 9U) << "four letters of two pages, and nothing behind them";
  EXPECT_TRUE(pages[2].contains("Seite 1 von 2") && pages[2].contains("Müller & Söhne GmbH"));
}

TEST_F(Letters, LoseNoWordOfTheText) {
  const Letter one = letter("de", "backdoored");
  std::string printed;
  const std::string pdf = print({one});
  for (int page = 1; page <= 3; ++page) printed += text(pdf, page) + " ";
  std::string flat;
  for (const char c : printed)
    if (c != ' ' && c != '\n' && c != '\f') flat.push_back(c);
  for (const std::string_view line : split(one.text.body, '\n'))
    for (const std::string_view word : split(line, ' ')) {
      if (word.size() > 3 && word.size() < 20) {
        EXPECT_TRUE(flat.contains(word)) << word;
      }
    }
}

TEST_F(Letters, TellALongLinkWholeOnALineOfItsOwn) {
  Letter one = letter("en");
  const std::string link = "https://csirt.example/v/" + std::string(43, 'k');
  one.text.body = "You can answer without a password, on a page of your own: " + link + "\nOr call us.\n";
  const std::string page = text(print({one}), 1);
  bool alone = false;
  for (const std::string_view line : split(page, '\n')) alone = alone || trim(line) == link;
  EXPECT_TRUE(alone) << page;
  EXPECT_TRUE(page.contains("Or call us."));
}

TEST_F(Letters, LeaveNoHeadingAtTheEndOfAPage) {
  for (int lines = 20; lines < 60; ++lines) {
    Letter one = letter("en");
    one.text.body = "x\n";
    for (int i = 1; i < lines; ++i) one.text.body += "x\n";
    one.text.body += "WHAT IT MEANS\nthe text of it\n";
    const std::string pdf = print({one});
    for (int page = 1; page <= 2; ++page) {
      const std::string shown = text(pdf, page);
      EXPECT_EQ(shown.contains("WHAT IT MEANS"), shown.contains("the text of it")) << lines << " on " << page;
    }
  }
}

TEST_F(Letters, NameTheSenderOnceThoughTheAddressBeginsWithIt) {
  Agency named = agency();
  named.postal.insert(named.postal.begin(), named.name);
  const auto pdf = write_letters(library(), named, {letter("en")});
  ASSERT_TRUE(pdf);
  EXPECT_EQ(text(*pdf, 1, millimetres(20, 20, 180, 75)),
            text(print({letter("en")}), 1, millimetres(20, 20, 180, 75)));
}

TEST_F(Letters, BoundHostileNames) {
  Letter hostile = letter("en");
  hostile.recipient = {std::string(10240, 'W'),
                       "a\r\nb\x1b[2J",
                       "\xE2\x80\xAE"
                       "evil",
                       "4",
                       "5",
                       "6",
                       "seventh line"};
  const std::string pdf = print({hostile});
  EXPECT_FALSE(text(pdf, 1).contains("seventh line"));
  EXPECT_TRUE(text(pdf, 1, millimetres(20, 45, 90, 45)).contains("…"));
  const std::string beside = text(pdf, 1, millimetres(106, 45, 18, 45));
  EXPECT_FALSE(beside.contains("WWW")) << "nothing runs out of the window";
  EXPECT_TRUE(text(pdf, 2).contains("Page 2 of 2"));
}

TEST_F(Letters, AreTheSameEachTime) {
  const std::vector<Letter> two{letter("de"), letter("fr")};
  EXPECT_EQ(print(two), print(two));
}

TEST_F(Letters, AreNotMadeForNobody) {
  EXPECT_FALSE(write_letters(library(), agency(), {}));
  Letter nobody = letter("en");
  nobody.recipient = {" "};
  EXPECT_FALSE(write_letters(library(), agency(), {nobody}));
  Letter endless = letter("en");
  for (int i = 0; i < 2000; ++i) endless.text.body += "line\n";
  EXPECT_FALSE(write_letters(library(), agency(), {endless}));
}

}  // namespace
}  // namespace afterpatch::notify
