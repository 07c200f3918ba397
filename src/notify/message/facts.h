// What a notice says, before it is put into words: who writes, to whom, about which servers. Plain values
// that room `notify` fills from the store and the operator's settings. Names and paths may be written by
// strangers: whatever shows them escapes them for its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::notify {

// The operator. All are needed but those that say otherwise.
struct Agency {
  std::string name;
  std::string phone;                // that victims may call back
  std::string verify_page;          // https page on the agency's known site that shows the same number
  std::string mail_address;         // From
  std::string reply_to;             // empty: mail_address
  std::string domain;               // for machine-readable copies; empty: that of mail_address
  std::string fingerprint;          // of the OpenPGP key that signs; empty: mail is not signed
  std::vector<std::string> postal;  // for letters: street, town, ...; may be empty if there are none
};

// Fails, naming the first thing that is missing or no address, number or https page.
Result<void> check(const Agency& agency);

enum class NoticeKind { unpatched, compromised, provider };

struct Finding {
  std::string place;  // a back door's path or URL
  std::optional<Timestamp> seen;
};

struct ServerFacts {
  std::string address;
  std::uint16_t port = 443;
  std::string name;             // empty: not known
  std::string build;            // empty: not known
  std::string exposure;         // DESIGN's words: "unpatched", ...
  std::string method = "scan";  // "scan", "hunt", "report": how it was seen
  std::optional<Timestamp> seen;
  std::vector<Finding> findings;
};

struct NoticeFacts {
  std::string notice_id;           // "AP-2021-000017.1"
  std::string case_number;         // "AP-2021-000017"
  std::string service;             // attacked product, for machines: "Microsoft Exchange Server"
  std::vector<std::string> flaws;  // CVE ids, the one that lets in first
  std::string campaign;            // "exchange-2021-proxylogon"
  std::string reason;              // "unpatched", "exploited", "backdoored", "reentered"
  bool to_provider = false;        // the servers are its customers'
  std::string organisation;
  std::string country;               // ISO 3166-1 alpha-2: whose law; empty: none
  std::string language;              // "en", "de", "fr", "es"
  std::vector<ServerFacts> servers;  // at least one
  std::optional<std::string> link;   // to the victim's page, with its token
  // The recipient's mail is on the hit server: no findings, no link, no attachments; the text asks for a
  // call.
  bool to_hit_domain = false;
  Timestamp date{};
};

NoticeKind kind_of(const NoticeFacts& facts);

}  // namespace afterpatch::notify
