#include "tools/cli/credential_layout.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "schema/limits.h"
#include "schema/program/error.h"
#include "schema/program/secret_file.h"
#include "schema/program/standard_files.h"
#include "tools/cli/faults.h"
#include "tools/cli/interrupts.h"
#include "tools/cli/progress.h"
#include "tools/cli/staged_files.h"
#include "tools/cli/tar.h"

namespace flatline::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInFolder = "agent.credential";
static_assert(kNameBytes + 1 + kInFolder.size() <= kTarPathBytes);

void stop_if(const Interrupts& interrupts) {
  if (interrupts.came()) throw Failure("interrupted; nothing was done");
}

/// Looks at all places before the first file is written, so that what is in the way leaves no half
/// of the hosts enrolled.
std::vector<CredentialFile> look_at_all(const fs::path& folder,
                                        const std::vector<Credential>& credentials,
                                        CredentialLayout layout, bool replace,
                                        const Interrupts& interrupts) {
  std::vector<CredentialFile> found;
  Faults faults("files are in the way");
  Progress progress(credentials.size());
  for (const Credential& credential : credentials) {
    stop_if(interrupts);
    progress.at(found.size());
    const fs::path path = folder / credential_place(credential.name, layout);
    try {
      found.push_back(look_at_credential(path, credential));
      const std::string fault = obstacle(path, found.back(), replace);
      if (!fault.empty()) faults.add(fault);
    } catch (const Failure& failure) {  // It is no credential, or cannot be read.
      found.push_back(CredentialFile::kStrangers);
      faults.add(failure.what());
    }
  }
  faults.tell();
  return found;
}

/// Throws Failure where secrets on stdout would be seen by whoever passes.
void require_private_stdout() {
  struct stat status {};
  if (::isatty(STDOUT_FILENO) == 1) {
    throw Failure(
        "--tar: stdout is a terminal; hand the archive on by a pipe, as | ssh HOST tar x");
  }
  if (::fstat(STDOUT_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) return;
  try {
    require_private("stdout", status.st_mode, status.st_gid);
  } catch (const Failure&) {
    throw Failure(fmt::format(
        "--tar: stdout is a file of mode {:04o}, which lets others read secrets; run: umask 077",
        status.st_mode & 07777));
  }
}

}  // namespace

fs::path credential_place(const std::string& name, CredentialLayout layout) {
  return layout == CredentialLayout::kFile ? fs::path(name + ".credential")
                                           : fs::path(name) / kInFolder;
}

std::string obstacle(const fs::path& path, CredentialFile there, bool replace) {
  if (there == CredentialFile::kStrangers) {
    return fmt::format("{}: holds another host's credential", path.string());
  }
  if (there != CredentialFile::kAnother || replace) return {};
  return fmt::format(
      "{}: holds another credential of this host, of another key or generation; --replace puts the "
      "new one in its place",
      path.string());
}

LaidOut lay_out(const fs::path& folder, const std::vector<Credential>& credentials,
                CredentialLayout layout, bool replace) {
  const Interrupts interrupts;
  StagedFiles files(folder);
  const auto found = look_at_all(folder, credentials, layout, replace, interrupts);
  LaidOut laid;
  Progress progress(2 * credentials.size());  // Each is written, and put into its place.
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    stop_if(interrupts);
    progress.at(i);
    laid.same += found[i] == CredentialFile::kSame ? 1 : 0;
    laid.replaced += found[i] == CredentialFile::kAnother ? 1 : 0;
    if (found[i] == CredentialFile::kSame) continue;
    files.write(credential_place(credentials[i].name, layout), credential_text(credentials[i]),
                found[i] == CredentialFile::kAnother);
  }
  if (laid.same < credentials.size()) {
    files.put_all([&](std::size_t done) { progress.at(credentials.size() + done); });
  }
  return laid;
}

void print_archive(const std::vector<Credential>& credentials, CredentialLayout layout,
                   WallTime now) {
  require_private_stdout();
  Progress progress(credentials.size());
  std::string text;
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    const fs::path place = credential_place(credentials[i].name, layout);
    if (place.has_parent_path()) text += tar_folder(place.parent_path().string() + "/", now);
    text += tar_file(place.string(), credential_text(credentials[i]), now);
    if (text.size() < kPrintedAtOnce) continue;
    print(text);
    text.clear();
    progress.at(i + 1);
  }
  print(text + tar_end());
}

}  // namespace flatline::cli
