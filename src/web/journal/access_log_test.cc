#include "web/journal/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "json/value.h"

namespace rockpool::web {
namespace {

// What a log of that format wrote by its end.
std::string written_by(AccessLogFormat format, const AccessLog::Entry& entry) {
  int file = memfd_create("access-log", MFD_CLOEXEC);
  {
    auto log = make_access_log(format, file);
    log->record(entry);
  }
  std::string text(64 << 10, '\0');
  text.resize(static_cast<std::size_t>(pread(file, text.data(), text.size(), 0)));
  close(file);
  return text;
}

AccessLog::Entry entry() {
  return {.time = WallTime(std::chrono::milliseconds(1'000'000'000'123)),
          .duration = std::chrono::microseconds(1234),
          .listener = "ingress",
          .request_id = "id-1",
          .client = "192.0.2.7",
          .method = "GET",
          .host = "example.test",
          .target = "/hello?a=\"b\"",
          .referer = "",
          .user_agent = "curl/8\x01",
          .status = 200,
          .response_bytes = 5};
}

TEST(AccessLog, TextIsTheCombinedFormatWithForeignTextEscaped) {
  EXPECT_EQ(written_by(AccessLogFormat::Text, entry()),
            "192.0.2.7 - - [09/Sep/2001:01:46:40 +0000] \"GET /hello?a=\\\"b\\\" HTTP/1.1\" 200 5 "
            "\"-\" \"curl/8\\u0001\" 1234 id-1\n");
}

TEST(AccessLog, JsonIsOneObjectALine) {
  auto text = written_by(AccessLogFormat::Json, entry());

  auto parsed = json::parse(text);
  ASSERT_TRUE(parsed) << text;
  EXPECT_EQ((*parsed)["time"], "2001-09-09T01:46:40.123Z");
  EXPECT_EQ((*parsed)["listener"], "ingress");
  EXPECT_EQ((*parsed)["target"], "/hello?a=\"b\"");
  EXPECT_EQ((*parsed)["status"], 200);
  EXPECT_EQ((*parsed)["duration_us"], 1234);
}

TEST(AccessLog, OffWritesNothingAndSaysSo) {
  EXPECT_EQ(written_by(AccessLogFormat::Off, entry()), "");
  EXPECT_FALSE(make_access_log(AccessLogFormat::Off, -1)->is_on());
  EXPECT_TRUE(make_access_log(AccessLogFormat::Json, -1)->is_on());
}

}  // namespace
}  // namespace rockpool::web
