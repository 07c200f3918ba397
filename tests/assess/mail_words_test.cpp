#include "assess/mail_words.h"

#include <gtest/gtest.h>

#include "assess/mail.h"
#include "assess/mailbox_exports.h"

namespace afterpatch::assess {
namespace {

MailboxAccess access(std::string mailbox, std::string_view how, std::uint64_t requests) {
  MailboxAccess made;
  made.mailbox = std::move(mailbox);
  made.how = how;
  made.requests = requests;
  return made;
}

TEST(MailWords, TellReadingExportsAndRulesApart) {
  const MailboxAccess read = access("one@example.org", "EWS by forged request", 26);
  const MailboxAccess exported = access("two@example.org", kExportedMailbox, 2);
  const MailboxAccess rule = access("three@example.org", kForgedRule, 3);
  EXPECT_EQ(what_was_taken({&read}), "26 forged requests for mailbox content were answered");
  EXPECT_EQ(what_was_taken({&exported}), "2 whole mailboxes were exported");
  EXPECT_EQ(what_was_taken({&rule}), "3 inbox rules were made by forged requests");
  EXPECT_EQ(
      what_was_taken({&rule, &read, &exported}),
      "2 whole mailboxes were exported; 26 forged requests for mailbox content were answered; 3 inbox rules "
      "were made by forged requests");
  EXPECT_EQ(what_was_taken({}), "");
}

TEST(MailWords, AreRightForOne) {
  const MailboxAccess read = access("one@example.org", "EWS by forged request", 1);
  const MailboxAccess rule = access("one@example.org", kForgedRule, 1);
  EXPECT_EQ(what_was_taken({&read}), "1 forged request for mailbox content was answered");
  EXPECT_EQ(what_was_taken({&rule}), "1 inbox rule was made by a forged request");
  EXPECT_EQ(mailboxes_named({&read, &rule}), "1 mailbox named, such as one@example.org.");
}

TEST(MailWords, SayThatTheLogsNameNone) {
  const MailboxAccess read = access(std::string(kUnknownMailbox), "EWS by forged request", 1);
  EXPECT_EQ(mailboxes_named({&read}), "The logs do not name the mailboxes.");
}

}  // namespace
}  // namespace afterpatch::assess
