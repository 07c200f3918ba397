#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "base/text.h"
#include "notify/mail/curl_handle.h"
#include "notify/mail/mailbox.h"
#include "notify/mail/mime_reader.h"
#include "notify/mail/remembered.h"

namespace afterpatch::notify {
namespace {

using Uid = std::uint32_t;                      // RFC 9051, 2.3.1.1
constexpr std::size_t kMaxAnswer = 16U << 20U;  // a list of UIDs: more than a million

std::optional<Uid> number(std::string_view text) {
  Uid value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Answer {
  std::string bytes;
  std::size_t limit = kMaxAnswer;
  bool cut = false;
};

// Takes all that comes, keeps what fits.
std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* pointer) {
  auto& answer = *static_cast<Answer*>(pointer);
  const std::size_t room = answer.limit - std::min(answer.limit, answer.bytes.size());
  answer.cut = answer.cut || size * count > room;
  answer.bytes.append(bytes, std::min(size * count, room));
  return size * count;
}

// "* OK [UIDVALIDITY 1616161616] UIDs valid"
std::size_t find_validity(char* bytes, std::size_t size, std::size_t count, void* pointer) {
  const std::string_view line(bytes, size * count);
  constexpr std::string_view kName = "[UIDVALIDITY ";
  if (const std::size_t at = line.find(kName); at != std::string_view::npos) {
    const std::string_view rest = line.substr(at + kName.size());
    if (const auto value = number(rest.substr(0, rest.find(']')))) *static_cast<Uid*>(pointer) = *value;
  }
  return size * count;
}

// "* SEARCH 4 5 9", on one or several lines.
std::vector<Uid> searched(std::string_view answer) {
  std::vector<Uid> found;
  for (const std::string_view line : split(answer, '\n')) {
    const std::string_view text = trim(line);
    if (!starts_with_ignoring_case(text, "* SEARCH")) continue;
    for (const std::string_view word : split(text.substr(8), ' '))
      if (const auto uid = number(word)) found.push_back(*uid);
  }
  std::ranges::sort(found);
  return found;
}

std::string in_url(CURL* curl, const std::string& text) {
  char* escaped = curl_easy_escape(curl, text.data(), static_cast<int>(text.size()));
  std::string url = escaped == nullptr ? std::string() : std::string(escaped);
  curl_free(escaped);
  return url;
}

class Imap : public Mailbox {
 public:
  Imap(ImapSettings settings, RememberedLines remembered)
      : settings_(std::move(settings)), remembered_(std::move(remembered)) {}

  Result<std::uint64_t> for_each_new(const VisitMessage& visit) override {
    const Result<std::vector<Uid>> fresh = not_visited();
    if (!fresh) return std::unexpected(fresh.error());
    for (const Uid uid : *fresh)
      if (const Result<void> done = visit_one(uid, visit); !done) return std::unexpected(done.error());
    return fresh->size();
  }

  Result<bool> holds(const std::string& message_id) override {
    const bool plain =
        std::ranges::all_of(message_id, [](char c) { return c > ' ' && c < 127 && c != '"' && c != '\\'; });
    if (!plain || message_id.empty()) return fail("not a Message-ID", message_id);
    const Result<std::vector<Uid>> found = search(fmt::format("HEADER Message-ID \"{}\"", message_id));
    if (!found) return std::unexpected(found.error());
    return !found->empty();
  }

 private:
  // UIDVALIDITY is known only after a first command selected the folder, and may change with a new
  // connection.
  Result<std::vector<Uid>> not_visited() {
    for (int tries = 0; tries < 3; ++tries) {
      const Uid validity = validity_;
      const Uid begin = highest();
      Result<std::vector<Uid>> found = search(fmt::format("UID {}:*", begin + 1));
      if (!found) return found;
      // "n:*" is the last one even if that is below n (RFC 9051, 9).
      std::erase_if(*found, [&](Uid uid) { return uid <= begin; });
      if (validity_ == validity) return found;
    }
    return fail("the mailbox changes its UIDVALIDITY all the time", url());
  }

  // Of those read under this UIDVALIDITY; 0 if none was.
  Uid highest() const {
    const std::string prefix = fmt::format("{} ", validity_);
    Uid found = 0;
    for (const std::string& line : remembered_.all())
      if (line.starts_with(prefix))
        found = std::max(found, number(std::string_view(line).substr(prefix.size())).value_or(0));
    return found;
  }

  std::string url() const {
    const std::string host = settings_.host.contains(':') ? "[" + settings_.host + "]" : settings_.host;
    return fmt::format("{}://{}:{}/{}", settings_.tls == Tls::implicit ? "imaps" : "imap", host,
                       settings_.port, in_url(curl_.get(), settings_.folder));
  }

  Result<void> visit_one(Uid uid, const VisitMessage& visit) {
    const Result<Answer> message =
        ask(fmt::format("{};UIDVALIDITY={}/;UID={}", url(), validity_, uid), {}, kMaxMessageBytes);
    if (!message) return std::unexpected(message.error());
    if (const Result<void> done = visit(message->bytes); !done) return done;
    return remembered_.add(fmt::format("{} {}", validity_, uid));
  }

  Result<std::vector<Uid>> search(const std::string& what) {
    // On a kept connection a server may show new mail only after it said that there is some (RFC
    // 9051, 7.4.1).
    if (const Result<Answer> news = ask(url(), "NOOP", kMaxAnswer); !news)
      return std::unexpected(news.error());
    const Result<Answer> answer = ask(url(), "UID SEARCH " + what, kMaxAnswer);
    if (!answer) return std::unexpected(answer.error());
    return searched(answer->bytes);
  }

  Result<Answer> ask(const std::string& url, const std::string& command, std::size_t limit) {
    Answer answer{.bytes = {}, .limit = limit};
    std::array<char, CURL_ERROR_SIZE> error{};
    if (!prepare(url, command, answer, error.data())) return fail("the mail library refused a setting", url);
    const CURLcode result = curl_easy_perform(curl_.get());
    if (result == CURLE_OK) return answer;
    return fail(fmt::format("can't read the mailbox: {}",
                            error[0] != '\0' ? error.data() : curl_easy_strerror(result)),
                url, "check host, port, TLS and login");
  }

  bool prepare(const std::string& url, const std::string& command, Answer& answer, char* error) {
    curl_.reset();
    bool good = curl_.set(CURLOPT_URL, url) && curl_.set(CURLOPT_USERNAME, settings_.user) &&
                curl_.set(CURLOPT_PASSWORD, settings_.password) && curl_.set(CURLOPT_PROXY, "") &&
                curl_.set(CURLOPT_PROTOCOLS_STR, "imap,imaps") && curl_.set(CURLOPT_WRITEFUNCTION, keep) &&
                curl_.set(CURLOPT_WRITEDATA, &answer) && curl_.set(CURLOPT_HEADERFUNCTION, find_validity) &&
                curl_.set(CURLOPT_HEADERDATA, &validity_) && curl_.set(CURLOPT_ERRORBUFFER, error) &&
                curl_.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count())) &&
                curl_.set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.timeout.count()));
    if (settings_.tls != Tls::none)
      good = good && curl_.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (!settings_.ca_file.empty()) good = good && curl_.set(CURLOPT_CAINFO, settings_.ca_file);
    if (!command.empty()) good = good && curl_.set(CURLOPT_CUSTOMREQUEST, command);
    return good;
  }

  ImapSettings settings_;
  RememberedLines remembered_;
  CurlHandle curl_;
  Uid validity_ = 0;
};

}  // namespace

Result<std::unique_ptr<Mailbox>> open_imap(ImapSettings settings, std::filesystem::path remembered) {
  if (settings.host.empty() || settings.user.empty())
    return fail("mailbox has no host or no user", settings.host, "set both");
  const bool local =
      settings.host == "localhost" || settings.host.starts_with("127.") || settings.host == "::1";
  if (settings.tls == Tls::none && !local)
    return fail("a password would go out in the clear", settings.host, "set TLS to starttls or implicit");
  Result<RememberedLines> lines = RememberedLines::open(std::move(remembered));
  if (!lines) return std::unexpected(lines.error());
  return std::make_unique<Imap>(std::move(settings), std::move(*lines));
}

}  // namespace afterpatch::notify
