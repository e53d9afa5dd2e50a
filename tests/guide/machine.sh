# What a machine of the guide has in the place of what this one may not be asked for: services, other
# machines, packages. Its files are below $root.

program_of() {
  case $1 in
    flatline-agent) echo flatline-agent --config "$root/etc/flatline/agent.toml" ;;
    flatline-collector) echo flatline-collector --config "$root/etc/flatline/collector.toml" ;;
  esac
}

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
  if ! read -t 30 -r line <"$ready" || [[ $line != ready* ]]; then
    cat "$root/run/$1.log"
    return 1
  fi
}

stop_unit() {
  local pid
  pid=$(<"$root/run/$1.pid")
  kill "$pid" && tail --sleep-interval=0.1 --pid="$pid" -f /dev/null
}

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
    start) start_unit "$unit" ;;
    stop) stop_unit "$unit" ;;
    restart) stop_unit "$unit" && start_unit "$unit" ;;
    reload) reload_unit "$unit" ;;
    kill) kill -"$signal" "$(<"$root/run/$unit.pid")" ;;
    *) echo "systemctl: the guide's test knows no $verb" && return 1 ;;
  esac
}

# scp FILE… root@HOST:PATH
scp() {
  local target=${*: -1}
  local host=${target%%:*}
  cp -p "${@:1:$#-1}" "$machines/${host#*@}${target#*:}"
}

apt() { :; }
chown() { :; }
