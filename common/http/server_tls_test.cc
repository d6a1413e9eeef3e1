#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "common/http/test_server.h"

namespace plexus::http {
namespace {

std::string Drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

// A self-signed certificate whose common name is `common_name`.
TlsCertificate SelfSigned(const std::string& common_name, std::vector<std::string> server_names) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
                             -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  BIO* chain = BIO_new(BIO_s_mem());
  BIO* pem = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(chain, certificate);
  PEM_write_bio_PrivateKey(pem, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {std::move(server_names), Drain(chain), Drain(pem)};
}

struct ClientOptions {
  std::string sni;
  int max_version = TLS1_3_VERSION;
  std::string alpn = "\x08http/1.1";
};

// A blocking TLS client on top of Client's socket.
class TlsClient {
 public:
  TlsClient(uint16_t port, const ClientOptions& options) : socket_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_, options.max_version);
    SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    SSL_CTX_set_security_level(context_, 0);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_.fd());
    if (!options.sni.empty()) SSL_set_tlsext_host_name(ssl_, options.sni.c_str());
    SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(options.alpn.data()),
                        static_cast<unsigned>(options.alpn.size()));
    connected_ = SSL_connect(ssl_) == 1;
    ERR_clear_error();
  }
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  bool connected() const { return connected_; }

  // The common name of the server's certificate.
  std::string ServerCertificate() {
    X509* certificate = SSL_get1_peer_certificate(ssl_);
    char name[100] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof(name));
    X509_free(certificate);
    return name;
  }
  std::string Alpn() {
    const unsigned char* data = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &data, &size);
    return {reinterpret_cast<const char*>(data), size};
  }
  // What comes until the server closes.
  std::string ExchangeAll(std::string_view request) {
    SSL_write(ssl_, request.data(), static_cast<int>(request.size()));
    std::string answer;
    char bytes[16 * 1024];
    for (int count; (count = SSL_read(ssl_, bytes, sizeof(bytes))) > 0;) {
      answer.append(bytes, static_cast<size_t>(count));
    }
    clean_end_ = SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN;
    return answer;
  }
  bool clean_end() const { return clean_end_; }

 private:
  Client socket_;
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  bool connected_ = false;
  bool clean_end_ = false;
};

std::shared_ptr<TlsCertificates> TwoNames() {
  const std::vector<TlsCertificate> certificates = {SelfSigned("default", {"One.org"}),
                                                    SelfSigned("second", {"two.org", "*.two.org"})};
  return TlsCertificates::Create(certificates).value();
}

Task<Response> ShowName(Request request, RequestContext) {
  Response response;
  response.body = request.server_name + (request.secure ? " secure" : " plain");
  co_return response;
}

TEST(Tls, ChoosesTheCertificateByServerName) {
  TestServer server(ShowName, TestOptions(), 1, TwoNames());
  const std::pair<const char*, const char*> cases[] = {{"one.org", "default"},     {"TWO.org", "second"},
                                                       {"a.two.org", "second"},    {"a.b.two.org", "default"},
                                                       {"unknown.org", "default"}, {"", "default"}};
  for (const auto& [sni, expected] : cases) {
    TlsClient client(server.port(), {.sni = sni});
    ASSERT_TRUE(client.connected()) << sni;
    EXPECT_EQ(client.ServerCertificate(), expected) << sni;
    EXPECT_EQ(client.Alpn(), "http/1.1");
  }
}

TEST(Tls, AnswersAndClosesCleanly) {
  TestServer server(ShowName, TestOptions(), 1, TwoNames());
  TlsClient client(server.port(), {.sni = "two.org"});
  const std::string answer = client.ExchangeAll(Get("/1") + Get("/2", "Connection: close\r\n"));
  EXPECT_NE(answer.find("two.org secureHTTP/1.1 200 OK"), std::string::npos) << answer;
  EXPECT_TRUE(client.clean_end());
}

Task<Response> FiveMegabytes(Request request, RequestContext) {
  Response response;
  response.body = request.body;
  response.body.resize(5'000'000, 'x');
  co_return response;
}

TEST(Tls, CarriesLargeBodies) {
  ServerOptions options = TestOptions();
  options.limits.max_body_bytes = 5'000'000;
  TestServer server(FiveMegabytes, options, 1, TwoNames());
  TlsClient client(server.port(), {.sni = "two.org", .max_version = TLS1_2_VERSION});
  const std::string body(3'000'000, 'y');
  const std::string request = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n";
  const std::string answer = client.ExchangeAll(request + body);
  EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), body + std::string(2'000'000, 'x'));
}

TEST(Tls, RefusesOldVersionsAndForeignProtocols) {
  TestServer server(ShowName, TestOptions(), 1, TwoNames());
  EXPECT_FALSE(TlsClient(server.port(), {.sni = "one.org", .max_version = TLS1_1_VERSION}).connected());
  EXPECT_FALSE(TlsClient(server.port(), {.sni = "one.org", .alpn = "\x02h2"}).connected());
  EXPECT_TRUE(TlsClient(server.port(), {.sni = "one.org", .max_version = TLS1_2_VERSION}).connected());
}

TEST(Tls, SwapsCertificatesWhileRunning) {
  const auto certificates = TwoNames();
  TestServer server(ShowName, TestOptions(), 1, certificates);
  TlsClient before(server.port(), {.sni = "two.org"});
  ASSERT_TRUE(certificates->Reload({SelfSigned("renewed", {"two.org"})}).ok());
  EXPECT_EQ(TlsClient(server.port(), {.sni = "two.org"}).ServerCertificate(), "renewed");
  EXPECT_NE(before.ExchangeAll(Get("/", "Connection: close\r\n")).find("200 OK"), std::string::npos);

  TlsCertificate mismatched = SelfSigned("broken", {"two.org"});
  mismatched.key_pem = SelfSigned("other", {}).key_pem;
  const absl::Status refused = certificates->Reload({mismatched});
  EXPECT_FALSE(refused.ok());
  EXPECT_NE(refused.ToString().find("two.org"), std::string::npos);
  EXPECT_EQ(TlsClient(server.port(), {.sni = "two.org"}).ServerCertificate(), "renewed");
}

TEST(Tls, RefusesCertificatesThatDoNotParse) {
  EXPECT_FALSE(TlsCertificates::Create({}).ok());
  EXPECT_FALSE(TlsCertificates::Create({{{"a.org"}, "not a PEM", "not a PEM"}}).ok());
}

TEST(Tls, EndsAHandshakeThatNeverBegins) {
  ServerOptions options = TestOptions();
  options.limits.header_timeout = absl::Milliseconds(100);
  TestServer server(ShowName, options, 1, TwoNames());
  EXPECT_TRUE(Client(server.port()).SeesClose());
}

TEST(Tls, SurvivesPlainHttpAndPlainSurvivesTls) {
  TestServer secure(ShowName, TestOptions(), 1, TwoNames());
  Client plain(secure.port());
  plain.Send(Get("/"));
  EXPECT_EQ(plain.Receive().status, 0);
  TestServer server(ShowName);
  EXPECT_FALSE(TlsClient(server.port(), {.sni = "one.org"}).connected());
  EXPECT_EQ(Client(server.port()).Exchange("\x16\x03\x01").status, 400);
}

}  // namespace
}  // namespace plexus::http
