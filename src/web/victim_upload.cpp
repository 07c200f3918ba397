#include "web/victim_upload.h"

#include <fmt/format.h>

#include <fstream>

#include "base/hash.h"
#include "base/text.h"
#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/report_excerpt.h"
#include "web/request_reader.h"
#include "web/secret.h"
#include "web/shared.h"
#include "web/upload_answers.h"
#include "web/victim_language.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;
using store::UploadRow;
using store::UploadState;

constexpr std::size_t kMostUploads = 200;  // of one case
constexpr std::string_view kFormats[] = {"html", "json"};

Response no_such_upload() {
  return problem(404, "There is no such upload.");
}

// The upload that the address names, if it is of the caller's case.
Result<std::optional<UploadRow>> own_upload(Context& context) {
  auto row = context.store.uploads().upload(context.request.path_value("id"));
  if (row && *row && (*row)->case_number != context.caller.case_number) return std::nullopt;
  return row;
}

Response with_offset(Response response, const UploadRow& row) {
  response.with("Upload-Offset", std::to_string(row.received))
      .with("Upload-Length", std::to_string(row.length));
  return response;
}

std::optional<Response> no_room(Context& context, std::uint64_t bytes) {
  const Settings& settings = context.shared.settings;
  if (bytes > settings.upload_limit)
    return problem(413, fmt::format("One file may have at most {} bytes.", settings.upload_limit));
  const auto of_case = context.store.uploads().reserved_bytes(context.caller.case_number);
  const auto of_all = context.store.uploads().reserved_bytes("");
  const auto free = context.shared.uploads.free_bytes();
  if (!of_case) return failed(context, of_case.error());
  if (!of_all) return failed(context, of_all.error());
  if (!free) return failed(context, free.error());
  if (*of_case + bytes > settings.case_quota)
    return problem(507, "All files of your case together are too large. Call us, and we make room.");
  if (*of_all + bytes > settings.upload_quota || *free < bytes + settings.free_space)
    return problem(507, "There is no room for it now. Call us, and we make room.");
  return std::nullopt;
}

// Upper case digits are told apart from a wrong digest by nobody.
bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::optional<UploadRow> begun_before(const std::vector<UploadRow>& rows, const std::string& name,
                                      std::uint64_t bytes) {
  for (const UploadRow& row : rows)
    if (row.state == UploadState::receiving && row.name == name && row.length == bytes) return row;
  return std::nullopt;
}

std::optional<Response> refuse_piece(const UploadRow& row, std::optional<std::uint64_t> offset,
                                     std::size_t bytes) {
  if (!offset) return refused_parameter("Upload-Offset", "is no whole number");
  if (row.state != UploadState::receiving)
    return with_offset(problem(409, "This upload is complete, or was given up."), row);
  if (*offset != row.received)
    return with_offset(problem(409, "Bytes are expected from another offset on; Upload-Offset says which."),
                       row);
  if (bytes > row.length - row.received)
    return with_offset(problem(413, "More bytes than were announced."), row);
  return std::nullopt;
}

void stream_file(const std::filesystem::path& file, BodySink& sink) {
  std::ifstream input(file, std::ios::binary);
  std::string piece(64U << 10U, '\0');
  while (input) {
    input.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (input.gcount() > 0 && !sink.write(piece.substr(0, static_cast<std::size_t>(input.gcount())))) return;
  }
}

}  // namespace

json::object upload_json(const UploadRow& row, const Shared& shared, const std::string& language) {
  std::string_view state = store::to_string(row.state);
  if (row.state == UploadState::waiting) state = "queued";
  if (row.state == UploadState::answered) state = "done";
  if (row.state == UploadState::cancelled) state = "failed";
  json::object out{{"id", row.id},
                   {"name", to_utf8(row.name)},
                   {"bytes", row.length},
                   {"offset", row.received},
                   {"state", state},
                   {"created", to_iso8601(row.created)},
                   {"sha256", row.state == UploadState::receiving ? "" : row.sha256},
                   {"progress", nullptr},
                   {"problem", row.message},
                   {"verdict", nullptr},
                   {"report", false}};
  if (row.state != UploadState::answered) return out;
  const auto report = read_report(shared.uploads.report(row.id) / "report.json");
  if (!report) return out;
  json::object verdict = report->verdict;
  verdict["says"] = verdict_sentences(verdict, shared.settings, language);
  verdict["language"] = language;
  out["verdict"] = std::move(verdict);
  out["report"] = true;
  return out;
}

Response post_upload(Context& context) {
  BodyReader body(context.request);
  UploadRow row;
  row.name = body.text("name", 255, true);
  row.length = body.count("bytes", 1, UINT64_MAX >> 1U, 0);
  row.sha256 = body.text("sha256", 64);
  if (row.length == 0) body.refuse("bytes", "is missing");
  if (!row.sha256.empty() && !is_sha256(row.sha256)) body.refuse("sha256", "is no SHA-256 in lower case");
  if (body.refused()) return body.refusal();
  if (!context.shared.uploads.available())
    return problem(503, "Nothing can be uploaded here now. Call us.", "/problems/not-configured");
  const std::lock_guard lock(context.shared.uploads.lock_of("new upload"));
  const auto known = context.store.uploads().of_case(context.caller.case_number);
  if (!known) return failed(context, known.error());
  if (const auto begun = begun_before(*known, row.name, row.length))
    return json_answer(upload_json(*begun, context.shared, "en"), 201);
  if (known->size() >= kMostUploads) return problem(507, "There are too many files of your case. Call us.");
  if (auto refused = no_room(context, row.length)) return std::move(*refused);
  row.id = sha256(new_token()).substr(0, 32);
  row.case_number = context.caller.case_number;
  row.created = context.now;
  row.changed = context.now;
  if (const auto made = context.shared.uploads.create(row.id); !made) return failed(context, made.error());
  if (const auto added = context.store.uploads().add(row); !added) return failed(context, added.error());
  context.audit_detail = to_utf8(row.name);
  return json_answer(upload_json(row, context.shared, "en"), 201)
      .with("Location", "/api/v1/victim/uploads/" + row.id);
}

Response head_upload(Context& context) {
  const auto row = own_upload(context);
  if (!row) return failed(context, row.error());
  return *row ? with_offset(json_answer(json::object()), **row) : no_such_upload();
}

Response get_upload(Context& context) {
  ParameterReader parameters(context.request);
  parameters.word("language", kVictimLanguages);
  if (parameters.refused()) return parameters.refusal();
  const auto row = own_upload(context);
  if (!row) return failed(context, row.error());
  return *row ? json_answer(upload_json(**row, context.shared, victim_language(context))) : no_such_upload();
}

Response patch_upload(Context& context) {
  const std::string_view type = context.request.header("content-type");
  if (type != "application/offset+octet-stream")
    return problem(415, "Send the bytes as application/offset+octet-stream.");
  const std::lock_guard lock(context.shared.uploads.lock_of(context.request.path_value("id")));
  const auto found = own_upload(context);
  if (!found) return failed(context, found.error());
  if (!*found) return no_such_upload();
  UploadRow row = **found;
  const std::string& bytes = context.request.body;
  if (auto refused = refuse_piece(row, parse_count(context.request.header("upload-offset")), bytes.size()))
    return std::move(*refused);
  const std::uint64_t end = row.received + bytes.size();
  if (const auto written = context.shared.uploads.write(row.id, row.name, row.received, bytes); !written)
    return failed(context, written.error());
  const auto kept = context.store.uploads().advance(row.id, row.received, end, context.now);
  if (!kept) return failed(context, kept.error());
  if (!*kept)
    return with_offset(problem(409, "Something else changed this upload meanwhile. Ask for its offset."),
                       row);
  row.received = end;
  context.shared.metrics.uploaded_bytes += bytes.size();
  if (end == row.length && context.shared.wake_hunts) context.shared.wake_hunts();
  return with_offset(no_content(), row);
}

Response delete_upload(Context& context) {
  const std::lock_guard lock(context.shared.uploads.lock_of(context.request.path_value("id")));
  const auto row = own_upload(context);
  if (!row) return failed(context, row.error());
  if (!*row) return no_such_upload();
  if ((*row)->state != UploadState::receiving) return problem(409, "This upload is complete; it stays.");
  const auto done =
      context.store.uploads().set_state((*row)->id, UploadState::cancelled, "Given up.", context.now);
  if (!done) return failed(context, done.error());
  context.shared.uploads.remove((*row)->id);
  return no_content();
}

Response get_upload_report(Context& context) {
  ParameterReader parameters(context.request);
  const std::string format = parameters.word("format", kFormats, "html");
  if (parameters.refused()) return parameters.refusal();
  const auto row = own_upload(context);
  if (!row) return failed(context, row.error());
  if (!*row || (*row)->state != UploadState::answered) return problem(404, "There is no report yet.");
  const auto file = context.shared.uploads.report((*row)->id) / ("report." + format);
  Response response;
  response.content_type = format == "html" ? "text/html; charset=utf-8" : "application/json";
  response.with("Content-Disposition", fmt::format("attachment; filename=\"afterpatch-report.{}\"", format))
      .with("Content-Security-Policy",
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  response.stream = [file](BodySink& sink) { stream_file(file, sink); };
  return response;
}

}  // namespace afterpatch::web
