// The outbox against a mail server that is simulated exactly, killed at every step there is.
#include "notify/outbox.h"

#include <algorithm>
#include <map>

#include "notify/hand_made_store.h"

namespace afterpatch::notify {
namespace {

using std::chrono::milliseconds;

// What kill -9 does: nothing after it runs. No std::exception, so nothing takes it for an error.
struct Killed {};

// Counts everything that a program does on its way, and ends it at a chosen step.
struct Fate {
  int kill_at = -1;  // never
  int step = 0;
  void pass() {
    if (step++ == kill_at) throw Killed();
  }
};

struct MailServer {
  std::multimap<std::string, std::string> inboxes;  // recipient to message id
  std::vector<std::string> archive;
  std::map<std::string, Outcome> refusals;  // by recipient
  bool loses_connection_after_last_byte = false;
  bool accepts_what_it_lost = false;
  bool down = false;
  int connections = 0;

  void accept(const OutgoingMessage& message) {
    inboxes.emplace(message.recipient, message.message_id);
    archive.push_back(message.message_id);
  }
};

class SimulatedTransport : public MessageTransport {
 public:
  SimulatedTransport(MailServer& server, Fate& fate) : server_(server), fate_(fate) {}

  Handed hand_over(const OutgoingMessage& message, const std::function<bool()>& before_last_byte) override {
    fate_.pass();
    ++server_.connections;
    if (server_.down) return {Outcome::unavailable, "no connection"};
    const auto refusal = server_.refusals.find(message.recipient);
    if (refusal != server_.refusals.end()) return {refusal->second, "refused at RCPT"};
    fate_.pass();
    if (!before_last_byte()) return {Outcome::unavailable, "not completed"};
    fate_.pass();  // the last byte was not out
    if (server_.loses_connection_after_last_byte) {
      if (server_.accepts_what_it_lost) server_.accept(message);
      return {Outcome::unknown, "connection lost"};
    }
    server_.accept(message);
    fate_.pass();  // accepted, and nobody heard the answer
    return {Outcome::accepted, "250 queued"};
  }

 private:
  MailServer& server_;
  Fate& fate_;
};

class SimulatedArchive : public SentArchive {
 public:
  SimulatedArchive(MailServer& server, Fate& fate) : server_(server), fate_(fate) {}
  Result<bool> holds(const std::string& message_id) override {
    fate_.pass();
    return std::ranges::find(server_.archive, message_id) != server_.archive.end();
  }

 private:
  MailServer& server_;
  Fate& fate_;
};

class OutboxTest : public CaseStore {
 protected:
  static store::Statement opened_case(int number) {
    return {hour(0),
            hour(0),
            "notify",
            "case-opened",
            "case",
            fmt::format("AP-2021-{:06}", number),
            "",
            fmt::format(R"({{"organisation":"de-{}","campaign":"c","reason":"unpatched","servers":[]}})",
                        number)};
  }
  static store::Statement of(int number, const std::string& kind, const std::string& content) {
    return {hour(0), hour(0), "notify", kind, "notice", fmt::format("AP-2021-{:06}.1", number), "", content};
  }

  void approve(int notices) {
    for (int i = 1; i <= notices; ++i)
      say({opened_case(i),
           of(i, "notice-planned",
              fmt::format(
                  R"({{"channel":"email","recipient":"it@o{}.example","language":"de","text":"unpatched"}})",
                  i)),
           of(i, "notice-approved", "{}")});
  }

  Result<void> run(Fate fate = {}, const std::string& holder = "a", int stop_after = -1) {
    auto store = open();  // a process of its own
    SimulatedTransport transport(server_, fate);
    SimulatedArchive archive(server_, fate);
    OutboxSettings settings;
    settings.holder = holder;
    Outbox outbox(world(*store, transport, archive, fate, stop_after), settings);
    const auto done = outbox.run();
    counts_ = outbox.counts();
    last_steps_ = fate.step;
    return done;
  }

  OutboxWorld world(store::Store& store, MessageTransport& transport, SentArchive& archive, Fate& fate,
                    int stop_after) {
    return {store,
            transport,
            archive,
            [&fate](const store::NoticeRow& notice) -> Result<OutgoingMessage> {
              fate.pass();
              if (notice.recipient == "it@unwritable.example") return fail("no text in this language");
              return OutgoingMessage{"returns@agency.example", notice.recipient, "<" + notice.id + ">",
                                     "text"};
            },
            [&fate, this] {
              fate.pass();
              now_ += milliseconds(1);
              return now_;
            },
            [&fate, this](milliseconds time) {
              fate.pass();
              now_ += time;
            },
            [this, stop_after] { return stop_after >= 0 && server_.connections >= stop_after; },
            {}};
  }

  // Runs until it dies or ends.
  bool survives(Fate fate, const std::string& holder) {
    try {
      EXPECT_TRUE(run(fate, holder));
      return true;
    } catch (const Killed&) {
      now_ += std::chrono::minutes(2);  // the lease ends
      return false;
    }
  }

  std::string state_of(int number) {
    return (*store_->cases().notice(fmt::format("AP-2021-{:06}.1", number)))->state;
  }

  MailServer server_;
  Timestamp now_ = hour(1);
  OutboxCounts counts_;
  int last_steps_ = 0;
};

TEST_F(OutboxTest, SendsEachApprovedNoticeOnce) {
  approve(3);
  ASSERT_TRUE(run());
  EXPECT_EQ(counts_.sent, 3U);
  EXPECT_EQ(server_.inboxes.size(), 3U);
  ASSERT_TRUE(run());
  EXPECT_EQ(counts_.sent, 0U);
  EXPECT_EQ(server_.inboxes.size(), 3U);
  EXPECT_EQ(state_of(2), "sent");
}

TEST_F(OutboxTest, SendsNothingThatIsNotApprovedOrNotDueOrNotMail) {
  approve(1);
  say({of(1, "notice-cancelled", "{}"), opened_case(2),
       of(2, "notice-planned", R"({"channel":"email","recipient":"it@o2.example"})"), opened_case(3),
       of(3, "notice-planned",
          R"({"channel":"email","recipient":"it@o3.example","not_before":"2022-01-01T00:00:00Z"})"),
       of(3, "notice-approved", "{}"), opened_case(4),
       of(4, "notice-planned", R"({"channel":"letter","recipient":"x"})"), of(4, "notice-approved", "{}")});
  ASSERT_TRUE(run());
  EXPECT_TRUE(server_.inboxes.empty());
}

TEST_F(OutboxTest, WhatIsRefusedIsNeverTriedAgainAndWhatIsDeferredLater) {
  approve(2);
  server_.refusals = {{"it@o1.example", Outcome::refused}, {"it@o2.example", Outcome::deferred}};
  ASSERT_TRUE(run());
  EXPECT_EQ(state_of(1), "failed");
  EXPECT_EQ(state_of(2), "approved");
  server_.refusals.clear();
  ASSERT_TRUE(run());
  EXPECT_TRUE(server_.inboxes.empty());
  now_ += std::chrono::hours(1);
  ASSERT_TRUE(run());
  EXPECT_EQ(state_of(2), "sent");
  EXPECT_EQ(server_.inboxes.count("it@o1.example"), 0U);
}

TEST_F(OutboxTest, GivesUpAfterManyTries) {
  approve(1);
  server_.refusals = {{"it@o1.example", Outcome::deferred}};
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(run());
    now_ += std::chrono::hours(25);
  }
  EXPECT_EQ(state_of(1), "failed");
}

TEST_F(OutboxTest, GivesUpAServerThatAlwaysHangsUpBeforeItAnswers) {
  approve(1);
  server_.loses_connection_after_last_byte = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(state_of(1), "failed");
  EXPECT_EQ(server_.connections, OutboxSettings().most_attempts);
}

TEST_F(OutboxTest, ADeadServerEndsTheRunAndLosesNothing) {
  approve(2);
  server_.down = true;
  const auto done = run();
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("no connection"), std::string::npos);
  server_.down = false;
  ASSERT_TRUE(run());
  EXPECT_EQ(server_.inboxes.size(), 2U);
}

TEST_F(OutboxTest, OneNoticeThatCantBeMadeHoldsUpNoOther) {
  approve(1);
  say({opened_case(2), of(2, "notice-planned", R"({"channel":"email","recipient":"it@unwritable.example"})"),
       of(2, "notice-approved", "{}")});
  ASSERT_TRUE(run());
  EXPECT_EQ(server_.inboxes.size(), 1U);
  EXPECT_EQ(counts_.not_made, 1U);
  EXPECT_NE(counts_.last_problem.find("no text in this language"), std::string::npos);
}

TEST_F(OutboxTest, DoubtIsSettledByTheArchive) {
  for (const bool accepted : {true, false}) {
    server_ = {};
    server_.loses_connection_after_last_byte = true;
    server_.accepts_what_it_lost = accepted;
    approve(1);
    const auto began = now_;
    ASSERT_TRUE(run({}, "a", 1));  // stopped before anything is settled
    EXPECT_EQ(state_of(1), "in-doubt");
    server_.loses_connection_after_last_byte = false;
    ASSERT_TRUE(run());
    EXPECT_EQ(state_of(1), "sent");
    EXPECT_EQ(server_.inboxes.size(), 1U);
    if (accepted) {
      EXPECT_EQ(counts_.found, 1U);
      start_again();
    } else {
      EXPECT_EQ(counts_.again, 1U);
      EXPECT_GE(now_ - began, OutboxSettings().grace);
    }
  }
}

TEST_F(OutboxTest, AStoreThatForgotWhatWasSentSendsNothing) {
  approve(2);
  server_.archive.push_back("<AP-2021-000001.1>");
  const auto done = run();
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().next.find("restored"), std::string::npos);
  EXPECT_TRUE(server_.inboxes.empty());
}

TEST_F(OutboxTest, KeepsTheRatePerDomainAndInAll) {
  say({opened_case(1), of(1, "notice-planned", R"({"channel":"email","recipient":"a@o.example"})"),
       of(1, "notice-approved", "{}"), opened_case(2),
       of(2, "notice-planned", R"({"channel":"provider","recipient":"b@O.EXAMPLE"})"),
       of(2, "notice-approved", "{}"), opened_case(3),
       of(3, "notice-planned", R"({"channel":"email","recipient":"c@p.example"})"),
       of(3, "notice-approved", "{}")});
  const auto began = now_;
  ASSERT_TRUE(run());
  EXPECT_EQ(server_.inboxes.size(), 3U);
  EXPECT_GE(now_ - began, OutboxSettings().between_same_domain + OutboxSettings().between_messages);
}

TEST_F(OutboxTest, KilledAtEveryStepNobodyIsLostAndNobodyGetsTwo) {
  bool survived = false;
  int killed = 0;
  for (int kill_at = 0; !survived; ++kill_at) {
    start_again();
    server_ = {};
    approve(2);
    survived = survives({kill_at, 0}, "first");
    if (!survived) ++killed;
    ASSERT_TRUE(survives({}, "second")) << kill_at;
    for (const char* recipient : {"it@o1.example", "it@o2.example"})
      ASSERT_EQ(server_.inboxes.count(recipient), 1U) << recipient << " killed at step " << kill_at;
    ASSERT_EQ(state_of(1), "sent") << kill_at;
    ASSERT_EQ(state_of(2), "sent") << kill_at;
    const std::string live = rows(*store_);
    ASSERT_TRUE(replay(*store_));
    ASSERT_EQ(rows(*store_), live) << kill_at;
  }
  EXPECT_GT(killed, 20);
}

TEST_F(OutboxTest, KilledAgainWhileItRecoversNobodyIsLostAndNobodyGetsTwo) {
  for (int first = 8; first < 32; first += 4) {
    bool survived = false;
    for (int second = 0; !survived && second < 60; second += 3) {
      start_again();
      server_ = {};
      approve(1);
      survives({first, 0}, "first");
      survived = survives({second, 0}, "second");
      ASSERT_TRUE(survives({}, "third"));
      ASSERT_EQ(server_.inboxes.count("it@o1.example"), 1U) << first << " " << second;
    }
  }
}

// While one sender is in the middle of a message, another one starts.
class SecondSender : public MessageTransport {
 public:
  SecondSender(MessageTransport& inner, std::function<void()> meanwhile)
      : inner_(inner), meanwhile_(std::move(meanwhile)) {}
  Handed hand_over(const OutgoingMessage& message, const std::function<bool()>& before_last_byte) override {
    return inner_.hand_over(message, [&] {
      if (std::exchange(once_, false)) meanwhile_();
      return before_last_byte();
    });
  }

 private:
  MessageTransport& inner_;
  std::function<void()> meanwhile_;
  bool once_ = true;
};

TEST_F(OutboxTest, TwoSendersAtOnceSendOne) {
  for (const bool lease_ended : {false, true}) {
    start_again();
    server_ = {};
    approve(3);
    Fate fate;
    SimulatedTransport inner(server_, fate);
    SimulatedArchive archive(server_, fate);
    SecondSender transport(inner, [&] {
      if (lease_ended) now_ += std::chrono::minutes(2);  // it was asleep
      EXPECT_EQ(run({}, "b").has_value(), lease_ended);
    });
    OutboxSettings settings;
    settings.holder = "a";
    Outbox outbox(world(*store_, transport, archive, fate, -1), settings);
    const auto done = outbox.run();
    EXPECT_TRUE(done) << to_string(done.error());
    EXPECT_EQ(server_.inboxes.size(), 3U);
    for (int i = 1; i <= 3; ++i) EXPECT_EQ(server_.inboxes.count(fmt::format("it@o{}.example", i)), 1U);
  }
}

TEST_F(OutboxTest, WhatIsCancelledInTheLastMomentIsNotSent) {
  approve(2);
  Fate fate;
  SimulatedTransport inner(server_, fate);
  SimulatedArchive archive(server_, fate);
  SecondSender transport(inner, [&] {
    auto other = open();
    ASSERT_TRUE(record(*other, {of(1, "notice-cancelled", "{}")}));
  });
  OutboxSettings settings;
  settings.holder = "a";
  Outbox outbox(world(*store_, transport, archive, fate, -1), settings);
  ASSERT_TRUE(outbox.run());
  EXPECT_EQ(server_.inboxes.count("it@o1.example"), 0U);
  EXPECT_EQ(server_.inboxes.count("it@o2.example"), 1U);
}

// Stops the store's server in the middle of the first message: before the mail server has it, or after.
class StoreStopper : public MessageTransport {
 public:
  StoreStopper(MessageTransport& inner, store::PostgresqlServer& server, bool has_it)
      : inner_(inner), server_(server), has_it_(has_it) {}
  Handed hand_over(const OutgoingMessage& message, const std::function<bool()>& before_last_byte) override {
    if (!has_it_) server_.stop_at_once();
    const Handed handed = inner_.hand_over(message, before_last_byte);
    if (has_it_) server_.stop_at_once();
    return handed;
  }

 private:
  MessageTransport& inner_;
  store::PostgresqlServer& server_;
  bool has_it_;
};

TEST_F(OutboxTest, AStoreThatGoesAwayMidWayLosesNobodyAndNobodyGetsTwo) {
  if (std::getenv("AFTERPATCH_TEST_POSTGRESQL") == nullptr) GTEST_SKIP() << "only a server can go away";
  const auto database = store::PostgresqlServer::start();
  ASSERT_NE(database, nullptr) << store::PostgresqlServer::kMissing;
  for (const bool has_it : {false, true}) {
    const std::string fresh = database->new_database();
    place_ = fresh;
    store_ = open();
    server_ = {};
    approve(3);
    Fate fate;
    SimulatedTransport inner(server_, fate);
    SimulatedArchive archive(server_, fate);
    StoreStopper transport(inner, *database, has_it);
    OutboxSettings settings;
    settings.holder = "a";
    const auto done = Outbox(world(*store_, transport, archive, fate, -1), settings).run();
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().next.find("is the server there"), std::string::npos) << to_string(done.error());
    EXPECT_EQ(server_.inboxes.size(), has_it ? 1U : 0U);
    ASSERT_TRUE(database->run());
    const std::string today = database->new_database();  // tells the port of today
    place_ = today.substr(0, today.rfind('/')) + fresh.substr(fresh.rfind('/'));
    store_ = open();
    now_ += std::chrono::minutes(2);  // the lease ends
    const auto again = run();
    ASSERT_TRUE(again) << to_string(again.error());
    for (int i = 1; i <= 3; ++i) {
      EXPECT_EQ(server_.inboxes.count(fmt::format("it@o{}.example", i)), 1U) << has_it;
      EXPECT_EQ(state_of(i), "sent") << has_it;
    }
  }
}

}  // namespace
}  // namespace afterpatch::notify
