# title: the host has few local ports for connections, and a program that never closes its own holds them
# symptom: Every page answers 502 when many people shop
# cause: ports-exhausted
# covers: P22
# variants: tcp
# difficulty: hard
# expect: 502
# fewest: 2
# repair: echo '32768 60999' >/proc/sys/net/ipv4/ip_local_port_range
mount -o remount,rw /proc/sys
echo '40000 40063' >/proc/sys/net/ipv4/ip_local_port_range
# shellcheck disable=SC2016 # $ is PHP's
setsid php -r 'for ($i = 0; $i < 64; $i++) $held[] = stream_socket_client("tcp://127.0.0.1:9000"); sleep(86400);' >/dev/null 2>&1 &
await answers 502
