#pragma once

// A terminal that shows whole screens, by ncurses, which sends what changed alone. The screen that
// was there before comes back, and so do the terminal's modes, whatever ends the program: an
// exception by the destructor, a fault of our own (abort, a wild pointer) by a handler. Signals
// that end or stop it on purpose are the caller's, who reads them from `Signals`. There is one at a
// time.

#include <memory>
#include <optional>

#include "tools/cli/screen/line.h"
#include "tools/cli/screen/state.h"

namespace flatline::cli::watch {

class FullScreen {
 public:
  /// Returns null where the terminal cannot show whole screens, or stdin is none.
  static std::unique_ptr<FullScreen> open(bool colored);
  ~FullScreen();
  FullScreen(const FullScreen&) = delete;
  FullScreen& operator=(const FullScreen&) = delete;

  [[nodiscard]] static screen::Size size();
  void draw(const screen::Screen& screen);
  /// The next key that was pressed; nothing where there is none now.
  static std::optional<screen::Key> read_key();

  /// The terminal has another size now.
  static void take_size();
  /// Gives the terminal back for a while, and takes it again.
  static void leave();
  static void come_back();

 private:
  struct Saved;
  FullScreen(std::unique_ptr<Saved> saved, bool colored);

  std::unique_ptr<Saved> saved_;
  bool colored_;
  bool is_utf8_;
};

}  // namespace flatline::cli::watch
