#include "tools/cli/watch/full_screen.h"

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
// term.h has names of every capability as macros.
#undef columns
#undef lines

#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <cwchar>
#include <string>

namespace flatline::cli::watch {

using screen::Key;
using screen::KeyKind;

/// How the terminal was, and what brings that back.
struct FullScreen::Saved {
  termios modes{};
  SCREEN* screen = nullptr;
};

namespace {

/// What a handler needs, which may call next to nothing: the modes, and the bytes that show the
/// screen of before, with a cursor and without colours. It is written before the handlers are set.
struct LastWords {
  termios modes{};
  std::array<char, 128> bytes{};
  std::size_t size = 0;
};
LastWords last_words;

constexpr int kFaults[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

/// The handler goes with its first call (SA_RESETHAND), and the same signal then ends the program.
void on_fault(int number) {
  [[maybe_unused]] const ssize_t size =
      ::write(STDOUT_FILENO, last_words.bytes.data(), last_words.size);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &last_words.modes);
  ::raise(number);
}

void prepare_last_words(const termios& modes) {
  last_words.modes = modes;
  last_words.size = 0;
  for (const char* capability : {"sgr0", "cnorm", "rmkx", "rmcup"}) {
    const char* const bytes = ::tigetstr(capability);
    // Absent is null, and -1 where it is no such text.
    if (bytes == nullptr || bytes == reinterpret_cast<const char*>(-1)) continue;
    const std::size_t length = std::strlen(bytes);
    if (last_words.size + length > last_words.bytes.size()) continue;
    std::memcpy(last_words.bytes.data() + last_words.size, bytes, length);
    last_words.size += length;
  }
  struct sigaction action {};
  action.sa_handler = on_fault;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int fault : kFaults) ::sigaction(fault, &action, nullptr);
}

void forget_last_words() {
  for (const int fault : kFaults) ::signal(fault, SIG_DFL);
}

/// The pairs of colours have the numbers of Color; 0 is the terminal's own.
void prepare_colors() {
  ::start_color();
  ::use_default_colors();
  const short gray = COLORS >= 16 ? 8 : COLOR_WHITE;
  const short colors[] = {-1, COLOR_GREEN, COLOR_YELLOW, COLOR_RED, COLOR_MAGENTA, gray};
  for (short pair = 1; pair < static_cast<short>(std::size(colors)); ++pair) {
    ::init_pair(pair, colors[pair], -1);
  }
}

attr_t attributes_of(const screen::Look& look, bool colored) {
  attr_t attributes = A_NORMAL;
  if (look.bold) attributes |= A_BOLD;
  if (look.reverse) attributes |= A_REVERSE;
  // Where there are few colours, gray is the dim one.
  if (look.color == Color::kGray && (!colored || COLORS < 16)) attributes |= A_DIM;
  return attributes;
}

KeyKind kind_of(wint_t code) {
  struct Known {
    wint_t code;
    KeyKind kind;
  };
  constexpr Known kKnown[] = {
      {KEY_ENTER, KeyKind::kEnter},    {KEY_BACKSPACE, KeyKind::kBackspace},
      {KEY_DC, KeyKind::kDelete},      {KEY_LEFT, KeyKind::kLeft},
      {KEY_RIGHT, KeyKind::kRight},    {KEY_UP, KeyKind::kUp},
      {KEY_DOWN, KeyKind::kDown},      {KEY_PPAGE, KeyKind::kPageUp},
      {KEY_NPAGE, KeyKind::kPageDown}, {KEY_HOME, KeyKind::kHome},
      {KEY_END, KeyKind::kEnd},        {KEY_BTAB, KeyKind::kBackTab},
  };
  for (const Known& known : kKnown) {
    if (known.code == code) return known.kind;
  }
  return KeyKind::kNone;
}

std::string utf8_of(wchar_t character) {
  const auto code = static_cast<std::uint32_t>(character);
  const auto tail = [code](unsigned shift) {
    return static_cast<char>(0x80U | (code >> shift & 0x3FU));
  };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0U | code >> 6), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0U | code >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | (code >> 18 & 7U)), tail(12), tail(6), tail(0)};
}

Key key_of(wint_t character) {
  switch (character) {
    case '\r':
    case '\n':
      return {KeyKind::kEnter};
    case '\t':
      return {KeyKind::kTab};
    case 0x1B:
      return {KeyKind::kEscape};
    case 0x08:
    case 0x7F:
      return {KeyKind::kBackspace};
    case 0x0C:
      return {KeyKind::kRedraw};
    case 0x15:
      return {KeyKind::kClearLine};
    default:
      break;
  }
  // Other control characters, C1 too, mean nothing here.
  if (character < 0x20 || (character >= 0x80 && character < 0xA0)) return {};
  return {KeyKind::kText, utf8_of(static_cast<wchar_t>(character))};
}

}  // namespace

std::unique_ptr<FullScreen> FullScreen::open(bool colored) {
  auto saved = std::make_unique<Saved>();
  if (::tcgetattr(STDIN_FILENO, &saved->modes) != 0 || ::isatty(STDOUT_FILENO) != 1) return nullptr;
  std::setlocale(LC_CTYPE, "");
  ::set_escdelay(25);  // A key's sequence comes at once; what is alone for longer was Escape.
  saved->screen = ::newterm(nullptr, stdout, stdin);
  if (saved->screen == nullptr) return nullptr;
  if (::tigetstr("cup") == nullptr) {  // A cursor that cannot be moved draws no screens.
    ::endwin();
    ::delscreen(saved->screen);
    return nullptr;
  }
  return std::unique_ptr<FullScreen>(new FullScreen(std::move(saved), colored));
}

FullScreen::FullScreen(std::unique_ptr<Saved> saved, bool colored)
    : saved_(std::move(saved)),
      colored_(colored && ::has_colors()),
      is_utf8_(std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0) {
  prepare_last_words(saved_->modes);
  ::cbreak();
  ::noecho();
  ::nonl();
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::curs_set(0);
  if (colored_) prepare_colors();
  take_size();
}

FullScreen::~FullScreen() {
  ::endwin();
  ::delscreen(saved_->screen);
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_->modes);
  forget_last_words();
}

screen::Size FullScreen::size() {
  return {static_cast<std::size_t>(std::max(1, ::getmaxx(stdscr))),
          static_cast<std::size_t>(std::max(1, ::getmaxy(stdscr)))};
}

void FullScreen::draw(const screen::Screen& drawn) {
  screen::Screen shown = drawn;
  if (!is_utf8_) screen::make_ascii(shown);
  ::werase(stdscr);
  for (std::size_t row = 0; row < shown.lines.size(); ++row) {
    ::wmove(stdscr, static_cast<int>(row), 0);
    for (const screen::Run& run : shown.lines[row]) {
      ::wattr_set(stdscr, attributes_of(run.look, colored_),
                  colored_ ? static_cast<short>(run.look.color) : short{0}, nullptr);
      ::waddnstr(stdscr, run.text.c_str(), -1);
    }
  }
  ::wattr_set(stdscr, A_NORMAL, 0, nullptr);
  if (shown.has_cursor) {
    ::wmove(stdscr, static_cast<int>(shown.cursor.row), static_cast<int>(shown.cursor.column));
  }
  ::curs_set(shown.has_cursor ? 1 : 0);
  ::wrefresh(stdscr);
}

std::optional<Key> FullScreen::read_key() {
  wint_t code = 0;
  switch (::wget_wch(stdscr, &code)) {
    case KEY_CODE_YES:
      return Key{kind_of(code)};
    case OK: {
      Key key = key_of(code);
      if (key.kind == KeyKind::kRedraw) ::clearok(curscr, TRUE);
      return key;
    }
    default:
      break;
  }
  return std::nullopt;
}

void FullScreen::take_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
    return;
  ::resizeterm(size.ws_row, size.ws_col);
  // Each terminal has its own way with what was on it: it is cleared, and drawn anew. Reading a key
  // draws too, and must not draw what the old size had.
  ::werase(stdscr);
  ::clearok(curscr, TRUE);
}

void FullScreen::leave() {
  ::endwin();
}

void FullScreen::come_back() {
  ::reset_prog_mode();
  take_size();  // All is drawn anew, since what is on the terminal now is not ours.
}

}  // namespace flatline::cli::watch
