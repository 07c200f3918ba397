// How fast logs go through the readers, in bytes of log text a second on one core. The text is made: rows of
// the common layouts with everyday values, 8 MiB of each, so it fits no cache level but the last.
#include <string>

#include <benchmark/benchmark.h>

#include "records/known_columns.h"
#include "records/log_summary.h"
#include "records/record.h"
#include "records/record_picker.h"
#include "records/web_request.h"

namespace {

using namespace afterpatch::records;

constexpr std::size_t kBytes = 8U << 20U;

std::string clock_at(std::size_t row) {
  const auto two = [](std::size_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(row / 36000 % 24) + ":" + two(row / 600 % 60) + ":" + two(row / 10 % 60);
}

std::string iis_log() {
  std::string text = "#Fields: " + std::string(columns::kIis15) + "\r\n";
  for (std::size_t row = 0; text.size() < kBytes; ++row) {
    text += "2021-03-05 " + clock_at(row) +
            " 10.0.0.1 POST /Microsoft-Server-ActiveSync/default.eas User=user" + std::to_string(row % 500) +
            "&DeviceId=ABCDEF0123456789&Cmd=Sync&CorrelationID=<empty>;&cafeReqId=077855a1-1111-2222-3333-"
            "444455556666; 443 CONTOSO\\user" +
            std::to_string(row % 500) + " 192.0.2." + std::to_string(row % 250) +
            " Apple-iPhone12C1/1804.52 - 200 0 0 " + std::to_string(row % 900) + "\r\n";
  }
  return text;
}

std::string http_proxy_log() {
  std::string text = "#Fields: " + std::string(columns::kHttpProxy74) + "\r\n";
  for (std::size_t row = 0; text.size() < kBytes; ++row) {
    text += "2021-03-05T" + clock_at(row) +
            ".123Z,5e58f5e5-1ddc-48d3-82c6-0199bc121640,15,1,2375,7,,Mapi,mail.example,/mapi/emsmdb/"
            ",,NTLM,true,DOMAIN\\user" +
            std::to_string(row % 500) +
            ",,Sid~S-1-5-21-123456789-9876543211-123456798-4343,Microsoft Office/16.0,192.0.2." +
            std::to_string(row % 250) +
            ",EXCH01,200,200,,POST,Proxy,EXCH01.example,15.01.2375.000,IntraForest,MailboxGuid-ServerCookie,"
            "Database~fb7adba2,,,336,327,1,,0,1,,0,,0,0,,0,,0,0,,0,8,0,0,0,6,0,0,0,8,0,7,1,1,2,8,,?"
            "MailboxId=a@example,,BeginRequest=2021-03-05T01:00:00.116Z;CorrelationID=<empty>;ProxyState-Run="
            "None;FEAuth=BEVersion-1942063431;ProxyToDownLevel=False;,,,|RoutingDB:fb7adba2,,,CafeV1\r\n";
  }
  return text;
}

const std::string& text_of(int which) {
  static const std::string iis = iis_log();
  static const std::string proxy = http_proxy_log();
  return which == 0 ? iis : proxy;
}

HeaderPtr header_of(const std::string& text) {
  HeaderTracker tracker;
  tracker.feed(std::string_view(text).substr(0, text.find('\n') + 1));
  return tracker.current();
}

void report(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(text_of(static_cast<int>(state.range(0))).size()));
  state.SetLabel(state.range(0) == 0 ? "IIS" : "HttpProxy");
}

void TrackHeaders(benchmark::State& state) {
  const std::string& text = text_of(static_cast<int>(state.range(0)));
  HeaderTracker tracker(header_of(text));
  for (auto _ : state) tracker.feed(text);
  report(state);
}

void FindBlockEnd(benchmark::State& state) {
  const std::string& text = text_of(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(find_block_end(text, Dialect::csv, false));
  report(state);
}

void Summarise(benchmark::State& state) {
  const std::string& text = text_of(static_cast<int>(state.range(0)));
  const HeaderPtr header = header_of(text);
  for (auto _ : state) benchmark::DoNotOptimize(summarise(text, header, 0).counts.records);
  report(state);
}

void ReadRecords(benchmark::State& state) {
  const std::string& text = text_of(static_cast<int>(state.range(0)));
  const HeaderPtr header = header_of(text);
  for (auto _ : state) {
    RecordReader reader(text, header, 0);
    while (reader.next()) benchmark::DoNotOptimize(reader.record().values.data());
  }
  report(state);
}

void ReadWebRequests(benchmark::State& state) {
  const std::string& text = text_of(static_cast<int>(state.range(0)));
  const HeaderPtr header = header_of(text);
  for (auto _ : state) {
    RecordReader reader(text, header, 0);
    while (reader.next()) benchmark::DoNotOptimize(web_request_of(reader.record())->status);
  }
  report(state);
}

// One row in about twenty, as a literal scan with everyday hits would ask for.
void PickRecords(benchmark::State& state) {
  const std::string& text = text_of(static_cast<int>(state.range(0)));
  HeaderTracker tracker(header_of(text));
  const LineIndex lines(text);
  tracker.feed(text, lines);
  for (auto _ : state) {
    RecordPicker picker(text, lines, tracker.spans(), 0);
    for (std::size_t at = 0; at < text.size(); at += 10'000) benchmark::DoNotOptimize(picker.pick(at));
  }
  report(state);
}

BENCHMARK(TrackHeaders)->Arg(0)->Arg(1);
BENCHMARK(FindBlockEnd)->Arg(0)->Arg(1);
BENCHMARK(Summarise)->Arg(0)->Arg(1);
BENCHMARK(ReadRecords)->Arg(0)->Arg(1);
BENCHMARK(ReadWebRequests)->Arg(0)->Arg(1);
BENCHMARK(PickRecords)->Arg(0)->Arg(1);

}  // namespace

BENCHMARK_MAIN();
