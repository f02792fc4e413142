#include "support/certificates.h"

#include <openssl/x509v3.h>

#include <atomic>
#include <cstdlib>

#include "support/pem.h"

namespace slogate::testing {
namespace {

constexpr long kDay = 24 * 60 * 60;

void AddExtension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (extension == nullptr) std::abort();
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

CertificatePtr Blank(const std::string& common_name, EVP_PKEY* key) {
  static std::atomic<long> serial{1};
  CertificatePtr certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDay);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  return certificate;
}

Certificate Sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key, EVP_PKEY* key) {
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  if (X509_sign(certificate, issuer_key, EVP_sha256()) == 0) std::abort();
  return Certificate{WriteCertificate(certificate), WriteKey(key)};
}

}  // namespace

Certificate MakeAuthority(const std::string& common_name) {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const CertificatePtr certificate = Blank(common_name, key.get());
  AddExtension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  return Sign(certificate.get(), certificate.get(), key.get(), key.get());
}

Certificate Issue(const Certificate& authority, const std::string& common_name,
                  const std::string& alternative_name) {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const CertificatePtr issuer = ReadCertificate(authority.certificate_pem);
  const CertificatePtr certificate = Blank(common_name, key.get());
  if (!alternative_name.empty()) {
    AddExtension(certificate.get(), issuer.get(), NID_subject_alt_name, alternative_name);
  }
  return Sign(certificate.get(), issuer.get(), ReadKey(authority.key_pem).get(), key.get());
}

}  // namespace slogate::testing
