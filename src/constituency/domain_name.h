// Names of hosts and domains, and which of them one registrant owns (public suffix list, publicsuffix.org).
//
// Example:
//   const auto suffixes = PublicSuffixes::load();
//   suffixes->registrable("mail.praxis.co.uk");   // "praxis.co.uk"
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace afterpatch::constituency {

// Lower case, as DNS has it: "Müller.DE." is "xn--mller-kva.de" (IDNA 2008 with UTS 46 mapping, by libidn2).
// Letters, digits, '-' and '_' in labels of at most 63, at least two labels, at most 253 characters, the last
// label not a number. A leading "*." of certificates is dropped. nullopt for anything else.
std::optional<std::string> host_name(std::string_view text);

// For people: "müller.de". What can't be turned back stays as it is.
std::string readable_name(const std::string& name);

// A name that only means something inside one network: below .local (RFC 6762 and its appendix G), .test,
// .invalid, .localhost (RFC 2606) and the like. It tells nobody's ownership.
bool is_private_name(std::string_view name);

// What follows the first dot, again and again: "a.b.c" gives "a.b.c", "b.c", "c".
std::vector<std::string_view> suffixes_of(std::string_view name);

// The domain of a mail address, as host_name() gives it.
std::optional<std::string> domain_of_mail_address(std::string_view address);

// Thread-safe. Names in and out as host_name() gives them.
class PublicSuffixes {
 public:
  // The list in `file`, else that of the system, else the one that libpsl was built with. Fails if a named
  // file can't be read.
  static Result<PublicSuffixes> load(const std::string& file = {});

  // The domain that somebody registered, to whom all below it belongs; empty for a public suffix. Names under
  // an unknown top-level domain count by their last two labels.
  std::string registrable(const std::string& name) const;
  // Whether anybody can register a name directly below: "co.uk".
  bool is_public_suffix(const std::string& name) const;

 private:
  struct List;
  explicit PublicSuffixes(std::shared_ptr<const List> list) : list_(std::move(list)) {}
  std::shared_ptr<const List> list_;
};

}  // namespace afterpatch::constituency
