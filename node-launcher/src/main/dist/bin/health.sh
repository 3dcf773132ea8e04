# Answers "dotkv health" for a node on this machine without starting Java: sends one call of the standard health service,
# grpc.health.v1.Health/Check, as HTTP/2 frames, and reads the frames of the answer up to the status. Read by bin/dotkv.

# health_without_java OPTION...: 0 the node serves, 4 it does not, 10 when this is a case for Java.
health_without_java() {
  local endpoint=localhost:3001 service= timeout=3s host port seconds
  while [ $# -gt 0 ]; do
    case $1 in
      -e | --endpoint) endpoint=${2-} && shift ;;
      --endpoint=*) endpoint=${1#*=} ;;
      --service) service=${2-} && shift ;;
      --service=*) service=${1#*=} ;;
      -t | --timeout) timeout=${2-} && shift ;;
      --timeout=*) timeout=${1#*=} ;;
      *) return 10 ;;
    esac
    shift || return 10
  done
  host=${endpoint%:*}
  port=${endpoint##*:}
  host=${host#[}
  host=${host%]}
  # Only to this machine: a connection elsewhere may hang for longer than bash can be told to wait.
  case $host in
    localhost | 127.* | ::1) ;;
    *) return 10 ;;
  esac
  case $port in "" | *[!0-9]*) return 10 ;; esac
  case $service in *[!A-Za-z0-9._]*) return 10 ;; esac
  [ ${#service} -le 100 ] || return 10
  case $timeout in
    *[!0-9ms]* | "" | [ms]*) return 10 ;;
    *ms) printf -v seconds '%d.%03d' $((10#${timeout%ms} / 1000)) $((10#${timeout%ms} % 1000)) ;;
    *s) seconds=${timeout%s} ;;
    *) return 10 ;;
  esac
  # In a shell of its own, since a connection that fails may end the shell.
  (health_call) 2>/dev/null
  case $? in
    0) echo "$endpoint: SERVING" ;;
    2) echo "$endpoint: NOT_SERVING" && return 4 ;;
    3) echo "dotkv: $endpoint did not answer within $timeout." >&2 && return 4 ;;
    10) return 10 ;;
    *) echo "dotkv: $endpoint cannot be reached: nothing listens there." >&2 && return 4 ;;
  esac
}

# 0 SERVING, 2 NOT_SERVING, 3 no answer in time, 10 any other answer, else no connection.
health_call() {
  local LC_ALL=C length type flags at payload body block
  exec 3<>"/dev/tcp/$host/$port" || exit 1
  if [ -n "$service" ]; then
    printf -v length '\\x%02x' ${#service}
    body="\\x0a$length$service"
    length=$((2 + ${#service}))
  else
    body=
    length=0
  fi
  # :method POST, :scheme http, :path, :authority, content-type, te: as literals that are not indexed.
  block='\x83\x86\x04\x1c/grpc.health.v1.Health/Check\x01\x09localhost\x0f\x10\x10application/grpc\x00\x02te\x08trailers'
  # Preface, SETTINGS, HEADERS of stream 1, and DATA that ends it.
  printf -v body '%s' '\x00\x00'"$(printf '\\x%02x' $((5 + length)))"'\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00'"$(printf '\\x%02x' "$length")$body"
  printf "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x4b\x01\x04\x00\x00\x00\x01$block$body" >&3
  while health_byte && length=$byte && health_byte && length=$((length * 256 + byte)) && health_byte \
    && length=$((length * 256 + byte)) && health_byte && type=$byte && health_byte && flags=$byte \
    && health_byte && health_byte && health_byte && health_byte; do
    payload=()
    for ((at = 0; at < length; at++)); do
      health_byte || exit 3
      payload+=("$byte")
    done
    if [ "$type" = 0 ] && [ "$length" = 7 ] && [ "${payload[5]}" = 8 ]; then
      case ${payload[6]} in
        1) exit 0 ;;
        2) exit 2 ;;
        *) exit 10 ;;
      esac
    fi
    # The end of the connection, or an answer without a message: Java knows how to tell it.
    if [ "$type" = 7 ] || [ "$type" = 3 ] || { [ "$type" = 1 ] && [ $((flags & 1)) = 1 ]; }; then
      exit 10
    fi
  done
  exit 3
}

# Reads the next byte of the answer, as a number, into byte.
health_byte() {
  local character
  IFS= read -r -d '' -n 1 -t "$seconds" -u 3 character || return 1
  if [ -z "$character" ]; then
    byte=0
  else
    printf -v byte '%d' "'$character"
    byte=$((byte & 255))
  fi
}
