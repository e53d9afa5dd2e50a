# What a machine of the guide has in the place of what this one may not be asked for: services, other
# machines, packages, the kernel. Its files are below $root.

# What ExecStart of the unit says: of ours the guide writes a drop-in at the most, of others a whole file.
program_of() {
  local file
  for file in "$root/run/systemd/system/$1.service.d/"*.conf "$root/etc/systemd/system/$1.service"; do
    if [[ -f $file ]]; then
      sed -n 's|^ExecStart=\(/usr/bin/\)\?||p' "$file" | tail -n 1
      return
    fi
  done
  case $1 in
    flatline-agent) echo flatline-agent --config "$root/etc/flatline/agent.toml" ;;
    flatline-collector) echo flatline-collector --config "$root/etc/flatline/collector.toml" ;;
  esac
}

# This machine may stand still for longer than the five seconds that a person waits.
flatline() { command flatline --timeout 60s "$@"; }

# Without --config, the agent looks below the real /etc.
flatline-agent() {
  case " $* " in
    *" --config "*) command flatline-agent "$@" ;;
    *) command flatline-agent --config "$root/etc/flatline/agent.toml" "$@" ;;
  esac
}

start_unit() {
  local ready=$root/run/$1.ready line
  rm -f "$ready" && mkfifo "$ready"
  # shellcheck disable=SC2046  # The command is words.
  command $(program_of "$1") >"$ready" 2>>"$root/run/$1.log" </dev/null &
  echo $! >"$root/run/$1.pid"
  # Who is not ours serves once it runs, and says nothing.
  if [[ $1 != flatline-* ]]; then
    exec {other}<"$ready"
  elif ! read -t 30 -r line <"$ready" || [[ $line != ready* ]]; then
    cat "$root/run/$1.log"
    return 1
  fi
}

# Who was ended has ended when the next command is typed, as it has with people.
kill() {
  builtin kill "$@" || return
  [[ ! $1 =~ ^[0-9]+$ ]] || tail --sleep-interval=0.1 --pid="$1" -f /dev/null
}

stop_unit() { kill "$(<"$root/run/$1.pid")"; }

# Waits until the log says that the configuration was read again.
reload_unit() {
  local log=$root/run/$1.log size
  size=$(stat -c %s "$log")
  kill -HUP "$(<"$root/run/$1.pid")"
  timeout 30 grep -q -m1 -E 'reload(ed|: done)' < <(exec tail -c +$((size + 1)) -f "$log")
}

systemctl() {
  local verb=$1 word unit='' signal='' now=''
  shift
  for word in "$@"; do
    case $word in
      --now) now=yes ;;
      --signal=*) signal=${word#*=} ;;
      *) unit=$word ;;
    esac
  done
  case $verb in
    enable) [[ -z $now ]] || start_unit "$unit" ;;
    disable) [[ -z $now ]] || stop_unit "$unit" ;;
    start) start_unit "$unit" ;;
    stop) stop_unit "$unit" ;;
    restart) stop_unit "$unit" && start_unit "$unit" ;;
    reload) reload_unit "$unit" ;;
    reload-or-restart) { kill -0 "$(<"$root/run/$unit.pid")" && reload_unit "$unit"; } || start_unit "$unit" ;;
    status) kill -0 "$(<"$root/run/$unit.pid")" && tail -n 10 "$root/run/$unit.log" ;;
    daemon-reload) ;;
    kill) kill -"$signal" "$(<"$root/run/$unit.pid")" ;;
    *) echo "systemctl: the guide's test knows no $verb" && return 1 ;;
  esac
}

# journalctl -u UNIT [-n LINES] [-p warning]
journalctl() {
  local log=$root/run/$2.log
  case $3 in
    -n) tail -n "$4" "$log" ;;
    -p) grep -E ' (warning|error|critical) ' "$log" || true ;;
    *) echo "journalctl: the guide's test knows no $3" && return 1 ;;
  esac
}

# scp FILE… root@HOST:PATH; a configuration says there what is that machine's own.
scp() {
  local target=${*: -1} own theirs
  local host=${target%%:*}
  host=${host#*@}
  local path=$machines/$host${target#*:}
  mkdir -p "${path%/*}"
  cp -p "${@:1:$#-1}" "$path"
  if [[ $path == */collector.toml ]]; then
    read -ra own <"$root/run/ports"
    read -ra theirs <"$machines/$host/run/ports"
    sed -i "s|$root|$machines/$host|g; s|:${own[0]}\"|:${theirs[0]}\"|; s|:${own[1]}\"|:${theirs[1]}\"|" "$path"
  fi
}

# Reads the file and says what it would set.
sysctl() { PATH=$PATH:/usr/sbin:/sbin command sysctl --dry-run "$@"; }

apt() { :; }
nft() { :; }
chown() { :; }
