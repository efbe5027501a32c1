#include "http/client/client.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "async/run.h"
#include "base/digest.h"
#include "http/testing/raw_client.h"
#include "http/testing/test_site.h"

namespace rockpool::http {
namespace {

// A directory that goes with the test, and PEM files of a self-signed certificate for 127.0.0.1 in
// it.
class CertificateFiles {
 public:
  CertificateFiles()
      : directory_(std::filesystem::temp_directory_path() /
                   ("rockpool-" + to_hex(random_bytes(8)))) {
    std::filesystem::create_directory(directory_);
    renew();
  }
  ~CertificateFiles() { std::filesystem::remove_all(directory_); }
  CertificateFiles(const CertificateFiles&) = delete;
  CertificateFiles& operator=(const CertificateFiles&) = delete;

  std::string certificate() const { return directory_ / "certificate.pem"; }
  std::string key() const { return directory_ / "key.pem"; }

  // A new key and certificate in the same files.
  void renew() {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"), EVP_PKEY_free);
    std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), pair.get());
    X509_EXTENSION* name =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(made.get(), name, -1);
    X509_EXTENSION_free(name);
    X509_sign(made.get(), pair.get(), EVP_sha256());
    File certificate_file(std::fopen(certificate().c_str(), "w"), std::fclose);
    PEM_write_X509(certificate_file.get(), made.get());
    File key_file(std::fopen(key().c_str(), "w"), std::fclose);
    PEM_write_PrivateKey(key_file.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }

 private:
  using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

  std::filesystem::path directory_;
};

Url url_of(Server& server, std::string_view target) {
  auto url = parse_url(server.url() + std::string(target));
  EXPECT_TRUE(url);
  return *url;
}

ClientRequest get(Server& server, std::string_view target) {
  ClientRequest request;
  request.url = url_of(server, target);
  return request;
}

ClientRequest post(Server& server, std::string_view target, std::string body) {
  ClientRequest request = get(server, target);
  request.method = "POST";
  request.body = std::move(body);
  return request;
}

// Ten pieces of a thousand bytes.
class TenPieces final : public BodySource {
 public:
  explicit TenPieces(std::optional<std::uint64_t> size) : size_(size) {}

  std::optional<std::uint64_t> size() const override { return size_; }
  Result<std::string_view> next() override {
    if (given_ == 10) return std::string_view{};
    ++given_;
    return std::string_view(piece_);
  }

 private:
  std::optional<std::uint64_t> size_;
  int given_ = 0;
  std::string piece_ = std::string(1000, 'p');
};

class FailingSource final : public BodySource {
 public:
  std::optional<std::uint64_t> size() const override { return std::nullopt; }
  Result<std::string_view> next() override { return fail(ErrorCode::Io, "on purpose"); }
};

TEST(Client, GetsAnAnswer) {
  TestServer server;
  Client client;

  auto response = async::run(client.request(get(server.server(), "/")));

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->find("content-length"), "5");
}

TEST(Client, ReadsAChunkedAnswerAndALargeOne) {
  TestServer server;
  Client client;

  EXPECT_EQ(async::run(client.request(get(server.server(), "/chunked")))->body, "helloworld");
  EXPECT_EQ(async::run(client.request(get(server.server(), "/big")))->body.size(), 8'000'000U);
}

TEST(Client, HeadHasNoBody) {
  TestServer server;
  Client client;
  ClientRequest request = get(server.server(), "/");
  request.method = "HEAD";

  auto response = async::run(client.request(request));

  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "");
}

TEST(Client, SendsABodyAndTellsItsProgress) {
  TestServer server;
  Client client;
  std::string body(200'000, 'b');
  std::uint64_t last_sent = 0;
  ClientRequest request = post(server.server(), "/echo-whole", body);
  request.progress = [&](std::uint64_t sent, std::optional<std::uint64_t> total) {
    EXPECT_GT(sent, last_sent);
    EXPECT_EQ(total, body.size());
    last_sent = sent;
  };

  auto response = async::run(client.request(request));

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, body);
  EXPECT_EQ(last_sent, body.size());
}

TEST(Client, SendsFromASourceWithAndWithoutASize) {
  TestServer server;
  Client client;
  for (std::optional<std::uint64_t> size : {std::optional<std::uint64_t>(10'000), {}}) {
    TenPieces source(size);
    ClientRequest request = post(server.server(), "/echo", "");
    request.body_source = &source;

    auto response = async::run(client.request(request));

    ASSERT_TRUE(response) << response.error().to_string();
    EXPECT_EQ(response->body, std::string(10'000, 'p'));
    EXPECT_EQ(response->find("content-length").has_value(), size.has_value());
  }
}

TEST(Client, ASourceThatFailsFailsTheRequest) {
  TestServer server;
  Client client;
  FailingSource source;
  ClientRequest request = post(server.server(), "/echo", "");
  request.body_source = &source;

  auto response = async::run(client.request(request));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::Io);
}

TEST(Client, TakesTheAnswerOfAServerThatDidNotWantTheBody) {
  TestServer server;
  Client client;

  auto response =
      async::run(client.request(post(server.server(), "/", std::string(20'000'000, 'x'))));

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body, "hello");
}

TEST(Client, ABrokenAnswerIsAnError) {
  TestServer server;
  Client client;

  for (const char* target : {"/aborts", "/too-short"}) {
    auto response = async::run(client.request(get(server.server(), target)));
    ASSERT_FALSE(response) << target;
    EXPECT_EQ(response.error().code(), ErrorCode::Unavailable) << target;
  }
}

TEST(Client, NamesTheServerThatDoesNotAnswer) {
  Client client;
  ClientRequest request;
  {
    TestServer server;
    request = get(server.server(), "/");
  }

  auto response = async::run(client.request(request));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::Unavailable);
  EXPECT_TRUE(response.error().message().contains(request.url.authority()));
}

TEST(Client, GivesUpAtItsDeadline) {
  TestServer server;
  Client client;
  ClientRequest request = get(server.server(), "/waits");
  request.timeout = std::chrono::milliseconds(50);

  auto response = async::run(client.request(request));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::Timeout);
}

TEST(Client, RefusesMoreThanItWants) {
  TestServer server;
  Client client;
  ClientRequest request = get(server.server(), "/big");
  request.max_response_bytes = 1000;

  EXPECT_FALSE(async::run(client.request(request)));
}

Task<std::size_t> read_at_least(Client& client, ClientRequest request, std::size_t wanted) {
  CO_ASSIGN_OR_RETURN(auto reader, co_await client.open(std::move(request)));
  EXPECT_EQ(reader->head().status, 200);
  std::size_t read = 0;
  while (read < wanted) {
    auto patience = std::chrono::seconds(10);
    CO_ASSIGN_OR_RETURN(std::string block, co_await reader->read(patience));
    read += block.size();
  }
  co_return read;
}

TEST(Client, ReadsAnEndlessAnswerAsItComes) {
  TestServer server;
  Client client;

  auto read = async::run(read_at_least(client, get(server.server(), "/floods"), 1'000'000));

  ASSERT_TRUE(read) << read.error().to_string();
  server.site.write_failed.wait();  // the server notices that the reader has gone
}

class Tls : public testing::Test {
 protected:
  ServerOptions options() {
    auto loaded = TlsCertificate::load(files_.certificate(), files_.key());
    EXPECT_TRUE(loaded);
    certificate_ = *loaded;
    ServerOptions options;
    options.tls = certificate_;
    return options;
  }

  CertificateFiles files_;
  std::shared_ptr<TlsCertificate> certificate_;
};

TEST_F(Tls, ServesOverTls) {
  TestServer server(options());
  Client client({.ca_file = files_.certificate()});
  std::string body(3'000'000, 'b');

  auto small = async::run(client.request(get(server.server(), "/")));
  auto large = async::run(client.request(post(server.server(), "/echo", body)));

  ASSERT_TRUE(small) << small.error().to_string();
  EXPECT_EQ(small->body, "hello");
  ASSERT_TRUE(large) << large.error().to_string();
  EXPECT_EQ(large->body, body);
}

TEST_F(Tls, AnUnknownCertificateIsRefusedByTheClient) {
  TestServer server(options());
  Client client;

  auto response = async::run(client.request(get(server.server(), "/")));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code(), ErrorCode::Unavailable);
}

TEST_F(Tls, ReloadServesTheNewCertificate) {
  TestServer server(options());
  files_.renew();
  Client client({.ca_file = files_.certificate()});
  EXPECT_FALSE(async::run(client.request(get(server.server(), "/"))));

  ASSERT_TRUE(certificate_->reload());

  EXPECT_TRUE(async::run(client.request(get(server.server(), "/"))));
}

TEST_F(Tls, ABrokenFileKeepsTheOldCertificate) {
  TestServer server(options());
  Client client({.ca_file = files_.certificate()});
  std::filesystem::remove(files_.key());

  auto reloaded = certificate_->reload();

  ASSERT_FALSE(reloaded);
  EXPECT_TRUE(reloaded.error().message().contains(files_.key()));
  EXPECT_TRUE(async::run(client.request(get(server.server(), "/"))));
}

TEST_F(Tls, APlainRequestIsNoHandshake) {
  TestServer server(options());
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_FALSE(client.read_to_end().contains("HTTP/1.1"));
}

}  // namespace
}  // namespace rockpool::http
