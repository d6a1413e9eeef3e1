#include "common/http/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

#include "common/base/status_macros.h"
#include "common/http/ascii.h"
#include "common/http/tls_contexts.h"

namespace plexus::http {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Deleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, BioDeleter>;
using X509Ptr = std::unique_ptr<X509, X509Deleter>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDeleter>;

constexpr unsigned char kAlpn[] = "\x08http/1.1";

BioPtr ReadOnly(std::string_view text) { return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// A server never asks for a passphrase on a terminal.
int NoPassphrase(char*, int, int, void*) { return 0; }

int ChooseAlpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
               unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kAlpn, sizeof(kAlpn) - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// The generation of the connection is the callback's argument of the default context, where every handshake begins.
int SwitchBySni(SSL* ssl, int*, void* contexts) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX* context = static_cast<const TlsContexts*>(contexts)->Find(Lowered(name));
  SSL_set_SSL_CTX(ssl, context);
  return SSL_TLSEXT_ERR_OK;
}

SslCtxPtr NewContext() {
  SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_id_context(raw, reinterpret_cast<const unsigned char*>("plexus"), 6);
  SSL_CTX_set_alpn_select_cb(raw, ChooseAlpn, nullptr);
  return context;
}

bool LoadChain(std::string_view pem, SSL_CTX* context) {
  const BioPtr bio = ReadOnly(pem);
  const X509Ptr leaf(PEM_read_bio_X509_AUX(bio.get(), nullptr, NoPassphrase, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  while (X509Ptr next{PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)}) {
    if (SSL_CTX_add0_chain_cert(context, next.get()) != 1) return false;
    (void)next.release();  // the context owns it now
  }
  ERR_clear_error();  // the end of the PEM
  return true;
}

bool LoadKey(std::string_view pem, SSL_CTX* context) {
  const BioPtr bio = ReadOnly(pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1 && SSL_CTX_check_private_key(context) == 1;
}

absl::StatusOr<SslCtxPtr> Load(const TlsCertificate& certificate) {
  const std::string name = certificate.server_names.empty() ? "(default)" : certificate.server_names.front();
  ERR_clear_error();
  SslCtxPtr context = NewContext();
  const bool has_chain = LoadChain(certificate.chain_pem, context.get());
  const bool has_key = has_chain && LoadKey(certificate.key_pem, context.get());
  ERR_clear_error();
  if (!has_chain) return absl::InvalidArgumentError("TLS certificate for " + name + " does not parse");
  if (!has_key) return absl::InvalidArgumentError("TLS key for " + name + " does not parse or does not fit");
  return context;
}

absl::StatusOr<std::shared_ptr<const TlsContexts>> LoadAll(const std::vector<TlsCertificate>& certificates) {
  if (certificates.empty()) return absl::InvalidArgumentError("TLS needs at least one certificate");
  auto contexts = std::make_shared<TlsContexts>();
  for (const TlsCertificate& certificate : certificates) {
    PLEXUS_ASSIGN_OR_RETURN(SslCtxPtr context, Load(certificate));
    for (const std::string& name : certificate.server_names) {
      contexts->by_name.try_emplace(Lowered(name), context.get());
    }
    contexts->owned.push_back(std::move(context));
  }
  SSL_CTX_set_tlsext_servername_callback(contexts->owned.front().get(), SwitchBySni);
  SSL_CTX_set_tlsext_servername_arg(contexts->owned.front().get(), contexts.get());
  return contexts;
}

}  // namespace

SSL_CTX* TlsContexts::Find(std::string_view name) const {
  if (const auto exact = by_name.find(name); exact != by_name.end()) return exact->second;
  if (const size_t dot = name.find('.'); dot != name.npos) {
    const auto wildcard = by_name.find('*' + std::string(name.substr(dot)));
    if (wildcard != by_name.end()) return wildcard->second;
  }
  return owned.front().get();
}

TlsCertificates::TlsCertificates(std::shared_ptr<const TlsContexts> contexts) : contexts_(std::move(contexts)) {}

absl::StatusOr<std::shared_ptr<TlsCertificates>> TlsCertificates::Create(
    const std::vector<TlsCertificate>& certificates) {
  PLEXUS_ASSIGN_OR_RETURN(auto contexts, LoadAll(certificates));
  return std::shared_ptr<TlsCertificates>(new TlsCertificates(std::move(contexts)));
}

absl::Status TlsCertificates::Reload(const std::vector<TlsCertificate>& certificates) {
  PLEXUS_ASSIGN_OR_RETURN(auto contexts, LoadAll(certificates));
  std::atomic_store(&contexts_, std::move(contexts));
  return absl::OkStatus();
}

std::shared_ptr<const TlsContexts> TlsCertificates::current() const { return std::atomic_load(&contexts_); }

}  // namespace plexus::http
