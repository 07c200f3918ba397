#include "app/notify_compose.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include <map>
#include <set>

#include <fmt/format.h>

#include "app/notice_sighting.h"
#include "base/hash.h"
#include "knowledge/catalogue.h"
#include "notify/fields.h"
#include "notify/message/notice_library.h"

namespace afterpatch::app {
namespace {

using boost::json::object;
using notify::NoticeFacts;
using notify::ServerFacts;
using store::NoticeRow;

// The newest of several builds that a scan could not tell apart is no build that was seen.
std::string single_build(const std::string& builds) {
  return builds.find(',') == std::string::npos ? builds : std::string();
}

class Composer : public NoticeComposer {
 public:
  Composer(const NotifyConfig& config, store::Store& store, std::filesystem::path knowledge,
           notify::NoticeLibrary library, notify::NoticeMarks marks)
      : config_(config),
        store_(store),
        knowledge_(std::move(knowledge)),
        library_(std::move(library)),
        marks_(std::move(marks)) {}

  void sign_with(notify::PgpSigner signer) { signer_ = std::move(signer); }

  Result<NoticeFacts> facts(const NoticeRow& notice) override {
    const auto row = store_.cases().victim_case(notice.case_number);
    if (!row) return std::unexpected(row.error());
    if (!*row) return fail("there is no such case", notice.case_number);
    NoticeFacts facts = plain_facts(notice, **row);
    if (auto told = tell_campaign(facts); !told) return std::unexpected(told.error());
    if (auto told = tell_servers(facts, notify::read_object(notice.content)); !told)
      return std::unexpected(told.error());
    if (!facts.to_hit_domain && !config_.link_base.empty())
      facts.link = config_.link_base + link_token(config_.secret, notice.id);
    return facts;
  }

  Result<notify::OutgoingMail> mail(const NoticeRow& notice) override {
    const auto told = facts(notice);
    if (!told) return std::unexpected(told.error());
    return notify::compose_mail(library_, config_.agency, *told, notice.recipient, marks_,
                                signer_ ? &*signer_ : nullptr);
  }

  Result<notify::OutgoingMessage> outgoing(const NoticeRow& notice) override {
    auto made = mail(notice);
    if (!made) return std::unexpected(made.error());
    if (auto kept = keep_token(notice); !kept) return std::unexpected(kept.error());
    return notify::OutgoingMessage{made->return_path, made->recipient, made->message_id,
                                   std::move(made->message)};
  }

  Result<notify::NoticeText> text(const NoticeRow& notice) override {
    const auto told = facts(notice);
    if (!told) return std::unexpected(told.error());
    return notify::write_notice(library_, config_.agency, *told);
  }

  Result<notify::Letter> letter(const NoticeRow& notice) override {
    auto written = text(notice);
    if (!written) return std::unexpected(written.error());
    if (auto kept = keep_token(notice); !kept) return std::unexpected(kept.error());
    const std::vector<std::string> postal = notify::texts_of(notify::read_object(notice.content), "postal");
    return notify::Letter{notice.case_number, notice.language, postal, std::move(*written), date_of(notice)};
  }

  const notify::NoticeLibrary& library() const override { return library_; }

 private:
  static Timestamp date_of(const NoticeRow& notice) {
    return notice.approved.value_or(notice.planned.value_or(Timestamp{}));
  }

  NoticeFacts plain_facts(const NoticeRow& notice, const store::CaseRow& row) const {
    const object content = notify::read_object(notice.content);
    NoticeFacts facts;
    facts.notice_id = notice.id;
    facts.case_number = notice.case_number;
    facts.campaign = row.campaign;
    facts.reason = notice.text == "provider" ? row.reason : notice.text;
    facts.to_provider = notice.channel == "provider" || notice.text == "provider";
    facts.organisation = notify::text_of(content, "organisation");
    facts.country = notify::text_of(content, "country");
    facts.language = notice.language;
    facts.to_hit_domain = notify::flag_of(content, "to_hit_domain");
    facts.date = date_of(notice);
    return facts;
  }

  Result<void> tell_campaign(NoticeFacts& facts) const {
    const auto loaded = knowledge::load_campaign(knowledge_, facts.campaign);
    if (!loaded) return std::unexpected(loaded.error());
    facts.service = loaded->product->title;
    for (const knowledge::Flaw& flaw : loaded->campaign->flaws) facts.flaws.push_back(flaw.cve);
    return {};
  }

  Result<void> tell_servers(NoticeFacts& facts, const object& content) {
    const boost::json::value* servers = content.if_contains("servers");
    if (servers == nullptr || !servers->is_array()) return {};
    for (const boost::json::value& one : servers->get_array()) {
      if (!one.is_object()) continue;
      auto server = server_facts(one.get_object(), facts.to_hit_domain);
      if (!server) return std::unexpected(server.error());
      facts.servers.push_back(std::move(*server));
    }
    return {};
  }

  Result<ServerFacts> server_facts(const object& told, bool to_hit_domain) {
    ServerFacts server;
    server.address = notify::text_of(told, "address");
    server.port = static_cast<std::uint16_t>(notify::number_of(told, "port"));
    server.name = notify::text_of(told, "name");
    server.build = single_build(notify::text_of(told, "build"));
    server.exposure = notify::text_of(told, "exposure");
    server.seen = notify::time_of(told, "seen");
    auto sighting = sighting_of(store_, server, notify::text_of(told, "reason"));
    if (!sighting) return std::unexpected(sighting.error());
    server.method = std::move(sighting->method);
    server.seen = sighting->seen;
    if (!to_hit_domain) server.findings = std::move(sighting->findings);
    return server;
  }

  Result<void> keep_token(const NoticeRow& notice) {
    if (config_.link_base.empty()) return {};
    const Timestamp issued = notice.approved.value_or(Timestamp{});
    const std::string digest = sha256(link_token(config_.secret, notice.id));
    const auto known = store_.cases().token(digest);
    if (!known) return std::unexpected(known.error());
    if (*known) return {};  // perhaps revoked: it stays so
    return store_.cases().put_token({digest, notice.case_number, issued, issued + config_.link_valid, false});
  }

  const NotifyConfig& config_;
  store::Store& store_;
  std::filesystem::path knowledge_;
  notify::NoticeLibrary library_;
  notify::NoticeMarks marks_;
  std::optional<notify::PgpSigner> signer_;
};

}  // namespace

Result<std::unique_ptr<NoticeComposer>> NoticeComposer::make(const NotifyConfig& config, store::Store& store,
                                                             const std::filesystem::path& knowledge) {
  auto library = notify::NoticeLibrary::load(knowledge);
  if (!library) return std::unexpected(library.error());
  auto marks = notify::NoticeMarks::make(config.returns_address, config.secret);
  if (!marks) return std::unexpected(marks.error());
  auto composer =
      std::make_unique<Composer>(config, store, knowledge, std::move(*library), std::move(*marks));
  if (!config.agency.fingerprint.empty()) {
    auto signer = notify::PgpSigner::make(config.pgp_home, config.agency.fingerprint);
    if (!signer) return std::unexpected(signer.error());
    composer->sign_with(std::move(*signer));
  }
  return composer;
}

std::string link_token(const std::string& secret, const std::string& notice_id) {
  const std::string text = "link:" + notice_id;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> encoded{};
  const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
  std::string token(encoded.begin(), encoded.begin() + length);
  token.erase(token.find_last_not_of('=') + 1);
  std::ranges::replace(token, '+', '-');
  std::ranges::replace(token, '/', '_');
  return token;
}

}  // namespace afterpatch::app
