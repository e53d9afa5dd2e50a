// A collector that serves by TLS, the command line that asks it, and an administrator who renews
// its certificate. Hostile clients are in hostile_tls.py.

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <csignal>
#include <filesystem>
#include <optional>

#include "schema/answers/view_json.h"
#include "tests/harness/asking.h"
#include "tests/harness/certificates.h"
#include "tests/harness/files.h"
#include "tests/harness/reloading.h"

using namespace flatline;
using namespace flatline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

/// The certificates, which no case changes.
const Certificates& made() {
  static const Certificates certificates;
  return certificates;
}

/// A collector that shows a certificate by two links, so that another one can take its place.
class Place {
 public:
  explicit Place(const std::string& name, const std::string& key = "") {
    show(name, key);
    collector_.emplace(std::vector<std::string>{"--api-cert", (folder_ / "api.pem").string(),
                                                "--api-key", (folder_ / "api.key").string()});
  }
  void restart(const std::string& name) {
    show(name);
    collector_->process().send_signal(SIGTERM);
    CHECK(collector_->process().wait() == 0);
    collector_->start();
  }
  /// From the next reload on it shows another one.
  void show(const std::string& name, const std::string& key = "") const {
    for (const char* file : {"api.pem", "api.key"}) fs::remove(folder_ / file);
    fs::create_symlink(made().pem(name), folder_ / "api.pem");
    fs::create_symlink(made().key(key.empty() ? name : key), folder_ / "api.key");
  }
  /// `https://HOST:PORT`
  [[nodiscard]] std::string url(const std::string& host) const {
    return "https://" + host + collector_->api().substr(collector_->api().rfind(':'));
  }
  /// Asks as an operator does who knows the authority, if `ca` is one.
  [[nodiscard]] Finished ask(const std::string& url, const std::string& ca,
                             const std::vector<std::string>& arguments) const {
    std::vector<std::string> command = {kFlatline, "--api", url};
    command.insert(command.end(), kUnhurried.begin(), kUnhurried.end());
    if (!ca.empty()) command.insert(command.end(), {"--ca", made().pem(ca).string()});
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_to_end(command);
  }
  [[nodiscard]] Finished status(const std::string& host = "localhost") const {
    return ask(url(host), "ca", {"status"});
  }
  [[nodiscard]] std::string refusal(const std::string& url, const std::string& ca = "ca") const {
    const Finished refused = ask(url, ca, {"status"});
    CHECK(refused.exit_code == 1);
    CHECK(refused.out.empty());
    return refused.err;
  }
  [[nodiscard]] RunningCollector& collector() { return *collector_; }
  /// Has it reload, and checks that it says this.
  void reload(const std::string& says) {
    const std::string said = reload_collector(collector_->process());
    CHECK_MESSAGE(said.find(says) != std::string::npos, said);
  }

 private:
  TemporaryFolder folder_;
  std::optional<RunningCollector> collector_;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a collector with a certificate is asked by https, and takes changes by it") {
  Place place("chain", "leaf");
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const Finished asked = place.status(host);
    CHECK_MESSAGE(asked.exit_code == 0, asked.err);
    CHECK_FALSE(has(asked.out, "certificate"));
  }
  // Who names an authority means https.
  const std::string url = place.url("localhost");
  CHECK(place.ask(url.substr(8), "ca", {"status"}).exit_code == 0);
  const std::string token = (place.collector().folder() / "data" / "admin.token").string();
  const Finished frozen =
      place.ask(url, "ca", {"--admin-token", token, "freeze", "--for", "1m", "--why", "x"});
  CHECK_MESSAGE(frozen.exit_code == 0, frozen.err);

  // What is wrong is told, and what would be right.
  CHECK(has(place.refusal(url, ""), "give the file of its authority by --ca FILE"));
  CHECK(has(place.refusal(url, "strangers"), "was not issued by who"));
  CHECK(has(place.refusal("http" + url.substr(5), ""), "speaks TLS; ask it again by https://"));
  CHECK(has(place.refusal(url, "nowhere"), "nowhere.pem cannot be read"));
  const Finished contradicts = place.ask("http" + url.substr(5), "ca", {"status"});
  CHECK(contradicts.exit_code == 2);
  CHECK(has(contradicts.err, "use https://localhost"));
}

TEST_CASE("SIGHUP shows the renewed certificate, and keeps the old one where the new is wrong") {
  Place place("good");
  const auto shown = [&] {
    const Finished told = place.ask(place.url("localhost"), "ca", {"status", "-o", "json"});
    const auto summary = summary_from_json(told.out);
    REQUIRE_MESSAGE(summary, told.err);
    REQUIRE(summary->collector.certificate);
    return summary->collector.certificate->expires;
  };
  const std::string first = shown();
  place.show("renewed", "good");
  place.reload("api.key: is not the key of");
  place.show("expired");
  place.reload("api.pem: it expired at ");
  place.show("future");
  place.reload("api.pem: it is not valid before ");
  CHECK(shown() == first);
  place.show("renewed");
  place.reload("reload: done");
  CHECK(shown() != first);
  place.show("soon");
  place.reload("api.pem: it expires at ");
  const Finished warned = place.status();
  CHECK_MESSAGE(has(warned.out, "certificate: it expires at "), warned.out);
  place.show("elsewhere");
  place.reload("reload: done");
  const std::string refused = place.refusal(place.url("localhost"));
  CHECK_MESSAGE(has(refused, "is not for localhost, but for mon-9.example, 192.0.2.9"), refused);
}

TEST_CASE("a certificate out of its time keeps nobody from watching, and is told on both sides") {
  Place place("expired");
  place.collector().process().hear({"api.pem: it expired at "});
  const std::string expired = place.refusal(place.url("localhost"));
  CHECK_MESSAGE(has(expired, "its certificate has expired, at "), expired);
  // Nor does the check before a start keep a service from it, which says the same.
  const Finished checked = run_to_end(
      {kFlatlineCollector, "--check-config", "--fleet-key", place.collector().fleet_key(),
       "--api-cert", made().pem("expired").string(), "--api-key", made().key("expired").string()});
  CHECK(checked.exit_code == 0);
  CHECK_MESSAGE(has(checked.out, "(TLS, certificate of localhost 127.0.0.1, expires "),
                checked.out);
  CHECK_MESSAGE(has(checked.err, "expired.pem: it expired at "), checked.err);
  const Finished unfit = run_to_end(
      {kFlatlineCollector, "--check-config", "--fleet-key", place.collector().fleet_key(),
       "--api-cert", made().pem("expired").string(), "--api-key", made().key("good").string()});
  CHECK(unfit.exit_code == 1);
  CHECK_MESSAGE(has(unfit.err, "good.key: is not the key of"), unfit.err);
  place.restart("future");
  place.collector().process().hear({"api.pem: it is not valid before "});
  const std::string future = place.refusal(place.url("localhost"));
  CHECK_MESSAGE(has(future, "its certificate is not valid yet, but from "), future);
}

TEST_CASE("clear text in the place of TLS, and a TLS of long ago, are told as such") {
  const RunningCollector clear;
  const std::string port = clear.api().substr(clear.api().rfind(':'));
  const Finished asked =
      run_to_end({kFlatline, "--api", "https://localhost" + port, "--timeout", "50s", "status"});
  CHECK(asked.exit_code == 1);
  CHECK_MESSAGE(has(asked.err, "speaks clear text there, no TLS: use http://localhost" + port),
                asked.err);

  ChildProcess old({"/usr/bin/openssl", "s_server", "-www", "-accept", "127.0.0.1:0", "-tls1_1",
                    "-cipher", "DEFAULT@SECLEVEL=0", "-cert", made().pem("good").string(), "-key",
                    made().key("good").string()});
  std::optional<std::string> line = old.read_line();
  while (line && !line->starts_with("ACCEPT ")) line = old.read_line();
  REQUIRE(line);
  const Finished refused = run_to_end({kFlatline, "--api", "https://" + line->substr(7), "--ca",
                                       made().pem("ca").string(), "--timeout", "50s", "status"});
  CHECK(refused.exit_code == 1);
  CHECK_MESSAGE(has(refused.err, "speaks an old TLS alone"), refused.err);
}

TEST_CASE("the guide's commands make an authority, a certificate and a collector that shows it") {
  const TemporaryFolder folder;
  const std::string prompt = "mon-1# ";
  unsigned made = 0;
  for (std::string line : split_lines(content_of(source_file("tools/GUIDE.md")))) {
    if (!line.starts_with(prompt + "openssl ")) continue;
    for (const std::string_view place : {"/etc/flatline/secrets/", "/etc/flatline/"}) {
      for (std::size_t at = line.find(place); at != std::string::npos; at = line.find(place)) {
        line.erase(at, place.size());
      }
    }
    const Finished ran = run_to_end(
        {"/bin/sh", "-c", "cd " + folder.path().string() + " && " + line.substr(prompt.size())});
    CHECK_MESSAGE(ran.exit_code == 0, ran.err);
    ++made;
  }
  REQUIRE(made == 3);
  RunningCollector collector(
      {"--api-cert", (folder / "api.pem").string(), "--api-key", (folder / "api.key").string()});
  const std::string port = collector.api().substr(collector.api().rfind(':'));
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const Finished asked = run_to_end({kFlatline, "--api", host + port, "--ca",
                                       (folder / "ca.pem").string(), "--timeout", "50s", "status"});
    CHECK_MESSAGE(asked.exit_code == 0, asked.err);
  }
}
