// Mail that came back, told to the cases it is about.
//
// Only mail that proves that its writer had the notice changes anything: anybody can write a case number into
// a subject. What is tied by a guessable mark, or to nothing, is counted and left to people.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "notify/mail/mailbox.h"
#include "notify/mail/returned.h"
#include "store/store.h"

namespace afterpatch::notify {

struct ReturnCounts {
  std::uint64_t read = 0;
  std::uint64_t bounced = 0, delivered = 0, auto_replies = 0, desk_answers = 0, persons = 0;
  std::uint64_t delays = 0;    // not delivered yet: nothing changes
  std::uint64_t unproven = 0;  // names a case, but anybody could have written it: for people to read
  std::uint64_t foreign = 0;   // about no case, or about the archive's copy
};

// What a returned mail says of a case or notice; nullopt if it says nothing that can be trusted. Pure.
std::optional<store::Statement> statement_of(const Returned& returned, Timestamp now);

// Reads what is new in the mailbox. Each mail is kept in one transaction before it counts as read; one read
// twice is one.
Result<ReturnCounts> take_returns(store::Store& store, Mailbox& mailbox, const NoticeMarks& marks,
                                  const ReturnedSettings& settings, Timestamp now);

}  // namespace afterpatch::notify
