#include "support/pem.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <cstdlib>

namespace slogate::testing {
namespace {

struct BioCleanup {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPtr = std::unique_ptr<BIO, BioCleanup>;

BioPtr Over(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

CertificatePtr ReadCertificate(const std::string& pem) {
  CertificatePtr certificate(PEM_read_bio_X509(Over(pem).get(), nullptr, nullptr, nullptr));
  if (!certificate) std::abort();
  return certificate;
}

KeyPtr ReadKey(const std::string& pem) {
  KeyPtr key(PEM_read_bio_PrivateKey(Over(pem).get(), nullptr, nullptr, nullptr));
  if (!key) std::abort();
  return key;
}

std::string WriteCertificate(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bio.get(), certificate) != 1) std::abort();
  return TextOf(bio.get());
}

std::string WriteKey(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    std::abort();
  }
  return TextOf(bio.get());
}

}  // namespace slogate::testing
