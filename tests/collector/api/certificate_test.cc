// Which certificates and keys are taken, and what is said of those that are not.

#include "collector/api/certificate.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "collector/api/certificate_time.h"
#include "schema/access_limits.h"
#include "schema/program/clock.h"
#include "schema/program/error.h"
#include "tests/harness/certificates.h"
#include "tests/harness/files.h"
#include "tests/harness/thrown.h"

namespace flatline {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

/// They are read only, so that the cases share them.
const test::Certificates& made() {
  static const test::Certificates certificates;
  return certificates;
}

Certificate read(const std::string& name) {
  return Certificate(made().pem(name), made().key(name));
}

TEST_CASE("a certificate tells its names, its time and what a handshake by its key costs") {
  const Certificate good = read("good");
  CHECK(good.names() == Names{"localhost", "127.0.0.1"});
  CHECK(good.begins() < wall_now());
  CHECK(good.expires() - wall_now() > 89 * 24h);
  CHECK(good.expires() - wall_now() <= 90 * 24h);
  CHECK(good.shown().length == 1);
  CHECK(good.handshake_cost() > kHandshakeCost);
  CHECK(read("rsa").handshake_cost() > good.handshake_cost());
  CHECK(read("elsewhere").names() == Names{"mon-9.example", "192.0.2.9"});
  CHECK(read("nameless").names().empty());
}

TEST_CASE("those of the issuers follow a certificate") {
  CHECK(Certificate(made().pem("chain"), made().key("leaf")).shown().length == 2);
}

TEST_CASE("what cannot be shown is refused with its file and the reason") {
  const TemporaryFolder folder;
  const fs::path good = made().pem("good");
  const fs::path key = made().key("good");
  const auto written = [&](const char* name, const std::string& text) {
    write_content(folder / name, text);
    REQUIRE(::chmod((folder / name).c_str(), 0600) == 0);
    return folder / name;
  };
  std::string nine;
  for (unsigned i = 0; i <= kCertificateChain; ++i) nine += content_of(good);
  const fs::path open = written("open.key", content_of(key));
  REQUIRE(::chmod(open.c_str(), 0644) == 0);
  const std::string half = content_of(good).substr(0, 300);

  struct Row {
    fs::path certificate;
    fs::path key;
    std::vector<std::string> said;
  };
  const Row rows[] = {
      {folder / "nowhere.pem", key, {"nowhere.pem", "No such file"}},
      {good, folder / "nowhere.key", {"nowhere.key", "No such file"}},
      {folder.path(), key, {"cannot read"}},
      {written("empty.pem", ""), key, {"empty.pem", "holds no certificate in PEM"}},
      {written("half.pem", half), key, {"half.pem", "holds no certificate in PEM"}},
      {key, key, {"good.key", "holds no certificate in PEM"}},
      {written("long.pem", std::string(kCertificateFileBytes + 1, 'a')), key, {"64 KiB"}},
      {written("nine.pem", nine), key, {"nine.pem", "more than 8 certificates"}},
      {good, good, {"good.pem", "holds no private key in PEM"}},
      {good, written("long.key", std::string(kPrivateKeyFileBytes + 1, 'a')), {"16 KiB"}},
      {good, made().key("locked"), {"locked.key", "locked by a passphrase", "openssl pkey"}},
      {good, open, {"open.key", "mode 0644", "chmod 600"}},
      {good, made().key("renewed"), {"renewed.key", "is not the key of", "good.pem"}},
      {made().pem("backwards"), made().key("leaf"), {"backwards.pem", "must come first"}},
      {made().pem("weak"), made().key("weak"), {"weak.key", "1024 bits", "2048"}},
  };
  for (const Row& row : rows) {
    const std::string error =
        message_of<Failure>([&] { const Certificate refused(row.certificate, row.key); });
    CAPTURE(error);
    for (const std::string& said : row.said) CHECK_MESSAGE(error.find(said) != error.npos, said);
  }
}

TEST_CASE(
    "its time refuses a certificate from the moment on, and the advice comes 30 days before") {
  const WallTime begins{100h};
  const WallTime expires{200h};
  const auto refused = [&](WallTime now) { return refused_for_its_time(begins, expires, now); };
  CHECK(refused(begins).empty());
  CHECK(refused(begins - 1ms) == "it is not valid before 1970-01-05T04:00:00.000Z");
  CHECK(refused(expires - 1ms).empty());
  CHECK(refused(expires) == "it expired at 1970-01-09T08:00:00.000Z");
  const WallTime then{};
  CHECK(certificate_advice(then + kCertificateExpiresSoon, then).empty());
  CHECK(certificate_advice(then + kCertificateExpiresSoon - 1ms, then).find("expires at") !=
        std::string::npos);
  CHECK(certificate_advice(then, then).find("expired at") != std::string::npos);
}

}  // namespace
}  // namespace flatline
