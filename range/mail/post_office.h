// Where the country's mail lies: a folder with
//   inbox/<address>/<number>.eml    what arrived, in order
//   arrivals.jsonl                  number, simulated time, envelope of each
//   operator/new/                   a Maildir: bounces and answers
//   archive/new/                    a Maildir: what went to archive@ the operator's domain
//   actions.jsonl                   what victims did on their pages, as statements (docs/store.md)
//   now                             the simulated time, written by whoever plays the days
// and what the contacts do with it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "range/mail/contacts.h"
#include "range/mail/smtp_session.h"

namespace afterpatch::range {

// Not thread-safe; the server and whoever lets contacts answer are two processes.
class PostOffice {
 public:
  // `operator_domain`: all mail to it goes into the operator's Maildir.
  static Result<PostOffice> open(const std::filesystem::path& folder, MailContacts contacts,
                                 std::string operator_domain);

  bool accepts(const std::string& address) const;
  // Synced to disk when it returns true.
  bool keep(const Envelope& envelope);

  // Lets every contact do what it does until `until`, once. Returns how many did something.
  Result<std::size_t> let_contacts_answer(Timestamp until);

 private:
  PostOffice(std::filesystem::path folder, MailContacts contacts, std::string operator_domain);
  std::filesystem::path folder_of(const std::string& address) const;
  bool is_operator(const std::string& address) const;
  Result<void> answer(const std::string& number, const std::string& from, const std::string& to,
                      const MailContact& contact, Timestamp when);
  Result<void> deliver_to_operator(const std::string& number, const std::string& message) const;
  Result<void> note_action(const std::string& message, const std::string& kind, const std::string& number,
                           Timestamp when) const;

  std::filesystem::path folder_;
  MailContacts contacts_;
  std::string operator_domain_;
  std::uint64_t next_ = 1;
};

}  // namespace afterpatch::range
