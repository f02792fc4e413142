// PEM text to OpenSSL objects and back. Aborts on failure: tests make their own certificates.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace slogate::testing {

struct CertificateCleanup {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyCleanup {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using CertificatePtr = std::unique_ptr<X509, CertificateCleanup>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyCleanup>;

CertificatePtr ReadCertificate(const std::string& pem);
KeyPtr ReadKey(const std::string& pem);
std::string WriteCertificate(X509* certificate);
std::string WriteKey(EVP_PKEY* key);

}  // namespace slogate::testing
